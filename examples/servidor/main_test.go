package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit/servers"
)

func TestStores(t *testing.T) {
	for name, addr := range map[string]func(t *testing.T) string{
		"sqlite":    func(t *testing.T) string { return filepath.Join(t.TempDir(), "sessoes.db") },
		"redis":     func(t *testing.T) string { return servers.Redis(t).Addr },
		"memcached": func(t *testing.T) string { return servers.Memcached(t).Addr },
		"postgres":  func(t *testing.T) string { return servers.Postgres(t) },
		"cookie":    func(*testing.T) string { return "" },
	} {
		t.Run(name, func(t *testing.T) {
			sessions, err := openSessions(name, addr(t))
			if err != nil {
				t.Fatal(err)
			}
			visit(t, newApp(sessions).TestClient(), name != "cookie")
		})
	}
	if _, err := openSessions("disquete", ""); err == nil {
		t.Error("disquete")
	}
}

// visit is what a visitor does: cart, login, logout.
func visit(t *testing.T, client *cantil.Client, serverSide bool) {
	client.FollowRedirects = true
	shows := func(doing string, r *cantil.ClientResponse, want string) {
		t.Helper()
		if r.Status != 200 || !strings.Contains(r.Text(), want) {
			t.Errorf("%s: %d without %q: %s", doing, r.Status, want, r.Text())
		}
	}
	shows("the first visit", client.Get("/"), "Ainda não há sessão")
	if _, has := client.Cookie("session"); has {
		t.Error("a visitor who only looks has a cookie")
	}
	shows("cart", client.Post("/carrinho", cantil.FormData("item", "café <b>")), "<li>café &lt;b&gt;")
	before, _ := client.Cookie("session")
	shows("login", client.Post("/login", cantil.FormData("usuario", "Maria")), "Olá, <b>Maria</b>")
	after, _ := client.Cookie("session")
	if serverSide {
		shows("the id", client.Get("/"), "<code>"+after+"</code>")
	}
	if before == after {
		t.Error("the login keeps the session's id")
	}
	shows("the cart after the login", client.Get("/"), "<li>café")
	shows("logout", client.Post("/logout"), "Entrar")
	if _, has := client.Cookie("session"); has {
		t.Error("the logout leaves the cookie")
	}
}
