// Package breaker spares a store that does not answer: a circuit breaker around
// the refreshing of sessions. Without one, an outage would make every page of a
// visitor with a session wait for the store, static files and health checks too.
package breaker

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/cantil-go/cantil/session"
)

const (
	// failures in a row, after which only probes are made
	failures = 5
	// pause is the least time between two probes, and between two lines in the log.
	pause = time.Second
)

// Probe is the most that a page waits for a probe.
const Probe = 500 * time.Millisecond

// A Breaker counts how an application's sessions fare. The zero Breaker is
// closed: the store is asked. Any number of goroutines may use it.
type Breaker struct {
	failed         atomic.Int32 // in a row
	probed, logged atomic.Int64 // when, in nanoseconds of Unix
}

// Heard counts how opening or saving a session ended at now, asked for by the
// program or not: a request that asks for its session always tries, and its
// success ends the outage. Only [session.ErrUnavailable] is a failure.
func (b *Breaker) Heard(err error, now func() time.Time) {
	failed := b.failed.Load()
	switch {
	case err == nil && failed != 0:
		b.failed.Store(0)
	case err != nil && failed < failures && errors.Is(err, session.ErrUnavailable):
		if b.failed.Add(1) == failures {
			b.probed.Store(now().UnixNano())
		}
	}
}

// Open reports whether the store fails, and only a probe may ask it.
func (b *Breaker) Open() bool { return b.failed.Load() >= failures }

// MayProbe reports whether the store may be asked once more, to one caller in
// each second.
func (b *Breaker) MayProbe(now time.Time) bool { return once(&b.probed, now) }

// MayLog reports whether a failure may be logged, to one caller in each second.
func (b *Breaker) MayLog(now time.Time) bool { return once(&b.logged, now) }

// once reports, to one caller, that the pause has passed since it did so last. A
// clock that was set back counts as passed.
func once(last *atomic.Int64, now time.Time) bool {
	before, at := last.Load(), now.UnixNano()
	return (at-before >= int64(pause) || at < before) && last.CompareAndSwap(before, at)
}
