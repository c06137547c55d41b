package cantil

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/cantil-go/cantil/internal/breaker"
	"github.com/cantil-go/cantil/internal/cookies"
	"github.com/cantil-go/cantil/session"
)

// Session returns the visitor's session, flask.session, and opens it at the
// first call. The response then says Vary: Cookie. If the session's store
// does not answer, the request ends in a 503.
func (c *Context) Session() *session.Session {
	if c.session == nil {
		if c.outside {
			panic(errors.New("cantil: AppContext has no request, and so no session"))
		}
		if err := c.openSession(); err != nil {
			panic(err)
		}
	}
	c.session.SetAccessed(true)
	return c.session
}

// SessionAccessed reports whether the request has asked for its session,
// session.accessed. It does not open it: a function that runs for every request
// need not make those wait for a store that do without a session.
func (c *Context) SessionAccessed() bool { return c.session != nil && c.session.Accessed() }

// openSession opens the session that was asked for, without marking it accessed.
func (c *Context) openSession() error {
	if c.sessionErr != nil {
		return c.sessionErr
	}
	value, _ := c.sentSession()
	err := c.loadSession(context.Background(), value)
	c.app.refreshes.Heard(err, c.app.Now)
	if err != nil {
		c.sessionErr = sessionFailure(err)
		if he, ok := c.sessionErr.(*HTTPError); ok { // an answer, not an exception: logged here or nowhere
			c.app.logException(c, he)
		}
		return c.sessionErr
	}
	if c.answered {
		c.session.SetSaved(c.app.cookie.config.Logger)
	}
	return nil
}

// loadSession opens the session of a cookie. ctx is never c.ctx: that ends when
// a shutdown begins, before the last requests are answered, and is used again
// while a call that timed out may still look at it.
func (c *Context) loadSession(ctx context.Context, cookie []byte) error {
	s, err := c.app.SessionInterface.Open(ctx, &c.app.cookie.config, cookie, c.receivedAt())
	if err != nil {
		return err
	}
	if s == nil {
		s = session.NewNull()
	}
	c.session = s
	return nil
}

// saveSession ends the session's part in the request: Vary, the store, the
// cookie. Without a session cookie and without c.Session() it has none. A change
// that comes later, from a stream or a teardown function, is logged.
func (c *Context) saveSession(r *Response) error {
	err := c.saveOpened(r)
	c.answered = true
	if c.session != nil {
		c.session.SetSaved(c.app.cookie.config.Logger)
	}
	return err
}

// saveOpened saves a session that was asked for, and refreshes another.
func (c *Context) saveOpened(r *Response) error {
	if c.session == nil {
		c.refreshSession(r)
		return nil
	}
	if c.session.Null() {
		return nil
	}
	if c.sessionErr != nil { // it failed before, and this is the error page
		c.varyByCookie(r, session.KeepCookie)
		return nil
	}
	if err := c.storeSession(r, c.session); err != nil {
		c.sessionErr = sessionFailure(err)
		return c.sessionErr
	}
	return nil
}

// varyByCookie says Vary: Cookie if the answer depends on the session: it was
// accessed, or its cookie changes.
func (c *Context) varyByCookie(r *Response, action session.Action) {
	if action != session.KeepCookie || c.session.Accessed() {
		addVary(&r.header, "Cookie")
	}
}

// sentSession is the value of the first cookie of the session's name. Clients
// send one Cookie line; only a proxy that splits it is worth a second look.
func (c *Context) sentSession() ([]byte, bool) {
	h := &c.ctx.Request.Header
	line := h.PeekCanonical(cookieKey)
	if line == nil {
		return nil, false
	}
	if value, found := cookies.Find(line, c.app.cookie.Name); found {
		return value, true
	}
	return cookies.Find(cookieHeader(h), c.app.cookie.Name)
}

// storeSession saves the session and writes the Set-Cookie line for it. Signature
// and Expires are of one reading of the clock. It is spared a session that is
// only refreshed: that lasts from its request on.
func (c *Context) storeSession(r *Response, s *session.Session) error {
	now := c.receivedAt()
	if s.Modified() {
		now = c.clock()
	}
	template := &c.app.cookie
	line := append(c.sessionLine[:0], template.Head...)
	line, action, err := c.app.SessionInterface.Save(context.Background(), &template.config, s, line, now)
	if err != nil {
		action = session.KeepCookie
	}
	switch action {
	case session.KeepCookie:
		line = line[:0]
	case session.DeleteCookie:
		line = append(line[:0], template.Remove...)
	case session.SetCookie:
		line = template.append(line, s, now)
		if err = c.checkSize(line, s); err != nil {
			line, action = line[:0], session.KeepCookie
		}
	}
	c.sessionLine = line
	c.varyByCookie(r, action)
	return err
}

// sessionFailure is the error of a session that could not be saved: a 503 if its
// store failed, or else the application's mistake, such as a value that no
// serializer can write.
func sessionFailure(err error) error {
	if errors.Is(err, session.ErrUnavailable) {
		return &HTTPError{Code: http.StatusServiceUnavailable, Err: err}
	}
	return err
}

// refreshSession looks at a session that was not asked for: a permanent one
// that came with the request is sent again, SESSION_REFRESH_EACH_REQUEST. The
// page does not depend on it and goes out even if it fails.
func (c *Context) refreshSession(r *Response) {
	if c.sessionErr != nil || !c.app.SessionRefreshEachRequest || c.sparesStore() {
		return
	}
	value, found := c.sentSession()
	if !found {
		return
	}
	ctx := context.Background()
	if c.app.refreshes.Open() {
		if !c.app.refreshes.MayProbe(c.clock()) {
			return
		}
		probe, cancel := context.WithTimeout(ctx, breaker.Probe)
		defer cancel()
		ctx = probe
	}
	err := c.tryRefresh(ctx, r, value)
	c.app.refreshes.Heard(err, c.app.Now)
	if err != nil {
		c.sessionErr = err // it is not tried again
		c.logRefresh(err)
	}
}

// sparesStore reports whether the request is for a static file, and a refresh
// would cost a call of a store: a page brings a dozen of them, and is refreshed
// itself.
func (c *Context) sparesStore() bool {
	stored, ok := c.app.SessionInterface.(session.Stored)
	if !ok || !stored.InStore() {
		return false
	}
	endpoint := c.Endpoint()
	return endpoint == "static" || strings.HasSuffix(endpoint, ".static")
}

// tryRefresh is the part that can fail, or panic in a custom interface.
func (c *Context) tryRefresh(ctx context.Context, r *Response, cookie []byte) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = recovered(v)
		}
	}()
	if err := c.loadSession(ctx, cookie); err != nil || c.session.Null() {
		return err
	}
	return c.storeSession(r, c.session)
}

// logRefresh says so, seldom.
func (c *Context) logRefresh(err error) {
	if c.app.refreshes.MayLog(c.clock()) {
		c.app.logger().Warn("a session was not refreshed, the page went out without it",
			slog.String("path", c.Path()), slog.Any("error", err))
	}
}

// SessionStats is what the sessions of the application have met since it started:
// cookies refused by reason, conflicts, the calls of the store and the time that
// they took. Any goroutine may ask, as one that serves metrics. Views cannot be
// registered afterwards, as after the first request.
func (a *App) SessionStats() session.Stats {
	a.start.Do(a.freeze)
	return a.cookie.config.Stats(a.SessionInterface)
}
