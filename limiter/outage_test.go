package limiter_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cantil-go/cantil/limiter"
)

// broken is a storage that fails, hangs or panics while told to.
type broken struct {
	*limiter.Memory
	how   atomic.Value // a string
	asked atomic.Int32
}

func (b *broken) Hit(ctx context.Context, q limiter.Query) (limiter.Window, bool, error) {
	b.asked.Add(1)
	switch b.how.Load() {
	case "fails":
		return limiter.Window{}, false, errors.New("no connection")
	case "panics":
		panic("client")
	case "hangs":
		<-ctx.Done()
		select {} // a client that does not heed the context
	}
	return b.Memory.Hit(ctx, q)
}

// TestStorageIsDown: it refuses, lets through or counts in memory, as it was told,
// and is asked again in time.
func TestStorageIsDown(t *testing.T) {
	for name, test := range map[string]struct {
		options       []limiter.Option
		down, back    string
		asked         int // while it was down
		whileItWaited string
	}{
		"refuse":          {nil, "503 503 503", "200 200 429", 3, "503"},
		"let through":     {[]limiter.Option{limiter.SwallowErrors(true)}, "200 200 200", "200 200 429", 1, "200"},
		"in memory":       {[]limiter.Option{limiter.InMemoryFallback("")}, "200 200 429", "200 200 429", 1, "429"},
		"in memory, less": {[]limiter.Option{limiter.InMemoryFallback("1/hour")}, "200 429 429", "200 200 429", 1, "429"},
	} {
		for _, how := range []string{"fails", "panics", "hangs"} {
			storage := &broken{Memory: limiter.NewMemory(10)}
			storage.how.Store(how)
			timeout := time.Minute
			if how == "hangs" {
				timeout = 100 * time.Millisecond // a busy machine answers by then
			}
			app, clock := site(append(test.options, limiter.WithStorage(storage), limiter.StorageTimeout(timeout))...)
			app.Get("/", limiter.Limit("2/hour"), named("index"))(page)
			if got := statuses(app, 3, "GET", "/"); got != test.down {
				t.Errorf("%s, it %s: %s, want %s", name, how, got, test.down)
			}
			if asked := int(storage.asked.Load()); asked != test.asked {
				t.Errorf("%s, it %s: asked %d times, want %d", name, how, asked, test.asked)
			}
			storage.how.Store("works")
			if name != "refuse" {
				if got := statuses(app, 1, "GET", "/"); got != test.whileItWaited {
					t.Errorf("%s, it %s: before its time %s", name, how, got)
				}
			}
			clock.advance(time.Second)
			if got := statuses(app, 3, "GET", "/"); got != test.back {
				t.Errorf("%s, it %s, back: %s, want %s", name, how, got, test.back)
			}
		}
	}
}
