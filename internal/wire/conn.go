package wire

import (
	"crypto/tls"
	"errors"
	"io"
	"math"
	"net"
	"os"
	"sync/atomic"
	"time"
)

// Conn is a connection under its Listener's limits. Its Read gives fasthttp one
// request at a time, and of that only what may be trusted.
type Conn struct {
	net.Conn
	listener  *Listener
	socket    socket        // under Conn; where there is none, Conn itself is read
	state     atomic.Uint64 // what it waits for, and the tick since when
	free      atomic.Bool   // the connection was taken: limits and framing are the caller's
	streaming atomic.Bool   // the answer is a stream
	gone      gone

	// Of the goroutine that reads and writes: what the next Read waits for and, if
	// that is more of a request, since when; and what state says is waited for.
	wait, since uint64
	paused      uint64
	in          inbound
}

// pause notes that the connection waits from now on. A wait that goes on, for
// more room to send as an answer trickles away, does not begin anew.
func (c *Conn) pause(wait uint64) {
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
func (c *Conn) resume() {
	if c.paused != nothing {
		c.note(nothing, 0)
	}
}

func (c *Conn) note(wait, since uint64) {
	c.paused = wait
	if c.state.Swap(since<<waitBits|wait)&overdue != 0 {
		c.listener.pardon(c)
	}
}

// receive reads what has arrived, within the limit that counts now.
func (c *Conn) receive(p []byte) (n int, err error) {
	if c.socket.there() { // it waits only where there is nothing to read
		n, err = c.socket.read(c, p)
	} else {
		c.pause(c.wait)
		n, err = c.Conn.Read(p)
	}
	if err != nil && c.wait != reading && c.listener.draining.Load() && isTimeout(err) {
		n, err = c.lastLook(p)
	}
	c.resume()
	if n > 0 {
		c.begun()
	}
	return n, err
}

// begun notes that a request has begun: its time counts from now.
func (c *Conn) begun() {
	if c.wait != reading {
		c.wait, c.since = reading, c.listener.now.Load()
	}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// pieceSize is how many bytes of an answer count as one piece: the limit is for
// each, and an answer may take as long as the client goes on to read it.
const pieceSize = 1 << 20

// Write sends p piece by piece, each within the time limit.
func (c *Conn) Write(p []byte) (n int, err error) {
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
			c.in.ended = c.in.ended || err != nil // nothing can arrive any more
			return n, err
		}
	}
}

// ReadFrom lets files go out by the kernel alone, where the connection can.
func (c *Conn) ReadFrom(r io.Reader) (n int64, err error) {
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

// SetDeadline hands limits and framing over to the caller, as the two below do:
// fasthttp calls it for a connection that a view takes.
func (c *Conn) SetDeadline(t time.Time) error {
	c.release()
	return c.Conn.SetDeadline(t)
}

// SetReadDeadline hands the connection over as SetDeadline does.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.release()
	return c.Conn.SetReadDeadline(t)
}

// SetWriteDeadline hands the connection over as SetDeadline does.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	c.release()
	return c.Conn.SetWriteDeadline(t)
}

func (c *Conn) release() {
	c.free.Store(true)
	c.listener.forget(c)
}

// Close closes the connection, in two steps where the client may still send: its
// bytes would otherwise make the system take the answer back.
func (c *Conn) Close() error {
	c.gone.end()
	if !c.free.Load() {
		c.linger()
	}
	err := c.Conn.Close()
	c.listener.forget(c)
	return err
}

// handshaker is what fasthttp knows a TLS connection by.
type handshaker interface {
	Handshake() error
	ConnectionState() tls.ConnectionState
}

// tlsConn is a Conn under which TLS is spoken.
type tlsConn struct {
	*Conn
	secure handshaker
}

// Handshake agrees with the client on a key; it counts as part of the first wait.
func (c *tlsConn) Handshake() error { return c.secure.Handshake() }

// ConnectionState returns what was agreed on.
func (c *tlsConn) ConnectionState() tls.ConnectionState { return c.secure.ConnectionState() }

// Of returns the Conn that serves c, or nil if c is not one of a Listener.
func of(c net.Conn) *Conn {
	switch c := c.(type) {
	case *Conn:
		return c
	case *tlsConn:
		return c.Conn
	}
	return nil
}
