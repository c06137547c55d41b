package session

import (
	"bytes"
	"context"
	"log/slog"
	"time"
)

// EncryptedCookie keeps the whole session in the cookie as [SecureCookie] does,
// encrypted: only the server reads it. An unmodified Flask cannot.
//
//	app.SessionInterface = session.EncryptedCookie{}
//
// Everything else is as with signed cookies: the age by Config.Lifetime and
// Config.ClockSkew, the fallback keys, which decrypt and never encrypt, and
// that a cookie that is refused, for whatever reason, is a new session.
//
// # The format
//
// The cookie is base64 with the URL-safe alphabet and without padding
// (RFC 4648, 5), its spare bits zero, of these bytes:
//
//	 0      version, 1
//	 1..5   when it was encrypted, seconds since 1970, big-endian
//	 6..29  nonce, 24 random bytes
//	30..    the payload, encrypted: what Config.Serializer wrote
//	        and the 16 bytes of the tag
//
// The cipher is XChaCha20-Poly1305. Its key is 32 bytes of HKDF-SHA256 over the
// secret key, without a salt, with the info "cantil session cookie, encrypted,
// v1 xchacha20poly1305". The additional data, authenticated and not sent, are
//
//	"cantil.session.cookie" 00, the bytes 0..5 above, the cookie's name
//
// so that nothing else made with the key passes for a session, and no cookie
// for one of another name or age. testdata/encrypted.json has vectors.
//
// # Why this cipher
//
// AES-GCM under one key must end at 2^32 random nonces of 96 bits, which a busy
// site reaches. Nonces of 192 bits do not meet: after 2^80 cookies the odds are
// still one in 2^33. AES-256-GCM with a key derived for each cookie is as safe,
// but pays a derivation and a key schedule, and their memory, twice a request.
// In Go's FIPS 140-only mode, which refuses ChaCha20, it panics.
//
// # Why it is not compressed
//
// The length of a compressed text says what its parts have in common. Who can
// put text into a session (a name, a search) and see how long the cookie is,
// which TLS does not hide, could guess a secret beside it letter by letter, as
// CRIME and BREACH do. Without compression the length is that of the payload
// and says no more; about 2,950 bytes of payload fit into a browser's 4093.
type EncryptedCookie struct {
	// SignedUntil is until when signed cookies, Flask's and [SecureCookie]'s, are
	// still read; each is replaced by an encrypted one in the answer to a request
	// that opens the session. No visitor is logged out if it is Config.Lifetime
	// after the last signed cookie was sent. The zero time reads none.
	SignedUntil time.Time
}

// Open decrypts the cookie: tag, age, fields, in that order.
func (e EncryptedCookie) Open(ctx context.Context, cfg *Config, cookie []byte, now time.Time) (*Session, error) {
	if cfg.SecretKey == "" {
		return nil, nil
	}
	if len(cookie) == 0 {
		return begin(cfg), nil
	}
	if now.Before(e.SignedUntil) && bytes.IndexByte(cookie, '.') >= 0 { // which base64 has not
		s, err := SecureCookie{}.Open(ctx, cfg, cookie, now)
		if s != nil && !s.isNew {
			s.resend = true
		}
		return s, err
	}
	payload, err := cfg.sealing.prepare(cfg).open(cfg, cookie, now)
	if err != nil {
		return refused(cfg, slog.LevelDebug, "session: cookie refused", err), nil
	}
	s := new(Session)
	if err := s.data.load(payload, readerOf(payload, cfg.Serializer)); err != nil { // encrypted by us, so no visitor's doing
		return refused(cfg, slog.LevelWarn, "session: encrypted cookie cannot be decoded", err), nil
	}
	if !cfg.admit(s, now) {
		return refused(cfg, slog.LevelDebug, "session: cookie refused", errAbsolute), nil
	}
	return s, nil
}

// Save encrypts the session into a new cookie value if it changed, is refreshed
// or came in a signed cookie.
func (EncryptedCookie) Save(_ context.Context, cfg *Config, s *Session, dst []byte, now time.Time) ([]byte, Action, error) {
	switch {
	case cfg.SecretKey == "": // a session that Open did not make
		return dst, KeepCookie, ErrNoSecretKey
	case s.empty() && s.modified:
		return dst, DeleteCookie, nil
	case s.empty() || !s.resend && !cfg.shouldSetCookie(s):
		return dst, KeepCookie, nil
	}
	cfg.stamp(s, now)
	dst, err := cfg.sealing.prepare(cfg).seal(dst, cfg, s, now)
	if err != nil {
		return dst, KeepCookie, err
	}
	return dst, SetCookie, nil
}
