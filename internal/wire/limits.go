package wire

import (
	"math"
	"time"
)

// Time limits as fasthttp keeps them cost a quarter of what a small answer costs in
// user space: three deadlines a request, each with three readings of the clock and
// a timer that is moved. Here a connection notes what it waits for and since which
// tick, and one goroutine looks at all connections once a tick.

// What a connection waits for, the lower bits of its state.
const (
	nothing = iota // its goroutine is at work
	opening        // the first byte of all
	reading        // more of a request
	idling         // the first byte of another request
	writing        // the client to take what is sent
	waits
	overdue  = 1 << 3 // or'ed to it: the deadline was set
	waitBits = 4
	waitMask = overdue - 1
)

// tick is how often the connections are looked at, and so by how much a limit
// may be overrun.
func (c *Config) tick() time.Duration {
	tick := time.Second
	for _, d := range []time.Duration{c.ReadTimeout, c.WriteTimeout, c.IdleTimeout} {
		if d > 0 {
			tick = min(tick, max(d/16, time.Millisecond))
		}
	}
	return tick
}

// allowed returns for how many ticks a connection may wait, by what it waits for.
func (c *Config) allowed(tick time.Duration) [waits]uint64 {
	ticks := func(d time.Duration) uint64 {
		if d <= 0 {
			return math.MaxUint64
		}
		return uint64((d + tick - 1) / tick)
	}
	return [...]uint64{
		nothing: math.MaxUint64, opening: ticks(c.ReadTimeout), reading: ticks(c.ReadTimeout),
		idling: ticks(c.IdleTimeout), writing: ticks(c.WriteTimeout),
	}
}

// Watch keeps the limits until done is closed and the last connection has ended.
func (l *Listener) Watch(done <-chan struct{}) {
	ticker := time.NewTicker(l.tick)
	defer ticker.Stop()
	for done != nil || l.Open() > 0 {
		select {
		case <-done:
			done = nil
		case <-ticker.C:
			l.now.Add(1)
			l.sweep()
		}
	}
}

// sweep ends the waits that have lasted for too long, and looks for clients that
// have gone where a request wants to know. The tick in which a wait began does
// not count: no limit ends early.
func (l *Listener) sweep() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now.Load()
	for c := range l.conns {
		state := c.state.Load()
		wait, since := state&waitMask, state>>waitBits
		switch {
		case wait == nothing:
			c.lookForEnd()
		case now-since > l.allowed[wait]:
			c.interrupt(state)
		}
	}
}

// interrupt ends the wait of c that state stands for, unless c goes on already.
func (c *Conn) interrupt(state uint64) {
	switch {
	case !c.state.CompareAndSwap(state, state|overdue):
	case state&waitMask == writing:
		c.Conn.SetWriteDeadline(past)
	default:
		c.Conn.SetReadDeadline(past)
	}
}

// pardon takes back the deadline of a connection whose wait ended by itself in the
// very moment when it was set.
func (l *Listener) pardon(c *Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.Conn.SetDeadline(time.Time{})
}

// past is a deadline that is over.
var past = time.Unix(1, 0)
