package main

import (
	"testing"

	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/browser"
)

// The slides' story: a profile of nobody, of Maria, and of nobody again.
func TestMaria(t *testing.T) {
	page := testkit.Serve(t, criar())
	b := browser.New(t)
	b.Open(page + "/perfil")
	b.Expect("main", "Nenhum usuário logado.")
	b.Follow(`a[href="/login"]`)
	b.Expect("main", "Usuário logado!")
	b.Follow(`a[href="/perfil"]`)
	b.Expect("main", "Bem-vindo, Maria!")
	b.Screenshot("maria")
	b.Follow(`a[href="/logout"]`)
	b.Expect("main", "Usuário deslogado.")
	if c := b.Cookie("session"); c != nil {
		t.Errorf("after the logout the browser still has the cookie %q", c.Value)
	}
	b.Open(page + "/perfil")
	b.Expect("main", "Nenhum usuário logado.")
}
