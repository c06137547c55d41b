package cantil

import (
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"
)

// bodyMemory counts the bytes of request bodies that all requests together hold
// in memory, up to Config.MaxBodyMemory.
type bodyMemory struct {
	held   atomic.Int64
	logged atomic.Int64 // when a request was last refused, in Unix seconds
}

// bodyRetryAfter is how many seconds a client that was refused should wait.
const bodyRetryAfter = 5

// holdBody counts n more bytes as held by the request until its end; less than 0
// gives some back. Above the bound it is the error of a 503.
func (c *Context) holdBody(n int) error {
	m := &c.app.bodies
	held, most := m.held.Add(int64(n)), int64(c.app.MaxBodyMemory)
	if n > 0 && most > 0 && held > most {
		m.held.Add(-int64(n))
		m.warn(c.app, held)
		return &HTTPError{Code: http.StatusServiceUnavailable, retryAfter: bodyRetryAfter}
	}
	c.requestBody().held += n
	return nil
}

// warn logs a refusal, one a second.
func (m *bodyMemory) warn(a *App, held int64) {
	now := time.Now().Unix()
	if last := m.logged.Load(); now > last && m.logged.CompareAndSwap(last, now) {
		a.logger().Warn("request bodies fill the memory that they may take: 503",
			slog.Int64("bytes", held), slog.Int("MaxBodyMemory", a.MaxBodyMemory))
	}
}

// releaseBody releases the request's body at its end.
func (c *Context) releaseBody() {
	if c.body != nil {
		c.body.release(&c.app.bodies)
		c.body = nil
	}
}
