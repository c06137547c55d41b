package cantil

import (
	"errors"
	"reflect"
	"slices"

	"github.com/cantil-go/cantil/internal/signal"
)

// scaffold holds what is registered on the application or on one blueprint,
// Flask's Scaffold.
type scaffold struct {
	setUp      func(what string)                                   // panics if it is too late for what
	addRoute   func(rule string, view View, options []RouteOption) // what Route's decorator does
	decorators []decorator

	before        []func(*Context) any
	after         []func(*Context, *Response)
	teardowns     []func(*Context, error)
	processors    []func(*Context) Map
	preprocessors []func(c *Context, endpoint string, values map[string]any)
	defaults      []func(c *Context, endpoint string, values map[string]any)
	errors        errorHandlers
}

// BeforeRequest registers f to be called before the view of each request,
// before_request. If f returns anything but nil, that is the answer and the
// view is not called.
func (s *scaffold) BeforeRequest(f func(*Context) any) {
	s.setUp("BeforeRequest")
	s.before = append(s.before, f)
}

// AfterRequest registers f to be called with each response, after_request, the
// function registered last first. f changes the response in place; *r =
// *c.MakeResponse(…) replaces it.
func (s *scaffold) AfterRequest(f func(*Context, *Response)) {
	s.setUp("AfterRequest")
	s.after = append(s.after, f)
}

// TeardownRequest registers f to be called at the end of each request,
// teardown_request, with the unhandled error or nil. The session is saved by
// then.
func (s *scaffold) TeardownRequest(f func(*Context, error)) {
	s.setUp("TeardownRequest")
	s.teardowns = append(s.teardowns, f)
}

// ContextProcessor adds the variables that f returns to every template,
// context_processor. Variables that the view gives take precedence.
func (s *scaffold) ContextProcessor(f func(*Context) Map) {
	s.setUp("ContextProcessor")
	s.processors = append(s.processors, f)
}

// TeardownAppContext registers f to be called at the end of each request, after
// the teardown_request functions: teardown_appcontext.
func (a *App) TeardownAppContext(f func(*Context, error)) {
	a.mustBeSetUp("TeardownAppContext")
	a.contextTeardowns = append(a.contextTeardowns, f)
}

// URLValuePreprocessor registers f to be called before the before_request
// functions with the variables of the request's rule, url_value_preprocessor: f
// may change them, take some away or add some. Endpoint and values are empty if
// no rule matched.
func (s *scaffold) URLValuePreprocessor(f func(c *Context, endpoint string, values map[string]any)) {
	s.setUp("URLValuePreprocessor")
	s.preprocessors = append(s.preprocessors, f)
}

// URLDefaults registers f to be called for each URL that is built,
// url_defaults: f may add values to those that URLFor was given. A blueprint's
// f is called for the blueprint's endpoints alone. c is nil in [App.URLFor].
func (s *scaffold) URLDefaults(f func(c *Context, endpoint string, values map[string]any)) {
	s.setUp("URLDefaults")
	s.defaults = append(s.defaults, f)
}

// ErrorHandler registers the decorated function for an HTTP error,
// errorhandler(404): app.ErrorHandler(404)(notFound). A 500 is also what an
// error without handler becomes.
func (s *scaffold) ErrorHandler(code int) func(ErrorHandlerFunc) ErrorHandlerFunc {
	return func(f ErrorHandlerFunc) ErrorHandlerFunc {
		s.setUp("ErrorHandler")
		s.errors.addCode(code, f)
		return f
	}
}

// scope is a scaffold under the name of a blueprint with its parents' ("api.v1"),
// or under "", the application.
type scope struct {
	name string
	*scaffold
}

// hooks are the functions that a route's requests run, in their order, computed
// when the application starts.
type hooks struct {
	scopes        []scope // the blueprint, those around it, the application
	before        []func(*Context) any
	after         []func(*Context, *Response)
	teardown      []func(*Context, error)
	processors    []func(*Context) Map
	preprocessors []func(c *Context, endpoint string, values map[string]any)
}

// newHooks puts the functions of scopes, innermost first, in Flask's order:
// before_request from the application inwards, the others outwards and the last
// registered first.
func (a *App) newHooks(scopes []scope) *hooks {
	h := &hooks{scopes: scopes, before: slices.Clone(a.outer.before)}
	for i := len(scopes) - 1; i >= 0; i-- {
		h.before = append(h.before, scopes[i].before...)
		h.processors = append(h.processors, scopes[i].processors...)
		h.preprocessors = append(h.preprocessors, scopes[i].preprocessors...)
	}
	for _, s := range scopes {
		h.after = appendReversed(h.after, s.after)
		h.teardown = appendReversed(h.teardown, s.teardowns)
	}
	h.after = appendReversed(h.after, a.outer.after)
	h.teardown = appendReversed(h.teardown, a.outer.teardowns)
	h.teardown = appendReversed(h.teardown, a.contextTeardowns)
	return h
}

func appendReversed[T any](dst, src []T) []T {
	for i := len(src) - 1; i >= 0; i-- {
		dst = append(dst, src[i])
	}
	return dst
}

// registrar is what error handlers are registered on: an App or a Blueprint.
type registrar interface{ errorScope() *scaffold }

func (s *scaffold) errorScope() *scaffold { return s }

// ErrorHandlerFor registers f for errors of type E, errorhandler(SomeError), on
// an [*App] or a [*Blueprint]: those returned or panicked with, and those
// wrapped in them. E may be an interface; ErrorHandlerFor[error] takes every
// error that no other handler takes, and ErrorHandlerFor[*HTTPError] all HTTP
// errors.
func ErrorHandlerFor[E error](on registrar, f func(c *Context, err E) any) {
	s := on.errorScope()
	s.setUp("ErrorHandlerFor")
	s.errors.addType(func(c *Context, err error) any {
		var e E
		errors.As(err, &e)
		return f(c, e)
	}, reflect.TypeFor[E]())
}

// signals are Flask's, for what only watches: a metrics package, a test. Without
// a function connected each costs a load.
type signals struct {
	requestStarted       signal.Signal[func(*Context)]
	requestFinished      signal.Signal[func(*Context, *Response)]
	requestTearingDown   signal.Signal[func(*Context, error)]
	gotRequestException  signal.Signal[func(*Context, error)]
	beforeRenderTemplate signal.Signal[func(*Context, string, Map)]
	templateRendered     signal.Signal[func(*Context, string, Map)]
	messageFlashed       signal.Signal[func(*Context, any, string)]
}

// RequestStarted connects f to the signal of that name: it is called before the
// before_request functions. A panic in it is one of the request.
//
// Signals are for watching: in what order several functions are called is
// theirs, and hooks are what changes an answer. They can be connected at any
// time; disconnect ends it.
func (a *App) RequestStarted(f func(c *Context)) (disconnect func()) {
	return a.signals.requestStarted.Connect(f)
}

// RequestFinished connects f to the signal of that name: it is called with the
// response, after the after_request functions and the saving of the session.
func (a *App) RequestFinished(f func(c *Context, r *Response)) (disconnect func()) {
	return a.signals.requestFinished.Connect(f)
}

// RequestTearingDown connects f to the signal of that name: it is called after
// the teardown_request functions, with the error that no handler took, or nil.
func (a *App) RequestTearingDown(f func(c *Context, err error)) (disconnect func()) {
	return a.signals.requestTearingDown.Connect(f)
}

// GotRequestException connects f to the signal of that name: it is called with
// an error that no handler took, before it becomes a 500.
func (a *App) GotRequestException(f func(c *Context, err error)) (disconnect func()) {
	return a.signals.gotRequestException.Connect(f)
}

// BeforeRenderTemplate connects f to the signal of that name: it is called with
// the template's name and the variables that the view gives, which it may change
// for this page. The name of a template that is given as text is "".
func (a *App) BeforeRenderTemplate(f func(c *Context, template string, variables Map)) (disconnect func()) {
	return a.signals.beforeRenderTemplate.Connect(f)
}

// TemplateRendered connects f to the signal of that name: as
// BeforeRenderTemplate, after the template was rendered.
func (a *App) TemplateRendered(f func(c *Context, template string, variables Map)) (disconnect func()) {
	return a.signals.templateRendered.Connect(f)
}

// MessageFlashed connects f to the signal of that name: it is called with each
// message that is flashed, and its category.
func (a *App) MessageFlashed(f func(c *Context, message any, category string)) (disconnect func()) {
	return a.signals.messageFlashed.Connect(f)
}

// sendTemplate tells the functions of one of the two signals of templates.
func sendTemplate(s *signal.Signal[func(*Context, string, Map)], c *Context, name string, variables Map) {
	for _, f := range s.Receivers() {
		(*f)(c, name, variables)
	}
}
