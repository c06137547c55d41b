package cantil

import (
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"sync"
	"time"

	"github.com/fasthttp/router"
	"github.com/valyala/fasthttp"

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
	registry // the application's own hooks and error handlers

	rootPath   string
	rules      *routing.Map
	routes     map[string]*route // by endpoint
	blueprints map[string]bool   // the names that are taken
	proxies    *ProxyFix
	trusted    *urls.HostSet // nil: every host

	contextTeardowns []func(*Context, error)

	templateFilters, templateTests, templateGlobals map[string]any
	blueprintTemplates                              []func() jinja.Loader
	blueprintStatics                                []func() // add the rules

	start       sync.Once // the first request, or Handler
	started     bool
	router      *router.Router
	unmatched   *hooks // of requests that no rule matches
	systemClock bool   // Now is time.Now
	cookie      sessionCookie
	refreshes   refreshes
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
	a.add = func(rule string, view View, options []RouteOption) {
		a.addRule([]scope{{"", &a.registry}}, rule, view, options)
	}
	a.blueprints = map[string]bool{}
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

// Handler returns the application as fasthttp takes it, for a server of one's
// own. [App.Run] is the usual way.
func (a *App) Handler() fasthttp.RequestHandler {
	a.start.Do(a.freeze)
	return a.handle
}

// freeze settles what the requests share. Rules without variables go into
// fasthttp/router's tree, matched already; every other path comes to Flask's
// matching, which gives the tree's answers too.
func (a *App) freeze() {
	a.trusted = a.trustedHosts()
	a.addStaticRoute()
	for _, add := range a.blueprintStatics { // now: where they ask for the same, the application's goes before
		add()
	}
	a.started = true
	a.log = a.newLogger()
	a.systemClock = reflect.ValueOf(a.Now).Pointer() == reflect.ValueOf(time.Now).Pointer()
	a.cookie.prepare(a)
	a.engine = a.templateEngine()
	a.configMap = a.ConfigMap()
	a.router = router.New()
	a.router.RedirectTrailingSlash, a.router.RedirectFixedPath = false, false
	a.router.HandleMethodNotAllowed, a.router.HandleOPTIONS = false, false
	a.router.NotFound = func(ctx *fasthttp.RequestCtx) { a.serve(ctx, nil) }
	a.addStaticRules()
}

// serve answers one request. found is the route that the router's tree knows
// for the path; for nil the path is matched here. Whatever happens on the way,
// a panic or runtime.Goexit too, ends this request and no more.
func (a *App) serve(ctx *fasthttp.RequestCtx, found *route) {
	c := a.acquire(ctx)
	whole := false
	defer func() {
		if !whole {
			c.breakOff(recover())
		}
	}()
	switch err := c.checkHost(); {
	case err != nil:
		c.hooks, c.routingErr = a.unmatched, err
	case found != nil:
		c.setRoute(found)
	default:
		c.tryMatch()
	}
	r := a.dispatch(c)
	body := c.bodyState()
	c.send(r)
	wire.End(ctx, body)
	c.teardown()
	c.releaseBody()
	whole = true
	a.release(c)
}

// dispatch is the whole walk of a request, Flask's wsgi_app: before_request
// functions, view, error handlers, after_request functions, session. What fails
// in the end is a 500.
func (a *App) dispatch(c *Context) *Response {
	r, err := c.attempt((*Context).answer)
	if err != nil {
		r = c.fail(err)
	}
	if a.Debug {
		a.logRequest(c, r)
	}
	return r
}

// answer is Flask's full_dispatch_request.
func (c *Context) answer() (*Response, error) {
	r, err := c.attempt((*Context).respond)
	if err != nil {
		r, err = c.handleUserError(err)
	}
	if err != nil {
		return nil, err
	}
	return r, c.process(r)
}

// respond calls the before_request functions and, unless one answers, the view.
func (c *Context) respond() (*Response, error) {
	if len(c.hooks.urlValues) > 0 {
		c.preprocessURL()
	}
	for _, before := range c.hooks.before {
		if rv := before(c); rv != nil || c.upgraded() {
			return c.convert(rv)
		}
	}
	if c.route == nil {
		return c.answerUnmatched()
	}
	return c.convert(c.route.answer(c))
}

// convert makes the response of what a view returned. Whoever asked for the
// connection gets it, whatever else the view says.
func (c *Context) convert(rv any) (*Response, error) {
	if c.upgraded() {
		return c.upgrade(rv), nil
	}
	return c.fill(c.page(), rv)
}

// process calls the after_request functions and saves the session.
func (c *Context) process(r *Response) error {
	for _, after := range c.after {
		after(c, r)
	}
	for _, after := range c.hooks.after {
		after(c, r)
	}
	if err := c.claim(r); err != nil {
		return err
	}
	if err := c.checkStatus(r); err != nil {
		return err
	}
	return c.saveSession(r)
}

// handleUserError asks the error handlers, Flask's handle_user_exception. An
// HTTP error that none takes answers for itself; any other is returned.
func (c *Context) handleUserError(err error) (*Response, error) {
	c.app.showKey(err)
	if f := c.findErrorHandler(err); f != nil {
		return c.fill(&Response{now: c.app.Now}, f(c, err))
	}
	var he *HTTPError
	if errors.As(err, &he) && !c.app.traps(he) {
		return he.Response(), nil
	}
	return nil, err
}

// showKey has the error of a missing key tell the key, where that is wanted: who
// sent the request would learn what the program looks for.
func (a *App) showKey(err error) {
	var he *HTTPError
	var key *MissingKeyError
	if (a.Debug || a.TrapBadRequestErrors) && errors.As(err, &he) && errors.As(he.Err, &key) {
		he.missing = key.Key
	}
}

// traps tells whether an HTTP error without a handler is to be treated as any
// other error is.
func (a *App) traps(he *HTTPError) bool {
	return a.TrapHTTPExceptions || a.TrapBadRequestErrors && he.Code == http.StatusBadRequest
}

// fail answers for an error that no handler took, Flask's handle_exception: it
// is logged and becomes a 500. A second error on the way is logged and no more.
func (c *Context) fail(cause error) *Response {
	c.err = cause
	c.app.logException(c, cause)
	if c.propagate {
		panic(cause)
	}
	he := c.app.serverError(cause)
	r, err := c.attempt(func(c *Context) (*Response, error) { return c.handleServerError(he) })
	if err != nil {
		c.app.logException(c, err)
		r = he.Response()
	}
	if _, err := c.attempt(func(c *Context) (*Response, error) { return r, c.process(r) }); err != nil {
		c.app.logException(c, err)
	}
	return r
}

// handleServerError asks the handlers for he, not for what caused it: that was
// asked before.
func (c *Context) handleServerError(he *HTTPError) (*Response, error) {
	if f := c.findErrorHandler(&HTTPError{Code: he.Code}); f != nil {
		return c.fill(&Response{now: c.app.Now}, f(c, he))
	}
	if c.app.Debug {
		return c.debugPage(he.Err), nil
	}
	return he.Response(), nil
}

// attempt runs a step of the walk and turns a panic into its error.
func (c *Context) attempt(step func(*Context) (*Response, error)) (r *Response, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = recovered(v)
		}
	}()
	return step(c)
}

// teardown calls the teardown_request functions and then those of
// teardown_appcontext, whatever became of the request.
func (c *Context) teardown() {
	c.tornDown = true
	for _, f := range c.hooks.teardown {
		_, err := c.attempt(func(c *Context) (*Response, error) { f(c, c.err); return nil, nil })
		if err != nil {
			c.app.logException(c, err)
		}
	}
}
