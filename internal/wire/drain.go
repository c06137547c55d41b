package wire

import (
	"context"
	"net"
	"time"
)

// How a shutdown goes: the connections that the system has completed are still
// accepted, everything that was received is answered with "Connection: close",
// and connections that wait for a request are closed by their own goroutine,
// after a last look into the socket. No other goroutine closes a connection by
// a state that it may have left already.

const (
	// backlogTime is for how long connections that wait in the system's queue
	// are accepted after a shutdown began.
	backlogTime = 20 * time.Millisecond
	openingTime = 250 * time.Millisecond // for the request of a connection that has sent nothing yet
	drainPace   = 10 * time.Millisecond
)

// Shutdown stops accepting, ends the connections that wait for a request, tells
// streams that they should end, and returns when all others are answered. When
// ctx ends first, it closes what is left and returns the error of ctx.
func (l *Listener) Shutdown(ctx context.Context) error {
	l.once.Do(func() {
		l.draining.Store(true)
		close(l.drain)
		if ln, ok := l.Listener.(interface{ SetDeadline(time.Time) error }); !ok || ln.SetDeadline(time.Now().Add(backlogTime)) != nil {
			l.Listener.Close()
		}
	})
	ticker := time.NewTicker(drainPace)
	defer ticker.Stop()
	stop := time.Now().Add(2 * backlogTime)
	for {
		l.wakeIdle()
		if time.Now().After(stop) {
			l.Listener.Close() // fasthttp may not have begun to serve
			if l.Open() == 0 {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			l.Listener.Close()
			l.closeAll()
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

// wakeIdle interrupts the connections that wait for a request, and tells streams.
func (l *Listener) wakeIdle() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		if c.streaming.Load() {
			c.gone.end()
		}
		state := c.state.Load()
		if wait := state & waitMask; (wait == opening || wait == idling) && state&overdue == 0 {
			c.interrupt(state)
		}
	}
}

// closeAll closes every connection, whatever it does.
func (l *Listener) closeAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		c.gone.end()
		c.Conn.Close()
	}
}

// lastLook is the read of a connection that was interrupted because the server
// shuts down: a request that has arrived meanwhile is still answered, and a
// client that has just connected has a moment to send one.
func (c *Conn) lastLook(p []byte) (int, error) {
	wait := time.Millisecond
	if c.wait == opening {
		wait = openingTime
	}
	c.Conn.SetReadDeadline(time.Now().Add(wait))
	n, err := c.Conn.Read(p)
	c.Conn.SetReadDeadline(time.Time{})
	if timeout, ok := err.(net.Error); ok && timeout.Timeout() && n == 0 {
		c.in.leaving = true
	}
	return n, err
}
