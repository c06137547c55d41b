package httpsession

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/cantil-go/cantil/internal/breaker"
	"github.com/cantil-go/cantil/internal/cookies"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

// Config is what the session needs to know; each field names Flask's config key.
// [NewConfig] returns one with Flask's defaults.
type Config struct {
	// SecretKey signs the cookie, SECRET_KEY: text or raw bytes. Without one
	// sessions are empty and a write panics.
	SecretKey string
	// SecretKeyFallbacks are older keys that still verify, the newest last,
	// SECRET_KEY_FALLBACKS. An empty one panics in [New].
	SecretKeyFallbacks []string
	// Lifetime is how long a permanent session lives and how old any cookie may
	// be, PERMANENT_SESSION_LIFETIME: 31 days. 0, as in a literal that does
	// not set it, is over at once, as in Flask.
	Lifetime time.Duration
	// AbsoluteLifetime ends a session that long after it was first written: 0,
	// never. See session.Config. A negative one panics in [New].
	AbsoluteLifetime time.Duration
	// ClockSkew is how far ahead of this program's clock a session may have been
	// signed: 5 s. Flask has no such key and takes none.
	ClockSkew time.Duration
	// RefreshEachRequest sends a permanent session's cookie again with every
	// answer, SESSION_REFRESH_EACH_REQUEST: true.
	RefreshEachRequest bool
	// Serializer writes the sessions: codec.Msgpack. It must be codec.TaggedJSON
	// while an unmodified Flask reads them: that answers 500 to the other.
	Serializer codec.Serializer

	// CookieName is SESSION_COOKIE_NAME: "session".
	CookieName string
	// CookieDomain is SESSION_COOKIE_DOMAIN: none, the host alone.
	CookieDomain string
	// CookiePath is SESSION_COOKIE_PATH: "/".
	CookiePath string
	// CookieHTTPOnly hides the cookie from scripts, SESSION_COOKIE_HTTPONLY: true.
	CookieHTTPOnly bool
	// CookieSecure keeps the cookie to https, SESSION_COOKIE_SECURE: false.
	CookieSecure bool
	// CookieSameSite is "Lax", "Strict", "None" or "" for no attribute,
	// SESSION_COOKIE_SAMESITE: "".
	CookieSameSite string
	// CookieMustFit answers by Error where a change makes the cookie larger than
	// the 4093 bytes that browsers keep, instead of a warning: false.
	CookieMustFit bool
	// CookiePartitioned keeps a cookie per embedding site and forces Secure,
	// SESSION_COOKIE_PARTITIONED: false.
	CookiePartitioned bool

	// Error answers a request whose session cannot be opened or saved: 503 where
	// the error wraps session.ErrUnavailable, else 500, as plain text. It is
	// called before anything was written; the error is logged already. There [Open]
	// returns the session or why there is none, where FromContext would panic.
	Error func(w http.ResponseWriter, r *http.Request, err error)
	// Logger is slog.Default() where nil.
	Logger *slog.Logger
	// Now is the clock by which sessions are signed and expire: time.Now.
	Now func() time.Time
}

// NewConfig returns Flask's defaults with a secret key.
func NewConfig(secretKey string) *Config {
	return &Config{
		SecretKey:          secretKey,
		Lifetime:           31 * 24 * time.Hour,
		ClockSkew:          5 * time.Second,
		RefreshEachRequest: true,
		Serializer:         codec.Msgpack,
		CookieName:         "session",
		CookiePath:         "/",
		CookieHTTPOnly:     true,
		Error:              answerError,
		Logger:             slog.Default(),
		Now:                time.Now,
	}
}

// answerError is the default of Config.Error.
func answerError(w http.ResponseWriter, _ *http.Request, err error) {
	status := http.StatusInternalServerError
	if errors.Is(err, session.ErrUnavailable) {
		status = http.StatusServiceUnavailable
	}
	http.Error(w, http.StatusText(status), status)
}

// manager is a Config in use.
type manager struct {
	Config
	iface   session.Interface
	session session.Config
	breaker breaker.Breaker
	line    cookies.Template
}

// newManager computes the cookie. What cannot work panics.
func newManager(iface session.Interface, cfg *Config) *manager {
	m := &manager{Config: *cfg, iface: iface}
	m.SecretKeyFallbacks = slices.Clone(cfg.SecretKeyFallbacks)
	for _, key := range cfg.SecretKeyFallbacks {
		if key == "" {
			panic(errors.New("httpsession: a key of SecretKeyFallbacks is empty: anybody could sign with it"))
		}
	}
	if cfg.AbsoluteLifetime < 0 {
		panic(fmt.Errorf("httpsession: AbsoluteLifetime is %v: 0 is none", cfg.AbsoluteLifetime))
	}
	defaults := NewConfig("")
	if m.Serializer == nil {
		m.Serializer = defaults.Serializer
	}
	if m.Error == nil {
		m.Error = defaults.Error
	}
	if m.Logger == nil {
		m.Logger = defaults.Logger
	}
	if m.Now == nil {
		m.Now = defaults.Now
	}
	m.session.SecretKey, m.session.SecretKeyFallbacks = m.SecretKey, m.SecretKeyFallbacks
	m.session.Lifetime, m.session.AbsoluteLifetime, m.session.ClockSkew = m.Lifetime, m.AbsoluteLifetime, m.ClockSkew
	m.session.RefreshEachRequest, m.session.Serializer = m.RefreshEachRequest, m.Serializer
	m.session.CookieName, m.session.Logger = m.CookieName, m.Logger
	m.prepareCookie()
	return m
}

// prepareCookie computes the cookie's line. Attributes that cannot work panic.
func (m *manager) prepareCookie() {
	line, err := cookies.NewTemplate("Cookie", m.CookieName, cookies.Attributes{
		Domain: m.CookieDomain, Path: m.CookiePath, Secure: m.CookieSecure,
		HTTPOnly: m.CookieHTTPOnly, SameSite: m.CookieSameSite, Partitioned: m.CookiePartitioned,
	})
	if err != nil {
		panic(fmt.Errorf("httpsession: %w", err))
	}
	m.line = line
	m.session.CookieRoom = line.Room()
}
