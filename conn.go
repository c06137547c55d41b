package cantil

import (
	"crypto/tls"
	"io"
	"math"
	"net"
	"os"
	"sync/atomic"
	"time"
)

// conn is a connection under its listener's limits.
type conn struct {
	net.Conn
	listener *connListener
	socket   socket        // under Conn; if it is not there Conn itself is read
	state    atomic.Uint64 // what it waits for, and the tick since when
	free     atomic.Bool   // the limits are another's

	// Of the goroutine that reads and writes: what the next Read waits for and, if
	// that is more of a request, since when; and what state says is waited for.
	wait, since uint64
	paused      uint64
}

// pause notes that the connection waits from now on. That it goes on to wait, for
// more room to send as an answer trickles away, does not begin anew.
func (c *conn) pause(wait uint64) {
	if c.paused == wait {
		return
	}
	since := c.since
	if wait == idling || wait == writing {
		since = c.listener.now.Load()
	}
	c.note(wait, since)
}

// resume notes that the wait is over.
func (c *conn) resume() {
	if c.paused != nothing {
		c.note(nothing, 0)
	}
}

func (c *conn) note(wait, since uint64) {
	c.paused = wait
	if c.state.Swap(since<<waitBits|wait)&overdue != 0 {
		c.listener.pardon(c)
	}
}

// Read reads, for as long as the limit allows that counts now.
func (c *conn) Read(p []byte) (n int, err error) {
	switch {
	case c.free.Load():
		return c.Conn.Read(p)
	case c.socket.there(): // it waits only where there is nothing to read
		n, err = c.socket.read(c, p)
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
		if c.socket.there() {
			sent, err = c.socket.write(c, piece)
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
