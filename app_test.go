package cantil_test

import (
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

func index(c *cantil.Context) any {
	s := c.Session()
	if s.Has("username") {
		return "Bem-vindo, " + string(cantil.Escape(s.Must("username"))) + "!"
	}
	return "Você não está logado."
}

func login(c *cantil.Context) any {
	if c.Method() == "POST" {
		c.Session().Set("username", c.Form().Must("username"))
		return c.Redirect(c.URLFor("index"))
	}
	return "<form method=post><input name=username></form>"
}

func logout(c *cantil.Context) any {
	c.Session().Pop("username", nil)
	return c.Redirect(c.URLFor("index"))
}

func lesson() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"
	app.Route("/")(index)
	app.Route("/login", cantil.Methods("GET", "POST"))(login)
	app.Route("/logout")(logout)
	return app
}

func TestLesson(t *testing.T) {
	client := lesson().TestClient()
	client.FollowRedirects = true
	if got := client.Get("/").Text(); got != "Você não está logado." {
		t.Errorf("a stranger reads %q", got)
	}
	if got := client.Post("/login", cantil.FormData("username", "<Ana>")).Text(); got != "Bem-vindo, &lt;Ana&gt;!" {
		t.Errorf("after the login: %q", got)
	}
	client.SessionTransaction(func(s *session.Session) { s.Set("username", "Zé") })
	if got := client.Get("/").Text(); got != "Bem-vindo, Zé!" {
		t.Errorf("after the transaction: %q", got)
	}
	if got := client.Get("/logout").Text(); got != "Você não está logado." {
		t.Errorf("after the logout: %q", got)
	}
	if r := client.Post("/login"); r.Status != 400 {
		t.Errorf("a form without username is answered with %d, want 400", r.Status)
	}
	if r := client.Do("HEAD", "/"); r.Status != 200 || len(r.Body) != 0 {
		t.Errorf("HEAD: %d %q", r.Status, r.Body)
	}
	if r := client.Do("PUT", "/login"); r.Status != 405 || r.Header("Allow") != "GET, HEAD, OPTIONS, POST" {
		t.Errorf("PUT: %d, Allow %q", r.Status, r.Header("Allow"))
	}
	if r := client.Get("/nada"); r.Status != 404 || !strings.Contains(r.Text(), "Not Found") {
		t.Errorf("/nada: %d %q", r.Status, r.Text())
	}
}
