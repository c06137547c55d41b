package cantil

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/session"
)

// cookieSizeLimit is the length of a Set-Cookie line above which browsers may
// drop a cookie without a word, in bytes; Werkzeug's max_cookie_size.
const cookieSizeLimit = 4093

// sessionCookie is the session's Set-Cookie line but for value and expiry,
// settled when the application starts.
type sessionCookie struct {
	name   string
	token  bool // the name is one, as it should be
	config session.Config
	head   string // "session="
	domain string // "; Domain=…", or empty
	tail   string // "; HttpOnly; Path=/"
	remove string // the whole line that deletes the cookie
}

// prepare settles the cookie. An attribute that cannot be written is a mistake
// in the setup and panics.
func (sc *sessionCookie) prepare(a *App) {
	sc.name, sc.token = a.SessionCookieName, httpheader.IsToken(a.SessionCookieName)
	sc.config.SecretKey = a.SecretKey
	sc.config.SecretKeyFallbacks = a.SecretKeyFallbacks
	sc.config.Lifetime = a.PermanentSessionLifetime
	sc.config.RefreshEachRequest = a.SessionRefreshEachRequest
	sc.config.Serializer = a.SessionSerializer
	sc.config.Logger = a.logger()

	cookie := Cookie{
		Domain: a.SessionCookieDomain, Path: a.sessionCookiePath(), Secure: a.SessionCookieSecure,
		HTTPOnly: a.SessionCookieHTTPOnly, SameSite: a.SessionCookieSameSite, Partitioned: a.SessionCookiePartitioned,
	}
	full := sessionCookieLine(sc.name, cookie)
	sc.head = sc.name + "="
	sc.remove = sessionCookieLine(sc.name, cookie.deleted())
	cookie.Domain = ""
	sc.tail = sessionCookieLine(sc.name, cookie)[len(sc.head):]
	sc.domain = full[len(sc.head) : len(full)-len(sc.tail)]
}

func sessionCookieLine(name string, cookie Cookie) string {
	line, err := appendSetCookie(nil, name, "", &cookie, time.Time{})
	if err != nil {
		panic(fmt.Sprintf("cantil: the session cookie: %v", err))
	}
	return string(line)
}

// find finds the cookie in one line.
func (sc *sessionCookie) find(line []byte) ([]byte, bool) {
	if sc.token {
		if value, found := firstCookie(line, sc.name); found {
			return value, true
		}
	}
	return scanCookie(line, sc.name)
}

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

// openSession opens the session without marking it accessed.
func (c *Context) openSession() error {
	if c.sessionErr != nil {
		return c.sessionErr
	}
	value, _ := c.sessionCookie()
	// Not c.ctx: that ends when a shutdown begins, before the last requests are
	// answered, and is used again while a call that timed out may still look at it.
	s, err := c.app.SessionInterface.Open(context.Background(), &c.app.cookie.config, value, c.came())
	if err != nil {
		return c.noSession(err)
	}
	if s == nil {
		s = session.NewNull()
	}
	c.session = s
	return nil
}

// noSession is the error of a request whose session cannot be opened.
func (c *Context) noSession(err error) error {
	c.sessionErr = sessionFailure(err)
	if he, ok := c.sessionErr.(*HTTPError); ok { // an answer, not an exception: nobody else logs it
		c.app.logException(c, he)
	}
	return c.sessionErr
}

// saveSession ends the session's part in the request: Vary, the store, the
// cookie. Without a session cookie and without c.Session() there is none.
func (c *Context) saveSession(r *Response) error {
	if c.session == nil {
		if c.sessionErr != nil || !c.mayRefresh() {
			return nil
		}
		if err := c.openSession(); err != nil {
			return err
		}
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
	return c.storeSession(r, c.session)
}

// mayRefresh tells whether a session that nobody asked for has to be looked at
// all the same: only a permanent one that came with the request is sent again.
func (c *Context) mayRefresh() bool {
	if !c.app.SessionRefreshEachRequest {
		return false
	}
	_, found := c.sessionCookie()
	return found
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
	if value, found := c.app.cookie.find(line); found {
		return value, true
	}
	return scanCookie(cookieHeader(h), c.app.cookie.name)
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
		c.sessionErr = sessionFailure(err)
		return c.sessionErr
	}
	switch action {
	case session.KeepCookie:
		return nil
	case session.DeleteCookie:
		line = append(line[:0], sc.remove...)
	case session.SetCookie:
		line = c.finishLine(line, s)
		c.warnOfSize(line)
	}
	c.sessionLine = line
	if !s.Accessed() { // else it is there
		addVary(&r.header, "Cookie")
	}
	return nil
}

// finishLine adds the attributes to a line that ends in the value.
func (c *Context) finishLine(line []byte, s *session.Session) []byte {
	sc := &c.app.cookie
	line = append(line, sc.domain...)
	if s.Permanent() {
		line = append(line, "; Expires="...)
		line = httpheader.AppendDate(line, c.now().Add(sc.config.Lifetime))
	}
	return append(line, sc.tail...)
}

// warnOfSize logs what browsers do in silence: they drop cookies that are too large.
func (c *Context) warnOfSize(line []byte) {
	if len(line) > cookieSizeLimit {
		c.app.logger().Warn("session cookie is too large: browsers may ignore it",
			slog.Int("bytes", len(line)), slog.Int("limit", cookieSizeLimit), slog.String("path", c.Path()))
	}
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
