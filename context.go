package cantil

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/routing"
	"github.com/cantil-go/cantil/internal/wire"
	"github.com/cantil-go/cantil/session"
)

// Context is one request and all that a view needs to answer it: what Flask
// keeps in request, session and g, and the functions that depend on them. It
// lives until the request is answered and belongs to one goroutine; what its
// methods return lives on.
type Context struct {
	app *App
	requestState

	// Reused from request to request, for their memory.
	match       routing.Result
	response    Response // of a view that returns text
	sessionLine []byte   // the Set-Cookie line of the session, empty for none
	pages       []byte   // what templates were rendered into
	after       []func(*Context, *Response)
	serial      uint64 // counts the requests
}

// requestState is what a Context knows of its request, forgotten at its end.
type requestState struct {
	ctx        *fasthttp.RequestCtx
	path       string // decoded; read once
	route      *route // nil on 404, 405 and redirects
	hooks      *hooks
	proxy      forwarded
	routingErr error // answers the request: the host is not one of TrustedHosts, or matching panicked

	session    *session.Session
	sessionErr error // why there is none, or why it was not saved
	answered   bool  // it was saved, if it was asked for

	g       map[string]any
	args    *Values
	cookies *Values
	body    *requestBody

	flashes      []Flashed
	flashesTaken bool

	switching *Response      // the 101 of Hijack
	limit     *requestLimits // of this request alone
	life      *lifetime      // of Context

	id        string // of the request, for the log
	err       error  // handled by no error handler, for teardown functions
	retained  bool   // a stream still uses the Context, which is not reused then
	propagate bool   // Testing: let the error out
	responded bool   // the view, or what answered in its place, has done so without an error
	tornDown  bool   // the teardown functions were called
	outside   bool   // of a request, in AppContext
	closing   bool   // the connection ends with this request
}

// App is the application, current_app.
func (c *Context) App() *App { return c.app }

// RequestCtx is fasthttp's own context. What it hands out is valid only until
// the view returns. What is registered with its Hijack runs only behind a 101,
// in a goroutine of fasthttp's where a panic ends the program: [Context.Hijack]
// recovers. Once Form has read a multipart body, its PostBody is empty.
func (c *Context) RequestCtx() *fasthttp.RequestCtx { return c.ctx }

// G is a map for values of this request, flask.g. It is empty at first, and
// forgotten when the request ends.
func (c *Context) G() map[string]any {
	if c.g == nil {
		c.g = map[string]any{}
	}
	return c.g
}

// Done returns a channel that is closed when the client has gone, or when the
// server shuts down while the answer is streamed: a generator that waits for
// events selects on it. It is seen within two seconds. Call it in the view; the
// channel may be used for as long as the answer lasts.
func (c *Context) Done() <-chan struct{} { return wire.Done(c.ctx) }

// lifetime is the context.Context of a request.
type lifetime struct {
	context.Context
	cancel context.CancelFunc
}

// Context is the request's context.Context, for what a view waits for: a query,
// a call of another service. It is canceled when the client has gone, within two
// seconds, and when the request has ended: after the teardown functions, or when
// a streamed answer was sent. Its deadline is RequestTimeout after the request
// was received, and in [App.ServeHTTP] that of the request of net/http, whose
// values it has too.
func (c *Context) Context() context.Context {
	if c.life == nil {
		c.life = c.newLifetime()
	}
	return c.life
}

func (c *Context) newLifetime() *lifetime {
	parent, far := context.Background(), false
	if conn, ok := c.ctx.Conn().(interface{ Context() context.Context }); ok {
		parent, far = conn.Context(), true
	}
	l := &lifetime{}
	if limit := c.app.RequestTimeout; limit > 0 {
		l.Context, l.cancel = context.WithTimeout(parent, limit-c.clock().Sub(c.receivedAt()))
	} else {
		l.Context, l.cancel = context.WithCancel(parent)
	}
	if gone := c.Done(); gone != nil && !far {
		go func() {
			select {
			case <-gone:
				l.cancel()
			case <-l.Done():
			}
		}()
	}
	return l
}

// endContext cancels the request's context.
func (c *Context) endContext() {
	if c.life != nil {
		c.life.cancel()
		c.life = nil
	}
}

// AfterThisRequest registers f to be called with this request's response, before
// the after_request functions: after_this_request(f).
func (c *Context) AfterThisRequest(f func(*Context, *Response)) {
	c.after = append(c.after, f)
}

// Endpoint is the endpoint of the matched rule, request.endpoint: "" if none
// matched.
func (c *Context) Endpoint() string {
	if c.route == nil {
		return ""
	}
	return c.route.endpoint
}

// receivedAt is when the request was received, by the application's clock.
// fasthttp has read the system's already.
func (c *Context) receivedAt() time.Time {
	if at := c.ctx.Time(); c.app.systemClock && !at.IsZero() {
		return at
	}
	return c.app.Now()
}

// clock is the time by the application's clock. Of the system's it reads only how
// long ago the request was received: time.Now would read the date too.
func (c *Context) clock() time.Time {
	if at := c.ctx.Time(); c.app.systemClock && !at.IsZero() {
		return at.Add(time.Since(at))
	}
	return c.app.Now()
}

// acquire takes a Context from the pool for ctx.
func (a *App) acquire(ctx *fasthttp.RequestCtx) *Context {
	c, _ := a.pool.Get().(*Context)
	if c == nil {
		c = &Context{app: a}
	}
	c.ctx = ctx
	c.serial++
	c.response.app = a
	if a.proxies != nil {
		c.proxy = a.proxies.read(c)
	}
	if a.propagates {
		c.propagate = ctx.UserValue(clientKey) != nil
	}
	return c
}

// release forgets all of the request and keeps the Context for another one,
// unless a streamed answer may still use it.
func (a *App) release(c *Context) {
	if c.retained {
		return
	}
	if len(c.after) > 0 {
		clear(c.after)
		c.after = c.after[:0]
	}
	c.sessionLine, c.pages = c.sessionLine[:0], c.pages[:0]
	c.response.forget()
	c.requestState = requestState{}
	a.pool.Put(c)
}

// TestRequestContext calls f with the Context of a request that is not answered,
// with app.test_request_context(target): its rule is matched, no before_request
// function and no view is called, and the teardown functions are afterwards.
// RequestMethod is one of the options.
func (a *App) TestRequestContext(target string, f func(c *Context), options ...RequestOption) {
	cl := a.TestClient()
	prefix := strings.TrimRight(cl.base().Path, "/")
	u := cl.locate(target, prefix)
	req := cl.request(http.MethodGet, u, target, prefix)
	for _, option := range options {
		option(req)
	}
	finishForm(req)
	a.Handler()
	c := a.acquire(cl.context(req, u, prefix))
	c.tryMatch()
	a.within(c, f)
}

// AppContext calls f with a Context outside of any request, with
// app.app_context(): for templates of mails, or work in the background. It has
// G, RenderTemplate, whose Data is to be read within f, and URLFor, whose URLs are
// whole and need ServerName. There is no request and no session, in its templates
// neither. The functions of TeardownAppContext are called afterwards.
func (a *App) AppContext(f func(c *Context)) {
	a.Handler()
	u := &url.URL{Scheme: a.PreferredURLScheme, Host: "localhost", Path: "/"}
	cl := &Client{app: a, NoCookies: true}
	c := a.acquire(cl.context(cl.request(http.MethodGet, u, "/", ""), u, ""))
	c.outside = true
	c.hooks = a.outside
	a.within(c, f)
}

// HasRequest reports whether there is a request, has_request_context(): in
// AppContext there is none.
func (c *Context) HasRequest() bool { return !c.outside }

// within calls f, and then the teardown functions, however f ended.
func (a *App) within(c *Context, f func(*Context)) {
	c.propagate = true
	defer func() {
		v := recover()
		if v != nil {
			c.err = recovered(v)
		}
		c.teardown()
		c.releaseBody()
		a.release(c)
		if v != nil {
			panic(v)
		}
	}()
	f(c)
}
