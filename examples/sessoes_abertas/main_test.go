package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/browser"
	"github.com/cantil-go/cantil/session/sqlstore"
)

func open(t *testing.T, options ...sqlstore.Option) *cantil.App {
	t.Helper()
	side, err := abrir(filepath.Join(t.TempDir(), "sessoes.db"), options...)
	if err != nil {
		t.Fatal(err)
	}
	return newApp(side)
}

// TestTwoBrowsers: one browser ends the other's session, and the other is asked to
// log in again.
func TestTwoBrowsers(t *testing.T) {
	page := testkit.Serve(t, open(t))
	home, library := browser.New(t), browser.New(t)
	for _, b := range []*browser.Browser{library, home} {
		b.Open(page)
		b.Type(`input[name="usuario"]`, "maria")
		b.Submit(`input[name="senha"]`, senha)
		b.Expect("#conta", "maria")
	}
	if n := browser.Eval[int](home, `document.querySelectorAll("#abertas li").length`); n != 2 {
		t.Fatalf("%d sessions are listed", n)
	}
	home.Expect("li.esta", "Chrome")
	id := library.Cookie("session").Value
	if html := browser.Eval[string](home, "document.documentElement.outerHTML"); strings.Contains(html, id) {
		t.Error("the page shows the other's session id")
	}
	home.Follow(`#abertas button`)
	if n := browser.Eval[int](home, `document.querySelectorAll("#abertas li").length`); n != 1 {
		t.Errorf("%d sessions are left", n)
	}
	library.Reload()
	library.Expect("h1", "Entrar")
	home.Reload()
	home.Expect("#conta", "maria")
}

func login(t *testing.T, app *cantil.App, name string) *cantil.Client {
	t.Helper()
	client := app.TestClient()
	client.FollowRedirects = true
	r := client.Post("/entrar", cantil.FormData("usuario", name, "senha", senha))
	if !strings.Contains(r.Text(), "Minhas sessões") {
		t.Fatalf("%d %s", r.Status, r.Text())
	}
	return client
}

// copyOf is a thief with the client's cookie, who keeps it for ever.
func copyOf(app *cantil.App, client *cantil.Client) *cantil.Client {
	thief := app.TestClient()
	id, _ := client.Cookie("session")
	thief.SetCookie("session", id)
	return thief
}

func isIn(client *cantil.Client) bool {
	return strings.Contains(client.Get("/").Text(), "Minhas sessões")
}

// TestRequirements: each requirement of the table in docs/security.md.
func TestRequirements(t *testing.T) {
	now := time.Now()
	clock := func() time.Time { return now }
	app := open(t, sqlstore.Clock(clock))
	app.Now = clock
	before := app.TestClient()
	before.Post("/entrar", cantil.FormData("usuario", "maria", "senha", "errada"))
	planted, _ := before.Cookie("session")
	a := app.TestClient()
	a.SetCookie("session", planted)
	a.FollowRedirects = true
	a.Post("/entrar", cantil.FormData("usuario", "maria", "senha", senha))
	if id, _ := a.Cookie("session"); id == planted || planted == "" || !isIn(a) || isIn(before) {
		t.Error("7.2.4: the id from before the login is good for something")
	}
	copied := copyOf(app, a)
	if a.Post("/sair"); isIn(a) || isIn(copied) {
		t.Error("7.4.1: in after the logout")
	}
	a, b := login(t, app, "maria"), login(t, app, "maria")
	r := a.Post("/senha", cantil.FormData("atual", senha, "nova", "outra canoa"))
	if !isIn(a) || isIn(b) || !strings.Contains(r.Text(), "uma") {
		t.Errorf("7.4.3: %v, %v, %s", isIn(a), isIn(b), r.Text())
	}
	admin := login(t, app, "admin")
	if r := a.Post("/desativar", cantil.FormData("conta", "admin")); r.Status != 403 || !isIn(admin) {
		t.Errorf("maria is no admin: %d", r.Status)
	}
	admin.Post("/desativar", cantil.FormData("conta", "maria"))
	if isIn(a) || !isIn(admin) {
		t.Error("7.4.2, 7.4.5: in after the account was closed")
	}
	for range 5 { // in use
		now = now.Add(20 * time.Minute)
		if !isIn(admin) {
			t.Fatal("not in while in use")
		}
	}
	copied = copyOf(app, admin)
	now = now.Add(31 * time.Minute)
	if isIn(admin) || isIn(copied) {
		t.Error("7.3.1: in after half an hour")
	}
	admin, began := login(t, app, "admin"), now
	for now.Sub(began) < 12*time.Hour-20*time.Minute {
		if now = now.Add(20 * time.Minute); !isIn(admin) {
			t.Fatalf("not in after %v", now.Sub(began))
		}
	}
	copied = copyOf(app, admin)
	if now = began.Add(12*time.Hour + time.Second); isIn(admin) || isIn(copied) {
		t.Error("7.3.2: in after twelve hours")
	}
}
