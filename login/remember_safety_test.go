package login

import (
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

// TestRememberedWithAPlantedID: who knows the id of the session in which a visitor
// is remembered does not become that visitor.
func TestRememberedWithAPlantedID(t *testing.T) {
	app := cantil.New()
	app.SecretKey = strings.Repeat("k", 16)
	app.SessionInterface = session.NewServerSide(storetest.NewMemory())
	lm := NewLoginManager(app)
	lm.UserLoader(func(_ *cantil.Context, id string) (User, error) { return &testUser{ID: id, Name: id}, nil })
	app.Get("/anonymous", cantil.Endpoint("anonymous"))(func(c *cantil.Context) any { c.Session().Set("a", 1); return "" })
	app.Get("/in", cantil.Endpoint("in"))(func(c *cantil.Context) any {
		LoginUser(c, &testUser{ID: "7"}, Remember(true))
		return ""
	})
	app.Get("/me", cantil.Endpoint("me"))(LoginRequired(func(c *cantil.Context) any { return CurrentUser(c).GetID() }))
	value := func(path, name string) string {
		client := app.TestClient()
		client.Get(path)
		cookie, _ := client.Cookie(name)
		return cookie
	}
	planted, remember := value("/anonymous", "session"), value("/in", "remember_token")
	victim := app.TestClient()
	victim.SetCookie("session", planted)
	victim.SetCookie("remember_token", remember)
	if r := victim.Get("/me"); r.Status != 200 || r.Text() != "7" {
		t.Fatalf("the visitor is not remembered: %d %s", r.Status, r.Text())
	}
	if r := victim.Get("/me"); r.Status != 200 {
		t.Errorf("the visitor's next request: %d", r.Status)
	}
	attacker := app.TestClient()
	attacker.SetCookie("session", planted)
	if r := attacker.Get("/me"); r.Status != 401 {
		t.Errorf("with the planted id: %d %s", r.Status, r.Text())
	}
}

// TestPrefixedRememberCookieEnds: browsers, and the test client, keep a cookie of
// such a name unless the one that deletes it has Secure.
func TestPrefixedRememberCookieEnds(t *testing.T) {
	for _, name := range []string{"__Host-remember", "__Secure-remember"} {
		site := newTestSite()
		site.lm.RememberCookieName, site.lm.RememberCookieSecure = name, true
		client := site.TestClient()
		get := func(path string) int { return client.Get("https://localhost" + path).Status }
		get("/in/1?remember")
		client.DeleteCookie("session")
		if status := get("/me"); status != 200 {
			t.Fatalf("%s: not remembered: %d", name, status)
		}
		get("/out")
		if status := get("/me"); status != 401 {
			t.Errorf("%s: signed in after the logout: %d", name, status)
		}
	}
}
