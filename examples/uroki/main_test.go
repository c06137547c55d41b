package main

import (
	"testing"

	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/browser"
	"github.com/cantil-go/cantil/internal/testkit/flask"
)

// The lesson's story, in Go and in Flask: what append loses, what modified keeps.
func TestUroki(t *testing.T) {
	t.Run("cantil", func(t *testing.T) { story(t, testkit.Serve(t, create()), "uroki", "True") })
	t.Run("flask", func(t *testing.T) {
		story(t, flask.Run(t, "app.py"), "uroki_flask", "False") // Flask never says True, though its documentation does
	})
}

func story(t *testing.T, page, screenshot, isNew string) {
	b := browser.New(t)
	b.Phone()
	b.Open(page)
	b.Expect("main", "Вы не авторизованы")
	b.Expect("#new", isNew)
	b.Submit("input[name=username]", "<b>Анна</b>")
	b.Expect("main", "Вошел как <b>Анна</b>")
	b.Expect("#new", "False")

	press(b, "data")
	for _, step := range []struct{ button, now, next string }{
		{"append", "[8]", "[]"}, {"append_modified", "[8]", "[8]"}, {"append", "[8, 8]", "[8]"},
	} {
		press(b, step.button)
		b.Expect("#now", step.now)
		b.Screenshot(screenshot + "_" + step.button)
		b.Follow(`a[href="/"]`)
		if got := b.Text("#data"); got != step.next {
			t.Errorf("%s: the next request has the list %s, want %s", step.button, got, step.next)
		}
	}

	press(b, "permanent")
	b.Expect("#permanent", "True")
	if b.Cookie("session").Session {
		t.Error("the cookie of a permanent session has no date")
	}
	press(b, "append")
	b.Follow(`a[href="/"]`)
	b.Expect("#data", "[8, 8]") // it is sent again with every response, so it keeps even this
	press(b, "logout")
	b.Expect("main", "Вы не авторизованы")
	b.Expect("#len", "2")
	press(b, "clear")
	b.Expect("#len", "0")
	if b.Cookie("session") != nil {
		t.Error("after clear the browser still has a session")
	}
}

func press(b *browser.Browser, endpoint string) { b.Follow(`form[action="/` + endpoint + `"] button`) }
