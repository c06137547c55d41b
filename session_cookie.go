package cantil

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/cookies"
	"github.com/cantil-go/cantil/internal/debugpage"
	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/session"
)

// shortKey is the length in bytes below which a secret key is warned of: what
// people type can be guessed, offline and from a single cookie.
const shortKey = 16

// sessionCookie is what the application's sessions share, computed when it
// starts. Its line goes out as the bytes that it is made of.
type sessionCookie struct {
	cookies.Template
	config session.Config
}

// prepare computes the cookie. Keys or attributes that cannot work are a mistake
// in the setup and panic.
func (t *sessionCookie) prepare(a *App) {
	t.config = session.Config{
		SecretKey: a.SecretKey, SecretKeyFallbacks: a.SecretKeyFallbacks,
		Lifetime: a.PermanentSessionLifetime, AbsoluteLifetime: a.SessionAbsoluteLifetime,
		ClockSkew: a.SessionClockSkew, RefreshEachRequest: a.SessionRefreshEachRequest, Serializer: a.SessionSerializer,
		CookieName: a.SessionCookieName, Logger: a.logger(),
	}
	attributes := cookies.Attributes{
		Domain: a.SessionCookieDomain, Path: a.sessionCookiePath(), Secure: a.SessionCookieSecure,
		HTTPOnly: a.SessionCookieHTTPOnly, SameSite: a.SessionCookieSameSite, Partitioned: a.SessionCookiePartitioned,
	}
	for _, err := range []error{checkKeys(a), checkLifetime(a)} {
		if err != nil {
			panic(err)
		}
	}
	var err error
	if t.Template, err = cookies.NewTemplate("SessionCookie", a.SessionCookieName, attributes); err != nil {
		panic(fmt.Errorf("cantil: %w", err))
	}
	t.config.CookieRoom = t.Room()
	t.warn(a, &attributes)
}

// checkKeys refuses an empty fallback: a client that signs with the empty key
// would be believed.
func checkKeys(a *App) error {
	for i, key := range a.SecretKeyFallbacks {
		if key == "" {
			return fmt.Errorf("cantil: SecretKeyFallbacks[%d] is empty: anybody could sign with it", i)
		}
	}
	return nil
}

func checkLifetime(a *App) error {
	if a.SessionAbsoluteLifetime < 0 {
		return fmt.Errorf("cantil: SessionAbsoluteLifetime is %v: 0 is none", a.SessionAbsoluteLifetime)
	}
	return nil
}

// warn logs settings that work and are probably mistakes.
func (t *sessionCookie) warn(a *App, cookie *cookies.Attributes) {
	if !a.Debug && !a.Testing {
		for _, key := range append([]string{a.SecretKey}, a.SecretKeyFallbacks...) {
			if 0 < len(key) && len(key) < shortKey {
				a.logger().Warn("a secret key is short and can be guessed: session.GenerateKey makes one",
					slog.Int("bytes", len(key)), slog.Int("recommended", shortKey))
				break
			}
		}
	}
	if strings.EqualFold(cookie.SameSite, "None") && !cookie.Secure && !cookie.Partitioned {
		a.logger().Warn("browsers drop the session cookie: SameSite=None needs SessionCookieSecure")
	}
	if !pytext.IsASCII(t.Name) {
		a.logger().Warn("the session cookie's name is not ASCII: it is sent and never found again, as in Flask",
			slog.String("name", t.Name))
	}
}

// append adds the attributes to a line that ends in the value of s.
func (t *sessionCookie) append(line []byte, s *session.Session, now time.Time) []byte {
	return t.Append(line, t.config.ExpirationTime(s, now))
}

// checkSize logs what browsers do in silence: they drop cookies that are too
// large. With SessionCookieMustFit a change that is lost so is an error.
func (c *Context) checkSize(line []byte, s *session.Session) error {
	limit := c.app.MaxCookieSize
	if limit <= 0 && c.app.SessionCookieMustFit {
		limit = cookies.MaxSize // what browsers keep
	}
	if limit <= 0 || len(line) <= limit {
		return nil
	}
	if c.app.SessionCookieMustFit && s.Modified() {
		return fmt.Errorf("%w: %d bytes with its attributes, %d at most", session.ErrCookieTooLarge, len(line), limit)
	}
	c.app.logger().Warn("session cookie is too large: browsers may ignore it",
		slog.Int("bytes", len(line)), slog.Int("limit", limit), slog.String("path", c.Path()))
	return nil
}

// SessionOutcome is what became of the request's session, for logs and metrics:
// "none" (not asked for), "read", "saved" (changed, or sent again), "deleted", "refused" (the cookie that
// came is none of ours, which the error explains) or "failed" (the error is the
// store's). It is known once the answer is made: to [App.RequestFinished], and to
// the line of AccessLog. A refused cookie is looked at a second time for it.
func (c *Context) SessionOutcome() (string, error) {
	switch s := c.session; {
	case c.sessionErr != nil:
		return "failed", c.sessionErr
	case s == nil:
		return "none", nil
	case s.Null():
		return "none", session.ErrNoSecretKey
	case c.sentRefused():
		return "refused", c.refusal()
	case len(c.sessionLine) > 0 && string(c.sessionLine) == c.app.cookie.Remove:
		return "deleted", nil
	case len(c.sessionLine) > 0:
		return "saved", nil
	}
	return "read", nil
}

// sentRefused reports whether a session's cookie came and did not count.
func (c *Context) sentRefused() bool {
	value, found := c.sentSession()
	return found && len(value) > 0 && c.session.New()
}

// refusal opens the cookie once more to hear why it was refused. A store is not
// asked twice.
func (c *Context) refusal() error {
	a := c.app
	if stored, ok := a.SessionInterface.(session.Stored); ok && stored.InStore() {
		return nil
	}
	heard := &lastError{}
	cfg := session.Config{
		SecretKey: a.SecretKey, SecretKeyFallbacks: a.SecretKeyFallbacks, Lifetime: a.PermanentSessionLifetime,
		ClockSkew: a.SessionClockSkew, Serializer: a.SessionSerializer, CookieName: a.SessionCookieName, Logger: slog.New(heard),
	}
	value, _ := c.sentSession()
	_, err := c.attempt(func(c *Context) (*Response, error) {
		_, err := a.SessionInterface.Open(context.Background(), &cfg, value, c.receivedAt())
		return nil, err
	})
	return errors.Join(err, heard.err)
}

// lastError is a log that keeps the error that it is told of.
type lastError struct{ err error }

func (*lastError) Enabled(context.Context, slog.Level) bool { return true }
func (l *lastError) WithAttrs([]slog.Attr) slog.Handler     { return l }
func (l *lastError) WithGroup(string) slog.Handler          { return l }
func (l *lastError) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if err, ok := a.Value.Any().(error); ok {
			l.err = err
		}
		return true
	})
	return nil
}

// debugSession is the session that the request opened, for the debug page.
func (c *Context) debugSession() *debugpage.Session {
	if c.session == nil || c.session.Null() {
		return nil
	}
	p := &debugpage.Session{}
	for key, value := range c.session.All() {
		p.Fields = append(p.Fields, debugpage.Pair{Name: key, Value: debugpage.Value(key, value)})
	}
	value, _ := c.sentSession()
	p.State = fmt.Sprintf("keys: %d; the cookie came with %d of %d bytes", len(p.Fields), len(value), cookies.MaxSize)
	if text, err := c.session.AppendTo(nil, c.app.SessionSerializer); err == nil {
		p.State += fmt.Sprintf("; %d bytes of %s", len(text), serializerName(c.app.SessionSerializer))
	}
	if c.session.New() {
		p.State += "; new"
	}
	if c.session.Modified() {
		p.State += "; modified"
	}
	return p
}
