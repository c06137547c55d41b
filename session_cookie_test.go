package cantil_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

// started starts an application and returns what it logged, and the error that it
// panicked with.
func started(set func(app *cantil.App)) (log string, err error) {
	var out bytes.Buffer
	app := cantil.New()
	app.SecretKey = "uma chave de muitos bytes"
	app.Logger = slog.New(slog.NewTextHandler(&out, nil))
	set(app)
	defer func() {
		log = out.String()
		if v := recover(); v != nil {
			err = v.(error)
		}
	}()
	app.Handler()
	return
}

// TestKeysAtStart: what makes sessions forgeable is said before the first
// request, and the key itself is never.
func TestKeysAtStart(t *testing.T) {
	const long, short = "0123456789abcdef", "0123456789abcde"
	for _, test := range []struct {
		key            string
		fallbacks      []string
		debug, testing bool
		warned         bool
	}{
		{key: long},
		{key: short, warned: true},
		{key: "x", warned: true},
		{key: short, debug: true},
		{key: short, testing: true},
		{key: ""}, // a write says the remedy
		{key: long, fallbacks: []string{long, short}, warned: true},
		{key: short, fallbacks: []string{short, short}, warned: true},
	} {
		log, err := started(func(app *cantil.App) {
			app.SecretKey, app.SecretKeyFallbacks, app.Debug, app.Testing = test.key, test.fallbacks, test.debug, test.testing
		})
		if n := strings.Count(log, "level=WARN"); err != nil || (n == 1) != test.warned || n > 1 || strings.Contains(log, short) {
			t.Errorf("%+v: %v, %q", test, err, log)
		}
	}
	for _, fallbacks := range [][]string{{""}, {long, ""}, {"", long}} {
		_, err := started(func(app *cantil.App) { app.SecretKeyFallbacks = fallbacks })
		if err == nil || !strings.HasPrefix(err.Error(), "cantil: SecretKeyFallbacks[") {
			t.Errorf("%q: %v", fallbacks, err)
		}
	}
}

// TestSessionCookieNames: a name under which browsers send nothing back is a
// mistake in the setup.
func TestSessionCookieNames(t *testing.T) {
	for _, name := range []string{"", "a;b", "a=b", ";", "=", "a\r\nb", "a\x00b", "a\x01", "a\x7f", " a", "a ", "\ta", "a\tb"} {
		if _, err := started(func(app *cantil.App) { app.SessionCookieName = name }); err == nil ||
			!strings.HasPrefix(err.Error(), "cantil: SessionCookieName ") {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"sid", "a b", "a,b", `"a"`, "a/b", "sessão", "日本", "a\xff"} {
		if _, err := started(func(app *cantil.App) { app.SessionCookieName = name }); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestSessionCookiePrefixes(t *testing.T) {
	type attributes struct {
		name, domain, path, root string
		secure, partitioned      bool
	}
	for _, test := range []struct {
		attributes
		missing string // "" if browsers take it
	}{
		{attributes{name: "__Secure-s"}, "without Secure"},
		{attributes{name: "__secure-s"}, "without Secure"},
		{attributes{name: "__Secure-s", secure: true, domain: "a.example", path: "/x"}, ""},
		{attributes{name: "__Secure-s", partitioned: true}, ""},
		{attributes{name: "__Host-s"}, "without Secure"},
		{attributes{name: "__HOST-s"}, "without Secure"},
		{attributes{name: "__Host-s", secure: true}, ""},
		{attributes{name: "__Host-s", partitioned: true, path: "/"}, ""},
		{attributes{name: "__Host-s", secure: true, domain: "a.example"}, "with a Domain"},
		{attributes{name: "__Host-s", secure: true, path: "/x"}, "without Path=/"},
		{attributes{name: "__Host-s", secure: true, root: "/x"}, "without Path=/"},
		{attributes{name: "__Host-s", secure: true, path: "/", root: "/x"}, ""},
		{attributes{name: "__Host-s", secure: true, path: cantil.NoPath}, "without Path=/"},
		{attributes{name: "__Hosts"}, ""},
		{attributes{name: "s__Host-"}, ""},
	} {
		_, err := started(func(app *cantil.App) {
			app.SessionCookieName, app.SessionCookieDomain, app.SessionCookiePath = test.name, test.domain, test.path
			app.SessionCookieSecure, app.SessionCookiePartitioned = test.secure, test.partitioned
			if test.root != "" {
				app.ApplicationRoot = test.root
			}
		})
		if (err == nil) != (test.missing == "") || err != nil && !strings.Contains(err.Error(), test.missing) {
			t.Errorf("%+v: %v, want %q", test.attributes, err, test.missing)
		}
	}
}

func TestSameSiteNoneWithoutSecure(t *testing.T) {
	for _, test := range []struct {
		sameSite            string
		secure, partitioned bool
		warned              bool
	}{
		{"None", false, false, true}, {"none", false, false, true}, {"None", true, false, false},
		{"None", false, true, false}, {"Lax", false, false, false}, {"", false, false, false},
	} {
		log, err := started(func(app *cantil.App) {
			app.SessionCookieSameSite, app.SessionCookieSecure, app.SessionCookiePartitioned = test.sameSite, test.secure, test.partitioned
		})
		if warned := strings.Contains(log, "SameSite=None"); err != nil || warned != test.warned {
			t.Errorf("%+v: %v, %q", test, err, log)
		}
	}
}

// TestSessionCookieNameOutsideASCII: the lines are those of Flask 3.1.3, byte for
// byte; the name is UTF-8 as it stands.
func TestSessionCookieNameOutsideASCII(t *testing.T) {
	for _, name := range []string{"sessão", "日本", "sid"} {
		for _, domain := range []string{"", "münchen.example"} {
			app := quiet()
			app.SessionCookieName, app.SessionCookieDomain = name, domain
			app.SessionInterface = session.NewServerSide(storetest.NewMemory())
			app.Now = func() time.Time { return time.Unix(1735689600, 0) }
			app.Get("/set")(func(c *cantil.Context) any { c.Session().Set("a", 1); return "" })
			app.Get("/clear")(func(c *cantil.Context) any { c.Session().Clear(); c.Session().Pop("_permanent", nil); return "" })
			attributes := "; HttpOnly; Path=/"
			inDomain := ""
			if domain != "" {
				inDomain = "; Domain=xn--mnchen-3ya.example"
			}
			line := setCookieLine(t, app, "/set")
			value, rest, _ := strings.Cut(strings.TrimPrefix(line, name+"="), ";")
			if !strings.HasPrefix(line, name+"=") || len(value) != 43 ||
				";"+rest != inDomain+"; Expires=Sat, 01 Feb 2025 00:00:00 GMT"+attributes {
				t.Errorf("%s: set by %q", name, line)
			}
			if line, want := setCookieLine(t, app, "/clear"), name+"="+inDomain+
				"; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0"+attributes; line != want {
				t.Errorf("%s: removed by %q, want %q", name, line, want)
			}
		}
	}
}

// setCookieLine is the value of a response's one Set-Cookie header as its bytes.
func setCookieLine(t *testing.T, app *cantil.App, path string) string {
	t.Helper()
	var ctx fasthttp.RequestCtx
	ctx.Request.SetRequestURI(path)
	ctx.Request.Header.SetHost("localhost")
	app.Handler()(&ctx)
	_, line, found := strings.Cut(ctx.Response.Header.String(), "Set-Cookie: ")
	line, _, _ = strings.Cut(line, "\r\n")
	if !found || strings.Count(ctx.Response.Header.String(), "Set-Cookie") != 1 {
		t.Fatalf("%s: %q", path, ctx.Response.Header.String())
	}
	return line
}

// TestSessionClockSkew: a login on a server whose clock is ahead is one here too,
// for a few seconds; 0 is Flask's rule.
func TestSessionClockSkew(t *testing.T) {
	for _, test := range []struct {
		skew, ahead time.Duration
		known       bool
	}{
		{-1, 5 * time.Second, true}, {-1, 6 * time.Second, false}, // -1: as it is unless set
		{0, 0, true}, {0, time.Second, false}, {time.Minute, time.Minute, true},
	} {
		now := time.Unix(1735689600, 0)
		app := lesson()
		app.Logger = slog.New(slog.DiscardHandler)
		app.Now = func() time.Time { return now }
		if test.skew >= 0 {
			app.SessionClockSkew = test.skew
		}
		now = now.Add(test.ahead)
		client := app.TestClient()
		client.Post("/login", cantil.FormData("username", "ana"))
		now = now.Add(-test.ahead)
		if known := client.Get("/").Text() == "Bem-vindo, ana!"; known != test.known {
			t.Errorf("%+v: known is %v", test, known)
		}
	}
}
