package httpsession

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/cantil-go/cantil/session"
)

// How a store that does not answer is spared by requests that did not ask for it,
// as Cantil does.
const (
	breakerFailures = 5 // in a row, after which only probes are made
	breakerPause    = time.Second
	breakerProbe    = 500 * time.Millisecond // the most an answer waits for a probe
)

// refresh sends a permanent session again that was not asked for. The answer does
// not depend on it and goes out whatever becomes of it.
func (r *request) refresh(h http.Header) {
	if !r.RefreshEachRequest {
		return
	}
	value, found := r.cookie()
	if !found {
		return
	}
	ctx := r.context()
	if r.breaker.failures.Load() >= breakerFailures {
		if !once(&r.breaker.probed, r.Now()) {
			return
		}
		probe, cancel := context.WithTimeout(ctx, breakerProbe)
		defer cancel()
		ctx = probe
	}
	err := r.tryRefresh(ctx, h, value)
	r.breaker.heard(err, r.Now())
	if err != nil {
		r.session, r.openErr = nil, err
		if once(&r.breaker.logged, r.Now()) {
			r.Logger.Warn("httpsession: a session was not refreshed, the answer went out without it",
				slog.String("path", r.http.URL.Path), slog.Any("error", err))
		}
	}
}

// tryRefresh is the part that can fail, or panic in a custom interface.
func (r *request) tryRefresh(ctx context.Context, h http.Header, cookie []byte) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("httpsession: panic: %v", v)
		}
	}()
	if err := r.load(ctx, cookie); err != nil || r.session.Null() {
		return err
	}
	return r.store(ctx, h)
}

// breaker spares a store that fails: otherwise each answer to a visitor with a
// session would wait for it.
type breaker struct {
	failures       atomic.Int32 // in a row
	probed, logged atomic.Int64 // when, in nanoseconds of Unix
}

// heard counts what became of a session, asked for or not: a request that asks
// always tries, and its success ends the outage.
func (b *breaker) heard(err error, now time.Time) {
	failures := b.failures.Load()
	switch {
	case err == nil && failures != 0:
		b.failures.Store(0)
	case errors.Is(err, session.ErrUnavailable) && failures < breakerFailures:
		if b.failures.Add(1) == breakerFailures {
			b.probed.Store(now.UnixNano())
		}
	}
}

// once reports, to one caller, that breakerPause has passed since it did so last.
// A clock that was set back counts as passed.
func once(last *atomic.Int64, now time.Time) bool {
	before, at := last.Load(), now.UnixNano()
	return (at-before >= int64(breakerPause) || at < before) && last.CompareAndSwap(before, at)
}
