package login

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

type testUser struct {
	UserMixin
	ID   string
	Name string
}

func (u *testUser) GetID() string { return u.ID }

// testSite is an application with a login, and a clock of its own.
type testSite struct {
	*cantil.App
	lm    *LoginManager
	users map[string]*testUser
	now   time.Time
	asked int   // how often the loader was
	fails error // what it returns
}

func newTestSite() *testSite {
	site := &testSite{App: cantil.New(), users: map[string]*testUser{"1": {ID: "1", Name: "Maria"}, "2": {ID: "2", Name: "<b>"}}}
	site.SecretKey = "a secret key for the tests"
	site.Logger = slog.New(slog.DiscardHandler)
	site.now = time.Unix(1735689600, 0)
	site.Now = func() time.Time { return site.now }
	site.lm = NewLoginManager(site.App)
	site.lm.UserLoader(func(_ *cantil.Context, id string) (User, error) {
		site.asked++
		return site.users[id], site.fails // a nil *testUser in the interface
	})
	site.Get("/in/<id>", cantil.Endpoint("in"))(func(c *cantil.Context) any {
		options := []Option{Remember(c.Args().Has("remember")), Fresh(!c.Args().Has("stale"))}
		if c.Args().Has("force") {
			options = append(options, Force())
		}
		if !LoginUser(c, site.users[c.Param("id")], options...) {
			return "refused"
		}
		return "in"
	})
	site.Get("/out", cantil.Endpoint("out"))(func(c *cantil.Context) any {
		LogoutUser(c)
		return "out"
	})
	site.Get("/me", cantil.Decorate(LoginRequired), cantil.Endpoint("me"))(func(c *cantil.Context) any { return CurrentUser(c).GetID() })
	site.Get("/fresh", cantil.Decorate(FreshLoginRequired), cantil.Endpoint("fresh"))(func(c *cantil.Context) any { return "fresh" })
	site.Get("/plain", cantil.Endpoint("plain"))(func(*cantil.Context) any { return "plain" })
	return site
}

// restarted is a client with the remember cookie of another alone, as a browser
// has it after its end.
func restarted(site *testSite, name, value string) *cantil.Client {
	client := site.TestClient()
	client.SetCookie(name, value)
	return client
}

func wantText(t *testing.T, r *cantil.ClientResponse, status int, text string) {
	t.Helper()
	if r.Status != status || text != "" && r.Text() != text {
		t.Errorf("%s: %d %q, want %d %q", r.URL, r.Status, r.Text(), status, text)
	}
}

// remembered is the remember cookie that an answer sets.
func remembered(t *testing.T, r *cantil.ClientResponse) string {
	t.Helper()
	for _, line := range r.HeaderAll("Set-Cookie") {
		if value, ok := strings.CutPrefix(line, "remember_token="); ok {
			value, _, _ = strings.Cut(value, ";")
			return value
		}
	}
	t.Fatalf("%s: no remember cookie among %q", r.URL, r.HeaderAll("Set-Cookie"))
	return ""
}

// TestNilPointerIsNoUser: a map of pointers gives a nil one for an id that it
// lacks, which in an interface is not nil.
func TestNilPointerIsNoUser(t *testing.T) {
	site := newTestSite()
	client := site.TestClient()
	wantText(t, client.Get("/in/1"), 200, "in")
	delete(site.users, "1")
	wantText(t, client.Get("/me"), 401, "")
}

// TestLoaderFails: the error is the request's, the error page can be rendered
// with current_user in it, and a logout works all the same.
func TestLoaderFails(t *testing.T) {
	for _, test := range []struct {
		err    error
		status int
	}{
		{errors.New("no database"), 500},
		{cantil.Abort(503, "no database"), 503},
	} {
		site := newTestSite()
		site.ErrorHandler(test.status)(func(c *cantil.Context, err error) any {
			return c.MakeResponse(c.RenderTemplateString("{{ current_user.is_authenticated }}"), test.status)
		})
		client := site.TestClient()
		client.Get("/in/1?remember")
		site.fails = test.err
		wantText(t, client.Get("/me"), test.status, "False")
		wantText(t, client.Get("/out"), 200, "out")
		site.fails = nil
		wantText(t, client.Get("/me"), 401, "")
	}
}

// TestLoadedOnce: a request asks the loader once, whoever asks for the user, and
// one that does not ask never does.
func TestLoadedOnce(t *testing.T) {
	site := newTestSite()
	site.Get("/page", cantil.Decorate(LoginRequired), cantil.Endpoint("page"))(func(c *cantil.Context) any {
		return c.RenderTemplateString("{{ current_user.name }} {{ current_user.get_id() }} " + CurrentUser(c).GetID())
	})
	client := site.TestClient()
	client.Get("/in/1")
	wantText(t, client.Get("/page"), 200, "Maria 1 1")
	if site.asked != 1 {
		t.Errorf("the loader was asked %d times", site.asked)
	}
	client.Get("/plain")
	if site.asked != 1 {
		t.Error("the loader was asked for a page without a user")
	}
}

func TestInactive(t *testing.T) {
	site := newTestSite()
	site.users["3"] = &testUser{UserMixin{Inactive: true}, "3", "Rui"}
	client := site.TestClient()
	wantText(t, client.Get("/in/3"), 200, "refused")
	wantText(t, client.Get("/in/3?force"), 200, "in")
	wantText(t, client.Get("/me"), 401, "")
}

// suspended is a user whose own IsActive says no; the mixin it embeds does not
// know.
type suspended struct{ testUser }

func (*suspended) IsActive() bool { return false }

func TestActiveOfItsOwn(t *testing.T) {
	site := newTestSite()
	site.lm.UserLoader(func(*cantil.Context, string) (User, error) { return &suspended{}, nil })
	site.Get("/page", cantil.Endpoint("page"))(func(c *cantil.Context) any {
		return c.RenderTemplateString("{{ current_user.is_authenticated }} {{ current_user.is_active }}")
	})
	client := site.TestClient()
	client.Get("/in/1")
	wantText(t, client.Get("/me"), 401, "")
	wantText(t, client.Get("/page"), 200, "False False")
}

// TestNoKeySignsNothing: without a secret key nobody is remembered, though a
// cookie can be signed with the empty key.
func TestNoKeySignsNothing(t *testing.T) {
	site := newTestSite()
	site.SecretKey = ""
	forged, err := EncodeCookie("1", "")
	if err != nil {
		t.Fatal(err)
	}
	client := restarted(site, "remember_token", forged)
	wantText(t, client.Get("/me"), 401, "")
}

// TestKeyThatCannotSign: the program learns of it at the login, and no cookie of
// such a key is read.
func TestKeyThatCannotSign(t *testing.T) {
	site := newTestSite()
	site.SecretKey = "секретный ключ этого сайта"
	client := site.TestClient()
	wantText(t, client.Get("/in/1"), 200, "in")
	wantText(t, client.Get("/in/1?remember"), 500, "")
	forged, _ := EncodeCookie("1", []byte(site.SecretKey))
	wantText(t, restarted(site, "remember_token", forged).Get("/me"), 401, "")
}

func TestTestClient(t *testing.T) {
	site := newTestSite()
	client := TestClient(site.App, site.users["2"], true)
	wantText(t, client.Get("/me"), 200, "2")
	// Without an _id the protection takes the login for one of another browser, as with Flask-Login's client.
	wantText(t, client.Get("/fresh"), 401, "")
	site.lm.SessionProtection = ""
	wantText(t, TestClient(site.App, site.users["2"], true).Get("/fresh"), 200, "fresh")
}

// TestSetUp: mistakes name the remedy.
func TestSetUp(t *testing.T) {
	site := newTestSite()
	defer func() {
		if err, ok := recover().(error); !ok || !strings.HasPrefix(err.Error(), "login: ") {
			t.Errorf("panic %v", err)
		}
	}()
	NewLoginManager(site.App)
}

func TestNumberInTheSession(t *testing.T) {
	site := newTestSite()
	client := site.TestClient()
	client.SessionTransaction(func(s *session.Session) { s.Set("_user_id", 1) })
	wantText(t, client.Get("/me"), 200, "1")
}
