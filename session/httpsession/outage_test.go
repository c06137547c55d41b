package httpsession_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/httpsession"
	"github.com/cantil-go/cantil/session/storetest"
)

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
