package httpsession_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/httpsession"
)

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

// noHijacker is a writer of HTTP/2, whose connection is not the request's.
type noHijacker struct{ http.ResponseWriter }

// TestHijackRefused: the handler that answers in another way still has a session.
func TestHijackRefused(t *testing.T) {
	cfg, _ := config()
	h := httpsession.New(session.SecureCookie{}, cfg)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, _, err := w.(http.Hijacker).Hijack(); !errors.Is(err, http.ErrNotSupported) {
			t.Errorf("Hijack: %v", err)
		}
		user(r).Set("a", 1)
		fmt.Fprint(w, "no socket here")
	}))
	w := httptest.NewRecorder()
	h.ServeHTTP(noHijacker{w}, httptest.NewRequest("GET", "/", nil))
	if w.Header().Get("Set-Cookie") == "" || w.Header().Get("Vary") != "Cookie" {
		t.Error(w.Header())
	}
}

// TestTwice: middleware around a router and around a group in it is one session,
// which ends when the handler ends it; that of another cookie is another one.
func TestTwice(t *testing.T) {
	cfg, _ := config()
	other, _ := config()
	other.CookieName = "other"
	around, within := httpsession.New(session.SecureCookie{}, cfg), httpsession.New(session.SecureCookie{}, other)
	clear := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { user(r).Clear() })
	permanent := mustSign(t, `{"_permanent":true,"user":"old"}`)
	for name, test := range map[string]struct {
		h    http.Handler
		want []string
	}{
		"one cookie":  {around(around(clear)), []string{"session=; Expires"}},
		"two cookies": {around(within(within(clear))), []string{"other=; Expires", permanent + ";"}},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Cookie", permanent)
		test.h.ServeHTTP(w, r)
		got := w.Header()["Set-Cookie"]
		if !slices.EqualFunc(got, test.want, strings.HasPrefix) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// TestErrorPageOpens: Config.Error may ask why there is no session.
func TestErrorPageOpens(t *testing.T) {
	cfg, _ := config()
	cfg.CookieMustFit = true
	cfg.Error = func(w http.ResponseWriter, r *http.Request, err error) {
		s, opened := httpsession.Open(r.Context())
		http.Error(w, fmt.Sprint(s.Get("user"), opened, errors.Is(err, session.ErrCookieTooLarge)), http.StatusInsufficientStorage)
	}
	s := serve(t, session.SecureCookie{}, cfg, func(w http.ResponseWriter, r *http.Request) {
		user(r).Set("user", "maria")
		var random strings.Builder // which does not compress
		for random.Len() < 5000 {
			random.WriteString(rand.Text())
		}
		user(r).Set("large", random.String())
	})
	if answer, body := s.get("/"); answer.StatusCode != 507 || body != "maria<nil> true\n" {
		t.Errorf("%d %q", answer.StatusCode, body)
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
