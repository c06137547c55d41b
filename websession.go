package cantil

import (
	"context"
	"errors"
	"net/http"

	"github.com/cantil-go/cantil/session"
)

// Session returns the visitor's session, flask.session, and opens it at the
// first call. The response then says Vary: Cookie. If the session's store
// does not answer, the request ends in a 503.
func (c *Context) Session() *session.Session {
	if c.session == nil {
		if err := c.openSession(); err != nil {
			panic(err)
		}
	}
	c.session.SetAccessed(true)
	return c.session
}

// openSession opens the session that was asked for, without marking it accessed.
func (c *Context) openSession() error {
	if c.sessionErr != nil {
		return c.sessionErr
	}
	value, _ := c.sessionCookie()
	err := c.loadSession(context.Background(), value)
	c.app.refreshes.heard(c, err)
	if err != nil {
		c.sessionErr = sessionFailure(err)
		if he, ok := c.sessionErr.(*HTTPError); ok { // an answer, not an exception: logged here or nowhere
			c.app.logException(c, he)
		}
		return c.sessionErr
	}
	return nil
}

// loadSession opens the session of a cookie. ctx is never c.ctx: that ends when
// a shutdown begins, before the last requests are answered, and is used again
// while a call that timed out may still look at it.
func (c *Context) loadSession(ctx context.Context, cookie []byte) error {
	s, err := c.app.SessionInterface.Open(ctx, &c.app.cookie.config, cookie, c.came())
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
// cookie. Without a session cookie and without c.Session() there is none.
func (c *Context) saveSession(r *Response) error {
	if c.session == nil {
		c.refreshSession(r)
		return nil
	}
	if c.session.Null() {
		return nil
	}
	if c.session.Accessed() {
		addVary(&r.header, "Cookie")
	}
	if c.sessionErr != nil { // it failed before, and this is the error page
		return nil
	}
	if err := c.storeSession(r, c.session); err != nil {
		c.sessionErr = sessionFailure(err)
		return c.sessionErr
	}
	return nil
}

// Names of headers as fasthttp keeps them.
var (
	cookieKey    = []byte("Cookie")
	setCookieKey = []byte("Set-Cookie")
	varyKey      = []byte("Vary")
)

// sessionCookie is the value of the first cookie of the session's name. Clients
// send one Cookie line; only a proxy that splits it is worth a second look.
func (c *Context) sessionCookie() ([]byte, bool) {
	h := &c.ctx.Request.Header
	line := h.PeekCanonical(cookieKey)
	if line == nil {
		return nil, false
	}
	if value, found := findCookie(line, c.app.cookie.name); found {
		return value, true
	}
	return findCookie(cookieHeader(h), c.app.cookie.name)
}

// storeSession saves the session and writes the Set-Cookie line for it.
func (c *Context) storeSession(r *Response, s *session.Session) error {
	sc := &c.app.cookie
	line := append(c.sessionLine[:0], sc.head...)
	now := c.came()
	if s.Modified() { // what is only refreshed is so from the request on: a reading of the clock is spared
		now = c.now()
	}
	line, action, err := c.app.SessionInterface.Save(context.Background(), &sc.config, s, line, now)
	c.sessionLine = line[:0]
	if err != nil {
		return err
	}
	switch action {
	case session.KeepCookie:
		return nil
	case session.DeleteCookie:
		line = append(line[:0], sc.remove...)
	case session.SetCookie:
		line = sc.appendAttributes(line, s, c.now())
		c.warnOfSize(line)
	}
	c.sessionLine = line
	if !s.Accessed() { // else it is there
		addVary(&r.header, "Cookie")
	}
	return nil
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
