package main

import (
	"testing"

	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/browser"
)

// The lesson's story, with a name that is markup, and with a cookie that a
// visitor tried to change.
func TestSessoes(t *testing.T) {
	page := testkit.Serve(t, criar())
	b := browser.New(t)
	b.Open(page)
	b.Expect("main", "Você não está logado.")
	b.Follow(`a[href="/login"]`)
	b.Phone()
	b.Screenshot("sessoes_login")
	b.Submit("input[name=username]", "<b>Zé</b>")
	b.Expect("main", "Bem-vindo, <b>Zé</b>!")
	b.Screenshot("sessoes")

	session := b.Cookie("session")
	if !session.HTTPOnly || !session.Session {
		t.Errorf("the cookie is %+v, want one without a date that no script sees", session)
	}
	b.SetCookie(page, "session", "A"+session.Value[1:])
	b.Reload()
	b.Expect("main", "Você não está logado.")

	b.SetCookie(page, "session", session.Value)
	b.Reload()
	b.Expect("main", "Bem-vindo")
	b.Follow(`a[href="/logout"]`)
	b.Expect("main", "Você não está logado.")
}
