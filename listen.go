package cantil

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/command"
	"github.com/cantil-go/cantil/internal/listen"
	"github.com/cantil-go/cantil/internal/urls"
	"github.com/cantil-go/cantil/internal/wire"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

// Run serves the application at addr (":5000") until the program gets SIGINT or
// SIGTERM, then answers what is under way and returns nil. It returns an error
// if it cannot listen or the server fails.
//
// "unix:/run/loja.sock" is a Unix socket; one that a program left behind is
// replaced, and its permissions are those that the process' umask leaves. A
// program that was started with a listener, by a socket unit of systemd or
// whatever else sets LISTEN_FDS, serves that one instead of addr.
//
// The cantil command sets three variables of the environment: CANTIL_DEBUG=1
// turns Debug on, as FLASK_DEBUG does, CANTIL_LISTEN replaces addr, and with
// CANTIL_DESCRIBE Run writes the routes and how sessions are kept to that file
// and returns nil at once.
func (a *App) Run(addr string) error {
	if done, err := a.commanded(); done {
		return err
	}
	ln, err := listen.Open(command.Address(addr))
	if err != nil {
		return err
	}
	a.logger().Info("Cantil is serving", "url", listen.URL(ln, "http"))
	return a.Serve(ln)
}

// commanded does what the cantil command asks for by the environment. done
// reports that this was all, and nothing is to be served.
func (a *App) commanded() (done bool, err error) {
	if os.Getenv(command.Debug) == "1" && !a.started {
		a.Debug = true
	}
	file := os.Getenv(command.Describe)
	if file == "" {
		return false, nil
	}
	a.Handler() // completes the routes, and panics where the set-up is wrong
	return true, a.describe().Write(file)
}

// describe is what the command prints of the application.
func (a *App) describe() *command.Description {
	d := &command.Description{Session: command.Session{
		CookieName: a.SessionCookieName, Domain: a.SessionCookieDomain, Path: a.sessionCookiePath(),
		HTTPOnly: a.SessionCookieHTTPOnly, Secure: a.SessionCookieSecure || a.SessionCookiePartitioned,
		SameSite: a.SessionCookieSameSite, Partitioned: a.SessionCookiePartitioned,
		Lifetime: int(a.PermanentSessionLifetime.Seconds()), Refresh: a.SessionRefreshEachRequest,
		Interface: fmt.Sprintf("%T", a.SessionInterface), Key: command.Fingerprint(a.SecretKey),
	}}
	d.Session.Serializer = serializerName(a.SessionSerializer)
	if stored, ok := a.SessionInterface.(*session.ServerSide); ok {
		rows := stored.RowFormat()
		d.Session.Serializer, d.Session.KeyPrefix, d.Session.SignedIDs = serializerName(rows.Serializer), rows.KeyPrefix, rows.SignedIDs
	}
	for _, key := range a.SecretKeyFallbacks {
		d.Session.Fallbacks = append(d.Session.Fallbacks, command.Fingerprint(key))
	}
	for _, rule := range a.rules.Rules() {
		d.Routes = append(d.Routes, command.Route{Endpoint: rule.Endpoint(), Methods: rule.Methods(), Rule: rule.String()})
	}
	for _, m := range a.mounts {
		d.Routes = append(d.Routes, command.Route{Endpoint: "(mounted)", Rule: m.prefix + "/…"})
	}
	return d
}

// serializerName is "msgpack", "json", or the type of one of the program's own.
func serializerName(s codec.Serializer) string {
	switch s {
	case codec.Msgpack, codec.MsgpackRows:
		return "msgpack"
	case codec.TaggedJSON:
		return "json"
	}
	return fmt.Sprintf("%T", s)
}

// RunOption is an option of [App.RunTLS].
type RunOption func(*runOptions)

type runOptions struct{ redirectFrom string }

// RedirectHTTP makes RunTLS listen at addr (":80") too, without TLS, and send
// what comes there to the same URL over https: by 301, by 308 where a method
// other than GET and HEAD must stay. A host that TrustedHosts does not allow is
// a 400. What is below /.well-known/acme-challenge/ is answered by the
// application itself, so that a certificate can be renewed.
func RedirectHTTP(addr string) RunOption {
	return func(o *runOptions) { o.redirectFrom = addr }
}

// RunTLS is [App.Run] over TLS, with a certificate and its key in two PEM files.
// The files are looked at again as clients connect, once a second at most: a
// renewed certificate is used without a restart. While the new files cannot be
// read, or do not fit each other, the old ones stay and the log says so.
func (a *App) RunTLS(addr, certFile, keyFile string, options ...RunOption) error {
	if done, err := a.commanded(); done {
		return err
	}
	var o runOptions
	for _, option := range options {
		option(&o)
	}
	certificate, err := listen.NewCertificate(certFile, keyFile)
	if err != nil {
		return err
	}
	certificate.Renewed = func(err error) {
		if err != nil {
			a.logger().Error("the renewed certificate cannot be used, the old one stays", "file", certFile, "error", err)
			return
		}
		a.logger().Info("the certificate was renewed", "file", certFile)
	}
	ln, err := listen.Open(addr)
	if err != nil {
		return err
	}
	all := []listening{{certificate.TLS(ln), nil}}
	if o.redirectFrom != "" {
		plain, err := net.Listen("tcp", o.redirectFrom)
		if err != nil {
			ln.Close()
			return err
		}
		all = append(all, listening{plain, a.redirectTo(ln.Addr())})
	}
	a.logger().Info("Cantil is serving", "url", listen.URL(ln, "https"))
	return a.serveAll(all)
}

// InheritedListeners returns the listeners that the program was started with,
// as systemd hands them over: LISTEN_FDS is their number, from descriptor 3 on,
// and LISTEN_PID, where it is set, the process they are for. They are returned
// once. [App.Run] takes a single one by itself.
func InheritedListeners() ([]net.Listener, error) { return listen.Inherited() }

// Serve is [App.Run] on a custom listener, which may speak TLS.
func (a *App) Serve(ln net.Listener) error {
	if done, err := a.commanded(); done {
		return errors.Join(err, ln.Close())
	}
	return a.serveAll([]listening{{ln, nil}})
}

// listening is a listener and what answers there, nil for the application.
type listening struct {
	net.Listener
	handler fasthttp.RequestHandler
}

// answered answers a client that asks before it sends its body.
func answered(h fasthttp.RequestHandler) func(*fasthttp.RequestCtx) int {
	return func(ctx *fasthttp.RequestCtx) int {
		h(ctx)
		ctx.SetConnectionClose()
		return ctx.Response.StatusCode()
	}
}

// serveAll serves until a signal, Shutdown, or the failure of one listener.
func (a *App) serveAll(all []listening) error {
	done := make(chan struct{})
	defer close(done)
	served := make(chan error, len(all))
	start := make([]func(), 0, len(all))
	a.server.mu.Lock()
	stopped := a.server.stopped
	for _, l := range all {
		s := a.Server()
		conns := wire.NewListener(l.Listener, a.wireConfig(s))
		a.server.listeners = append(a.server.listeners, conns)
		if l.handler != nil {
			s.Handler, s.ExpectHandler = l.handler, answered(l.handler)
		}
		s.ReadTimeout, s.WriteTimeout, s.IdleTimeout = 0, 0, 0 // the listener keeps them, at less cost
		s.HeaderReceived = nil                                 // the listener does it
		start = append(start, func() { go conns.Watch(done); served <- s.Serve(conns) })
	}
	a.server.mu.Unlock()
	if stopped {
		for _, l := range all {
			l.Close()
		}
		return nil
	}
	stop, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	for _, serve := range start {
		go serve()
	}
	var err error // nil if Shutdown was called
	select {
	case err = <-served:
		if err == nil && len(all) == 1 {
			return nil
		}
	case <-stop.Done():
		cancel() // a second signal ends the program at once
	}
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	if a.Shutdown(ctx) != nil {
		a.logger().Warn("the shutdown did not wait for all requests", slog.Duration("waited", drainTime))
	}
	return err
}

// challengePath is where a certificate authority looks for its challenge (RFC
// 8555, 8.3), without TLS.
const challengePath = "/.well-known/acme-challenge/"

// redirectTo sends a request to the same URL at the https listener addr.
func (a *App) redirectTo(addr net.Addr) fasthttp.RequestHandler {
	port := ""
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.Port != 443 {
		port = ":" + strconv.Itoa(tcp.Port)
	}
	return func(ctx *fasthttp.RequestCtx) {
		normalizeTarget(ctx)
		target := ctx.Request.Header.RequestURI()
		if bytes.HasPrefix(target, []byte(challengePath)) {
			a.handle(ctx)
			return
		}
		defer wire.End(ctx, wire.UnknownBody)
		host := string(ctx.Request.Header.Host())
		name, _ := urls.CutPort(host)
		if target[0] != '/' || name == "" || !urls.ValidHost(host) || a.trusted != nil && !a.trusted.Has(host) {
			refuseWith(ctx, http.StatusBadRequest)
			return
		}
		status := http.StatusPermanentRedirect
		if ctx.IsGet() || ctx.IsHead() {
			status = http.StatusMovedPermanently
		}
		r := newResponse(status)
		r.setText("This page is served over https.\n")
		r.header.Set("Content-Type", "text/plain; charset=utf-8")
		r.header.Set("Location", "https://"+strings.ToLower(name)+port+string(target))
		r.write(ctx, nil)
	}
}
