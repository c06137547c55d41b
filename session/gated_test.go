package session_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

// gated is a store whose calls of some kinds wait to be let go on.
type gated struct {
	session.Store
	mu    sync.Mutex
	gates map[string]chan struct{}
	calls []string
	fail  map[string]error
	came  chan string
}

func newGated(store session.Store) *gated {
	return &gated{Store: store, gates: map[string]chan struct{}{}, fail: map[string]error{}, came: make(chan string, 1000)}
}

// shut makes calls of a kind wait; open lets them go on.
func (g *gated) shut(call string) (open func()) {
	gate := make(chan struct{})
	g.mu.Lock()
	defer g.mu.Unlock()
	g.gates[call] = gate
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		close(gate)
		delete(g.gates, call)
	}
}

func (g *gated) breakOff(call string, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fail[call] = err
}

func (g *gated) enter(ctx context.Context, call string) error {
	g.mu.Lock()
	gate, err := g.gates[call], g.fail[call]
	g.calls = append(g.calls, call)
	g.mu.Unlock()
	g.came <- call
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err != nil && err.Error() == "panic" {
		panic("oops")
	}
	return err
}

// wait waits for a call of a kind to come.
func (g *gated) wait(t *testing.T, call string) {
	t.Helper()
	for limit := time.After(20 * time.Second); ; {
		select {
		case came := <-g.came:
			if came == call {
				return
			}
		case <-limit:
			t.Fatalf("no %s comes", call)
		}
	}
}

// take returns the calls since the last take.
func (g *gated) take() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	calls := strings.Join(g.calls, " ")
	g.calls = nil
	for len(g.came) > 0 {
		<-g.came
	}
	return calls
}

func (g *gated) Get(ctx context.Context, key string) (session.Row, bool, error) {
	if err := g.enter(ctx, "get"); err != nil {
		return session.Row{}, false, err
	}
	return g.Store.Get(ctx, key)
}

func (g *gated) GetExtend(ctx context.Context, key string, ttl time.Duration) (session.Row, bool, error) {
	if err := g.enter(ctx, "getextend"); err != nil {
		return session.Row{}, false, err
	}
	return g.Store.(session.Extender).GetExtend(ctx, key, ttl)
}

func (g *gated) Swap(ctx context.Context, key string, loaded session.Row, data []byte, ttl time.Duration) (bool, error) {
	if err := g.enter(ctx, "swap"); err != nil {
		return false, err
	}
	return g.Store.Swap(ctx, key, loaded, data, ttl)
}

func (g *gated) Delete(ctx context.Context, key string) error {
	if err := g.enter(ctx, "delete"); err != nil {
		return err
	}
	return g.Store.Delete(ctx, key)
}

// telling is a gated store that says what a failed swap met.
type telling struct{ *gated }

func (g telling) SwapGet(ctx context.Context, key string, loaded session.Row, data []byte, ttl time.Duration) (bool, *session.Row, error) {
	if err := g.enter(ctx, "swap"); err != nil {
		return false, nil, err
	}
	return g.Store.(session.SwapGetter).SwapGet(ctx, key, loaded, data, ttl)
}

// byData is a store that compares data and counts no versions, as Redis.
type byData struct{ session.Store }

func (b byData) strip(r session.Row) session.Row { r.Version = 0; return r }

func (b byData) Get(ctx context.Context, key string) (session.Row, bool, error) {
	r, found, err := b.Store.Get(ctx, key)
	return b.strip(r), found, err
}

func (b byData) GetExtend(ctx context.Context, key string, ttl time.Duration) (session.Row, bool, error) {
	r, found, err := b.Store.(session.Extender).GetExtend(ctx, key, ttl)
	return b.strip(r), found, err
}

func (b byData) Swap(ctx context.Context, key string, loaded session.Row, data []byte, ttl time.Duration) (bool, error) {
	swapped, _, err := b.SwapGet(ctx, key, loaded, data, ttl)
	return swapped, err
}

func (b byData) SwapGet(ctx context.Context, key string, loaded session.Row, data []byte, ttl time.Duration) (bool, *session.Row, error) {
	for {
		there, found, err := b.Store.Get(ctx, key)
		if err != nil || !found {
			return false, nil, err
		}
		if string(there.Data) != string(loaded.Data) {
			there = b.strip(there)
			return false, &there, nil
		}
		if swapped, err := b.Store.Swap(ctx, key, there, data, ttl); err != nil || swapped {
			return swapped, nil, err
		}
	}
}

// hotStores are the kinds of stores that saving treats differently.
func hotStores() map[string]func() (*gated, session.Store) {
	return map[string]func() (*gated, session.Store){
		"versions": func() (*gated, session.Store) {
			g := newGated(storetest.NewMemory())
			return g, g
		},
		"versions, tells": func() (*gated, session.Store) {
			g := newGated(storetest.NewMemory())
			return g, telling{g}
		},
		"data": func() (*gated, session.Store) {
			g := newGated(byData{storetest.NewMemory()})
			return g, g
		},
		"data, tells": func() (*gated, session.Store) {
			g := newGated(byData{storetest.NewMemory()})
			return g, telling{g}
		},
	}
}
