package cantil

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// drainListener knows the connections over which nothing has come yet. Browsers
// open such in advance, and fasthttp waits for them at a shutdown as for a
// request under way: there they are closed.
type drainListener struct {
	net.Listener
	mu     sync.Mutex
	silent map[*drainConn]struct{}
}

func newDrainListener(ln net.Listener) *drainListener {
	return &drainListener{Listener: ln, silent: map[*drainConn]struct{}{}}
}

// Accept waits for the next connection.
func (l *drainListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &drainConn{Conn: conn, listener: l}
	l.mu.Lock()
	l.silent[c] = struct{}{}
	l.mu.Unlock()
	return c, nil
}

func (l *drainListener) forget(c *drainConn) {
	l.mu.Lock()
	delete(l.silent, c)
	l.mu.Unlock()
}

// closeSilent closes the silent connections, again and again until done.
func (l *drainListener) closeSilent(done <-chan struct{}) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		l.mu.Lock()
		for c := range l.silent {
			c.Conn.Close()
		}
		l.mu.Unlock()
		select {
		case <-done:
			return
		case <-tick.C:
		}
	}
}

// drainConn is a connection that tells when its first byte has come.
type drainConn struct {
	net.Conn
	listener *drainListener
	heard    atomic.Bool
}

// Read reads, and takes the connection off the silent ones at the first byte.
func (c *drainConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 && !c.heard.Load() && c.heard.CompareAndSwap(false, true) {
		c.listener.forget(c)
	}
	return n, err
}

// ReadFrom lets files go out by the kernel alone, where the connection can.
func (c *drainConn) ReadFrom(r io.Reader) (int64, error) { return io.Copy(c.Conn, r) }

// Close closes the connection.
func (c *drainConn) Close() error {
	if !c.heard.Load() {
		c.listener.forget(c)
	}
	return c.Conn.Close()
}
