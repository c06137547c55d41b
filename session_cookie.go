package cantil

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/cookies"
	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/session"
)

// shortKey is the length in bytes below which a secret key is warned of: what
// people type can be guessed, offline and from a single cookie.
const shortKey = 16

// cookieTemplate is the session's Set-Cookie line but for value and expiry,
// computed when the application starts. It goes out as these bytes.
type cookieTemplate struct {
	name   string
	config session.Config
	head   string // "session="
	domain string // "; Domain=…", or empty
	tail   string // "; HttpOnly; Path=/"
	remove string // the whole line that deletes the cookie
}

// prepare computes the cookie. Keys or attributes that cannot work are a mistake
// in the setup and panic.
func (t *cookieTemplate) prepare(a *App) {
	t.name = a.SessionCookieName
	t.config = session.Config{
		SecretKey: a.SecretKey, SecretKeyFallbacks: a.SecretKeyFallbacks, Lifetime: a.PermanentSessionLifetime,
		ClockSkew: a.SessionClockSkew, RefreshEachRequest: a.SessionRefreshEachRequest, Serializer: a.SessionSerializer,
		CookieName: t.name, Logger: a.logger(),
	}
	cookie := Cookie{
		Domain: a.SessionCookieDomain, Path: a.sessionCookiePath(), Secure: a.SessionCookieSecure,
		HTTPOnly: a.SessionCookieHTTPOnly, SameSite: a.SessionCookieSameSite, Partitioned: a.SessionCookiePartitioned,
	}
	for _, err := range []error{checkKeys(a), checkCookieName(t.name), checkCookiePrefix(t.name, cookie)} {
		if err != nil {
			panic(err)
		}
	}
	t.warn(a, cookie)
	t.head = t.name + "="
	t.remove = t.head + cookieAttributes(cookie.deleted())
	t.domain = cookieAttributes(Cookie{Domain: cookie.Domain, Path: NoPath})
	cookie.Domain = ""
	t.tail = cookieAttributes(cookie)
}

func cookieAttributes(cookie Cookie) string {
	attributes, err := cookies.AppendAttributes(nil, (*cookies.Attributes)(&cookie), time.Time{})
	if err != nil {
		panic(fmt.Errorf("cantil: the session cookie: %w", err))
	}
	return string(attributes)
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

// checkCookieName refuses what browsers do not take, or send back as another
// name. A name outside ASCII goes out, as Flask sends it.
func checkCookieName(name string) error {
	control := func(r rune) bool { return r < ' ' || r == 0x7f }
	if name == "" || strings.ContainsAny(name, ";=") || strings.ContainsFunc(name, control) || strings.Trim(name, " ") != name {
		return fmt.Errorf("cantil: SessionCookieName %q: browsers send no cookie back under this name", name)
	}
	return nil
}

// checkCookiePrefix holds a name with a prefix, in any case of its letters, to
// what browsers demand of it (RFC 6265bis, 4.1.3): they drop the cookie
// otherwise.
func checkCookiePrefix(name string, cookie Cookie) error {
	hasPrefix := func(prefix string) bool {
		return len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix)
	}
	host := hasPrefix("__Host-")
	var missing string
	switch {
	case !host && !hasPrefix("__Secure-"):
		return nil
	case !cookie.Secure && !cookie.Partitioned:
		missing = "without Secure: set SessionCookieSecure"
	case host && cookie.Domain != "":
		missing = "with a Domain: leave SessionCookieDomain empty"
	case host && cookie.Path != "/" && cookie.Path != "":
		missing = "without Path=/: set SessionCookiePath"
	default:
		return nil
	}
	return fmt.Errorf("cantil: SessionCookieName %q: browsers drop a cookie of such a name %s", name, missing)
}

// warn logs settings that work and are probably mistakes.
func (t *cookieTemplate) warn(a *App, cookie Cookie) {
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
	if !pytext.IsASCII(t.name) {
		a.logger().Warn("the session cookie's name is not ASCII: it is sent and never found again, as in Flask",
			slog.String("name", t.name))
	}
}

// appendAttributes adds the attributes to a line that ends in the value.
func (t *cookieTemplate) appendAttributes(line []byte, s *session.Session, now time.Time) []byte {
	line = append(line, t.domain...)
	if s.Permanent() {
		line = append(line, "; Expires="...)
		line = httpheader.AppendDate(line, now.Add(t.config.Lifetime))
	}
	return append(line, t.tail...)
}

// warnOfSize logs what browsers do in silence: they drop cookies that are too
// large.
func (c *Context) warnOfSize(line []byte) {
	if limit := c.app.MaxCookieSize; limit > 0 && len(line) > limit {
		c.app.logger().Warn("session cookie is too large: browsers may ignore it",
			slog.Int("bytes", len(line)), slog.Int("limit", limit), slog.String("path", c.Path()))
	}
}
