package httpsession_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/httpsession"
)

var t0 = time.Unix(1735689600, 0)

// config is that of a site shared with Flask, and its log.
func config() (*httpsession.Config, *strings.Builder) {
	log := new(strings.Builder)
	cfg := httpsession.NewConfig("sua_chave_secreta")
	cfg.Serializer = codec.TaggedJSON
	cfg.Logger = slog.New(slog.NewTextHandler(log, nil))
	cfg.Now = func() time.Time { return t0 }
	return cfg, log
}

// site is a server on a free port.
type site struct {
	t   *testing.T
	url string
}

func serve(t *testing.T, iface session.Interface, cfg *httpsession.Config, h http.HandlerFunc) site {
	t.Helper()
	server := httptest.NewUnstartedServer(httpsession.New(iface, cfg)(h))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	server.Start()
	t.Cleanup(server.Close)
	return site{t, server.URL}
}

// get requests a path with Cookie lines and reads the whole answer.
func (s site) get(path string, cookies ...string) (*http.Response, string) {
	s.t.Helper()
	return s.do("GET", path, cookies...)
}

func (s site) do(method, path string, cookies ...string) (*http.Response, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range cookies {
		r.Header.Add("Cookie", c)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	return answer, string(body)
}

// maria is a session that Flask signed at t0.
const maria = "session=eyJ1c2VybmFtZSI6Ik1hcmlhIn0.Z3SFgA.zu_Bqa5P5BJEvD6jsOd7ygNHk78"

func user(r *http.Request) *session.Session { return httpsession.FromContext(r.Context()) }

// TestRules are the rows of the table of what a session does.
func TestRules(t *testing.T) {
	permanent := mustSign(t, `{"_permanent":true,"a":1}`)
	const gone = "session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; HttpOnly; Path=/x; SameSite=Lax; Partitioned"
	const attrs = "; Secure; HttpOnly; Path=/x; SameSite=Lax; Partitioned"
	for _, test := range []struct {
		name, cookie string
		do           func(w http.ResponseWriter, r *http.Request)
		body         string
		vary, set    string // set ends in …
	}{
		{"never asked", "", func(w http.ResponseWriter, r *http.Request) {}, "", "", ""},
		{"never asked, with a cookie", maria, func(w http.ResponseWriter, r *http.Request) {}, "", "", ""},
		{"read", maria, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, user(r).Get("username")) }, "Maria", "Cookie", ""},
		{"read, no cookie", "", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, user(r).Get("username")) }, "<nil>", "Cookie", ""},
		{"bad cookie", maria + "x", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, user(r).New()) }, "true", "Cookie", ""},
		{"first of two", maria + "; session=x", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, user(r).Get("username")) }, "Maria", "Cookie", ""},
		{"second of two", "session=x; " + maria, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, user(r).New()) }, "true", "Cookie", ""},
		{"in quotes", `outro="; ` + maria + `; z="`, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, user(r).Get("username")) }, "Maria", "Cookie", ""},
		{"set", "", func(w http.ResponseWriter, r *http.Request) { user(r).Set("a", 1) }, "", "Cookie", attrs},
		{"set, then an error", "", func(w http.ResponseWriter, r *http.Request) {
			user(r).Set("a", 1)
			http.Error(w, "não", 404)
		}, "não\n", "Cookie", attrs},
		{"cleared", maria, func(w http.ResponseWriter, r *http.Request) { user(r).Clear() }, "", "Cookie", gone},
		{"cleared, no cookie", "", func(w http.ResponseWriter, r *http.Request) { user(r).Clear() }, "", "Cookie", gone},
		{"dropped", maria, func(w http.ResponseWriter, r *http.Request) {
			user(r).Set("a", 1)
			user(r).SetModified(false)
		}, "", "Cookie", ""},
		{"permanent, untouched", permanent, func(w http.ResponseWriter, r *http.Request) {}, "", "Cookie",
			"; Expires=Sat, 01 Feb 2025 00:00:00 GMT" + attrs},
		{"Vary of the handler", maria, func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Vary"] = []string{"Accept, Origin", "X-A"}
			user(r)
		}, "", "Accept, Origin, Cookie|X-A", ""},
		{"Vary that has it", maria, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Vary", "accept, cookie")
			user(r)
		}, "", "accept, cookie", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			cfg, log := config()
			cfg.CookiePath, cfg.CookieSameSite, cfg.CookiePartitioned = "/x", "lax", true
			s := serve(t, session.SecureCookie{}, cfg, test.do)
			var lines []string
			if test.cookie != "" {
				lines = []string{test.cookie}
			}
			answer, body := s.get("/", lines...)
			if body != test.body {
				t.Errorf("body %q, want %q", body, test.body)
			}
			if vary := strings.Join(answer.Header["Vary"], "|"); vary != test.vary {
				t.Errorf("Vary %q, want %q", vary, test.vary)
			}
			set := strings.Join(answer.Header["Set-Cookie"], "\n")
			if (set == "") != (test.set == "") || !strings.HasSuffix(set, test.set) || strings.Contains(set, "\n") {
				t.Errorf("Set-Cookie %q, want …%q", set, test.set)
			}
			if log.Len() > 0 {
				t.Error(log)
			}
		})
	}
}

func mustSign(t *testing.T, payload string) string {
	t.Helper()
	s, err := session.Decode(payload, codec.TaggedJSON)
	if err != nil {
		t.Fatal(err)
	}
	s.SetModified(true)
	cfg := &session.Config{SecretKey: "sua_chave_secreta", Serializer: codec.TaggedJSON, Logger: slog.Default()}
	value, _, err := session.SecureCookie{}.Save(t.Context(), cfg, s, nil, t0)
	if err != nil {
		t.Fatal(err)
	}
	return "session=" + string(value)
}

// TestPanics: what was set before a panic goes out with the answer that whoever
// recovers it writes, inside the middleware or outside.
func TestPanics(t *testing.T) {
	recoverer := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				if v := recover(); v != nil {
					http.Error(w, fmt.Sprint(v), 500)
				}
			}()
			next.ServeHTTP(w, r)
		})
	}
	view := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user(r).Set("a", 1)
		panic("erro da view")
	})
	cfg, _ := config()
	sessions := httpsession.New(session.SecureCookie{}, cfg)
	for name, h := range map[string]http.Handler{
		"inside": sessions(recoverer(view)), "outside": recoverer(sessions(view)),
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if w.Code != 500 || w.Body.String() != "erro da view\n" || len(w.Result().Header["Set-Cookie"]) != 1 {
			t.Errorf("%s: %d %v %s", name, w.Code, w.Result().Header, w.Body)
		}
	}
	func() {
		defer func() {
			if v := recover(); v != http.ErrAbortHandler {
				t.Errorf("recovered %v", v)
			}
		}()
		sessions(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })).
			ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	}()
}

func TestWithoutAKey(t *testing.T) {
	cfg, _ := config()
	cfg.SecretKey = ""
	s := serve(t, session.SecureCookie{}, cfg, func(w http.ResponseWriter, r *http.Request) {
		defer func() { fmt.Fprint(w, recover() == session.ErrNoSecretKey) }()
		if user(r).Get("a") != nil {
			return
		}
		user(r).Set("a", 1)
	})
	if answer, body := s.get("/", maria); body != "true" || answer.Header.Get("Vary")+answer.Header.Get("Set-Cookie") != "" {
		t.Errorf("%q %v", body, answer.Header)
	}
}

func TestSetup(t *testing.T) {
	for name, change := range map[string]func(c *httpsession.Config){
		"empty fallback":       func(c *httpsession.Config) { c.SecretKeyFallbacks = []string{"a", ""} },
		"no name":              func(c *httpsession.Config) { c.CookieName = "" },
		"a name of two":        func(c *httpsession.Config) { c.CookieName = "a;b" },
		"SameSite":             func(c *httpsession.Config) { c.CookieSameSite = "Laxo" },
		"a domain of lines":    func(c *httpsession.Config) { c.CookieDomain = "a\r\nb" },
		"__Host- not secure":   func(c *httpsession.Config) { c.CookieName = "__Host-s" },
		"__host- and domain":   func(c *httpsession.Config) { c.CookieName, c.CookieSecure, c.CookieDomain = "__host-s", true, "a.br" },
		"__Host- below a path": func(c *httpsession.Config) { c.CookieName, c.CookieSecure, c.CookiePath = "__Host-s", true, "/x" },
		"__Secure- not secure": func(c *httpsession.Config) { c.CookieName = "__Secure-s" },
	} {
		cfg, _ := config()
		httpsession.New(session.SecureCookie{}, cfg) // as it is, it works
		change(cfg)
		func() {
			defer func() {
				if _, ok := recover().(error); !ok {
					t.Errorf("%s: no error", name)
				}
			}()
			httpsession.New(session.SecureCookie{}, cfg)
		}()
	}
	defer func() {
		if _, ok := recover().(error); !ok {
			t.Error("a context without the middleware: no error")
		}
	}()
	httpsession.FromContext(t.Context())
}
