package cantil

import (
	"errors"
	"log/slog"
	"net"
	"net/http"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/httpheader"
)

// Hijack answers 101 Switching Protocols and then hands the connection to
// handler, which speaks another protocol over it. The response that it returns
// is what goes out, and the place for the answer's headers: Connection is set to
// Upgrade, and Upgrade to the protocol that the client asked for if it named
// one.
//
//	r := c.Hijack(serveChat)
//	r.Header().Set("Upgrade", "chat/2")
//	return r
//
// The 101 goes out whatever the view returns, with the session's cookie and
// after the after_request functions; if one of these gives it another status, or
// if anything panics, the connection is not handed over and handler not called.
//
// handler runs in a goroutine of its own when the request is over: it must use
// neither c nor what [Context.RequestCtx] handed out. No time limit of the
// server holds for it, and no shutdown waits for it. The connection is closed
// when it returns; a panic in it is logged and closes the connection too. Bytes
// that the client sent behind its request are read first.
//
// A WebSocket library for fasthttp that takes [Context.RequestCtx] is used the
// same way, but fasthttp calls its handler: a panic there ends the program.
//
// HTTP/1.0 knows no upgrade: the request ends in a 400.
func (c *Context) Hijack(handler func(net.Conn)) *Response {
	if handler == nil {
		panic(errors.New("cantil: Hijack: the handler is nil"))
	}
	if !c.ctx.Request.Header.IsHTTP11() {
		panic(&HTTPError{Code: http.StatusBadRequest, Description: "HTTP/1.0 has no upgrade."})
	}
	r := switchProtocols()
	r.app = c.app
	r.header.Set("Connection", "Upgrade")
	if protocol := c.Header("Upgrade"); httpheader.IsToken(protocol) {
		r.header.Set("Upgrade", protocol)
	}
	app, where, conn := c.app, c.Method()+" "+c.Path(), c.ctx.Conn()
	c.ctx.Hijack(func(stream net.Conn) {
		returned := false
		defer func() {
			if returned {
				return
			}
			err := errGoexit
			if v := recover(); v != nil {
				err = recovered(v)
			}
			defer conn.Close() // fasthttp does so for a handler that returns
			app.logger().Error("exception in a hijacked connection",
				slog.String("request", where), slog.Any("error", err), stackOf(err))
		}()
		handler(stream)
		returned = true
	})
	c.switching = r
	return r
}

// switchProtocols is a 101 without headers.
func switchProtocols() *Response {
	return &Response{status: http.StatusSwitchingProtocols}
}

// upgraded reports whether the connection is to be handed over after a 101:
// Hijack said so, or a WebSocket library by fasthttp's own means.
func (c *Context) upgraded() bool {
	return c.ctx.Hijacked() && (c.switching != nil || c.ctx.Response.StatusCode() == http.StatusSwitchingProtocols)
}

// upgrade is the answer of a view that asked for the connection and returned rv.
func (c *Context) upgrade(rv any) *Response {
	if c.switching != nil {
		return c.switching
	}
	if r, ok := rv.(*Response); ok && r != nil && r.status == http.StatusSwitchingProtocols {
		r.header.Del(headerContentType) // it has no body
		return r
	}
	return switchProtocols() // its headers are in fasthttp's response
}

// cancelHijack keeps the connection, since the answer is not a 101, and takes
// back what a WebSocket library announced.
func (c *Context) cancelHijack() {
	c.ctx.Hijack(nil)
	for _, name := range []string{"Upgrade", "Connection", "Sec-WebSocket-Accept", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"} {
		c.ctx.Response.Header.Del(name)
	}
	c.app.logger().Warn("a connection was not handed over: the answer is not a 101", slog.String("path", c.Path()))
}

// closeConn closes the connection of a request whose goroutine is about to exit.
// A test client's request has none.
func closeConn(ctx *fasthttp.RequestCtx) {
	defer func() { _ = recover() }() // fasthttp's stand-in for a connection panics
	if conn := ctx.Conn(); conn != nil && ctx.UserValue(clientKey) == nil {
		conn.Close()
	}
}
