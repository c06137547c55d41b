package conformance

import (
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

// panicRoutes serve a page for each place where code of the application's own
// runs. What is not of one request (the clock, the log, the store) panics while
// it is switched on.
func panicRoutes(app *cantil.App) {
	get := func(path string, view cantil.View) { app.Get(path, cantil.Endpoint(path[1:]))(view) }
	app.BeforeRequest(func(c *cantil.Context) any { return panicAt(c, "/before") })
	app.AfterRequest(func(c *cantil.Context, _ *cantil.Response) { panicAt(c, "/after") })
	app.TeardownRequest(func(c *cantil.Context, _ error) { panicAt(c, "/teardown") })
	app.ErrorHandler(418)(func(*cantil.Context, error) any { panic("error handler") })
	app.TemplateFilter("burst")(func(string) string { panic("filter") })
	app.ContextProcessor(func(c *cantil.Context) cantil.Map { panicAt(c, "/processor"); return nil })
	app.Converter("burst", cantil.Converter{ToGo: func(string) (any, error) { panic("ToGo") }})
	app.Get("/togo/<burst:x>", cantil.Endpoint("togo"))(func(*cantil.Context) any { return "ok" })
	for _, path := range []string{"/before", "/after", "/teardown"} {
		get(path, func(*cantil.Context) any { return "ok" })
	}
	get("/processor", func(c *cantil.Context) any { return c.RenderTemplateString("{{ name }}", cantil.Map{}) })
	get("/filter", func(c *cantil.Context) any { return c.RenderTemplateString("{{ 'x'|burst }}", nil) })
	get("/view", func(*cantil.Context) any { panic("view") })
	get("/nil", func(*cantil.Context) any { panic(nil) })
	get("/handler", func(*cantil.Context) any { return cantil.Abort(418) })
	get("/goexit", func(*cantil.Context) any { runtime.Goexit(); return "" })
	get("/after-this", func(c *cantil.Context) any {
		c.AfterThisRequest(func(*cantil.Context, *cantil.Response) { panic("after this request") })
		return "ok"
	})
	get("/seq", func(*cantil.Context) any { return burstSeq(func() { panic("seq") }) })
	get("/seq-goexit", func(*cantil.Context) any { return burstSeq(runtime.Goexit) })
	get("/seq-deferred", func(*cantil.Context) any { return deferredSeq() })
	get("/hijack", func(c *cantil.Context) any { return c.Hijack(func(net.Conn) { panic("hijack") }) })
	get("/hijack-goexit", func(c *cantil.Context) any { return c.Hijack(func(net.Conn) { runtime.Goexit() }) })
	get("/hijack-view", func(c *cantil.Context) any { c.Hijack(func(net.Conn) {}); panic("after Hijack") })
	bodyRoutes(get)
	switches(app, get)
}

func panicAt(c *cantil.Context, path string) any {
	if c.Path() == path {
		panic(path)
	}
	return nil
}

// burstSeq yields once and then ends in another way than others do.
func burstSeq(end func()) iter.Seq[string] {
	return func(yield func(string) bool) {
		yield("begun")
		end()
	}
}

// deferredSeq panics when it is stopped, as its client has gone.
func deferredSeq() iter.Seq[string] {
	return func(yield func(string) bool) {
		defer func() { panic("deferred") }()
		for yield(strings.Repeat("x", 64<<10)) {
		}
	}
}

// bodyRoutes are bodies whose methods panic.
func bodyRoutes(get func(string, cantil.View)) {
	for name, body := range map[string]func() io.Reader{
		"read":     func() io.Reader { return burstBody{at: "read"} },
		"close":    func() io.Reader { return burstBody{at: "close"} },
		"len":      func() io.Reader { return burstLen{} },
		"nil-file": func() io.Reader { return (*os.File)(nil) },
	} {
		get("/"+name, func(*cantil.Context) any { return body() })
		get("/"+name+"-204", func(c *cantil.Context) any { return c.MakeResponse(body(), 204) })
		get("/"+name+"-304", func(c *cantil.Context) any { return c.MakeResponse(body(), 304) })
	}
}

// A burstBody is a body of "x" that panics at one of its methods.
type burstBody struct{ at string }

func (b burstBody) Read(p []byte) (int, error) {
	if b.at == "read" {
		panic("Read")
	}
	return copy(p, "x"), io.EOF
}

func (b burstBody) Close() error {
	if b.at == "close" {
		panic("Close")
	}
	return nil
}

// A burstLen is one whose length cannot be asked for.
type burstLen struct{ burstBody }

func (burstLen) Len() int { panic("Len") }

// switched is what is not of one request and panics.
var switched atomic.Pointer[string]

func panicIf(name string) {
	if s := switched.Load(); s != nil && *s == name {
		panic(name)
	}
}

// switches are the page that says what panics, and those that meet it.
func switches(app *cantil.App, get func(string, cantil.View)) {
	get("/switch", func(c *cantil.Context) any {
		name := c.Args().Get("to")
		switched.Store(&name)
		return "switched"
	})
	get("/write", func(c *cantil.Context) any { c.Session().Set("a", 1); return "ok" })
	get("/error", func(*cantil.Context) any { return fmt.Errorf("an error that is logged") })
	now := app.Now
	app.Now = func() time.Time { panicIf("now"); return now() }
	app.Logger = slog.New(burstLog{app.Logger.Handler()})
}

// burstLog is a log handler that panics while it is switched on.
type burstLog struct{ slog.Handler }

func (h burstLog) Handle(ctx context.Context, r slog.Record) error {
	panicIf("log")
	return h.Handler.Handle(ctx, r)
}

// panickingSessions are sessions that panic while they are switched on.
type panickingSessions struct{ session.Interface }

func (p panickingSessions) Open(ctx context.Context, cfg *session.Config, cookie []byte, now time.Time) (*session.Session, error) {
	panicIf("open")
	return p.Interface.Open(ctx, cfg, cookie, now)
}

func (p panickingSessions) Save(ctx context.Context, cfg *session.Config, s *session.Session, dst []byte, now time.Time) ([]byte, session.Action, error) {
	panicIf("save")
	return p.Interface.Save(ctx, cfg, s, dst, now)
}
