package limiter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/cantil-go/cantil"
)

// outage is a storage that failed, and what is done meanwhile.
type outage struct {
	memory *Memory // what counts instead

	mu      sync.Mutex
	down    bool
	tryNext time.Time // when the storage is asked again
	wait    time.Duration
}

const maxWait = 32 * time.Second

// spares reports whether the storage is not to be asked. Of the requests that come
// when it is time again one asks, to probe it.
func (o *outage) spares(now time.Time) (spared, probe bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.down {
		return false, false
	}
	if now.Before(o.tryNext) {
		return true, false
	}
	o.tryNext = now.Add(o.wait)
	return false, true
}

// failed notes that the storage failed. Requests that were under way when it did
// say nothing new: what doubles the wait is a probe.
func (o *outage) failed(now time.Time, probe bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.down && !probe {
		return
	}
	o.wait = min(max(2*o.wait, time.Second), maxWait)
	o.down, o.tryNext = true, now.Add(o.wait)
}

// ended notes that the storage answered, and reports whether it had failed.
func (o *outage) ended() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	was := o.down
	o.down, o.wait = false, 0
	return was
}

// errSpared stands for the answer of a storage that was not asked.
var errSpared = errors.New("limiter: the storage failed a moment ago")

// ask counts the request in the storage, or only looks.
func (l *Limiter) ask(c *cantil.Context, q Query, look bool) (Window, bool, error) {
	storage := l.storage
	if _, here := storage.(*Memory); here {
		return count(context.Background(), storage, q, look)
	}
	probe := false
	if l.swallow || l.fallback {
		var spared bool
		if spared, probe = l.outage.spares(q.Now); spared {
			return Window{}, false, errSpared
		}
	}
	w, ok, err := l.inTime(storage, q, look)
	if err != nil {
		l.outage.failed(q.Now, probe)
		l.log().Error("limiter: the storage failed", slog.String("path", c.Path()), slog.Any("error", err))
		return w, ok, fmt.Errorf("limiter: ask the storage: %w", err)
	}
	if l.outage.ended() {
		l.log().Info("limiter: the storage is back")
	}
	return w, ok, nil
}

// inTime is count with an end: not every client heeds the context's.
func (l *Limiter) inTime(s Storage, q Query, look bool) (Window, bool, error) {
	ctx, cancel := context.WithTimeout(context.Background(), l.timeout)
	defer cancel()
	type answer struct {
		window Window
		ok     bool
		err    error
	}
	answered := make(chan answer, 1)
	go func() {
		a := answer{err: errors.New("the storage panicked")}
		defer func() {
			if v := recover(); v != nil {
				a.err = fmt.Errorf("the storage panicked: %v", v)
			}
			answered <- a
		}()
		a.window, a.ok, a.err = count(ctx, s, q, look)
	}()
	select {
	case a := <-answered:
		return a.window, a.ok, a.err
	case <-ctx.Done():
		return Window{}, false, ctx.Err()
	}
}

func count(ctx context.Context, s Storage, q Query, look bool) (Window, bool, error) {
	if look {
		return s.Test(ctx, q)
	}
	return s.Hit(ctx, q)
}

// askMemory is ask while the storage is down.
func (l *Limiter) askMemory(_ *cantil.Context, q Query, look bool) (Window, bool, error) {
	return count(context.Background(), l.outage.memory, q, look)
}

// log is the application's log.
func (l *Limiter) log() *slog.Logger {
	if l.app.Logger != nil {
		return l.app.Logger
	}
	return slog.Default()
}
