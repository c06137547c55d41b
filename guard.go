package cantil

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/valyala/fasthttp"
)

// errGoexit stands for a runtime.Goexit in a view, a hook or a streamed body.
var errGoexit = errors.New("cantil: runtime.Goexit ended the request's goroutine")

// breakOff ends a request whose walk was left by a panic outside of attempt, v,
// or by runtime.Goexit, for which v is nil. Nothing was sent yet: the answer is
// a 500, and the connection ends with it, as its state is not known. A goroutine
// that exits cannot be kept, and fasthttp would forget the connection without
// closing it.
func (c *Context) breakOff(v any) {
	if v == nil {
		defer closeConn(c.ctx)
	}
	defer c.releaseBody()
	if c.hooks == nil {
		c.hooks = c.app.unmatched
	}
	if !c.tornDown {
		c.teardown()
	}
	if v == nil {
		c.app.logException(c, errGoexit)
		return
	}
	if c.propagate {
		panic(v)
	}
	c.app.logException(c, recovered(v))
	c.ctx.Response.Reset() // closes a stream, which is guarded
	c.ctx.Hijack(nil)
	(&HTTPError{Code: http.StatusInternalServerError}).Response().write(c.ctx)
	c.ctx.SetConnectionClose()
}

// closeConn closes the connection of a request whose goroutine is about to exit.
// A test client's request has none.
func closeConn(ctx *fasthttp.RequestCtx) {
	defer func() { _ = recover() }() // fasthttp's stand-in for a connection panics
	if conn := ctx.Conn(); conn != nil && ctx.UserValue(clientKey) == nil {
		conn.Close()
	}
}

// tryMatch is matchRule for rules with custom converters, whose ToGo is code of
// the application: a panic becomes the request's error, as one in a view does.
func (c *Context) tryMatch() {
	defer func() {
		if v := recover(); v != nil {
			c.route, c.hooks, c.routingErr = nil, c.app.unmatched, recovered(v)
		}
	}()
	c.matchRule()
}

// isFinal reports whether a status may end a request: 1xx are interim, and what
// is not in RFC 9110's classes is read differently by every client.
func isFinal(status int) bool { return 200 <= status && status <= 599 }

// checkStatus is the error of an answer whose status is not a final one. 101
// needs a connection that was handed over.
func (c *Context) checkStatus(r *Response) error {
	if isFinal(r.status) || r.status == http.StatusSwitchingProtocols && c.ctx.Hijacked() {
		return nil
	}
	if r.status == http.StatusSwitchingProtocols {
		return fmt.Errorf("cantil: the answer of endpoint %q has status 101, which belongs to Context.Hijack and to a WebSocket upgrade", c.Endpoint())
	}
	return fmt.Errorf("cantil: the answer of endpoint %q has status %d, which is not a final one (200 to 599)", c.Endpoint(), r.status)
}

// send hands the answer to fasthttp, which writes it when serve has returned.
func (c *Context) send(r *Response) {
	if err := c.checkStatus(r); err != nil { // the error page has it too, by an after_request function
		c.app.logException(c, err)
		closeStream(r.stream)
		r = (&HTTPError{Code: http.StatusInternalServerError}).Response()
	}
	if r.status != http.StatusSwitchingProtocols && c.ctx.Hijacked() {
		c.cancelHijack()
	}
	if r.stream != nil {
		c.guardStream(r)
	}
	r.write(c.ctx)
	if len(c.sessionLine) > 0 {
		c.ctx.Response.Header.SetCanonical(setCookieKey, c.sessionLine) // adds a line, whatever its name
	}
}
