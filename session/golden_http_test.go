package session_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/httpsession"
)

// goldenAnswer is what a front answered.
type goldenAnswer struct {
	Status int
	Body   []byte
	header http.Header
}

func (a *goldenAnswer) Header(name string) string      { return a.header.Get(name) }
func (a *goldenAnswer) HeaderAll(name string) []string { return a.header.Values(name) }

// goldenFront serves apps/flask_session_app.py until stop.
type goldenFront func(t *testing.T, c flaskConfig, store session.Store, now func() time.Time) (
	get func(path, cookie string) *goldenAnswer, stop func())

// throughCantil serves it with the framework.
func throughCantil(t *testing.T, c flaskConfig, store session.Store, now func() time.Time) (func(path, cookie string) *goldenAnswer, func()) {
	app := goldenApp(t, c, store, now)
	return func(path, cookie string) *goldenAnswer {
		var options []cantil.RequestOption
		if cookie != "" {
			options = append(options, cantil.RequestHeader("Cookie", cookie))
		}
		got := app.TestClient().Get(path, options...)
		header := http.Header{}
		for _, name := range []string{"Vary", "Set-Cookie"} {
			header[name] = got.HeaderAll(name)
		}
		return &goldenAnswer{got.Status, got.Body, header}
	}, func() {}
}

// TestGoldenSequencesOverHTTP replays what Flask-Session was recorded with on a
// server of net/http, by package httpsession.
func TestGoldenSequencesOverHTTP(t *testing.T) {
	goldenSequences(t, "flask-session.json sequences over net/http", throughHTTP)
}

// throughHTTP serves it with net/http.
func throughHTTP(t *testing.T, c flaskConfig, store session.Store, now func() time.Time) (func(path, cookie string) *goldenAnswer, func()) {
	cfg := httpsession.NewConfig(goldenSecret)
	cfg.Logger = slog.New(slog.DiscardHandler)
	cfg.Now = now
	cfg.Lifetime = c.lifetime()
	cfg.RefreshEachRequest = setting(c, "SESSION_REFRESH_EACH_REQUEST", true)
	cfg.CookieName = setting(c, "SESSION_COOKIE_NAME", "session")
	cfg.CookiePath = setting(c, "SESSION_COOKIE_PATH", "/")
	cfg.CookieDomain = setting(c, "SESSION_COOKIE_DOMAIN", "")
	cfg.CookieSecure = setting(c, "SESSION_COOKIE_SECURE", false)
	cfg.CookieHTTPOnly = setting(c, "SESSION_COOKIE_HTTPONLY", true)
	cfg.CookieSameSite = setting(c, "SESSION_COOKIE_SAMESITE", "")
	cfg.CookiePartitioned = setting(c, "SESSION_COOKIE_PARTITIONED", false)

	mux := http.NewServeMux()
	for path, view := range goldenViews {
		pattern := "GET " + strings.NewReplacer("<", "{", ">", "}").Replace(path)
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				if v := recover(); v != nil {
					http.Error(w, fmt.Sprint(v), 500)
				}
			}()
			c.cleanUp(t, store)
			fmt.Fprint(w, view(r.PathValue("name"), func() *session.Session { return httpsession.FromContext(r.Context()) }))
		})
	}
	server := httptest.NewServer(httpsession.New(session.NewServerSide(store, c.options()...), cfg)(mux))
	return func(path, cookie string) *goldenAnswer {
		r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+path, nil)
		noError(t, err)
		if cookie != "" {
			r.Header.Set("Cookie", cookie)
		}
		got, err := http.DefaultTransport.RoundTrip(r)
		noError(t, err)
		defer got.Body.Close()
		body, err := io.ReadAll(got.Body)
		noError(t, err)
		return &goldenAnswer{got.StatusCode, body, got.Header}
	}, server.Close
}
