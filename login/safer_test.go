package login

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

// TestNewKey: a new secret key signs out who is remembered, as in Flask, unless
// RememberFallbackKeys takes the old one. Then the cookie is replaced, so that the
// old key can go.
func TestNewKey(t *testing.T) {
	old := newTestSite()
	cookie := remembered(t, old.TestClient().Get("/in/1?remember"))
	for _, fallbacks := range []bool{false, true} {
		site := newTestSite()
		site.SecretKeyFallbacks = []string{"another old key", old.SecretKey}
		site.SecretKey = "the new secret key"
		site.lm.RememberFallbackKeys = fallbacks
		client := restarted(site, "remember_token", cookie)
		if !fallbacks {
			wantText(t, client.Get("/me"), 401, "")
			continue
		}
		r := client.Get("/me")
		wantText(t, r, 200, "1")
		if id, ok := DecodeCookie(remembered(t, r), site.SecretKey); !ok || id != "1" {
			t.Error("the cookie was not signed with the new key")
		}
		forged, _ := EncodeCookie("1", "no key of the site")
		wantText(t, restarted(site, "remember_token", forged).Get("/me"), 401, "")
	}
}

// TestStrongAfterRemember: "strong" signs a visitor out whom a remember cookie
// has just let in, unless RememberIdentifier says for which browser that was.
func TestStrongAfterRemember(t *testing.T) {
	for _, writes := range []bool{false, true} {
		site := newTestSite()
		site.lm.SessionProtection = "strong"
		site.lm.RememberIdentifier = writes
		client := restarted(site, "remember_token", remembered(t, site.TestClient().Get("/in/1?remember")))
		wantText(t, client.Get("/me"), 200, "1")
		second := 401
		if writes {
			second = 200
		}
		wantText(t, client.Get("/me"), second, "")
		if writes { // and another browser is still found out
			wantText(t, client.Get("/me", cantil.RequestHeader("User-Agent", "another")), 401, "")
		}
	}
}

// TestRefreshOnlyRemembered: who did not ask is not remembered, and a page that
// nobody changed writes no session.
func TestRefreshOnlyRemembered(t *testing.T) {
	for _, only := range []bool{false, true} {
		site := newTestSite()
		site.lm.RememberCookieRefreshEachRequest = true
		site.lm.RefreshOnlyRemembered = only
		client := site.TestClient()
		client.Get("/in/1")
		if _, has := client.Cookie("remember_token"); has == only {
			t.Errorf("RefreshOnlyRemembered %v: a remember cookie: %v", only, has)
		}
		if lines := client.Get("/plain").HeaderAll("Set-Cookie"); (len(lines) == 0) != only {
			t.Errorf("RefreshOnlyRemembered %v: %q", only, lines)
		}
		client.Get("/in/1?remember")
		site.now = site.now.Add(time.Hour)
		lines := client.Get("/plain").HeaderAll("Set-Cookie")
		if want := "; Expires=Thu, 01 Jan 2026 01:00:00 GMT; HttpOnly; Path=/"; len(lines) == 0 || !strings.HasSuffix(lines[0], want) {
			t.Errorf("RefreshOnlyRemembered %v: %q", only, lines)
		}
	}
}

// TestForgetAlways: a logout outside of the cookie's path deletes it only then.
func TestForgetAlways(t *testing.T) {
	for _, always := range []bool{false, true} {
		site := newTestSite()
		site.lm.RememberCookiePath = "/conta"
		site.lm.ForgetAlways = always
		site.Get("/conta/me", cantil.Decorate(LoginRequired), cantil.Endpoint("account"))(func(*cantil.Context) any { return "me" })
		client := site.TestClient()
		client.Get("/in/1?remember")
		client.Get("/out")
		status := 200 // as in Flask: the logout was none
		if always {
			status = 401
		}
		wantText(t, client.Get("/conta/me"), status, "")
	}
}

// TestClearAfterLogout: to clear the session is no way to stay signed in.
func TestClearAfterLogout(t *testing.T) {
	site := newTestSite()
	site.Get("/out-and-clear", cantil.Endpoint("clear"))(func(c *cantil.Context) any {
		LogoutUser(c)
		c.Session().Clear()
		return "out"
	})
	client := site.TestClient()
	client.Get("/in/1?remember")
	client.Get("/out-and-clear")
	wantText(t, client.Get("/me"), 401, "")
	if _, left := client.Cookie("remember_token"); left {
		t.Error("the remember cookie is still there")
	}
}

// TestLogoutEverywhere is the recipe of the package's documentation: an id that
// can change ends sessions and remember cookies of all browsers.
func TestLogoutEverywhere(t *testing.T) {
	site := newTestSite()
	maria := &testUser{ID: "RANDOMTEXT1", Name: "Maria"}
	site.lm.UserLoader(func(_ *cantil.Context, id string) (User, error) {
		if id != maria.ID { // SELECT … WHERE session_id = ?
			return nil, nil
		}
		return maria, nil
	})
	site.users = map[string]*testUser{"maria": maria}
	site.Get("/out-everywhere", cantil.Decorate(FreshLoginRequired), cantil.Endpoint("everywhere"))(func(c *cantil.Context) any {
		maria.ID = "RANDOMTEXT2" // rand.Text()
		LoginUser(c, maria)
		return "ok"
	})
	phone, desk := site.TestClient(), site.TestClient()
	stolen := remembered(t, phone.Get("/in/maria?remember"))
	desk.Get("/in/maria?remember")
	wantText(t, phone.Get("/me"), 200, "RANDOMTEXT1")
	wantText(t, desk.Get("/out-everywhere"), 200, "ok")
	wantText(t, desk.Get("/me"), 200, "RANDOMTEXT2")
	wantText(t, phone.Get("/me"), 401, "")
	wantText(t, restarted(site, "remember_token", stolen).Get("/me"), 401, "")
}

// outage is a store that can be down.
type outage struct {
	*storetest.Memory
	down bool
}

func (o *outage) Get(ctx context.Context, key string) (session.Row, bool, error) {
	if o.down {
		return session.Row{}, false, errors.New("the store is down")
	}
	return o.Memory.Get(ctx, key)
}

func (o *outage) GetExtend(ctx context.Context, key string, ttl time.Duration) (session.Row, bool, error) {
	if o.down {
		return session.Row{}, false, errors.New("the store is down")
	}
	return o.Memory.GetExtend(ctx, key, ttl)
}

// storedSite is a site whose sessions are in a store.
func storedSite() (*testSite, *outage) {
	store := &outage{Memory: storetest.NewMemory()}
	site := newTestSite()
	site.Now = time.Now // the store's clock
	site.SessionInterface = session.NewServerSide(store)
	return site, store
}

func TestStoredSessions(t *testing.T) {
	t.Run("new id", func(t *testing.T) {
		site, _ := storedSite()
		client := site.TestClient()
		client.SessionTransaction(func(s *session.Session) { s.Set("cart", "x") })
		planted, _ := client.Cookie("session")
		client.Get("/in/1")
		mine, _ := client.Cookie("session")
		if mine == planted {
			t.Error("the id from before the login is good after it (session fixation)")
		}
		client.SetCookie("session", planted)
		wantText(t, client.Get("/me"), 401, "")
		client.SetCookie("session", mine)
		wantText(t, client.Get("/me"), 200, "1")
	})
	t.Run("outage", func(t *testing.T) {
		site, store := storedSite()
		site.Get("/page", cantil.Endpoint("page"))(func(c *cantil.Context) any { return c.RenderTemplateString("a page") })
		site.Get("/name", cantil.Endpoint("name"))(func(c *cantil.Context) any { return c.RenderTemplateString("{{ current_user.name }}") })
		client := site.TestClient()
		client.Get("/in/1")
		store.down = true
		wantText(t, client.Get("/plain"), 200, "plain")
		wantText(t, client.Get("/page"), 200, "a page")
		wantText(t, client.Get("/name"), 503, "")
		wantText(t, client.Get("/me"), 503, "")
		store.down = false
		wantText(t, client.Get("/name"), 200, "Maria")
	})
}
