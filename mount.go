package cantil

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/nethttp"
	"github.com/cantil-go/cantil/internal/routing"
	"github.com/cantil-go/cantil/internal/wire"
)

// Wrap puts middleware around the whole application, app.wsgi_app =
// Middleware(app.wsgi_app): the one that is given last is the outermost.
//
//	app.Wrap(fasthttp.CompressHandler)
//
// It sees every request that is one, those for mounted handlers too, and the
// answer before it is sent; a body that is a stream has not begun by then. It
// need not call next. A panic in it is a 500. The limits and the draining of
// [App.Run] stay what they are.
func (a *App) Wrap(middleware func(next fasthttp.RequestHandler) fasthttp.RequestHandler) {
	a.mustBeSetUp("Wrap")
	a.wraps = append(a.wraps, middleware)
}

// mounted is a handler of net/http and where it is.
type mounted struct {
	prefix string
	handle fasthttp.RequestHandler
}

// Mount gives every request at prefix and below it to a handler of net/http, as
// Werkzeug's DispatcherMiddleware does:
//
//	app.Mount("/debug/pprof", http.DefaultServeMux)
//
// The handler sees the whole path; http.StripPrefix cuts it. No hook, session or
// error handler has a part in it, TrustedHosts and ProxyFix neither: the handler
// guards itself. MaxContentLength holds, a panic ends its own request, and the
// request's context ends when the client has gone. Of several prefixes the
// longest counts, and all come before the application's rules. One that is not a
// path, is "/", or is taken panics.
func (a *App) Mount(prefix string, h http.Handler) {
	a.mustBeSetUp("Mount")
	clean := strings.TrimRight(prefix, "/")
	taken := slices.ContainsFunc(a.mounts, func(m mounted) bool { return m.prefix == clean })
	if !strings.HasPrefix(clean, "/") || strings.Contains(clean, "//") || taken || h == nil {
		panic(fmt.Errorf("cantil: Mount(%q): a handler and a path that is not taken are needed, such as \"/metrics\"", prefix))
	}
	handle := func(ctx *fasthttp.RequestCtx) {
		nethttp.Handler(h, nethttp.Options{MaxBody: a.MaxContentLength, Refuse: refuseWith, Log: a.logMounted})(ctx)
	}
	a.mounts = append(a.mounts, mounted{clean, handle})
	slices.SortStableFunc(a.mounts, func(m, n mounted) int { return len(n.prefix) - len(m.prefix) })
}

// mountedAt is the handler that is mounted at the request's path, or nil.
func (a *App) mountedAt(ctx *fasthttp.RequestCtx) fasthttp.RequestHandler {
	if len(a.mounts) == 0 {
		return nil
	}
	path := "/" + strings.TrimLeft(routing.DecodePath(ctx.URI().PathOriginal()), "/")
	for _, m := range a.mounts {
		if rest, ok := strings.CutPrefix(path, m.prefix); ok && (rest == "" || rest[0] == '/') {
			return m.handle
		}
	}
	return nil
}

// refuseWith answers with the default page of an error.
func refuseWith(ctx *fasthttp.RequestCtx, code int) {
	(&HTTPError{Code: code}).Response().write(ctx, nil)
}

// logMounted logs a panic of a mounted handler.
func (a *App) logMounted(ctx *fasthttp.RequestCtx, value any, stack []byte) {
	a.logger().Error("exception in a mounted handler", slog.String("method", methodName(ctx.Method())),
		slog.String("path", string(ctx.Path())), slog.Any("error", value), slog.String("stack", string(stack)))
}

// servedKey is the user value of a request that the application itself served.
const servedKey = "cantil.served"

// around is the application's handler with its mounted handlers and middleware.
// Without any it is h itself.
func (a *App) around(h fasthttp.RequestHandler) fasthttp.RequestHandler {
	if len(a.mounts) > 0 {
		inner := h
		h = func(ctx *fasthttp.RequestCtx) {
			if handle := a.mountedAt(ctx); handle != nil {
				handle(ctx)
				return
			}
			inner(ctx)
		}
	}
	if len(a.wraps) == 0 {
		return h
	}
	served := h
	h = func(ctx *fasthttp.RequestCtx) {
		ctx.SetUserValue(servedKey, true)
		served(ctx)
	}
	for _, wrap := range a.wraps {
		if h = wrap(h); h == nil {
			panic(errors.New("cantil: Wrap: the middleware returned nil"))
		}
	}
	return func(ctx *fasthttp.RequestCtx) { a.serveWrapped(ctx, h) }
}

// serveWrapped keeps for middleware what the application keeps for its views: a
// panic ends one request, and what is left of a body is never taken for another.
func (a *App) serveWrapped(ctx *fasthttp.RequestCtx, h fasthttp.RequestHandler) {
	returned := false
	defer func() {
		if returned {
			return
		}
		v := recover()
		if v == nil { // runtime.Goexit
			closeConn(ctx)
			return
		}
		if a.propagates && ctx.UserValue(clientKey) != nil {
			panic(v)
		}
		a.logger().Error("exception in middleware", slog.String("path", string(ctx.Path())), slog.Any("error", v),
			slog.String("stack", string(debug.Stack())))
		ctx.Response.Reset()
		ctx.Hijack(nil)
		refuseWith(ctx, http.StatusInternalServerError)
		ctx.SetConnectionClose()
	}()
	h(ctx)
	if ctx.UserValue(servedKey) == nil {
		wire.End(ctx, wire.UnknownBody)
	}
	returned = true
}

// prefixKey is the user value for the path under which net/http serves the
// application.
const prefixKey = "cantil.prefix"

// ServeHTTP makes the application an http.Handler: for httptest, for a server
// with HTTP/2, for a path of another program's mux. What http.StripPrefix cut off
// is the application's root path then, as with X-Forwarded-Prefix, so URLFor's
// URLs begin with it. The time limits are those of that server.
//
// A connection can change its protocol ([Context.Hijack], a WebSocket) over
// HTTP/1.1.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := nethttp.Server{Handler: a.Handler(), Refuse: refuseWith,
		ServeConn: func(conn net.Conn) error { return a.Server().ServeConn(conn) },
		Prepare: func(ctx *fasthttp.RequestCtx, prefix string) {
			if prefix != "" {
				ctx.SetUserValue(prefixKey, prefix)
			}
		},
	}
	s.Serve(w, r)
}

// scriptName is the path under which the application is mounted, SCRIPT_NAME.
func (c *Context) scriptName() string {
	if c.proxy.prefix != "" {
		return c.proxy.prefix
	}
	prefix, _ := c.ctx.UserValue(prefixKey).(string)
	return prefix
}
