package cantil_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

// outage is an interface whose store can fail, over one that works.
type outage struct {
	session.Interface
	opens, saves error
	panics       bool
	opened       int
	deadline     time.Duration // of the last opening, 0: none
}

func (o *outage) Open(ctx context.Context, cfg *session.Config, cookie []byte, now time.Time) (*session.Session, error) {
	o.opened++
	o.deadline = 0
	if at, ok := ctx.Deadline(); ok {
		o.deadline = time.Until(at)
	}
	switch {
	case o.panics:
		panic("oops")
	case o.opens != nil:
		return nil, o.opens
	}
	return o.Interface.Open(ctx, cfg, cookie, now)
}

func (o *outage) Save(ctx context.Context, cfg *session.Config, s *session.Session, dst []byte, now time.Time) ([]byte, session.Action, error) {
	if o.saves != nil {
		return dst, session.KeepCookie, o.saves
	}
	return o.Interface.Save(ctx, cfg, s, dst, now)
}

var errDown = fmt.Errorf("%w: broken", session.ErrUnavailable)

// outageApp is a shop whose visitor has a permanent session on a server.
func outageApp(t *testing.T) (client *cantil.Client, store *outage, now *time.Time, log *bytes.Buffer, orders *int) {
	t.Helper()
	store = &outage{Interface: session.NewServerSide(storetest.NewMemory())}
	clock := time.Unix(1735689600, 0)
	log, orders = new(bytes.Buffer), new(int)
	app := quiet()
	app.SecretKey = "uma chave de muitos bytes"
	app.SessionInterface = store
	app.Logger = slog.New(slog.NewTextHandler(log, nil))
	app.Now = func() time.Time { return clock }
	app.Get("/login")(func(c *cantil.Context) any { c.Session().Set("user", "maria"); return "ok" })
	app.Get("/user")(func(c *cantil.Context) any { return c.Session().Get("user", "") })
	app.Post("/order")(func(c *cantil.Context) any { *orders++; return "feito" })
	client = app.TestClient()
	if r := client.Get("/login"); r.Status != 200 || r.Header("Set-Cookie") == "" {
		t.Fatalf("login: %d", r.Status)
	}
	store.opened = 0
	return client, store, &clock, log, orders
}

// TestOutageSparesPagesThatDoNotAsk: what the view did not ask for does not fail
// its answer, in whatever way the refresh fails.
func TestOutageSparesPagesThatDoNotAsk(t *testing.T) {
	for name, fail := range map[string]func(*outage){
		"the store is down":    func(o *outage) { o.opens = errDown },
		"another error":        func(o *outage) { o.opens = errors.New("oops") },
		"a panic":              func(o *outage) { o.panics = true },
		"the save of it fails": func(o *outage) { o.saves = errDown },
	} {
		client, store, _, log, orders := outageApp(t)
		if r := client.Post("/order"); r.Status != 200 || r.Header("Set-Cookie") == "" {
			t.Fatalf("%s: before it %d, cookie %q: nothing is refreshed", name, r.Status, r.Header("Set-Cookie"))
		}
		fail(store)
		r := client.Post("/order")
		if r.Status != 200 || r.Text() != "feito" || *orders != 2 || r.Header("Set-Cookie")+r.Header("Vary") != "" {
			t.Errorf("%s: %d %q after %d orders, cookie %q", name, r.Status, r.Text(), *orders, r.Header("Set-Cookie"))
		}
		if r := client.Get("/nada"); r.Status != 404 {
			t.Errorf("%s: a page that does not exist is a %d", name, r.Status)
		}
		if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), "not refreshed") {
			t.Errorf("%s: one line in the log a second, not %d: %s", name, n, log)
		}
		if r := client.Get("/user"); r.Status < 500 {
			t.Errorf("%s: a page that asks for its session is a %d", name, r.Status)
		}
	}
}

// TestOutageIsProbedOnceASecond: after five failures in a row a page that does
// not ask for its session waits for the store no more.
func TestOutageIsProbedOnceASecond(t *testing.T) {
	client, store, now, log, _ := outageApp(t)
	store.opens = errDown
	for range 20 {
		client.Post("/order")
	}
	if store.opened != 5 || store.deadline != 0 {
		t.Errorf("20 pages asked the store %d times, want 5", store.opened)
	}
	for i := range 3 {
		store.opened = 0
		*now = now.Add(time.Second)
		for range 10 {
			client.Post("/order")
		}
		if store.opened != 1 || store.deadline <= 0 || store.deadline > time.Second {
			t.Errorf("second %d: the store was asked %d times, with %v of time, want one short probe", i, store.opened, store.deadline)
		}
	}
	if n := strings.Count(log.String(), "not refreshed"); n != 4 {
		t.Errorf("%d lines in 4 seconds", n)
	}
	if r := client.Get("/user"); r.Status != 503 {
		t.Errorf("who asks gets a %d", r.Status)
	}

	store.opens = nil
	if r := client.Post("/order"); r.Header("Set-Cookie") != "" {
		t.Error("asked within the second")
	}
	*now = now.Add(time.Second)
	for range 2 { // the probe, and the page after it
		if r := client.Post("/order"); r.Header("Set-Cookie") == "" {
			t.Error("the store is back and nothing is refreshed")
		}
	}
}

// TestAskingEndsTheOutage: a session that was opened shows that the store is
// back, and a clock that was set back stops no probe.
func TestAskingEndsTheOutage(t *testing.T) {
	client, store, now, _, _ := outageApp(t)
	down := func() {
		store.opens, store.opened = errDown, 0
		for range 10 {
			client.Post("/order")
		}
		if store.opened != 5 {
			t.Fatalf("asked %d times", store.opened)
		}
		store.opens = nil
	}
	down()
	if r := client.Get("/user"); r.Text() != "maria" {
		t.Fatalf("%d %q", r.Status, r.Text())
	}
	if r := client.Post("/order"); r.Header("Set-Cookie") == "" {
		t.Error("after a page that asked nothing is refreshed")
	}
	down()
	*now = now.Add(-time.Minute)
	if r := client.Post("/order"); r.Header("Set-Cookie") == "" {
		t.Error("the clock was set back and nothing is refreshed")
	}
}

// TestOutageUnderLoad is for the race detector, and counts the probes of many at
// once.
func TestOutageUnderLoad(t *testing.T) {
	var mu sync.Mutex
	opened := 0
	app := quiet()
	app.SessionInterface = session.NewServerSide(countingStore{func() {
		mu.Lock()
		defer mu.Unlock()
		opened++
	}})
	clock := time.Unix(1735689600, 0)
	app.Now = func() time.Time { return clock }
	app.Get("/")(func(c *cantil.Context) any { return "ok" })
	app.Handler()
	get := func() {
		client := app.TestClient()
		client.SetCookie("session", strings.Repeat("a", 43))
		if r := client.Get("/"); r.Status != 200 {
			t.Errorf("%d", r.Status)
		}
	}
	for range 5 {
		get()
	}
	clock = clock.Add(time.Second)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(get)
	}
	wg.Wait()
	if opened != 6 {
		t.Errorf("the store was asked %d times, want 5 and one probe", opened)
	}
}

// countingStore is down and calls a function each time.
type countingStore struct{ called func() }

func (s countingStore) Get(context.Context, string) (session.Row, bool, error) {
	s.called()
	return session.Row{}, false, errors.New("down")
}
func (s countingStore) Set(context.Context, string, []byte, time.Duration) error {
	return errors.New("down")
}
func (s countingStore) Delete(context.Context, string) error { return errors.New("down") }
func (s countingStore) Swap(context.Context, string, session.Row, []byte, time.Duration) (bool, error) {
	return false, errors.New("down")
}

// counted counts the calls of a store.
type counted struct {
	*storetest.Memory
	calls int
}

func (s *counted) Get(ctx context.Context, key string) (session.Row, bool, error) {
	s.calls++
	return s.Memory.Get(ctx, key)
}

func (s *counted) GetExtend(ctx context.Context, key string, ttl time.Duration) (session.Row, bool, error) {
	s.calls++
	return s.Memory.GetExtend(ctx, key, ttl)
}

// TestStaticFilesSpareTheStore: the files of a page do not refresh the session,
// where that costs a call; in the cookie they do, as in Flask.
func TestStaticFilesSpareTheStore(t *testing.T) {
	store := &counted{Memory: storetest.NewMemory()}
	for _, test := range []struct {
		name      string
		sessions  session.Interface
		refreshed bool
	}{
		{"store", session.NewServerSide(store), false},
		{"cookie", session.SecureCookie{}, true},
	} {
		app := quiet()
		app.SecretKey = "uma chave de muitos bytes"
		app.SessionInterface = test.sessions
		app.StaticFS = fstest.MapFS{"a.css": {Data: []byte("a{}")}}
		bp := cantil.NewBlueprint("loja", cantil.URLPrefix("/loja"), cantil.StaticFolder("testdata"))
		app.RegisterBlueprint(bp)
		app.Get("/login")(func(c *cantil.Context) any {
			c.Session().Set("user", "maria")
			c.Session().SetPermanent(true)
			return "ok"
		})
		app.Get("/outra")(func(c *cantil.Context) any { return "ok" })
		client := app.TestClient()
		client.Get("/login")
		store.calls = 0
		for _, path := range []string{"/static/a.css", "/static/nada.css", "/loja/testdata/golden/README.md"} {
			r := client.Get(path)
			if got := r.Header("Set-Cookie") != ""; got != test.refreshed || store.calls != 0 {
				t.Errorf("%s, %s: %d, refreshed %v, want %v; %d calls of the store", test.name, path, r.Status, got, test.refreshed, store.calls)
			}
		}
		if r := client.Get("/outra"); r.Header("Set-Cookie") == "" {
			t.Errorf("%s: a page does not refresh the session", test.name)
		}
	}
}
