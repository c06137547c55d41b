package wait

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestFor(t *testing.T) {
	broken := errors.New("broken")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx     context.Context
		f       func() (string, error)
		value   string
		message string
	}{
		"returns":  {t.Context(), func() (string, error) { return "x", nil }, "x", ""},
		"fails":    {t.Context(), func() (string, error) { return "", broken }, "", "broken"},
		"panics":   {t.Context(), func() (string, error) { panic("oops") }, "", "panic in the client: oops"},
		"too late": {ended, func() (string, error) { return "x", nil }, "", "context canceled"},
	} {
		value, err := For(c.ctx, c.f)
		message := ""
		if err != nil {
			message = err.Error()
		}
		if value != c.value || message != c.message {
			t.Errorf("%s: %q, %q; want %q, %q", name, value, message, c.value, c.message)
		}
	}
}

// TestLeftBehind: For returns when the context ends, and the call goes on to
// its end.
func TestLeftBehind(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	release, over := make(chan struct{}), make(chan struct{})
	_, err := For(ctx, func() (int, error) {
		cancel()
		<-release
		close(over)
		return 1, nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	close(release)
	select {
	case <-over:
	case <-time.After(20 * time.Second):
		t.Error("the call does not end")
	}
}
