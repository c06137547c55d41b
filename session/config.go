package session

import (
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/itsdangerous"
)

// Config is what an [Interface] knows of the application. It must not be
// changed or copied once in use.
type Config struct {
	// SecretKey signs and verifies, SECRET_KEY: text or raw bytes. Without one
	// nothing can be signed.
	SecretKey string
	// SecretKeyFallbacks verify only, SECRET_KEY_FALLBACKS, the newest last. An
	// empty one is left out: anybody could sign with it.
	SecretKeyFallbacks []string
	// Lifetime is how long a permanent session's cookie is kept by the browser,
	// and how old any session's cookie may be, PERMANENT_SESSION_LIFETIME.
	Lifetime time.Duration
	// AbsoluteLifetime is when a session ends that is used all the time, counted
	// from the first write on; 0 is never, as in Flask, which has no such key.
	//
	// That time is in the session, as whole seconds since 1970 under the key
	// "_created": one like "_permanent", which Len, Keys and Clear see too. Flask
	// and Flask-Session carry it along as they do every key, and see the same
	// session. A session without it, such as one that Flask began, counts from
	// where it is first seen here. One that holds nothing else is empty.
	AbsoluteLifetime time.Duration
	// ClockSkew is how far ahead of this program's clock a session may have
	// been signed: the clocks of two servers differ. 0, as in Flask, takes
	// none.
	ClockSkew time.Duration
	// RefreshEachRequest sends a permanent session's cookie again with every
	// response, SESSION_REFRESH_EACH_REQUEST.
	RefreshEachRequest bool
	// Serializer writes the sessions. Both of package codec's are read.
	Serializer codec.Serializer
	// CookieName is the name of the cookie, SESSION_COOKIE_NAME: an encrypted one
	// counts under its name alone.
	CookieName string
	// CookieRoom is how many bytes the value of the cookie may have before
	// browsers drop it, for [NewOverflow]: 4093 less name and attributes but for
	// an Expires, for which a permanent session's value has 39 bytes less. 0 is
	// 3,900.
	CookieRoom int
	// Logger is told of cookies that were refused.
	Logger *slog.Logger

	once    sync.Once
	derived keys
	sealing sealing // of encrypted cookies

	counters counters
}

// keys are the signers of an application, derived from its [Config]: that costs
// a hash for each key and salt, and is done once for all requests.
type keys struct {
	cookies *itsdangerous.URLSafeTimedSerializer // of whole sessions
	ids     *itsdangerous.Signer                 // of the ids of server-side sessions
}

// cookieSalt keeps the session's signatures apart from others made with the
// same key; Flask's SecureCookieSessionInterface.salt.
const cookieSalt = "cookie-session"

// keys derives the keys at its first call. Any number of requests may make it.
func (c *Config) keys() *keys {
	c.once.Do(func() {
		c.derived.cookies = itsdangerous.NewURLSafeTimedSerializer(c.SecretKey, c.signing(cookieSalt)...)
		c.derived.cookies.ClockSkew = c.ClockSkew
		c.derived.ids = itsdangerous.NewSigner(c.SecretKey, c.signing(idSalt)...)
	})
	return &c.derived
}

// signing is how Flask signs its sessions, with each fallback that is a key.
func (c *Config) signing(salt string) []itsdangerous.Option {
	older := slices.DeleteFunc(slices.Clone(c.SecretKeyFallbacks), func(key string) bool { return key == "" })
	return []itsdangerous.Option{itsdangerous.Salt(salt), itsdangerous.KeyDerivation("hmac"), itsdangerous.Keys(older...)}
}

// shouldSetCookie is Flask's should_set_cookie: a modified session, or a
// permanent one that is refreshed with each response.
func (c *Config) shouldSetCookie(s *Session) bool {
	return s.modified || c.RefreshEachRequest && s.Permanent()
}

// readerOf picks the serializer for a payload where own is the one that writes.
// Those of this module tell each other's payloads apart, so that a site can
// change from one to another and keep its sessions. A custom serializer reads
// everything itself, and so does that of rows what it wrote.
func readerOf(payload string, own codec.Serializer) codec.Serializer {
	switch reflect.TypeOf(own) {
	case reflect.TypeOf(codec.Msgpack), reflect.TypeOf(codec.TaggedJSON), reflect.TypeOf(RowJSON):
		if d := codec.Detect(payload); d != codec.Msgpack || own != codec.MsgpackRows {
			return d
		}
	}
	return own
}
