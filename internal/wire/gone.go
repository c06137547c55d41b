package wire

import (
	"net"
	"sync"
	"sync/atomic"

	"github.com/valyala/fasthttp"
)

// gone is the end of a connection, for who waits for it.
type gone struct {
	watched atomic.Bool
	mu      sync.Mutex
	ch      chan struct{}
	over    bool
}

// done returns the channel that is closed at the end.
func (g *gone) done() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ch == nil {
		g.ch = make(chan struct{})
		if g.over {
			close(g.ch)
		}
	}
	g.watched.Store(true)
	return g.ch
}

func (g *gone) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ch != nil && !g.over {
		close(g.ch)
	}
	g.over = true
}

// Done returns a channel that is closed when the client of a request has gone, or
// when the server shuts down while the answer is a stream. It is seen within a
// second or two. On a connection that no Listener accepted it is what its method
// Gone returns, or without one the channel of ctx, which the server's end closes.
func Done(ctx *fasthttp.RequestCtx) <-chan struct{} {
	if c := of(ctx.Conn()); c != nil {
		return c.gone.done()
	}
	if c, ok := ctx.Conn().(interface{ Gone() <-chan struct{} }); ok {
		return c.Gone()
	}
	return ctx.Done()
}

// lookForEnd looks whether the client has gone while its request is served.
func (c *Conn) lookForEnd() {
	if c.gone.watched.Load() && hungUp(c.Conn) {
		c.gone.end()
	}
}

// inner is the connection under TLS.
func inner(c net.Conn) net.Conn {
	if secure, ok := c.(interface{ NetConn() net.Conn }); ok {
		return secure.NetConn()
	}
	return c
}
