package httpsession_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/httpsession"
	"github.com/cantil-go/cantil/session/storetest"
)

// limits is a site whose sessions can be ended by their size or their age.
func limits(t *testing.T, iface session.Interface, change func(*httpsession.Config)) site {
	cfg, _ := config()
	change(cfg)
	return serve(t, iface, cfg, func(w http.ResponseWriter, r *http.Request) {
		s := httpsession.FromContext(r.Context())
		switch r.URL.Path {
		case "/login":
			s.SetPermanent(true)
			s.Set("user", "maria")
		case "/much":
			for i := range 2000 {
				s.Set(fmt.Sprint("k", i), i*104729)
			}
		}
		fmt.Fprint(w, s.Get("user"))
	})
}

// cookie is what a browser would send back.
func cookie(r *http.Response) string {
	line, _, _ := strings.Cut(r.Header.Get("Set-Cookie"), ";")
	return line
}

func TestAbsoluteLifetime(t *testing.T) {
	now := t0
	s := limits(t, session.SecureCookie{}, func(cfg *httpsession.Config) {
		cfg.AbsoluteLifetime = time.Hour
		cfg.Now = func() time.Time { return now }
	})
	r, _ := s.get("/login")
	end := "Expires=" + t0.Add(time.Hour).UTC().Format(http.TimeFormat)
	for range 5 {
		if line := r.Header.Get("Set-Cookie"); !strings.Contains(line, end) {
			t.Errorf("%q, want %q", line, end)
		}
		now = now.Add(11 * time.Minute)
		last := cookie(r)
		var user string
		if r, user = s.get("/", last); user != "maria" {
			t.Errorf("%v: %q", now.Sub(t0), user)
		}
	}
	now = t0.Add(time.Hour)
	if _, user := s.get("/", cookie(r)); user != "<nil>" {
		t.Errorf("after the end: %q", user)
	}
	defer func() {
		if recover() == nil {
			t.Error("a negative one is no mistake")
		}
	}()
	limits(t, session.SecureCookie{}, func(cfg *httpsession.Config) { cfg.AbsoluteLifetime = -1 })
}

func TestCookieMustFit(t *testing.T) {
	for _, must := range []bool{false, true} {
		s := limits(t, session.SecureCookie{}, func(cfg *httpsession.Config) { cfg.CookieMustFit = must })
		r, _ := s.get("/much")
		if failed := r.StatusCode == 500 && cookie(r) == ""; failed != must || !must && r.StatusCode != 200 {
			t.Errorf("must fit %v: %d, %.50q", must, r.StatusCode, cookie(r))
		}
	}
}

func TestOverflow(t *testing.T) {
	s := limits(t, session.NewOverflow(session.NewServerSide(storetest.NewMemory())), func(*httpsession.Config) {})
	r, _ := s.get("/login")
	if small := cookie(r); !strings.Contains(small, ".") {
		t.Errorf("a small session is in the store: %q", small)
	}
	r, _ = s.get("/much", cookie(r))
	if id := cookie(r); strings.Contains(id, ".") || id == "" {
		t.Errorf("%.50q", id)
	}
	if _, user := s.get("/", cookie(r)); user != "maria" {
		t.Errorf("%q", user)
	}
}
