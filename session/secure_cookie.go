package session

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// SecureCookie keeps the whole session in the cookie, signed: Flask's
// SecureCookieSessionInterface, and the default. The visitor can read it, not
// change it. Browsers drop cookies above some 4093 bytes.
type SecureCookie struct{}

// scratch holds the buffers into which payloads are decoded.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

// Open reads the cookie: signature, age, decompression, fields, in that order.
func (SecureCookie) Open(_ context.Context, cfg *Config, cookie []byte, now time.Time) (*Session, error) {
	if cfg.SecretKey == "" {
		return nil, nil
	}
	if len(cookie) == 0 {
		return begin(cfg), nil
	}
	payload, err := loadCookie(cfg, cookie, now)
	if err != nil {
		return refused(cfg, slog.LevelDebug, "session: cookie refused", err), nil
	}
	s := new(Session)
	if err := s.data.load(payload, readerOf(payload, cfg.Serializer)); err != nil { // signed by us, so no visitor's doing
		return refused(cfg, slog.LevelWarn, "session: signed cookie cannot be decoded", err), nil
	}
	if !cfg.admit(s, now) {
		return refused(cfg, slog.LevelDebug, "session: cookie refused", errAbsolute), nil
	}
	return s, nil
}

// begin returns the session of a visitor who brought none.
func begin(cfg *Config) *Session {
	s := New()
	s.ends = cfg.AbsoluteLifetime > 0
	return s
}

// refused logs why a visitor gets a new session. Inlined it would double the
// stack that every request needs.
//
//go:noinline
func refused(cfg *Config, level slog.Level, message string, err error) *Session {
	if level == slog.LevelWarn { // genuine, and no session
		cfg.counters.undecodable.Add(1)
	} else {
		cfg.counters.refuse(err)
	}
	cfg.Logger.Log(context.Background(), level, message, slog.Any("error", err))
	return begin(cfg)
}

// loadCookie returns the payload of a cookie, the one copy that all strings of
// the session share.
func loadCookie(cfg *Config, cookie []byte, now time.Time) (string, error) {
	buf := scratch.Get().(*[]byte)
	defer scratch.Put(buf)
	raw, _, err := cfg.keys().cookies.AppendLoads((*buf)[:0], cookie, cfg.Lifetime, now)
	*buf = raw[:0] // keeps the room that a large payload needed
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
	if !s.resend && !cfg.shouldSetCookie(s) {
		return dst, KeepCookie, nil
	}
	cfg.stamp(s, now)
	// The payload is written where the cookie will be, the cookie after it, and
	// then moved down: no other buffer is needed.
	start := len(dst)
	dst, err := s.AppendTo(dst, cfg.Serializer)
	if err != nil {
		return dst[:start], KeepCookie, err
	}
	end := len(dst)
	dst = cfg.keys().cookies.AppendDumps(dst, dst[start:], now)
	return dst[:start+copy(dst[start:], dst[end:])], SetCookie, nil
}
