package httpsession_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/httpsession"
	"github.com/cantil-go/cantil/session/storetest"
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

// TestFirstByte saves the session by each way to begin an answer, and never after.
func TestFirstByte(t *testing.T) {
	for name, begin := range map[string]func(w http.ResponseWriter){
		"Write":          func(w http.ResponseWriter) { w.Write([]byte("x")) },
		"an empty Write": func(w http.ResponseWriter) { w.Write(nil) },
		"WriteString":    func(w http.ResponseWriter) { io.WriteString(w, "x") },
		"WriteHeader":    func(w http.ResponseWriter) { w.WriteHeader(201) },
		"ReadFrom":       func(w http.ResponseWriter) { w.(io.ReaderFrom).ReadFrom(strings.NewReader("x")) },
		"io.Copy":        func(w http.ResponseWriter) { io.Copy(w, strings.NewReader("x")) },
		"Flush":          func(w http.ResponseWriter) { w.(http.Flusher).Flush() },
		"a controller":   func(w http.ResponseWriter) { http.NewResponseController(w).Flush() },
		"http.Redirect": func(w http.ResponseWriter) {
			http.Redirect(w, httptest.NewRequest("GET", "/", nil), "/x", http.StatusFound)
		},
		"http.ServeContent": func(w http.ResponseWriter) {
			http.ServeContent(w, httptest.NewRequest("GET", "/", nil), "a.txt", t0, strings.NewReader("x"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, log := config()
			s := serve(t, session.SecureCookie{}, cfg, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/before" {
					user(r).Set("a", 1)
				}
				begin(w)
				if r.URL.Path == "/after" {
					user(r).Set("a", 1)
				}
			})
			answer, _ := s.get("/before")
			if len(answer.Header["Set-Cookie"]) != 1 || answer.Header.Get("Vary") != "Cookie" {
				t.Errorf("set before: %v", answer.Header)
			}
			if log.Len() > 0 {
				t.Error(log)
			}
			answer, _ = s.get("/after")
			if len(answer.Header["Set-Cookie"]) != 0 {
				t.Errorf("set after: %v", answer.Header)
			}
			if strings.Count(log.String(), "after the answer began") != 1 {
				t.Errorf("the log says %q", log)
			}
		})
	}
}

// TestInformational answers go out without the cookie, which the final one has.
func TestInformational(t *testing.T) {
	cfg, _ := config()
	s := serve(t, session.SecureCookie{}, cfg, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", "</a.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		user(r).Set("a", 1)
		w.WriteHeader(http.StatusAccepted)
	})
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	raw, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	early, final, _ := strings.Cut(string(raw), "\r\n\r\n")
	if !strings.HasPrefix(early, "HTTP/1.1 103") || strings.Contains(early, "Cookie") {
		t.Errorf("early: %s", early)
	}
	if !strings.HasPrefix(final, "HTTP/1.1 202") || strings.Count(final, "Set-Cookie: session=") != 1 {
		t.Errorf("final: %s", final)
	}
}

// TestHijack: what is written by hand can carry the cookie.
func TestHijack(t *testing.T) {
	cfg, _ := config()
	s := serve(t, session.SecureCookie{}, cfg, func(w http.ResponseWriter, r *http.Request) {
		user(r).Set("a", 1)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n")
		w.Header().Write(conn)
		fmt.Fprint(conn, "\r\n")
	})
	answer, _ := s.get("/")
	if len(answer.Header["Set-Cookie"]) != 1 || answer.Header.Get("Vary") != "Cookie" {
		t.Error(answer.Header)
	}
}

// TestController reaches the server's own writer.
func TestController(t *testing.T) {
	cfg, _ := config()
	s := serve(t, session.SecureCookie{}, cfg, func(w http.ResponseWriter, r *http.Request) {
		if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
			fmt.Fprint(w, err)
		}
	})
	if _, body := s.get("/"); body != "" {
		t.Error(body)
	}
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

// down is a store out of order for as long as it says.
type down struct {
	session.Store
	failing bool
	calls   int
}

func (d *down) Get(ctx context.Context, key string) (session.Row, bool, error) {
	d.calls++
	if d.failing {
		return session.Row{}, false, errors.New("connection refused")
	}
	return d.Store.Get(ctx, key)
}

func (d *down) Set(ctx context.Context, key string, data []byte, ttl time.Duration) error {
	if d.failing {
		return errors.New("connection refused")
	}
	return d.Store.Set(ctx, key, data, ttl)
}

// TestStoreDown fails those who ask, with a 503 whatever recovers the panic, and
// no one else.
func TestStoreDown(t *testing.T) {
	store := &down{Store: storetest.NewMemory()}
	cfg, log := config()
	s := serve(t, session.NewServerSide(store), cfg, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/recovered":
			defer func() {
				if recover() != nil {
					w.Header().Set("Location", "/")
					w.WriteHeader(500)
					fmt.Fprint(w, "lixo")
				}
			}()
		case "/open":
			if _, err := httpsession.Open(r.Context()); err != nil {
				fmt.Fprint(w, "sem sessão: ", errors.Is(err, session.ErrUnavailable))
				return
			}
		case "/late":
			fmt.Fprint(w, "meia página")
			http.NewResponseController(w).Flush()
		case "/nothing":
			fmt.Fprint(w, "ok")
			return
		}
		user(r).Set("a", 1)
		w.Header().Set("Content-Length", "2")
		fmt.Fprint(w, "ok")
	})
	answer, _ := s.get("/set")
	cookie, _, _ := strings.Cut(answer.Header.Get("Set-Cookie"), ";")
	if answer.StatusCode != 200 || len(cookie) < 40 {
		t.Fatal(answer.StatusCode, cookie)
	}
	store.failing = true
	for _, path := range []string{"/set", "/recovered"} {
		answer, body := s.get(path, cookie)
		if answer.StatusCode != 503 || body != "Service Unavailable\n" || answer.Header.Get("Vary") != "Cookie" ||
			answer.Header.Get("Set-Cookie")+answer.Header.Get("Location") != "" {
			t.Errorf("%s: %d %v %q", path, answer.StatusCode, answer.Header, body)
		}
	}
	if answer, body := s.get("/set"); answer.StatusCode != 503 || body != "Service Unavailable\n" { // the save fails
		t.Errorf("a new session: %d %q", answer.StatusCode, body)
	}
	if _, body := s.get("/open", cookie); body != "sem sessão: true" {
		t.Errorf("Open: %q", body)
	}
	store.calls = 0
	for range 20 {
		if answer, body := s.get("/nothing", cookie); answer.StatusCode != 200 || body != "ok" {
			t.Errorf("who did not ask: %d %q", answer.StatusCode, body)
		}
	}
	if store.calls > 5 {
		t.Errorf("%d calls of a store that is down, for pages that did not ask", store.calls)
	}
	if n := strings.Count(log.String(), "was not refreshed"); n > 1 {
		t.Errorf("%d lines in the log about it", n)
	}
	store.failing = false
	if answer, _ := s.get("/set", cookie); answer.StatusCode != 200 {
		t.Errorf("after the outage: %d", answer.StatusCode)
	}
}

// TestHalfAnAnswer that a session's failure cuts off does not look whole.
func TestHalfAnAnswer(t *testing.T) {
	store := &down{Store: storetest.NewMemory(), failing: true}
	cfg, _ := config()
	cfg.RefreshEachRequest = false
	s := serve(t, session.NewServerSide(store), cfg, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "meia página")
		http.NewResponseController(w).Flush()
		user(r)
	})
	r, _ := http.NewRequestWithContext(t.Context(), "GET", s.url, nil)
	r.Header.Set("Cookie", "session="+strings.Repeat("a", 43))
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); err == nil {
		t.Errorf("read to its end: %q", body)
	}
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

// TestStream: a stream keeps its pace, and the session is in its head.
func TestStream(t *testing.T) {
	cfg, _ := config()
	next := make(chan struct{})
	s := serve(t, session.SecureCookie{}, cfg, func(w http.ResponseWriter, r *http.Request) {
		user(r).Set("a", 1)
		for i := range 3 {
			fmt.Fprintf(w, "parte %d\n", i)
			http.NewResponseController(w).Flush()
			<-next
		}
	})
	r, _ := http.NewRequestWithContext(t.Context(), "GET", s.url, nil)
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if len(answer.Header["Set-Cookie"]) != 1 {
		t.Error(answer.Header)
	}
	var parts []string
	for range 3 {
		part := make([]byte, len("parte 0\n"))
		if _, err := io.ReadFull(answer.Body, part); err != nil {
			t.Fatal(err)
		}
		parts = append(parts, string(part))
		next <- struct{}{}
	}
	if !slices.Equal(parts, []string{"parte 0\n", "parte 1\n", "parte 2\n"}) {
		t.Error(parts)
	}
}
