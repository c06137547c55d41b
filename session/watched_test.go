package session_test

import (
	"context"
	"sync"
	"time"

	"github.com/cantil-go/cantil/session"
)

// watched is a store that notes what it is asked.
type watched struct {
	store session.Store

	mu    sync.Mutex
	calls []string
	keys  map[string]bool // that were written
}

func watch(store session.Store) *watched { return &watched{store: store, keys: map[string]bool{}} }

// take returns the calls since the last take.
func (w *watched) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	calls := w.calls
	w.calls = nil
	return calls
}

func (w *watched) note(call, key string, writes bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, call)
	if writes {
		w.keys[key] = true
	}
}

func (w *watched) Get(ctx context.Context, key string) (session.Row, bool, error) {
	w.note("get", key, false)
	return w.store.Get(ctx, key)
}

func (w *watched) GetExtend(ctx context.Context, key string, ttl time.Duration) (session.Row, bool, error) {
	w.note("getextend", key, false)
	return w.store.(session.Extender).GetExtend(ctx, key, ttl)
}

func (w *watched) Set(ctx context.Context, key string, data []byte, ttl time.Duration) error {
	w.note("set", key, true)
	return w.store.Set(ctx, key, data, ttl)
}

func (w *watched) Swap(ctx context.Context, key string, loaded session.Row, data []byte, ttl time.Duration) (bool, error) {
	w.note("swap", key, true)
	return w.store.Swap(ctx, key, loaded, data, ttl)
}

func (w *watched) Delete(ctx context.Context, key string) error {
	w.note("delete", key, true)
	return w.store.Delete(ctx, key)
}
