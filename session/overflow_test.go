package session_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

// noise is text that no compression makes shorter, and the same each time.
func noise(n int) string {
	var b strings.Builder
	for x := uint32(1); b.Len() < n; {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b.WriteByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[x>>7&63])
	}
	return b.String()
}

// overflowApp keeps small sessions in the cookie, which has every attribute.
func overflowApp(store session.Store, change func(*cantil.App, *session.Overflow), options ...session.ServerSideOption) *cantil.App {
	iface := session.NewOverflow(session.NewServerSide(store, options...))
	app := cantil.New()
	app.SecretKey, app.Logger = goldenSecret, slog.New(slog.DiscardHandler)
	app.SessionInterface, app.SessionCookieDomain, app.SessionCookieSecure = iface, "shop.test", true
	app.SessionCookieSameSite = "Lax"
	if change != nil {
		change(app, iface)
	}
	view := func(path string, f func(c *cantil.Context, s *session.Session)) {
		app.Get(path, cantil.Endpoint(path[1:4]))(func(c *cantil.Context) any {
			f(c, c.Session())
			return describe(c.Session())
		})
	}
	view("/much/<int:n>", func(c *cantil.Context, s *session.Session) { s.Set("much", noise(c.ParamInt("n"))) })
	view("/set/<key>", func(c *cantil.Context, s *session.Session) { s.Set(c.Param("key"), 1) })
	view("/permanent", func(_ *cantil.Context, s *session.Session) { s.SetPermanent(true) })
	view("/read", func(*cantil.Context, *session.Session) {})
	view("/logout", func(_ *cantil.Context, s *session.Session) { s.Clear() })
	return app
}

func shopClient(app *cantil.App) *cantil.Client {
	client := app.TestClient()
	client.BaseURL = "https://shop.test"
	return client
}

// describe names the keys, and of what is long the length.
func describe(s *session.Session) string {
	var all []string
	for key, v := range s.All() {
		if text, ok := v.(string); ok {
			v = len(text)
		}
		all = append(all, fmt.Sprint(key, "=", v))
	}
	return strings.Join(all, " ")
}

// isSession reports whether a cookie holds a session and not an id.
func isSession(client *cantil.Client) bool {
	value, _ := client.Cookie("session")
	return strings.Count(value, ".") >= 2
}

func get(t *testing.T, client *cantil.Client, path, want string) *cantil.ClientResponse {
	t.Helper()
	r := client.Get(path)
	if r.Status != 200 || r.Text() != want {
		t.Errorf("%s: %d %.80q, want %q", path, r.Status, r.Text(), want)
	}
	return r
}

// TestOverflowBoundary: no line is above 4093 bytes, and none goes to the store
// below.
func TestOverflowBoundary(t *testing.T) {
	for _, permanent := range []bool{false, true} {
		app := overflowApp(storetest.NewMemory(), nil)
		longest, moved := 0, 0
		for n := 3600; n < 4200; n++ {
			client := shopClient(app)
			if permanent {
				client.Get("/permanent")
			}
			line := client.Get(fmt.Sprint("/much/", n)).Header("Set-Cookie")
			if isSession(client) {
				longest = max(longest, len(line))
				if moved > 0 {
					t.Fatalf("%d bytes are in the cookie, fewer were not", n)
				}
			} else {
				moved++
			}
		}
		if longest > 4093 || longest < 4093-4 || moved == 0 {
			t.Errorf("permanent %v: the longest line is %d bytes; %d sessions went to the store", permanent, longest, moved)
		}
	}
}

// TestOverflow: there and back, and everything is there each time.
func TestOverflow(t *testing.T) {
	now := datedBegin
	for name, options := range map[string][]session.ServerSideOption{"ids": nil, "signed ids": {session.SignIDs()}, "long ids": {session.IDLength(96)}} {
		for _, encrypted := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", encrypted ", encrypted), func(t *testing.T) {
				store := newDatedStore(func() time.Time { return now })
				app := overflowApp(store, func(a *cantil.App, o *session.Overflow) {
					a.Now = func() time.Time { return now }
					if encrypted {
						o.Cookie = session.EncryptedCookie{}
					}
				}, options...)
				client := shopClient(app)
				get(t, client, "/set/a", "a=1")
				get(t, client, "/read", "a=1")
				if len(store.ends) != 0 {
					t.Fatal("a small session is in the store")
				}
				get(t, client, "/much/5000", "a=1 much=5000")
				get(t, client, "/set/b", "a=1 much=5000 b=1")
				get(t, client, "/read", "a=1 much=5000 b=1")
				if value, _ := client.Cookie("session"); value == "" || len(value) > 200 || len(store.ends) != 1 {
					t.Errorf("the cookie is %q, rows %v", value, store.ends)
				}
				get(t, client, "/much/10", "a=1 much=10 b=1")
				for _, end := range store.ends {
					if end.After(now.Add(time.Minute)) {
						t.Errorf("the row lives for %v", end.Sub(now))
					}
				}
				get(t, client, "/read", "a=1 much=10 b=1")
				now = now.Add(2 * time.Minute) // the row is gone
				get(t, client, "/read", "a=1 much=10 b=1")
				get(t, client, "/much/5000", "a=1 much=5000 b=1")
				get(t, client, "/logout", "_permanent=false")
				if _, found := client.Cookie("session"); found {
					t.Error("still there after the logout")
				}
			})
		}
	}
}

// TestOverflowOnTheWay: requests that come with an id while the session goes back
// to the cookie lose nothing, whichever ends first.
func TestOverflowOnTheWay(t *testing.T) {
	store := storetest.NewMemory()
	iface := session.NewOverflow(session.NewServerSide(store))
	v := newVisitor(t, store)
	v.iface = iface
	v.do(func(s *session.Session) { s.Set("much", noise(5000)) })
	slow, reader := v.again(), v.again()
	late := v.again()
	slowSession, readerSession := slow.open(), reader.open()
	v.do(func(s *session.Session) { s.Delete("much"); s.Set("a", 1) })
	if !strings.Contains(v.cookie, ".") {
		t.Fatalf("not back in the cookie: %q", v.cookie)
	}
	v.holds("a=1")
	slowSession.Set("b", 2)
	slow.save(slowSession)
	slow.holds("a=1 b=2")
	if !strings.Contains(slow.cookie, ".") {
		t.Errorf("the slow one is not back: %q", slow.cookie)
	}
	if action := reader.save(readerSession); action == session.SetCookie && strings.Contains(reader.cookie, ".") {
		t.Error("one that saw the session before sends it as it was then")
	}
	late.do(nothing) // the answers to the others never came
	late.holds("a=1 b=2")
	late.do(set("c", 3))
	late.holds("a=1 b=2 c=3")
	if !strings.Contains(late.cookie, ".") {
		t.Errorf("the late one is not back: %q", late.cookie)
	}
}

// between is a store in which something happens after the first swap.
type between struct {
	*storetest.Memory
	then func()
}

func (b *between) SwapGet(ctx context.Context, key string, loaded session.Row, data []byte, ttl time.Duration) (bool, *session.Row, error) {
	ok, current, err := b.Memory.SwapGet(ctx, key, loaded, data, ttl)
	if then := b.then; then != nil {
		b.then = nil
		then()
	}
	return ok, current, err
}

// TestOverflowBetween: what another request writes after this one has saved, and
// before the session goes back to the cookie, goes with it, or keeps it in the
// store.
func TestOverflowBetween(t *testing.T) {
	for _, more := range []any{2, noise(6000)} {
		store := &between{Memory: storetest.NewMemory()}
		v := newVisitor(t, store)
		v.iface = session.NewOverflow(session.NewServerSide(store))
		v.do(func(s *session.Session) { s.Set("much", noise(5000)) })
		other := v.again()
		other.iface = session.NewOverflow(session.NewServerSide(store)) // another program
		store.then = func() {
			s := other.open()
			s.Set("b", more)
			other.save(s)
		}
		v.do(func(s *session.Session) { s.Delete("much"); s.Set("a", 1) })
		for _, each := range []*visitor{v, other} {
			if s := each.open(); s.Get("a") != 1 || s.Get("b") != more {
				t.Errorf("keys %v in %.50q", s.Keys(), each.cookie)
			}
		}
	}
}

// TestOverflowTogether: requests at once that make the session large and small
// again and set keys of their own; in the end each key is there.
func TestOverflowTogether(t *testing.T) {
	for range 20 {
		v := newVisitor(t, storetest.NewMemory())
		v.iface = session.NewOverflow(session.NewServerSide(storetest.NewMemory()))
		v.do(func(s *session.Session) { s.Set("much", noise(5000)) })
		id := v.cookie
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				v.again().do(func(s *session.Session) {
					s.Set(fmt.Sprint("k", i), i)
					if i%4 == 0 {
						s.Set("much", noise(10+i))
					}
				})
			})
		}
		wg.Wait()
		v.cookie = id // still known, for a minute
		v.do(func(s *session.Session) {
			if s.Len() != 17 {
				t.Errorf("%d keys: %v", s.Len(), s.Keys())
			}
		})
		v.holdsAll(17)
	}
}

func (v *visitor) holdsAll(n int) {
	v.t.Helper()
	if s := v.open(); s.Len() != n {
		v.t.Errorf("%d keys in %q", s.Len(), v.cookie)
	}
}

// TestOverflowFromOthers: cookies of the interfaces that an application had before
// are read, and those that it had here are read there.
func TestOverflowFromOthers(t *testing.T) {
	store := storetest.NewMemory()
	v := newVisitor(t, store)
	side := session.NewServerSide(store)
	overflow := session.NewOverflow(side)
	v.iface = session.SecureCookie{}
	v.do(set("a", 1))
	v.iface = overflow
	v.do(func(s *session.Session) { s.Set("much", noise(5000)) })
	v.iface = side
	v.do(set("b", 1))
	v.iface = overflow
	v.do(func(s *session.Session) { s.Delete("much") })
	v.iface = session.SecureCookie{}
	v.holds("a=1 b=1")
	v.iface, v.cookie = side, ""
	v.do(set("c", 1))
	v.iface = overflow
	v.do(nothing) // small: it goes to the cookie, as it was, permanent
	v.iface = session.SecureCookie{}
	v.holds("_permanent=true c=1")
}

// TestOverflowOutage: a store that is down fails who needs it, and takes nothing
// from the session that there was.
func TestOverflowOutage(t *testing.T) {
	down := failing{func(context.Context) error { return errors.New("down") }}
	app := overflowApp(down, nil)
	client := shopClient(app)
	get(t, client, "/set/a", "a=1")
	if r := client.Get("/much/5000"); r.Status != 503 || r.Header("Set-Cookie") != "" {
		t.Errorf("%d, %q", r.Status, r.Header("Set-Cookie"))
	}
	get(t, client, "/read", "a=1")
}

// TestCookieMustFit: with the option a session that does not fit is an error, and
// the browser keeps the one before.
func TestCookieMustFit(t *testing.T) {
	for _, must := range []bool{false, true} {
		app := overflowApp(storetest.NewMemory(), func(a *cantil.App, _ *session.Overflow) {
			a.SessionInterface, a.SessionCookieMustFit = session.SecureCookie{}, must
		})
		client := shopClient(app)
		get(t, client, "/set/a", "a=1")
		r := client.Get("/much/5000")
		if failed := r.Status == 500 && r.Header("Set-Cookie") == ""; failed != must || !must && r.Status != 200 {
			t.Errorf("must fit %v: %d, %.80q", must, r.Status, r.Header("Set-Cookie"))
		}
		get(t, client, "/read", "a=1") // the browser dropped what was sent, and keeps the old one
	}
}
