package main

import (
	"testing"

	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/browser"
)

// The lesson's story: nobody sees the dashboard, a wrong password is a 401, the
// right one opens both pages, and after the logout they are closed again.
func TestLogin(t *testing.T) {
	page := testkit.Serve(t, criar())
	b := browser.New(t)
	b.Phone()
	b.Open(page + "/dashboard")
	b.Expect("h1", "Entrar")
	enter(b, "admin", "123")
	b.Expect("[role=alert]", "Login inválido")
	b.Screenshot("login_401")
	if status := browser.Eval[int](b, "performance.getEntriesByType('navigation')[0].responseStatus"); status != 401 {
		t.Errorf("the lesson's password is answered with %d, want 401", status)
	}
	if b.Cookie("session") != nil {
		t.Error("a failed login left a session")
	}

	b.Clear("input[name=username]")
	enter(b, "admin", senha)
	b.Expect("main", "Bem-vindo, admin! Seu ID é: 12345")
	b.Screenshot("login_dashboard")
	b.Follow(`a[href="/perfil"]`)
	b.Expect("main", "Seu perfil. Cargo: admin")
	b.Follow(`a[href="/logout"]`)
	b.Expect("h1", "Entrar")
	b.Open(page + "/perfil")
	b.Expect("h1", "Entrar")
}

func enter(b *browser.Browser, username, password string) {
	b.Type("input[name=username]", username)
	b.Submit("input[name=password]", password)
}
