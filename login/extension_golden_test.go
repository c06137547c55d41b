package login

import (
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit/vectors"
)

// TestExtensionGoldenRememberCookies signs and reads cookies as Flask-Login did.
func TestExtensionGoldenRememberCookies(t *testing.T) {
	var file struct {
		Cookies []struct {
			ID, Op, Level, Payload, Cookie string
			Key                            json.RawMessage
			Result                         *string
			Exception                      *vectors.Failure
		} `json:"remember_cookies"`
	}
	vectors.Load(t, "extensions.json", &file)
	report := vectors.NewReport(t, "extensions.json remember_cookies")
	for _, c := range file.Cookies {
		report.Case(c.ID, func() error {
			var err error
			if c.Op == "encode" {
				err = checkEncoded(c.Key, c.Payload, c.Cookie, c.Exception != nil)
			} else {
				err = checkDecoded(c.Key, c.Cookie, c.Result)
			}
			if c.Level == "free" {
				return nil
			}
			return err
		})
	}
}

// key is text or bytes, which Flask-Login uses in different ways.
func key(t json.RawMessage) (text string, raw []byte) {
	var form struct{ Str, Hex *string }
	if err := json.Unmarshal(t, &form); err != nil {
		panic(err)
	}
	if form.Hex != nil {
		raw, _ = hex.DecodeString(*form.Hex)
		return "", append([]byte{}, raw...)
	}
	return *form.Str, nil
}

func checkEncoded(k json.RawMessage, payload, want string, fails bool) error {
	text, raw := key(k)
	got, err := EncodeCookie(payload, text)
	if raw != nil {
		got, err = EncodeCookie(payload, raw)
	}
	if (err != nil) != fails || got != want {
		return fmt.Errorf("%q, %v; want %q", got, err, want)
	}
	return nil
}

func checkDecoded(k json.RawMessage, cookie string, want *string) error {
	text, raw := key(k)
	got, ok := DecodeCookie(cookie, text)
	if raw != nil {
		got, ok = DecodeCookie(cookie, raw)
	}
	if ok != (want != nil) || ok && got != *want {
		return fmt.Errorf("%q, %v", got, ok)
	}
	return nil
}

// TestExtensionGoldenSessionIdentifiers makes the identifiers that Flask-Login
// made of addresses and browsers.
func TestExtensionGoldenSessionIdentifiers(t *testing.T) {
	var file struct {
		Identifiers []struct {
			ID, Level, Hashed, Identifier string
			RemoteAddr                    *string `json:"remote_addr"`
			Forwarded                     *string `json:"x_forwarded_for"`
			UserAgent                     *string `json:"user_agent"`
		} `json:"session_identifiers"`
	}
	vectors.Load(t, "extensions.json", &file)
	report := vectors.NewReport(t, "extensions.json session_identifiers")
	for _, c := range file.Identifiers {
		report.Case(c.ID, func() error {
			addr := c.RemoteAddr
			if c.Forwarded != nil {
				addr = c.Forwarded
			}
			text := identity(addr, c.UserAgent)
			if c.Level == "free" {
				return nil
			}
			if text != c.Hashed || sum(text) != c.Identifier {
				return fmt.Errorf("of %q", text)
			}
			return nil
		})
	}
}

// TestIdentifiers compares with the two versions of Flask-Login, the headers
// sent by a client.
func TestIdentifiers(t *testing.T) {
	sum := func(text string) string {
		digest := sha512.Sum512([]byte(text))
		return hex.EncodeToString(digest[:])
	}
	const agent, forwarded = "Mozilla/5.0", "203.0.113.7, 10.0.0.1"
	for _, test := range []struct {
		headers      []cantil.RequestOption
		want, want07 string
	}{
		{nil, `b'127.0.0.1'|None`, `127.0.0.1|`},
		{[]cantil.RequestOption{cantil.RequestHeader("User-Agent", agent)}, `b'127.0.0.1'|b'Mozilla/5.0'`, `127.0.0.1|Mozilla/5.0`},
		{[]cantil.RequestOption{cantil.RequestHeader("User-Agent", `It's`), cantil.RequestHeader("X-Forwarded-For", forwarded)},
			`b'203.0.113.7'|b"It's"`, `127.0.0.1|It's`},
	} {
		app := cantil.New()
		app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return Identifier063(c) + " " + Identifier07(c) })
		got := app.TestClient().Get("/", test.headers...).Text()
		if want := sum(test.want) + " " + sum(test.want07); got != want {
			t.Errorf("%q: %s, want %s", test.want, got, want)
		}
	}
}

// TestExtensionGoldenLoginURLs builds the addresses that Flask-Login built.
func TestExtensionGoldenLoginURLs(t *testing.T) {
	type wanted struct {
		ID, Level string
		View      string  `json:"login_view"`
		Next      *string `json:"next_url"`
		Field     string  `json:"next_field"`
		ForceHost *string `json:"force_host"`
		Base      string  `json:"base_url"`
		URL       string
		Exception *vectors.Failure
	}
	var file struct {
		URLs []wanted `json:"login_urls"`
	}
	vectors.Load(t, "extensions.json", &file)
	report := vectors.NewReport(t, "extensions.json login_urls")
	for _, c := range file.URLs {
		report.Case(c.ID, func() error {
			got, failed := loginURL(c.Base, c.View, c.Next, c.Field, c.ForceHost)
			if c.Level == "free" {
				return nil
			}
			if failed != (c.Exception != nil) || got != c.URL {
				return fmt.Errorf("%s of %s: %q, failed: %v; want %q", c.View, c.Base, got, failed, c.URL)
			}
			return nil
		})
	}
}

// loginURL asks for a URL in a request for base + "pagina".
func loginURL(base, view string, next *string, field string, forceHost *string) (got string, failed bool) {
	app := cantil.New()
	lm := NewLoginManager(app)
	if forceHost != nil {
		lm.ForceHostForRedirects = *forceHost
	}
	app.ProxyFix(cantil.ProxyFix{Prefix: 1})
	ask := func(c *cantil.Context) (url string, failed bool) {
		defer func() { failed = recover() != nil }()
		if next == nil {
			return LoginURL(c, view), false
		}
		return LoginURL(c, view, *next, field), false
	}
	for endpoint, rule := range map[string]string{"login": "/login", "entrar": "/entrar/<lang>"} {
		app.Get(rule, cantil.Endpoint(endpoint), cantil.Defaults(cantil.Map{"lang": "pt"}))(func(*cantil.Context) any { return "" })
	}
	auth := cantil.NewBlueprint("auth", cantil.URLPrefix("/auth"))
	auth.Get("/entrar", cantil.Endpoint("login"))(func(*cantil.Context) any { return "" })
	app.RegisterBlueprint(auth)
	app.Get("/pagina", cantil.Endpoint("pagina"))(func(c *cantil.Context) any {
		got, failed = ask(c)
		return "ok"
	})
	u, _ := url.Parse(base)
	client := app.TestClient()
	client.BaseURL = u.Scheme + "://" + u.Host
	client.Get("/pagina", cantil.RequestHeader("X-Forwarded-Prefix", strings.TrimSuffix(u.Path, "/")))
	return got, failed
}
