package cantil

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
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
	mu       sync.Mutex
	http     *fasthttp.Server
	listener *connListener
	stopped  bool // by Shutdown, perhaps before Serve came so far
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
		NoDefaultServerHeader:        true, // nobody needs to know
		CloseOnShutdown:              true,
		ErrorHandler:                 refuse,
		Logger:                       serverLog{a},
	}
}

// Run serves the application at addr (":5000") until the program gets SIGINT or
// SIGTERM, then answers what is under way and returns nil. It returns an error
// if it cannot listen or the server fails.
func (a *App) Run(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	a.logger().Info("Cantil is serving", "url", "http://"+ln.Addr().String()+"/")
	return a.Serve(ln)
}

// Serve is [App.Run] on a listener of one's own, which may speak TLS.
func (a *App) Serve(ln net.Listener) error {
	s := a.Server()
	conns := newConnListener(ln, limits{read: s.ReadTimeout, write: s.WriteTimeout, idle: s.IdleTimeout})
	s.ReadTimeout, s.WriteTimeout, s.IdleTimeout = 0, 0, 0 // kept by the listener, for less
	a.server.mu.Lock()
	stopped := a.server.stopped
	a.server.http, a.server.listener = s, conns
	a.server.mu.Unlock()
	if stopped {
		return ln.Close()
	}

	done := make(chan struct{})
	defer close(done)
	go conns.watch(done)
	stop, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	served := make(chan error, 1)
	go func() { served <- s.Serve(conns) }()
	select {
	case err := <-served:
		a.server.mu.Lock()
		defer a.server.mu.Unlock()
		if a.server.stopped { // the error is that of the listener that was closed
			return nil
		}
		return err
	case <-stop.Done():
		cancel() // a second signal ends the program at once
		ctx, cancel := context.WithTimeout(context.Background(), drainTime)
		defer cancel()
		return a.Shutdown(ctx)
	}
}

// Shutdown stops taking connections and waits until the requests under way are
// answered or ctx ends.
func (a *App) Shutdown(ctx context.Context) error {
	a.server.mu.Lock()
	s, conns := a.server.http, a.server.listener
	a.server.stopped = true
	a.server.mu.Unlock()
	if s == nil {
		return nil
	}
	done := make(chan struct{})
	defer close(done)
	go conns.closeSilent(done)
	defer conns.Listener.Close() // fasthttp does not, if it had not begun to serve
	return s.ShutdownWithContext(ctx)
}

// refuse answers what is no request that could reach the application.
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
	(&HTTPError{Code: code}).Response().write(ctx)
}

// serverLog hands what fasthttp logs, mostly clients' misbehaviour, to the
// application's logger.
type serverLog struct{ app *App }

func (l serverLog) Printf(format string, args ...any) {
	l.app.logger().Debug("fasthttp: " + fmt.Sprintf(format, args...))
}
