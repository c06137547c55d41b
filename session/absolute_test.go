package session_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/storetest"
)

// dated is a browser and an application, whose interface has absolute ends, on
// one clock.
type dated struct {
	t      *testing.T
	iface  session.Interface
	cfg    *session.Config
	now    time.Time
	cookie string
}

var datedBegin = time.Unix(2_000_000_000, 0)

func newDated(t *testing.T, iface session.Interface, idle, absolute time.Duration) *dated {
	return &dated{t: t, iface: iface, now: datedBegin, cfg: &session.Config{
		SecretKey: "k", Lifetime: idle, AbsoluteLifetime: absolute, RefreshEachRequest: true, CookieName: "session",
		ClockSkew: 5 * time.Second, Serializer: codec.Msgpack, Logger: slog.New(slog.DiscardHandler),
	}}
}

func (d *dated) do(view func(s *session.Session)) session.Action {
	d.t.Helper()
	s, err := d.iface.Open(d.t.Context(), d.cfg, []byte(d.cookie), d.now)
	noError(d.t, err)
	view(s)
	value, action, err := d.iface.Save(d.t.Context(), d.cfg, s, nil, d.now)
	noError(d.t, err)
	switch action {
	case session.SetCookie:
		d.cookie = string(value)
	case session.DeleteCookie:
		d.cookie = ""
	}
	return action
}

func (d *dated) user() (user any) {
	d.t.Helper()
	d.do(func(s *session.Session) { user = s.Get("user") })
	return user
}

// datedStore is a Memory that notes when its rows end.
type datedStore struct {
	*storetest.Memory
	ends map[string]time.Time
}

func newDatedStore(now func() time.Time) *datedStore {
	m := storetest.NewMemory()
	m.Now = now
	return &datedStore{m, map[string]time.Time{}}
}

func (d *datedStore) Set(ctx context.Context, key string, data []byte, ttl time.Duration) error {
	d.ends[key] = d.Now().Add(ttl)
	return d.Memory.Set(ctx, key, data, ttl)
}

func (d *datedStore) SwapGet(ctx context.Context, key string, loaded session.Row, data []byte, ttl time.Duration) (bool, *session.Row, error) {
	ok, current, err := d.Memory.SwapGet(ctx, key, loaded, data, ttl)
	if ok && data == nil {
		delete(d.ends, key)
	} else if ok {
		d.ends[key] = d.Now().Add(ttl)
	}
	return ok, current, err
}

func (d *datedStore) GetExtend(ctx context.Context, key string, ttl time.Duration) (session.Row, bool, error) {
	row, ok, err := d.Memory.GetExtend(ctx, key, ttl)
	if ok {
		d.ends[key] = d.Now().Add(ttl)
	}
	return row, ok, err
}

func (d *datedStore) Delete(ctx context.Context, key string) error {
	delete(d.ends, key)
	return d.Memory.Delete(ctx, key)
}

// eachDated runs a test with each interface. ends is nil for cookies.
func eachDated(t *testing.T, idle, absolute time.Duration, test func(t *testing.T, d *dated, store *datedStore)) {
	for name, iface := range map[string]session.Interface{"signed": session.SecureCookie{}, "encrypted": session.EncryptedCookie{}} {
		t.Run(name, func(t *testing.T) { test(t, newDated(t, iface, idle, absolute), nil) })
	}
	t.Run("rows", func(t *testing.T) {
		var d *dated
		store := newDatedStore(func() time.Time { return d.now })
		d = newDated(t, session.NewServerSide(store), idle, absolute)
		test(t, d, store)
	})
}

// TestAbsoluteEnd: however busy the visitor, the session ends as long after its
// first write as was said, and no row outlives it.
func TestAbsoluteEnd(t *testing.T) {
	for _, idle := range []time.Duration{time.Hour, 31 * 24 * time.Hour} {
		const absolute = 12 * time.Hour
		eachDated(t, idle, absolute, func(t *testing.T, d *dated, store *datedStore) {
			d.do(func(s *session.Session) { s.SetPermanent(true); s.Set("user", "maria") })
			if store != nil {
				for _, end := range store.ends {
					if want := datedBegin.Add(min(idle, absolute)); !end.Equal(want) {
						t.Errorf("the row ends at %v, want %v", end, want)
					}
				}
			}
			for n := 0; d.now.Before(datedBegin.Add(absolute - time.Minute)); n++ {
				d.now = d.now.Add(30 * time.Minute)
				if n%5 == 3 && d.now.Before(datedBegin.Add(absolute)) { // a write, a new id, or only a look
					d.do(func(s *session.Session) { s.Set("n", n); s.Regenerate() })
				}
				if user := d.user(); d.now.Before(datedBegin.Add(absolute)) != (user == "maria") {
					t.Fatalf("after %v: %v", d.now.Sub(datedBegin), user)
				}
				if store == nil {
					continue
				}
				for _, end := range store.ends {
					if end.After(datedBegin.Add(absolute)) || end.After(d.now.Add(idle)) || d.now.Before(datedBegin.Add(absolute)) && end.Before(d.now.Add(min(idle, time.Minute))) {
						t.Fatalf("after %v a row ends after %v", d.now.Sub(datedBegin), end.Sub(datedBegin))
					}
				}
			}
			d.do(func(s *session.Session) { s.Set("user", "ana") })
			d.now = d.now.Add(idle / 2)
			if d.now.Before(datedBegin.Add(2*absolute)) && d.user() != "ana" {
				t.Error("a session begun afterwards lives from then on")
			}
		})
	}
}

// TestAbsoluteEndOfOthers: a session that does not say when it began, as Flask
// leaves it, counts from where it is seen, even by a request that only looks; so
// does one whose beginning is yet to come.
func TestAbsoluteEndOfOthers(t *testing.T) {
	for _, created := range []any{nil, "text", datedBegin.Add(100 * time.Hour).Unix()} {
		eachDated(t, time.Hour, 2*time.Hour, func(t *testing.T, d *dated, _ *datedStore) {
			d.cfg.AbsoluteLifetime = 0
			d.do(func(s *session.Session) {
				s.SetPermanent(true)
				s.Set("user", "maria")
				if created != nil {
					s.Set("_created", created)
				}
			})
			d.cfg.AbsoluteLifetime = 2 * time.Hour
			for n := range 4 {
				if user := d.user(); user != "maria" {
					t.Fatalf("after %v: %v", d.now.Sub(datedBegin), user)
				}
				if n > 1 {
					d.do(set("n", 1))
				}
				d.now = d.now.Add(30 * time.Minute)
			}
			if user := d.user(); user != nil {
				t.Errorf("after %v: %v", d.now.Sub(datedBegin), user)
			}
		})
	}
}

// TestAbsoluteKey: the key is one like "_permanent". Without a limit there is
// none, and what is left beside it alone is an empty session.
func TestAbsoluteKey(t *testing.T) {
	eachDated(t, time.Hour, 2*time.Hour, func(t *testing.T, d *dated, store *datedStore) {
		if action := d.do(func(s *session.Session) { s.Get("user") }); action != session.KeepCookie || d.cookie != "" {
			t.Error("a visitor without a session got one")
		}
		d.do(set("user", "maria"))
		d.do(func(s *session.Session) {
			if s.Get("_created") != int(datedBegin.Unix()) || !s.Has("_created") {
				t.Errorf("keys %v, _created %v", s.Keys(), s.Get("_created"))
			}
			s.Pop("user")
		})
		if d.cookie != "" || store != nil && len(store.ends) != 0 {
			t.Errorf("a session with nothing in it was kept: %q", d.cookie)
		}
		d.do(set("user", "maria"))
		d.now = d.now.Add(90 * time.Minute / 2)
		d.do(func(s *session.Session) { s.Clear(); s.Set("user", "ana") }) // a login begins anew
		d.do(func(s *session.Session) {
			if s.Get("_created") != int(d.now.Unix()) {
				t.Errorf("_created %v", s.Get("_created"))
			}
		})
		d.cfg.AbsoluteLifetime = 0
		d.cookie = ""
		d.do(set("user", "maria"))
		d.do(func(s *session.Session) {
			if s.Has("_created") {
				t.Error("a time without a limit")
			}
		})
	})
}

// TestAbsoluteEndMeanwhile: a request that is still running when the session
// ends does not bring it back, and of two that write first the earlier counts.
func TestAbsoluteEndMeanwhile(t *testing.T) {
	var d *dated
	store := newDatedStore(func() time.Time { return d.now })
	d = newDated(t, session.NewServerSide(store), time.Hour, time.Hour)
	d.do(set("user", "maria"))
	s, err := d.iface.Open(t.Context(), d.cfg, []byte(d.cookie), d.now)
	noError(t, err)
	d.now = d.now.Add(time.Hour)
	s.Set("n", 1)
	if _, action, err := d.iface.Save(t.Context(), d.cfg, s, nil, d.now); action != session.DeleteCookie || err != nil || len(store.ends) != 0 {
		t.Errorf("action %v, %v, rows %v", action, err, store.ends)
	}

	d.cfg.AbsoluteLifetime, d.cookie = 0, "" // as Flask leaves it
	d.do(set("user", "maria"))
	d.cfg.AbsoluteLifetime = time.Hour
	first := d.now
	late, err := d.iface.Open(t.Context(), d.cfg, []byte(d.cookie), d.now)
	noError(t, err)
	d.do(set("a", 1))
	d.now = d.now.Add(10 * time.Minute)
	late.Set("b", 2)
	_, _, err = d.iface.Save(t.Context(), d.cfg, late, nil, d.now)
	noError(t, err)
	d.do(func(s *session.Session) {
		if s.Get("_created") != int(first.Unix()) || s.Get("a") != 1 || s.Get("b") != 2 {
			t.Error(fmt.Sprint(s.Keys(), s.Get("_created"), first.Unix()))
		}
	})
}

// TestAbsoluteExpires: the browser is told no later end.
func TestAbsoluteExpires(t *testing.T) {
	now := datedBegin
	app := cantil.New()
	app.SecretKey, app.Now = goldenSecret, func() time.Time { return now }
	app.SessionAbsoluteLifetime = 12 * time.Hour
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		c.Session().SetPermanent(true)
		return "ok"
	})
	client := app.TestClient()
	for range 3 {
		r := client.Get("/")
		const want = "; Expires=Wed, 18 May 2033 15:33:20 GMT; "
		if line := r.Header("Set-Cookie"); !strings.Contains(line, want) {
			t.Errorf("%q, want %q", line, want)
		}
		now = now.Add(5 * time.Hour)
	}
	app = cantil.New()
	app.SecretKey, app.SessionAbsoluteLifetime = goldenSecret, -1
	if err := caught(func() { app.Handler() }); err == nil {
		t.Error("a negative one is no mistake")
	}
}
