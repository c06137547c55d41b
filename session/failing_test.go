package session_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

// failing is a store that fails, waits or panics.
type failing struct {
	do func(ctx context.Context) error
}

func (f failing) Get(ctx context.Context, _ string) (session.Row, bool, error) {
	return session.Row{}, false, f.do(ctx)
}
func (f failing) Set(ctx context.Context, _ string, _ []byte, _ time.Duration) error {
	return f.do(ctx)
}
func (f failing) Delete(ctx context.Context, _ string) error { return f.do(ctx) }
func (f failing) Swap(ctx context.Context, _ string, _ session.Row, _ []byte, _ time.Duration) (bool, error) {
	return false, f.do(ctx)
}

func TestStoreFails(t *testing.T) {
	broken := errors.New("broken")
	for name, store := range map[string]failing{
		"fails":             {func(context.Context) error { return broken }},
		"heeds its context": {func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }},
		"panics":            {func(context.Context) error { panic("oops") }},
	} {
		v := newVisitor(t, store, session.StoreTimeout(50*time.Millisecond))
		began := time.Now()
		v.cookie = "x"
		_, err := v.iface.Open(t.Context(), v.cfg, []byte(v.cookie), time.Now())
		if !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("%s: Open says %v", name, err)
		}
		v.cookie = ""
		s := v.open()
		s.Set("a", 1)
		_, action, err := v.iface.Save(t.Context(), v.cfg, s, nil, time.Now())
		if !errors.Is(err, session.ErrUnavailable) || action != session.KeepCookie {
			t.Errorf("%s: Save says %v, %v", name, action, err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("%s: takes %v", name, took)
		}
		if name == "fails" && !errors.Is(err, broken) {
			t.Errorf("the cause is gone: %v", err)
		}
	}
}

// TestCannotBeStored: a value that no serializer takes is the application's
// mistake, not the store's, and leaves what was stored.
func TestCannotBeStored(t *testing.T) {
	v := newVisitor(t, storetest.NewMemory())
	v.do(set("a", 1))
	s := v.open()
	s.Set("c", make(chan int))
	_, _, err := v.iface.Save(t.Context(), v.cfg, s, nil, time.Now())
	if err == nil || errors.Is(err, session.ErrUnavailable) {
		t.Errorf("Save says %v", err)
	}
	v.holds("_permanent=true a=1")
	if _, _, err := v.iface.Save(t.Context(), v.cfg, session.New(), nil, time.Now()); err == nil {
		t.Error("a session of another interface is saved")
	}
}
