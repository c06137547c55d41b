package cantil

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cantil-go/cantil/session"
)

// How a store that does not answer is spared by those who did not ask for it.
const (
	refreshFailures = 5                      // in a row, after which only probes are made
	refreshPause    = time.Second            // between two probes, and between two lines in the log
	refreshProbe    = 500 * time.Millisecond // the most a page waits for a probe
)

// refreshSession looks at a session that was not asked for: a permanent one
// that came with the request is sent again, SESSION_REFRESH_EACH_REQUEST. The
// page does not depend on it and goes out whatever becomes of it.
func (c *Context) refreshSession(r *Response) {
	if c.sessionErr != nil || !c.app.SessionRefreshEachRequest || c.sparesStore() {
		return
	}
	value, found := c.sessionCookie()
	if !found {
		return
	}
	ctx := context.Background()
	if c.app.refreshes.failing() {
		if !c.app.refreshes.mayProbe(c.now()) {
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

// heard counts what became of a session, asked for or not: a request that asks
// for its session always tries, and its success ends the outage.
func (f *refreshes) heard(c *Context, err error) {
	failures := f.failures.Load()
	switch {
	case err == nil && failures != 0:
		f.failures.Store(0)
	case errors.Is(err, session.ErrUnavailable) && failures < refreshFailures:
		if f.failures.Add(1) == refreshFailures {
			f.probed.Store(c.now().UnixNano())
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
	if once(&f.logged, c.now()) {
		c.app.logger().Warn("a session was not refreshed, the page went out without it",
			slog.String("path", c.Path()), slog.Any("error", err))
	}
}
