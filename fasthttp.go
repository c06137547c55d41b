package cantil

import (
	"errors"
	"fmt"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/session"
)

// Sessions gives the visitor's session to a handler that is not the
// application's: of a program on fasthttp alone, or of Fiber. [SessionOf] returns
// it there.
//
//	app := cantil.New()
//	app.SecretKey = os.Getenv("SECRET_KEY")
//	app.SessionSerializer = codec.TaggedJSON // while Flask reads the cookie
//	server := &fasthttp.Server{ReadBufferSize: 16 << 10, Handler: app.Sessions(func(ctx *fasthttp.RequestCtx) {
//		s := cantil.SessionOf(ctx)
//		fmt.Fprint(ctx, "Olá, ", s.Get("username", "visitante"))
//	})}
//
// Wrap the whole program, not one route: a permanent session is sent again with
// every answer, whether the handler asked for it or not, as in Flask. A large
// cookie needs more than the 4096 bytes of fasthttp's ReadBufferSize, and of
// Fiber's. fasthttp.TimeoutHandler goes around Sessions, not inside.
//
// The session is saved when next returns or panics, so before the first byte of
// the answer, a stream's too. A session that was asked for and whose store fails
// is answered by the application's error handlers in place of what next wrote; a
// request that did not ask is never failed by it. Of the application nothing else
// has a part in the request: no rule, hook, limit or TrustedHosts. Like every
// setup, that of the sessions ends here.
func (a *App) Sessions(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	if next == nil {
		panic(errors.New("cantil: Sessions needs a handler"))
	}
	a.Handler()
	return func(ctx *fasthttp.RequestCtx) { a.carry(ctx, next) }
}

// SessionOf returns the session of a request behind [App.Sessions], and opens it
// at the first call. The answer then says Vary: Cookie. If the session's store
// does not answer it panics: App.Sessions makes a 503 of that, whatever recovers
// it in between. Outside of App.Sessions it panics too. A session belongs to one
// goroutine.
func SessionOf(ctx *fasthttp.RequestCtx) *session.Session {
	r, ok := ctx.UserValue(carriedKey{}).(*carried)
	if !ok {
		panic(errors.New("cantil: SessionOf: the handler is not behind App.Sessions"))
	}
	if r.session == nil {
		if err := r.openSession(); err != nil {
			r.failure = &openFailure{r, err}
			panic(r.failure)
		}
	}
	return r.Session()
}

// carriedKey is the user value of a request that has its session from an
// application and its answer from elsewhere.
type carriedKey struct{}

type carried struct {
	*Context
	failure *openFailure
}

// openFailure is what SessionOf panics with.
type openFailure struct {
	request *carried
	err     error
}

func (f *openFailure) Error() string { return fmt.Sprint("cantil: SessionOf: ", f.err) }
func (f *openFailure) Unwrap() error { return f.err }

// carry runs a request of Sessions. A panic goes on, after the session was saved:
// what answers it outside sends the cookie too.
func (a *App) carry(ctx *fasthttp.RequestCtx, next fasthttp.RequestHandler) {
	r := &carried{Context: a.acquire(ctx)}
	r.hooks = a.outside
	ctx.SetUserValue(carriedKey{}, r)
	defer func() {
		v := recover()
		ctx.RemoveUserValue(carriedKey{})
		r.finishCarried()
		a.release(r.Context)
		if failure, ours := v.(*openFailure); v != nil && !(ours && failure == r.failure) {
			panic(v)
		}
	}()
	next(ctx)
}

// finishCarried saves the session and adds its headers to the answer, or answers
// its failure.
func (r *carried) finishCarried() {
	var err error
	answer := &Response{app: r.app}
	if r.failure != nil {
		err = r.failure.err
	} else {
		_, err = r.attempt(func(c *Context) (*Response, error) { return nil, c.saveSession(answer) })
	}
	out := &r.ctx.Response
	if err != nil {
		out.Reset()
		r.ctx.Hijack(nil)
		page, err := r.handleUserError(err)
		if err != nil {
			page = r.fail(err)
		}
		r.send(page)
		return
	}
	if len(r.sessionLine) > 0 {
		writeSetCookie(&out.Header, r.sessionLine)
	}
	if answer.header.Get("Vary") != "" {
		varyByCookie(&out.Header)
	}
}

// varyByCookie adds Cookie to Vary, whose other names and lines stay.
func varyByCookie(out *fasthttp.ResponseHeader) {
	var h Header
	for _, line := range out.PeekAll("Vary") {
		h.Add("Vary", string(line))
	}
	addVary(&h, "Cookie")
	out.Del("Vary")
	for _, line := range h.GetAll("Vary") {
		out.Add("Vary", line)
	}
}
