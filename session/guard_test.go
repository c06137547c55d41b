package session

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestCallers: callers are used again, those that nobody needs end, and a call that
// is left behind keeps nobody else waiting.
func TestCallers(t *testing.T) {
	p := &callerPool{trimming: true} // by this test alone
	before := runtime.NumGoroutine()
	ok := func() (Row, bool, error) { return Row{Data: []byte("x")}, true, nil }
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for range 20 {
				if row, found, err := p.call(t.Context(), ok); string(row.Data) != "x" || !found || err != nil {
					t.Error(row, found, err)
				}
			}
		})
	}
	wg.Wait()
	if n := len(p.idle); n == 0 || n > 50 {
		t.Errorf("%d callers wait after 50 at once", n)
	}
	for range 10 {
		if _, _, err := p.call(t.Context(), func() (Row, bool, error) { panic("no") }); err == nil || !strings.Contains(err.Error(), "panic in the store: no") {
			t.Errorf("a panic became %v", err)
		}
	}

	ctx, cancel := context.WithCancel(t.Context())
	blocked, release := make(chan bool), make(chan bool)
	go func() { <-blocked; cancel() }()
	_, _, err := p.call(ctx, func() (Row, bool, error) { blocked <- true; <-release; return Row{}, true, nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a call that hangs: %v", err)
	}
	if _, found, err := p.call(t.Context(), ok); !found || err != nil {
		t.Errorf("the next call: %v, %v", found, err)
	}
	close(release)

	p.trim()
	used := p.get()
	p.put(used)
	p.trim()
	if n := len(p.idle); n != 1 || p.idle[0] != used {
		t.Errorf("%d callers are left, want the one that was used", n)
	}
	p.trim()
	for end := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}
