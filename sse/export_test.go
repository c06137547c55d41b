package sse

import "time"

// Ticking has the heartbeat come by a channel instead of a clock.
func Ticking(ticks <-chan time.Time) Option {
	return func(b *body) {
		b.after = func(time.Duration) (<-chan time.Time, func() bool) { return ticks, func() bool { return true } }
	}
}

// Bytes are the event as it is sent.
func (e Event) Bytes() ([]byte, error) { return e.bytes() }
