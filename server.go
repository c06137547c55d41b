package cantil

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/routing"
	"github.com/cantil-go/cantil/internal/wire"
)

// The limits of a server that Run starts. fasthttp has no time limits of its
// own, and its read buffer of 4 KiB would refuse a session cookie of full size.
const (
	readTimeout    = 30 * time.Second
	writeTimeout   = 30 * time.Second
	idleTimeout    = 60 * time.Second
	readBufferSize = 16 << 10 // bytes; request line and headers
	drainTime      = 10 * time.Second
)

// server is what Run started and Shutdown stops.
type server struct {
	mu        sync.Mutex
	listeners []*wire.Listener
	stopped   bool // by Shutdown, perhaps before Serve began
}

// Server returns a fasthttp server of the application with the limits that Run
// sets, for programs that want to change one: read and write 30 s, idle 60 s,
// 16 KiB of headers, bodies above MaxContentLength are not read into memory. It
// keeps the times itself then: an answer, a stream too, has 30 s in all.
func (a *App) Server() *fasthttp.Server {
	return &fasthttp.Server{
		Handler:                      a.Handler(),
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		ReadBufferSize:               readBufferSize,
		MaxRequestBodySize:           a.MaxContentLength,
		StreamRequestBody:            true, // a larger body reaches the view, which may answer without it
		DisablePreParseMultipartForm: true,
		NoDefaultServerHeader:        true, // clients need not know
		CloseOnShutdown:              true,
		ErrorHandler:                 refuse,
		HeaderReceived:               wire.SettleExpect,
		ExpectHandler:                a.expect,
		Logger:                       serverLog{a},
	}
}

// wireConfig is how the connections of s are guarded.
func (a *App) wireConfig(s *fasthttp.Server) wire.Config {
	return wire.Config{
		ReadTimeout: s.ReadTimeout, WriteTimeout: s.WriteTimeout, IdleTimeout: s.IdleTimeout,
		MaxHead: s.ReadBufferSize, MaxConns: a.MaxConns,
		Refuse: func(code int) []byte {
			var ctx fasthttp.RequestCtx
			(&HTTPError{Code: code}).Response().write(&ctx, nil)
			ctx.Response.SetConnectionClose()
			return wire.Bytes(&ctx.Response)
		},
		Log: func(level slog.Level, msg string, args ...any) {
			a.logger().Log(context.Background(), level, "cantil: "+msg, args...)
		},
	}
}

// Shutdown stops taking connections, tells streams to end ([Context.Done]) and
// waits until what was received is answered. If ctx ends first, it closes the
// connections that are left and returns the error of ctx.
func (a *App) Shutdown(ctx context.Context) error {
	a.server.mu.Lock()
	all := a.server.listeners
	a.server.stopped = true
	a.server.mu.Unlock()
	ended := make(chan error, len(all))
	for _, conns := range all {
		go func() { ended <- conns.Shutdown(ctx) }()
	}
	var err error
	for range all {
		err = errors.Join(err, <-ended)
	}
	return err
}

// expect decides whether a client that asks first is told to send its body. What
// its headers show will not be read is answered without it.
func (a *App) expect(ctx *fasthttp.RequestCtx) int {
	normalizeTarget(ctx)
	limit := a.MaxContentLength
	tooLarge := limit > 0 && ctx.Request.Header.ContentLength() > limit
	if !tooLarge && a.routed(ctx) {
		return http.StatusContinue
	}
	a.handle(ctx)
	ctx.SetConnectionClose()
	return ctx.Response.StatusCode()
}

// routed reports whether the request has a view, or a mounted handler.
func (a *App) routed(ctx *fasthttp.RequestCtx) bool {
	if a.mountedAt(ctx) != nil {
		return true
	}
	var m routing.Result
	if a.rules.Domains != routing.NoDomains {
		return true // by the rules for its host, when its body has come
	}
	a.rules.Match(methodName(ctx.Method()), routing.DecodePath(ctx.URI().PathOriginal()), &m)
	return m.Kind == routing.Matched
}

// refuse answers what fasthttp takes for no request.
func refuse(ctx *fasthttp.RequestCtx, err error) {
	code := http.StatusBadRequest
	var tooLarge *fasthttp.ErrSmallBuffer
	var timeout net.Error
	switch {
	case errors.As(err, &tooLarge):
		code = http.StatusRequestHeaderFieldsTooLarge
	case errors.As(err, &timeout) && timeout.Timeout():
		code = http.StatusRequestTimeout
	}
	(&HTTPError{Code: code}).Response().write(ctx, nil)
}

// serverLog hands what fasthttp logs, mostly clients' misbehaviour, to the
// application's logger.
type serverLog struct{ app *App }

func (l serverLog) Printf(format string, args ...any) {
	l.app.logger().Debug("fasthttp: " + inLog(fmt.Sprintf(format, args...)))
}
