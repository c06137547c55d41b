package session

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/chacha20poly1305"
)

// The format of an [EncryptedCookie], whose doc comment has it byte for byte.
const (
	sealedVersion = 1
	sealedPurpose = "cantil.session.cookie\x00"
	sealedKeyInfo = "cantil session cookie, encrypted, v1 xchacha20poly1305"

	stampEnd  = 6 // of version and time
	nonceEnd  = stampEnd + chacha20poly1305.NonceSizeX
	maxStamp  = 1<<40 - 1
	sealedMin = nonceEnd + chacha20poly1305.Overhead
	// sealedMax is the longest cookie that is looked at, in characters: what no
	// browser keeps costs no decryption.
	sealedMax = 64 << 10
)

// Why a cookie is refused, for the log: which it was is no visitor's business.
var (
	errSealedForm    = errors.New("not an encrypted session of this version")
	errSealedTag     = errors.New("not encrypted with a known key, for this cookie's name, or changed since")
	errSealedExpired = errors.New("too old")
	errSealedFuture  = errors.New("from the future")
)

// sealing holds the keys of a [Config] for encrypted cookies.
type sealing struct {
	once  sync.Once
	aeads []cipher.AEAD // that of the secret key, then the fallbacks', newest first
}

// prepare derives the keys, once for all requests.
func (k *sealing) prepare(cfg *Config) *sealing {
	k.once.Do(func() {
		k.aeads = append(k.aeads, newSealer(cfg.SecretKey))
		for _, key := range slices.Backward(cfg.SecretKeyFallbacks) {
			if key != "" {
				k.aeads = append(k.aeads, newSealer(key))
			}
		}
	})
	return k
}

func newSealer(secret string) cipher.AEAD {
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, sealedKeyInfo, chacha20poly1305.KeySize)
	if err != nil { // in FIPS 140-only mode, which knows no ChaCha20 either
		panic(fmt.Errorf("session: key of encrypted cookies: %w", err))
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil { // only of a key of another length
		panic(fmt.Errorf("session: key of encrypted cookies: %w", err))
	}
	return aead
}

// seal appends the cookie of a session to dst.
func (k *sealing) seal(dst []byte, cfg *Config, s *Session, now time.Time) ([]byte, error) {
	buf := scratch.Get().(*[]byte)
	defer scratch.Put(buf)
	b := cfg.appendSealedContext((*buf)[:0])
	start, body := len(b), len(b)+nonceEnd
	putStamp(b[len(sealedPurpose):], now)
	b = append(b, b[len(sealedPurpose):][:stampEnd]...)
	b = slices.Grow(b, chacha20poly1305.NonceSizeX)[:body]
	rand.Read(b[start+stampEnd:]) // never fails: crypto/rand aborts the program instead
	b, err := s.AppendTo(b, cfg.Serializer)
	if err != nil {
		return dst, err
	}
	b = slices.Grow(b, chacha20poly1305.Overhead)
	b = k.aeads[0].Seal(b[:body], b[start+stampEnd:body], b[body:], b[:start])
	*buf = b[:0] // keeps the room that a large payload needed
	return base64.RawURLEncoding.AppendEncode(dst, b[start:]), nil
}

// open returns the payload of a cookie, the one copy that all strings of the
// session share.
func (k *sealing) open(cfg *Config, cookie []byte, now time.Time) (string, error) {
	if len(cookie) > sealedMax {
		return "", errSealedForm
	}
	buf := scratch.Get().(*[]byte)
	defer scratch.Put(buf)
	for _, aead := range k.aeads {
		b := cfg.appendSealedContext((*buf)[:0])
		start, body := len(b), len(b)+nonceEnd
		b, err := strictBase64.AppendDecode(b, cookie)
		*buf = b[:0]
		if err != nil || len(b) < start+sealedMin || b[start] != sealedVersion ||
			len(b)-start != strictBase64.DecodedLen(len(cookie)) { // line breaks, which Go skips
			return "", errSealedForm
		}
		stamp := b[start:][:stampEnd]
		copy(b[len(sealedPurpose):], stamp)
		payload, err := aead.Open(b[body:body], b[start+stampEnd:body], b[body:], b[:start])
		if err != nil { // what was there is gone: the next key decodes it again
			continue
		}
		if err := cfg.checkAge(now.Unix() - stampSeconds(stamp)); err != nil {
			return "", err
		}
		return string(payload), nil
	}
	return "", errSealedTag
}

// strictBase64 takes one spelling of each cookie.
var strictBase64 = base64.RawURLEncoding.Strict()

// appendSealedContext appends the additional data of a cookie, with room for
// its version and time.
func (c *Config) appendSealedContext(dst []byte) []byte {
	dst = append(dst, sealedPurpose...)
	dst = append(dst, make([]byte, stampEnd)...)
	return append(dst, c.CookieName...)
}

// putStamp writes version and time. A clock outside the years that five bytes
// count stands at their end.
func putStamp(b []byte, now time.Time) {
	seconds := uint64(min(max(now.Unix(), 0), maxStamp))
	b[0], b[1] = sealedVersion, byte(seconds>>32)
	binary.BigEndian.PutUint32(b[2:], uint32(seconds))
}

func stampSeconds(b []byte) int64 {
	return int64(b[1])<<32 | int64(binary.BigEndian.Uint32(b[2:]))
}

// checkAge compares whole seconds, as itsdangerous does for signed cookies.
func (c *Config) checkAge(age int64) error {
	switch {
	case c.Lifetime < 0, age > int64(c.Lifetime/time.Second):
		return errSealedExpired
	case age < -int64(c.ClockSkew/time.Second):
		return errSealedFuture
	}
	return nil
}
