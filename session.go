package cantil

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

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

// openSession opens the session that was asked for, without marking it accessed.
func (c *Context) openSession() error {
	if c.sessionErr != nil {
		return c.sessionErr
	}
	value, _ := c.sentSession()
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
// cookie. Without a session cookie and without c.Session() it has none.
func (c *Context) saveSession(r *Response) error {
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
	if value, found := cookies.Find(line, c.app.cookie.name); found {
		return value, true
	}
	return cookies.Find(cookies.Header(h), c.app.cookie.name)
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
	line := append(c.sessionLine[:0], template.head...)
	line, action, err := c.app.SessionInterface.Save(context.Background(), &template.config, s, line, now)
	if err != nil {
		action = session.KeepCookie
	}
	switch action {
	case session.KeepCookie:
		line = line[:0]
	case session.DeleteCookie:
		line = append(line[:0], template.remove...)
	case session.SetCookie:
		line = template.appendAttributes(line, s, now)
		c.warnOfSize(line)
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

// How often a store that does not answer is asked by requests that did not ask
// for their session.
const (
	refreshFailures = 5                      // in a row, after which only probes are made
	refreshPause    = time.Second            // between two probes, and between two lines in the log
	refreshProbe    = 500 * time.Millisecond // the most a page waits for a probe
)

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
	if c.app.refreshes.failing() {
		if !c.app.refreshes.mayProbe(c.clock()) {
			return
		}
		probe, cancel := context.WithTimeout(ctx, refreshProbe)
		defer cancel()
		ctx = probe
	}
	err := c.tryRefresh(ctx, r, value)
	c.app.refreshes.heard(c, err)
	if err != nil {
		c.sessionErr = err // it is not tried again
		c.app.refreshes.log(c, err)
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

// refreshes is a circuit breaker around the refreshing of sessions. An outage of
// the store would make every page of a visitor with a session wait for it,
// static files and health checks too.
type refreshes struct {
	failures atomic.Int32 // in a row
	probed   atomic.Int64 // when, in nanoseconds of Unix
	logged   atomic.Int64
}

// heard counts how opening or saving a session ended, asked for or not: a
// request that asks for its session always tries, and its success ends the
// outage.
func (f *refreshes) heard(c *Context, err error) {
	failures := f.failures.Load()
	switch {
	case err == nil && failures != 0:
		f.failures.Store(0)
	case errors.Is(err, session.ErrUnavailable) && failures < refreshFailures:
		if f.failures.Add(1) == refreshFailures {
			f.probed.Store(c.clock().UnixNano())
		}
	}
}

func (f *refreshes) failing() bool { return f.failures.Load() >= refreshFailures }

// mayProbe reports whether the store may be asked once more, by one caller in
// each pause.
func (f *refreshes) mayProbe(now time.Time) bool { return once(&f.probed, now) }

// once reports, to one caller, that refreshPause has passed since it did so
// last. A clock that was set back counts as passed.
func once(last *atomic.Int64, now time.Time) bool {
	before, at := last.Load(), now.UnixNano()
	return (at-before >= int64(refreshPause) || at < before) && last.CompareAndSwap(before, at)
}

func (f *refreshes) log(c *Context, err error) {
	if once(&f.logged, c.clock()) {
		c.app.logger().Warn("a session was not refreshed, the page went out without it",
			slog.String("path", c.Path()), slog.Any("error", err))
	}
}
