package cantil

import (
	"math"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Time limits as fasthttp keeps them cost a quarter of what a small answer costs in
// user space: three deadlines a request, each with three readings of the clock and
// a timer that is moved. Here a connection notes what it waits for and since which
// tick, and one goroutine looks at all connections once a tick.

// limits says how long a connection may wait; 0 is without end.
type limits struct {
	read  time.Duration // for a request, from its first byte or the connection's beginning
	write time.Duration // for the client to take a piece of the answer
	idle  time.Duration // for the next request
}

// tick is how often the connections are looked at, and so by how much a limit
// may be overrun.
func (l limits) tick() time.Duration {
	tick := time.Second
	for _, d := range []time.Duration{l.read, l.write, l.idle} {
		if d > 0 {
			tick = min(tick, max(d/16, time.Millisecond))
		}
	}
	return tick
}

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

// connListener knows the connections it accepted, and keeps their limits.
type connListener struct {
	net.Listener
	allowed [waits]uint64 // ticks, by what is waited for
	tick    time.Duration
	now     atomic.Uint64 // ticks since the beginning
	mu      sync.Mutex
	conns   map[*conn]struct{}
}

func newConnListener(ln net.Listener, l limits) *connListener {
	c := &connListener{Listener: ln, tick: l.tick(), conns: map[*conn]struct{}{}}
	ticks := func(d time.Duration) uint64 {
		if d <= 0 {
			return math.MaxUint64
		}
		return uint64((d + c.tick - 1) / c.tick)
	}
	c.allowed = [...]uint64{
		nothing: math.MaxUint64, opening: ticks(l.read), reading: ticks(l.read),
		idling: ticks(l.idle), writing: ticks(l.write),
	}
	return c
}

// Accept waits for the next connection.
func (l *connListener) Accept() (net.Conn, error) {
	inner, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: inner, listener: l, wait: opening, since: l.now.Load()}
	c.socket.open(c)
	c.pause(opening) // also for a worker that is late
	l.mu.Lock()
	l.conns[c] = struct{}{}
	l.mu.Unlock()
	if secure, ok := inner.(handshaker); ok {
		return &tlsConn{c, secure}, nil
	}
	return c, nil
}

// watch keeps the limits until done and the last connection is closed.
func (l *connListener) watch(done <-chan struct{}) {
	ticker := time.NewTicker(l.tick)
	defer ticker.Stop()
	for done != nil || l.open() > 0 {
		select {
		case <-done:
			done = nil
		case <-ticker.C:
			l.now.Add(1)
			l.endOverdue()
		}
	}
}

// open counts the connections.
func (l *connListener) open() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.conns)
}

// endOverdue ends the waits that have lasted for too long. The tick in which one
// began does not count: no limit ends early.
func (l *connListener) endOverdue() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now.Load()
	for c := range l.conns {
		state := c.state.Load()
		wait, since := state&waitMask, state>>waitBits
		switch {
		case now-since <= l.allowed[wait]:
		case !c.state.CompareAndSwap(state, state|overdue): // it goes on
		case wait == writing:
			c.Conn.SetWriteDeadline(past)
		default:
			c.Conn.SetReadDeadline(past)
		}
	}
}

// pardon takes back the deadline of a connection whose wait ended by itself in the
// very moment when it was set.
func (l *connListener) pardon(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.Conn.SetDeadline(time.Time{})
}

// closeSilent closes the connections over which nothing has come yet, again and
// again until done. Browsers open such in advance, and fasthttp waits for them at
// a shutdown as for a request under way.
func (l *connListener) closeSilent(done <-chan struct{}) {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		l.closeOpening()
		select {
		case <-done:
			return
		case <-ticker.C:
		}
	}
}

func (l *connListener) closeOpening() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		if c.state.Load()&waitMask == opening {
			c.Conn.Close()
		}
	}
}

func (l *connListener) forget(c *conn) {
	l.mu.Lock()
	delete(l.conns, c)
	l.mu.Unlock()
}

// past is a deadline that is over.
var past = time.Unix(1, 0)
