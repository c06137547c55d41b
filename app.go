// Package cantil is a small web framework on fasthttp that feels like Flask and
// keeps Flask's sessions.
//
//	func index(c *cantil.Context) any {
//		return "Olá, " + string(cantil.Escape(c.Session().Get("usuario", "mundo"))) + "!"
//	}
//
//	func main() {
//		app := cantil.New()
//		app.SecretKey = "dev"
//		app.Route("/")(index)
//		if err := app.Run(":5000"); err != nil {
//			log.Fatal(err)
//		}
//	}
//
// # Names
//
// Every name is Flask's in Go's case: url_for is URLFor, before_request is
// BeforeRequest, SESSION_COOKIE_SAMESITE is SessionCookieSameSite. What Flask
// keeps in request, session and g is reached through the [Context] that a view
// is handed. A decorator is a function that takes the view:
// app.Route("/login", cantil.Methods("GET", "POST"))(login).
//
// # The walk of a request
//
// fasthttp → the rule of the path → before_request functions → view →
// MakeResponse → error handlers → after_request functions → the session is
// saved → teardown functions. What is returned or panicked with as an error goes
// to the error handlers; what none of them takes is logged and becomes a 500. The
// session opens when it is first asked for: a request that does not ask
// costs no cryptography and no store call.
//
// # How long values live
//
// What a view is handed stays valid after the request: form values, cookies,
// parameters and the session's strings are never parts of fasthttp's buffers.
// The Context itself and the responses it makes belong to the request and must
// not be kept. [Context.RequestCtx] gives fasthttp's own context, whose bytes end
// with the view.
package cantil

import (
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"sync"
	"time"

	"github.com/fasthttp/router"
	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/breaker"
	"github.com/cantil-go/cantil/internal/routing"
	"github.com/cantil-go/cantil/internal/urls"
	"github.com/cantil-go/cantil/internal/wire"
	"github.com/cantil-go/cantil/render"
	"github.com/cantil-go/cantil/render/jinja"
)

// App is a web application, flask.Flask. Set it up first, then serve it; after
// the first request its configuration, routes and hooks no longer change.
type App struct {
	Config
	scaffold // the application's own hooks and error handlers

	// Extensions is where an extension keeps its state, by its name, so that it
	// is found again and not set up twice: app.extensions.
	Extensions map[string]any

	rootPath   string
	rules      *routing.Map
	routes     map[string]*route     // by endpoint
	blueprints map[string]*Blueprint // by the name under which they were registered
	proxies    *ProxyFix
	trusted    *urls.HostSet // nil: every host

	contextTeardowns []func(*Context, error)
	outer            outerHooks
	buildErrors      []func(c *Context, err error, endpoint string, values map[string]any) (string, bool)
	signals          signals
	configKeys       map[string]any // of extensions: pointers to their values

	templateFilters, templateTests, templateGlobals map[string]any
	contextGlobals                                  map[string]func(*Context) any
	lazyNames                                       []string // of contextGlobals
	wraps                                           []func(fasthttp.RequestHandler) fasthttp.RequestHandler
	mounts                                          []mounted

	jinjaOptions       []func(*jinja.Env)
	blueprintTemplates []func() jinja.Loader
	blueprintStatics   []staticRule

	start       sync.Once // the first request, or Handler
	started     bool
	router      *router.Router
	entry       fasthttp.RequestHandler // the router, with what was wrapped around it
	outside     *hooks                  // of AppContext
	unmatched   *hooks                  // of requests that no rule matches
	systemClock bool                    // Now is time.Now
	propagates  bool                    // errors, out of a TestClient
	cookie      sessionCookie
	refreshes   breaker.Breaker
	engine      render.Engine
	configMap   map[string]any // the configuration as templates see it
	pool        sync.Pool
	log         *slog.Logger // Logger, guarded
	server      server
	bodies      bodyMemory
}

// New makes an application. Its root path, under which templates and static
// files are looked for, is the folder of the source file that calls New, as
// Flask(__name__) has it, or the working directory where that folder is gone.
func New() *App {
	a := &App{Config: defaultConfig(), rootPath: callerFolder(2)}
	a.rules = routing.NewMap()
	a.routes = map[string]*route{}
	a.Extensions = map[string]any{}
	a.setUp = a.mustBeSetUp
	a.addRoute = func(rule string, view View, options []RouteOption) {
		a.addRule([]scope{{"", &a.scaffold}}, rule, view, options)
	}
	a.blueprints = map[string]*Blueprint{}
	return a
}

// callerFolder is the folder of the source file skip frames up, or the working
// directory if that folder does not exist here (the program was moved).
func callerFolder(skip int) string {
	if _, file, _, ok := runtime.Caller(skip); ok {
		folder := filepath.Dir(file)
		if info, err := os.Stat(folder); err == nil && info.IsDir() {
			return folder
		}
	}
	folder, _ := os.Getwd()
	return folder
}

// RootPath is the folder of the application's files, app.root_path.
func (a *App) RootPath() string { return a.rootPath }

// Handler returns the application as fasthttp takes it, for a custom server.
// [App.Run] is the usual way.
func (a *App) Handler() fasthttp.RequestHandler {
	a.start.Do(a.freeze)
	return a.handle
}

// handle answers one request. fasthttp takes what follows "//" at the start of a
// target for a host, where other servers read a path, and for a target that is a
// whole URL it takes the host from the header. Both are corrected first, so that
// the router, the hooks and the view see the same path and the same host.
func (a *App) handle(ctx *fasthttp.RequestCtx) {
	if code := wire.Check(ctx); code != 0 {
		(&HTTPError{Code: code}).Response().write(ctx, nil)
		ctx.SetConnectionClose()
		return
	}
	normalizeTarget(ctx)
	a.entry(ctx)
}

// freeze computes what the requests share. There are two routers: rules without
// variables go into fasthttp/router's tree, which needs no matching; every other
// path goes through Flask's matching, which gives the same answers as the tree.
func (a *App) freeze() {
	a.checkViews()
	a.trusted = a.trustedHosts()
	a.addStaticFiles()
	if domains := a.domains(); domains != routing.NoDomains {
		a.rules = a.rules.Clone(domains)
		for _, rule := range a.rules.Rules() {
			rule.Value().(*route).rule = rule
		}
	}
	a.started = true
	a.log = a.newLogger()
	a.systemClock = reflect.ValueOf(a.Now).Pointer() == reflect.ValueOf(time.Now).Pointer()
	a.propagates = a.Testing
	if a.PropagateExceptions != nil {
		a.propagates = *a.PropagateExceptions
	}
	a.cookie.prepare(a)
	a.engine = a.templateEngine()
	a.configMap = a.templateConfig()
	a.router = router.New()
	a.router.RedirectTrailingSlash, a.router.RedirectFixedPath = false, false
	a.router.HandleMethodNotAllowed, a.router.HandleOPTIONS = false, false
	a.router.NotFound = func(ctx *fasthttp.RequestCtx) { a.serve(ctx, nil) }
	a.addStaticRules()
	a.entry = a.around(a.router.Handler)
}
