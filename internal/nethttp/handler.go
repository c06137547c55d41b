package nethttp

import (
	"context"
	"errors"
	"net"
	"net/http"
	"runtime/debug"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/wire"
)

// Options are what a Handler keeps to.
type Options struct {
	MaxBody int // bytes of a request's body, 0 for no limit

	// Refuse answers with an error page.
	Refuse func(ctx *fasthttp.RequestCtx, code int)
	// Log is told of a panic, which ends its own request alone. value is nil for
	// runtime.Goexit.
	Log func(ctx *fasthttp.RequestCtx, value any, stack []byte)
}

// Handler answers by a handler of net/http. That runs in a goroutine of its own:
// what it writes is sent as it comes once it flushes, or writes more than 64 KiB.
// Its request's context ends with it, or when the client has gone.
func Handler(h http.Handler, o Options) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		if o.MaxBody > 0 && ctx.Request.Header.ContentLength() > o.MaxBody {
			o.Refuse(ctx, http.StatusRequestEntityTooLarge)
			wire.End(ctx, wire.UnknownBody)
			return
		}
		r, err := requestOf(ctx)
		if err != nil {
			o.Refuse(ctx, http.StatusBadRequest)
			wire.End(ctx, wire.UnknownBody)
			return
		}
		in := bodyOf(ctx, o.MaxBody)
		r.Body = in
		w := newWriter(r.Method, ctx.ConnRequestNum() > 0) // of a request in memory there is no connection
		go run(wire.Done(ctx), h, w, r)
		event := <-w.events
		in.Close() // the connection is fasthttp's again
		switch event.kind {
		case panicked:
			if event.value != any(http.ErrAbortHandler) {
				o.Log(ctx, event.value, event.stack)
			}
			o.Refuse(ctx, http.StatusInternalServerError)
			ctx.SetConnectionClose()
			if event.value == any(http.ErrAbortHandler) { // it wants the client to get no answer
				ctx.HijackSetNoResponse(true)
				ctx.Hijack(func(net.Conn) {})
			}
			return
		case hijacked:
			w.handOver(ctx)
			return
		}
		w.answer(ctx, func(value any, stack []byte) { o.Log(ctx, value, stack) })
		wire.End(ctx, wire.UnknownBody)
	}
}

// run calls h and says how it ended. It may outlive fasthttp's context.
func run(gone <-chan struct{}, h http.Handler, w *writer, r *http.Request) {
	watched, cancel := context.WithCancel(r.Context())
	defer cancel()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		select {
		case <-gone:
			cancel()
		case <-stop:
		}
	}()
	returned := false
	defer func() {
		if returned {
			w.end(nil, nil)
			return
		}
		value := recover()
		if value == nil {
			value = errGoexit
		}
		w.end(value, debug.Stack())
	}()
	h.ServeHTTP(w, r.WithContext(watched))
	returned = true
}

var errGoexit = errors.New("runtime.Goexit ended a mounted handler's goroutine")
