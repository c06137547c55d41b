package session

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/itsdangerous"
)

// Interface opens and saves the sessions of an application, Flask's
// SessionInterface. One value serves all requests at once.
type Interface interface {
	// Open returns the session of a request. cookie is the value of the session
	// cookie, empty if none came; it must not be kept. A cookie that is no
	// good, for whatever reason, is a new empty session and not an error: an
	// error means that the system failed, and ends the request. A nil session
	// stands for [NewNull]. now is when the request came.
	Open(ctx context.Context, cfg *Config, cookie []byte, now time.Time) (*Session, error)

	// Save stores the session at the end of its request if it has to be, says
	// what becomes of the cookie, and appends the new value of a SetCookie to
	// dst. It is called for untouched sessions too, and never for null ones. now
	// is when the response goes out.
	Save(ctx context.Context, cfg *Config, s *Session, dst []byte, now time.Time) ([]byte, Action, error)
}

// Action is what the response does with the session cookie.
type Action int

const (
	KeepCookie   Action = iota // say nothing about it
	SetCookie                  // send a new value
	DeleteCookie               // have the browser remove it
)

// ErrUnavailable is wrapped in the errors of an [Interface] whose store does not
// answer. The request then ends in a 503, any other error in a 500.
var ErrUnavailable = errors.New("session: the store is unavailable")

// Config is what an [Interface] knows of the application. It must not be
// changed or copied once in use.
type Config struct {
	// SecretKey signs and verifies, SECRET_KEY: text or raw bytes. Without one
	// nothing can be signed.
	SecretKey string
	// SecretKeyFallbacks verify only, SECRET_KEY_FALLBACKS, the newest last. An
	// empty one is none: anybody could sign with it.
	SecretKeyFallbacks []string
	// Lifetime is how long a permanent session's cookie is kept by the browser,
	// and how old any session's cookie may be, PERMANENT_SESSION_LIFETIME.
	Lifetime time.Duration
	// ClockSkew is how far ahead of this program's clock a session may have been
	// signed: the clocks of two servers differ. 0, as in Flask, takes none.
	ClockSkew time.Duration
	// RefreshEachRequest sends a permanent session's cookie again with every
	// response, SESSION_REFRESH_EACH_REQUEST.
	RefreshEachRequest bool
	// Serializer writes the sessions. Both of package codec's are read.
	Serializer codec.Serializer
	// CookieName is the name of the cookie, SESSION_COOKIE_NAME: an encrypted one
	// counts under its name alone.
	CookieName string
	// Logger hears of cookies that were refused.
	Logger *slog.Logger

	once     sync.Once
	signer   *itsdangerous.URLSafeTimedSerializer
	idSigner *itsdangerous.Signer // of the ids of server-side sessions
	foreign  bool                 // Serializer is none of package codec's
	sealing  sealing              // of encrypted cookies
}

// cookieSalt keeps the session's signatures apart from others made with the
// same key; Flask's SecureCookieSessionInterface.salt.
const cookieSalt = "cookie-session"

// prepare derives the keys, once for all requests.
func (c *Config) prepare() *Config {
	c.once.Do(func() {
		c.signer = itsdangerous.NewURLSafeTimedSerializer(c.SecretKey, c.signing(cookieSalt)...)
		c.signer.ClockSkew = c.ClockSkew
		c.idSigner = itsdangerous.NewSigner(c.SecretKey, c.signing(idSalt)...)
		c.foreign = isForeign(c.Serializer)
	})
	return c
}

// isForeign tells a serializer of one's own from those of this module, whose
// payloads tell each other apart.
func isForeign(s codec.Serializer) bool {
	switch reflect.TypeOf(s) {
	case reflect.TypeOf(codec.Msgpack), reflect.TypeOf(codec.TaggedJSON), reflect.TypeOf(RowJSON):
		return false
	}
	return true
}

// signing is how Flask signs its sessions, with each fallback that is a key.
func (c *Config) signing(salt string) []itsdangerous.Option {
	older := slices.DeleteFunc(slices.Clone(c.SecretKeyFallbacks), func(key string) bool { return key == "" })
	return []itsdangerous.Option{itsdangerous.Salt(salt), itsdangerous.KeyDerivation("hmac"), itsdangerous.Keys(older...)}
}

// reader picks the serializer for a payload: the two of package codec tell each
// other apart, so that a site can change from one to the other with nobody
// logged out. A serializer of one's own reads everything itself.
func (c *Config) reader(payload string) codec.Serializer {
	if c.foreign {
		return c.Serializer
	}
	return codec.Detect(payload)
}

// shouldSetCookie is Flask's should_set_cookie: a modified session, or a
// permanent one that is refreshed with each response.
func (c *Config) shouldSetCookie(s *Session) bool {
	return s.modified || c.RefreshEachRequest && s.Permanent()
}
