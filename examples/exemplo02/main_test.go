package main

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/browser"
)

// The lesson's story in a real browser: names are added and the cookie grows,
// a script cannot see the cookie, it expires, and nobody can change it.
func TestExemplo02(t *testing.T) {
	app := criar(2 * time.Minute)
	var late atomic.Int64 // how far the server's clock is ahead
	app.Now = func() time.Time { return time.Now().Add(time.Duration(late.Load())) }
	page := testkit.Serve(t, app)
	b := browser.New(t)

	b.Open(page)
	if text := b.Text("main"); !strings.Contains(text, "A lista está vazia.") {
		t.Errorf("a first visit shows %q", text)
	}
	for _, name := range []string{"Ana", "João", "<b>Zé</b>"} {
		add(b, name)
	}
	if s := sizes(b); len(s) != 3 || s[0] <= 0 || s[0] >= s[1] || s[1] >= s[2] {
		t.Errorf("the column Tamanho is %v, want three growing sizes", s)
	}
	if text := b.Text("table"); !strings.Contains(text, "<b>Zé</b>") {
		t.Errorf("the markup in a name was not shown as text: %q", text)
	}
	b.Screenshot("exemplo02")
	b.Phone()
	b.Screenshot("exemplo02_phone")
	if visible := browser.Eval[string](b, "document.cookie"); visible != "" || !b.Cookie("session").HTTPOnly {
		t.Errorf("a script sees the cookies %q", visible)
	}

	for _, idle := range []struct {
		seconds int64
		left    int
	}{{119, 3}, {119, 3}, {121, 0}} {
		late.Add(idle.seconds * int64(time.Second))
		b.Reload()
		if n := len(sizes(b)); n != idle.left {
			t.Errorf("after %d idle seconds there are %d names, want %d", idle.seconds, n, idle.left)
		}
	}

	add(b, "Ana")
	b.SetCookie(page, "session", "A"+b.Cookie("session").Value[1:])
	b.Reload()
	if n := len(sizes(b)); n != 0 {
		t.Errorf("a cookie that was tampered with still holds %d names", n)
	}
}

func add(b *browser.Browser, name string) {
	b.Type("input[name=nome]", name+"\r")
	b.Wait(`//td[text()="` + name + `"]`)
}

// sizes reads the column Tamanho.
func sizes(b *browser.Browser) []int {
	return browser.Eval[[]int](b, `[...document.querySelectorAll("tbody td:last-child")].map(td => parseInt(td.textContent))`)
}
