package cantil

import (
	"crypto/tls"
	"io"
	"math"
	"net"
	"os"
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
	c.socket = newSocket(c)
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

// conn is a connection under its listener's limits.
type conn struct {
	net.Conn
	listener *connListener
	socket   *socket       // under Conn, nil if Conn itself is to be read
	state    atomic.Uint64 // what it waits for, and the tick since when
	free     atomic.Bool   // the limits are another's

	// Of the goroutine that reads and writes: what the next Read waits for and, if
	// that is more of a request, since when; and whether state says that it waits.
	wait, since uint64
	paused      bool
}

// pause notes that the connection waits from now on, or goes on to.
func (c *conn) pause(wait uint64) {
	since := c.since
	if wait == idling || wait == writing {
		since = c.listener.now.Load()
	}
	c.state.Store(since<<waitBits | wait)
	c.paused = true
}

// resume notes that the wait is over.
func (c *conn) resume() {
	if !c.paused {
		return
	}
	c.paused = false
	if c.state.Swap(nothing)&overdue != 0 {
		c.listener.pardon(c)
	}
}

// Read reads, for as long as the limit allows that counts now.
func (c *conn) Read(p []byte) (n int, err error) {
	switch {
	case c.free.Load():
		return c.Conn.Read(p)
	case c.socket != nil: // it waits only where there is nothing to read
		n, err = c.socket.read(p)
	default:
		c.pause(c.wait)
		n, err = c.Conn.Read(p)
	}
	c.resume()
	if n > 0 && c.wait != reading {
		c.wait, c.since = reading, c.listener.now.Load()
	}
	return n, err
}

// pieceSize is how many bytes of an answer count as one piece: the limit is for
// each, and an answer may take as long as the client goes on to read it.
const pieceSize = 1 << 20

// Write writes, piece by piece.
func (c *conn) Write(p []byte) (n int, err error) {
	if c.free.Load() {
		return c.Conn.Write(p)
	}
	c.wait = idling // what is read next is another request
	for {
		piece := p[n:min(n+pieceSize, len(p))]
		var sent int
		if c.socket != nil {
			sent, err = c.socket.write(piece)
		} else {
			c.pause(writing)
			sent, err = c.Conn.Write(piece)
		}
		c.resume()
		if n += sent; err != nil || n == len(p) {
			return n, err
		}
	}
}

// ReadFrom lets files go out by the kernel alone, where the connection can.
func (c *conn) ReadFrom(r io.Reader) (n int64, err error) {
	limited, ok := r.(*io.LimitedReader)
	if !ok {
		limited = &io.LimitedReader{R: r, N: math.MaxInt64}
	}
	if _, ok := limited.R.(*os.File); !ok || c.free.Load() {
		return io.Copy(onlyWriter{c}, r) // between two pieces a reader may take its time
	}
	c.wait = idling
	for limited.N > 0 {
		piece := io.LimitedReader{R: limited.R, N: min(limited.N, pieceSize)}
		c.pause(writing)
		sent, err := io.Copy(c.Conn, &piece)
		c.resume()
		limited.N -= sent
		if n += sent; err != nil || piece.N > 0 { // or the file's end
			return n, err
		}
	}
	return n, nil
}

// onlyWriter hides ReadFrom.
type onlyWriter struct{ io.Writer }

// SetDeadline hands the limits over to the caller, as the two below do: fasthttp
// calls it for a connection that a view takes.
func (c *conn) SetDeadline(t time.Time) error {
	c.release()
	return c.Conn.SetDeadline(t)
}

// SetReadDeadline is Conn's.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.release()
	return c.Conn.SetReadDeadline(t)
}

// SetWriteDeadline is Conn's.
func (c *conn) SetWriteDeadline(t time.Time) error {
	c.release()
	return c.Conn.SetWriteDeadline(t)
}

func (c *conn) release() {
	c.free.Store(true)
	c.listener.forget(c)
}

// Close closes the connection.
func (c *conn) Close() error {
	c.listener.forget(c)
	return c.Conn.Close()
}

// handshaker is what fasthttp knows a TLS connection by.
type handshaker interface {
	Handshake() error
	ConnectionState() tls.ConnectionState
}

// tlsConn is a conn under which TLS is spoken.
type tlsConn struct {
	*conn
	secure handshaker
}

// Handshake agrees with the client on a key; it counts as part of the first wait.
func (c *tlsConn) Handshake() error { return c.secure.Handshake() }

// ConnectionState is that of the connection.
func (c *tlsConn) ConnectionState() tls.ConnectionState { return c.secure.ConnectionState() }
