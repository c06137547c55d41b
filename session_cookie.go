package cantil

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/cookies"
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
