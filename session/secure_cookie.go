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

// scratch holds the buffers through which payloads pass on their way to and
// from the cookie.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

// Open reads the cookie: signature, age, decompression, fields, in that order.
func (SecureCookie) Open(_ context.Context, cfg *Config, cookie []byte, now time.Time) (*Session, error) {
	if cfg.SecretKey == "" {
		return nil, nil
	}
	if len(cookie) == 0 {
		return New(), nil
	}
	buf := scratch.Get().(*[]byte)
	defer scratch.Put(buf)
	raw, _, err := cfg.prepare().signer.AppendLoads((*buf)[:0], cookie, cfg.Lifetime, now)
	if err != nil {
		cfg.Logger.Debug("session: cookie refused", slog.Any("error", err))
		return New(), nil
	}
	*buf = raw[:0]
	payload := string(raw) // the one copy, which all strings of the session share
	s, err := Decode(payload, cfg.reader(payload))
	if err != nil { // signed by us, so no visitor's doing
		cfg.Logger.Warn("session: signed cookie cannot be decoded", slog.Any("error", err))
		return New(), nil
	}
	return s, nil
}

// Save signs the session into a new cookie value if it changed or is refreshed.
func (SecureCookie) Save(_ context.Context, cfg *Config, s *Session, dst []byte, now time.Time) ([]byte, Action, error) {
	if s.empty() {
		if s.modified {
			return dst, DeleteCookie, nil
		}
		return dst, KeepCookie, nil
	}
	if !cfg.shouldSetCookie(s) {
		return dst, KeepCookie, nil
	}
	buf := scratch.Get().(*[]byte)
	defer scratch.Put(buf)
	payload, err := s.AppendTo((*buf)[:0], cfg.Serializer)
	if err != nil {
		return dst, KeepCookie, err
	}
	*buf = payload[:0]
	return cfg.prepare().signer.AppendDumps(dst, payload, now), SetCookie, nil
}
