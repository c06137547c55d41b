package cookie

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"strings"
	"time"

	"github.com/cantil-go/cantil/session/itsdangerous"
)

// TokenForm says which class of ItsDangerous makes a token, and with what.
type TokenForm struct {
	Salt       string
	Derivation string
	Digest     string // sha1, sha256, sha384, sha512
	Untimed    bool   // Serializer and URLSafeSerializer
	Plain      bool   // Serializer and TimedSerializer: JSON as it is
}

// Token is what a token holds.
type Token struct {
	Payload json.RawMessage `json:"payload,omitempty"`
	Signed  time.Time       `json:"signed,omitzero"`
	Key     string          `json:"key,omitempty"` // that verified it
}

// tokens is what all four serializers can do.
type tokens interface {
	Dumps(v any) (string, error)
	LoadPayload(payload []byte, v any) error
}

var digests = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}

// Check refuses a digest or a key derivation that there is not.
func (f TokenForm) Check() error {
	_, err := f.options()
	return err
}

// options are those of the constructors.
func (f TokenForm) options() ([]itsdangerous.Option, error) {
	digest := digests[f.Digest]
	if digest == nil {
		return nil, fmt.Errorf("%q is no digest: sha1, sha256, sha384 or sha512", f.Digest)
	}
	switch f.Derivation {
	case "django-concat", "concat", "hmac", "none":
	default:
		return nil, fmt.Errorf("%q is no key derivation: django-concat, concat, hmac or none", f.Derivation)
	}
	return []itsdangerous.Option{itsdangerous.Salt(f.Salt), itsdangerous.KeyDerivation(f.Derivation), itsdangerous.Digest(digest)}, nil
}

// serializer is the class with one key.
func (f TokenForm) serializer(key string) (tokens, error) {
	options, err := f.options()
	if err != nil {
		return nil, err
	}
	switch {
	case f.Untimed && f.Plain:
		return itsdangerous.NewSerializer(key, options...), nil
	case f.Untimed:
		return itsdangerous.NewURLSafeSerializer(key, options...), nil
	case f.Plain:
		return itsdangerous.NewTimedSerializer(key, options...), nil
	}
	return itsdangerous.NewURLSafeTimedSerializer(key, options...), nil
}

// load verifies token. The time does not count.
func load(s tokens, token string, v any) (time.Time, error) {
	switch s := s.(type) {
	case interface {
		LoadsTimestamp(string, any, ...time.Duration) (time.Time, error)
	}:
		return s.LoadsTimestamp(token, v)
	case interface{ Loads(string, any) error }:
		return time.Time{}, s.Loads(token, v)
	}
	return time.Time{}, errors.New("unknown serializer")
}

// DecodeToken reads a token without asking who signed it.
func DecodeToken(token string, f TokenForm) (*Token, error) {
	s, err := f.serializer(anyKey)
	if err != nil {
		return nil, err
	}
	var v json.RawMessage
	at, err := load(s, token, &v)
	var bad *itsdangerous.BadSignature
	var timed *itsdangerous.BadTimeSignature
	switch {
	case err == nil:
		return &Token{Payload: v, Signed: at}, nil
	case errors.As(err, &timed) && timed.DateSigned.IsZero() || !errors.As(err, &bad) || bad.Payload == nil:
		return nil, fmt.Errorf("this is no token of this kind: %s", f.shape())
	case timed != nil:
		at = timed.DateSigned
	}
	if err := s.LoadPayload(bad.Payload, &v); err != nil {
		return &Token{Signed: at}, fmt.Errorf("the payload cannot be read: %w", err)
	}
	return &Token{Payload: v, Signed: at}, nil
}

// shape is what a token of the form looks like.
func (f TokenForm) shape() string {
	if f.Untimed {
		return "payload.signature is expected"
	}
	return "payload.time.signature is expected, and the time cannot be read; --no-time is for tokens without one"
}

// VerifyToken reads a token as the program would. maxAge 0 is none. The error is
// the reason why it would not be taken.
func VerifyToken(token string, f TokenForm, keys []Key, maxAge time.Duration, now time.Time) (*Token, error) {
	if len(keys) == 0 {
		return nil, ErrNoKeys
	}
	for _, key := range keys {
		s, err := f.serializer(key.Secret)
		if err != nil {
			return nil, err
		}
		t := &Token{Key: key.Label()}
		t.Signed, err = load(s, token, &t.Payload)
		var unreadable *itsdangerous.BadPayload
		switch {
		case errors.As(err, &unreadable):
			return t, fmt.Errorf("%s signed it, but the payload cannot be read: %w", t.Key, err)
		case err == nil && maxAge > 0 && !f.Untimed:
			return t, checkAge(t.Signed, Settings{Lifetime: maxAge, Now: now})
		case err == nil:
			return t, nil
		}
	}
	t, err := DecodeToken(token, f)
	if err != nil {
		return t, err
	}
	return t, f.whyUnsigned(token, keys)
}

// whyUnsigned looks for the usual reasons.
func (f TokenForm) whyUnsigned(token string, keys []Key) error {
	for _, key := range keys {
		for _, derivation := range []string{"django-concat", "hmac", "concat", "none"} {
			for digest := range digests {
				other := f
				other.Derivation, other.Digest = derivation, digest
				s, err := other.serializer(key.Secret)
				if err != nil {
					continue
				}
				var v json.RawMessage
				if _, err := load(s, token, &v); err == nil {
					return fmt.Errorf("%s signed it, with --derivation %s --digest %s", key.Label(), derivation, digest)
				}
			}
		}
	}
	return fmt.Errorf("none of %s signed it with the salt %q: another key or salt did, or it was changed", labels(keys), f.Salt)
}

// SignToken makes a token of a value that is given as JSON.
func SignToken(text string, f TokenForm, key Key, now time.Time) (string, error) {
	s, err := f.serializer(key.Secret)
	if err != nil {
		return "", err
	}
	switch s := s.(type) {
	case *itsdangerous.TimedSerializer:
		s.Now = func() time.Time { return now }
	case *itsdangerous.URLSafeTimedSerializer:
		s.Now = func() time.Time { return now }
	}
	if !json.Valid([]byte(text)) {
		return "", fmt.Errorf("the value is not JSON: a text is written in quotes, as in '%q'", strings.TrimSpace(text))
	}
	return s.Dumps(json.RawMessage(text))
}
