package session

import (
	"context"
	"log/slog"
	"sync"
	"time"
	"unsafe"
)

// SecureCookie keeps the whole session in the cookie, signed: Flask's
// SecureCookieSessionInterface, and the default. The visitor can read it, not
// change it. Browsers drop cookies above some 4093 bytes.
type SecureCookie struct{}

// scratch holds the buffers into which payloads are inflated.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

// Open reads the cookie: signature, age, decompression, fields, in that order.
func (SecureCookie) Open(_ context.Context, cfg *Config, cookie []byte, now time.Time) (*Session, error) {
	if cfg.SecretKey == "" {
		return nil, nil
	}
	if len(cookie) == 0 {
		return New(), nil
	}
	s := new(cookieSession)
	payload, err := cfg.prepare().loads(s.text[:0], cookie, now)
	if err != nil {
		return refused(cfg, slog.LevelDebug, "session: cookie refused", err), nil
	}
	if err := s.load(payload, cfg.reader(payload)); err != nil { // signed by us, so no visitor's doing
		return refused(cfg, slog.LevelWarn, "session: signed cookie cannot be decoded", err), nil
	}
	return &s.Session, nil
}

// refused logs why a visitor gets a new session. Inlined it would double the stack
// that every request needs.
//
//go:noinline
func refused(cfg *Config, level slog.Level, message string, err error) *Session {
	cfg.Logger.Log(context.Background(), level, message, slog.Any("error", err))
	return New()
}

// cookieSession is a session with the payload of a small one: one piece of
// memory instead of two.
type cookieSession struct {
	Session
	text [24]byte
}

// loads returns the payload of a cookie, which all strings of the session share.
// It takes the place of room, if that is large enough; nobody writes to it again.
func (c *Config) loads(room, cookie []byte, now time.Time) (string, error) {
	if cookie[0] == '.' {
		return c.loadsCompressed(cookie, now)
	}
	raw, _, err := c.signer.AppendLoads(room, cookie, c.Lifetime, now)
	return unsafe.String(unsafe.SliceData(raw), len(raw)), err
}

func (c *Config) loadsCompressed(cookie []byte, now time.Time) (string, error) {
	buf := scratch.Get().(*[]byte) // how long it gets is seen when it is done
	defer scratch.Put(buf)
	raw, _, err := c.signer.AppendLoads((*buf)[:0], cookie, c.Lifetime, now)
	*buf = raw[:0]
	return string(raw), err
}

// Save signs the session into a new cookie value if it changed or is refreshed.
func (SecureCookie) Save(_ context.Context, cfg *Config, s *Session, dst []byte, now time.Time) ([]byte, Action, error) {
	if cfg.SecretKey == "" { // a session that Open did not make
		return dst, KeepCookie, ErrNoSecretKey
	}
	if s.empty() {
		if s.modified {
			return dst, DeleteCookie, nil
		}
		return dst, KeepCookie, nil
	}
	if !cfg.shouldSetCookie(s) {
		return dst, KeepCookie, nil
	}
	// The payload stands where the cookie will, and the cookie behind it until both
	// are there: no other buffer is needed.
	start := len(dst)
	dst, err := s.AppendTo(dst, cfg.Serializer)
	if err != nil {
		return dst[:start], KeepCookie, err
	}
	end := len(dst)
	dst = cfg.prepare().signer.AppendDumps(dst, dst[start:], now)
	return dst[:start+copy(dst[start:], dst[end:])], SetCookie, nil
}
