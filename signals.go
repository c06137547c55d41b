package cantil

import "github.com/cantil-go/cantil/internal/signal"

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
// the template's name and the variables that the view gives. The name of a
// template that is given as text is "".
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
