package cantil

import (
	"cmp"
	"errors"
	"net/http"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/wire"
)

// serve answers one request. found is the route that the router's tree knows
// for the path; for nil the path is matched here. Whatever happens on the way,
// a panic or runtime.Goexit too, ends this request alone.
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
	if len(r.onClose) > 0 {
		r.closed(c)
	}
	c.releaseBody()
	whole = true
	a.release(c)
}

// dispatch is the whole walk of a request, Flask's wsgi_app: before_request
// functions, view, error handlers, after_request functions, session. What fails
// in the end is a 500.
func (a *App) dispatch(c *Context) *Response {
	r, err := c.attempt((*Context).answer)
	if err != nil && !c.responded {
		r, err = c.handleUserError(err)
	}
	if err != nil {
		r = c.fail(err)
	}
	if a.Debug || a.AccessLog {
		a.logRequest(c, r)
	}
	return r
}

// answer is Flask's full_dispatch_request, up to the first error: what comes
// before finish belongs to the error handlers.
func (c *Context) answer() (*Response, error) {
	r, err := c.respond()
	if err != nil {
		return nil, err
	}
	c.responded = true
	return r, c.finish(r)
}

// finish is Flask's finalize_request.
func (c *Context) finish(r *Response) error {
	if err := c.process(r); err != nil {
		return err
	}
	for _, f := range c.app.signals.requestFinished.Receivers() {
		(*f)(c, r)
	}
	return nil
}

// respond calls the before_request functions and, unless one answers, the view.
func (c *Context) respond() (*Response, error) {
	for _, f := range c.app.signals.requestStarted.Receivers() {
		(*f)(c)
	}
	if len(c.hooks.preprocessors) > 0 {
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

// convert makes the response of what a view returned. A view that asked for the
// connection by Hijack gets it, whatever it returns.
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

// handleUserError answers an error of a view, or of what was called before it,
// and finishes with that answer as answer does.
func (c *Context) handleUserError(cause error) (*Response, error) {
	return c.attempt(func(c *Context) (*Response, error) {
		r, err := c.userErrorPage(cause)
		if err != nil {
			return nil, err
		}
		return r, c.finish(r)
	})
}

// userErrorPage asks the error handlers, Flask's handle_user_exception. An HTTP
// error without a handler is answered with its default page; any other error is
// returned.
func (c *Context) userErrorPage(err error) (*Response, error) {
	if e, ok := errors.AsType[*abortedWith](err); ok {
		return c.fill(&Response{app: c.app}, e.response)
	}
	c.app.showKey(err)
	if f := c.findErrorHandler(err); f != nil {
		return c.fill(&Response{app: c.app}, f(c, err))
	}
	if he := asHTTPError(err); he != nil && !c.app.traps(he) {
		return c.httpErrorPage(he), nil
	}
	return nil, err
}

// traps reports whether an HTTP error without a handler is to be treated like any
// other error: in Debug a key that the request lacks.
func (a *App) traps(he *HTTPError) bool {
	if a.TrapHTTPExceptions || a.TrapBadRequestErrors && he.Code == http.StatusBadRequest {
		return true
	}
	_, missing := errors.AsType[*MissingKeyError](he.Err)
	return a.Debug && missing
}

// fail answers for an error without a handler, Flask's handle_exception: it
// is logged and becomes a 500. A second error on the way is only logged.
func (c *Context) fail(cause error) *Response {
	c.err = cause
	_, err := c.attempt(func(c *Context) (*Response, error) { return nil, c.sendException(cause) })
	if err != nil {
		c.app.logException(c, err)
	}
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
	if _, err := c.attempt(func(c *Context) (*Response, error) { return r, c.finish(r) }); err != nil {
		c.app.logException(c, err)
	}
	return r
}

// sendException sends the signal got_request_exception.
func (c *Context) sendException(cause error) error {
	for _, f := range c.app.signals.gotRequestException.Receivers() {
		(*f)(c, cause)
	}
	return nil
}

// handleServerError asks the handlers for he, not for its cause: that was looked
// up before.
func (c *Context) handleServerError(he *HTTPError) (*Response, error) {
	if f := c.findErrorHandler(&HTTPError{Code: he.Code}); f != nil {
		return c.fill(&Response{app: c.app}, f(c, he))
	}
	if c.showsDebug() {
		return c.debugPage(he, cmp.Or[error](he.Err, he)), nil
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
// teardown_appcontext, however the request ended.
func (c *Context) teardown() {
	c.tornDown = true
	for _, f := range c.hooks.teardown {
		c.teardownBy(f)
	}
	for _, f := range c.app.signals.requestTearingDown.Receivers() {
		c.teardownBy(*f)
	}
}

func (c *Context) teardownBy(f func(*Context, error)) {
	_, err := c.attempt(func(c *Context) (*Response, error) { f(c, c.err); return nil, nil })
	if err != nil {
		c.app.logException(c, err)
	}
}

// send hands the answer to fasthttp, which writes it when serve has returned.
func (c *Context) send(r *Response) {
	if err := c.checkStatus(r); err != nil { // the error page has it too, by an after_request function
		c.app.logException(c, err)
		closeStream(r.stream)
		r = (&HTTPError{Code: http.StatusInternalServerError}).Response()
	}
	if r.status != http.StatusSwitchingProtocols && c.ctx.Hijacked() {
		c.cancelHijack()
	}
	if r.stream != nil {
		c.guardStream(r)
	}
	r.write(c.ctx, c.sessionLine)
}

// breakOff ends a request whose walk was left by a panic outside of attempt, v,
// or by runtime.Goexit, for which v is nil. Nothing was sent yet: the answer is
// a 500, and the connection ends with it, as its state is not known. A goroutine
// that exits cannot be kept, and fasthttp would forget the connection without
// closing it.
func (c *Context) breakOff(v any) {
	if v == nil {
		defer closeConn(c.ctx)
	}
	defer c.releaseBody()
	if c.hooks == nil {
		c.hooks = c.app.unmatched
	}
	if !c.tornDown {
		c.teardown()
	}
	if v == nil {
		c.app.logException(c, errGoexit)
		return
	}
	if c.propagate {
		panic(v)
	}
	c.app.logException(c, recovered(v))
	c.ctx.Response.Reset() // closes a stream, which is guarded
	c.ctx.Hijack(nil)
	(&HTTPError{Code: http.StatusInternalServerError}).Response().write(c.ctx, nil)
	c.ctx.SetConnectionClose()
}

// errGoexit stands for a runtime.Goexit in a view, a hook or a streamed body.
var errGoexit = errors.New("cantil: runtime.Goexit ended the request's goroutine")
