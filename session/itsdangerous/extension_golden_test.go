package itsdangerous_test

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit/vectors"
	"github.com/cantil-go/cantil/session/itsdangerous"
)

// token is a case of extensions.json: a token to be made, or to be read.
type token struct {
	ID, Op, Class, Level string
	Secrets              []vectors.Secret
	Salt                 *vectors.Secret
	KeyDerivation        *string `json:"key_derivation"`
	Digest, Sep          *string
	Now                  int64
	MaxAge               *float64 `json:"max_age"`
	Payload              vectors.Value
	Token                string
	TokenHex             string `json:"token_hex"`
	ByteExact            bool   `json:"byte_exact"`
	Value                *vectors.Value
	Exception            *raised
}

// raised is an exception with what Python hands out with it.
type raised struct {
	Type       string
	Payload    *struct{ Hex string }
	DateSigned *int64 `json:"date_signed"`
}

// TestExtensionGoldenTokens makes and reads tokens as ItsDangerous does.
func TestExtensionGoldenTokens(t *testing.T) {
	var file struct{ Itsdangerous []token }
	vectors.Load(t, "extensions.json", &file)
	report := vectors.NewReport(t, "extensions.json itsdangerous")
	for _, c := range file.Itsdangerous {
		report.Case(c.ID, func() error {
			err := c.check()
			if c.Level == "free" {
				return nil // it ended, and did not panic
			}
			return err
		})
	}
}

// check runs the case; a mistake in the setup is an error like Python's.
func (c token) check() (err error) {
	defer func() {
		if r := recover(); r != nil {
			setup, ok := r.(error)
			if _, bug := r.(runtime.Error); bug || !ok {
				panic(r)
			}
			err = c.compareError(setup)
		}
	}()
	signed := c.Token
	if c.TokenHex != "" {
		raw, err := hex.DecodeString(c.TokenHex)
		if err != nil {
			return err
		}
		signed = string(raw)
	}
	s := c.subject()
	if c.Op == "sign" || c.Op == "dumps" {
		return c.checkMade(s, signed)
	}
	got, err := s.read(signed, c.maxAge())
	if err != nil || c.Exception != nil {
		return c.compareError(err)
	}
	return c.Value.Compare(got, vectors.TaggedJSON)
}

func (c token) checkMade(s subject, want string) error {
	got, err := s.make(c.Payload.Go(vectors.TaggedJSON))
	if err != nil || c.Exception != nil {
		return c.compareError(err)
	}
	if c.ByteExact {
		if got != want {
			return fmt.Errorf("made %q, want %q", got, want)
		}
		return nil
	}
	ours, err := s.read(got, nil)
	if err != nil {
		return err
	}
	theirs, err := s.read(want, nil)
	if err != nil || fmt.Sprintf("%#v", ours) != fmt.Sprintf("%#v", theirs) {
		return fmt.Errorf("%v: %s holds %#v, %s holds %#v", err, got, ours, want, theirs)
	}
	return nil
}

func (c token) maxAge() []time.Duration {
	if c.MaxAge == nil {
		return nil
	}
	return []time.Duration{time.Duration(min(*c.MaxAge*float64(time.Second), math.MaxInt64/2))}
}

// compareError holds an error against the class, payload and date of Python's.
func (c token) compareError(err error) error {
	want := c.Exception
	if want == nil || err == nil {
		return fmt.Errorf("error %v, want %+v", err, want)
	}
	var bad *itsdangerous.BadSignature
	var badTime *itsdangerous.BadTimeSignature
	var expired *itsdangerous.SignatureExpired
	var payload *itsdangerous.BadPayload
	class := ""
	switch {
	case errors.As(err, &expired):
		class = "SignatureExpired"
	case errors.As(err, &badTime):
		class = "BadTimeSignature"
	case errors.As(err, &bad):
		class = "BadSignature"
	case errors.As(err, &payload):
		class = "BadPayload"
	}
	switch want.Type {
	case "SignatureExpired", "BadTimeSignature", "BadSignature", "BadPayload":
	default:
		return nil // Python did not foresee it: any error will do
	}
	if class != want.Type {
		return fmt.Errorf("%s (%v), want %s", class, err, want.Type)
	}
	if bad = nil; errors.As(err, &bad) == (class == "BadPayload") {
		return fmt.Errorf("%T is a BadSignature or not", err)
	}
	return want.compareContent(err)
}

func (r *raised) compareContent(err error) error {
	var bad *itsdangerous.BadSignature
	if errors.As(err, &bad) {
		want := ""
		if r.Payload != nil {
			want = r.Payload.Hex
		}
		if hex.EncodeToString(bad.Payload) != want || (bad.Payload == nil) != (r.Payload == nil) {
			return fmt.Errorf("payload %q, want %+v", bad.Payload, r.Payload)
		}
	}
	var badTime *itsdangerous.BadTimeSignature
	if !errors.As(err, &badTime) {
		return nil
	}
	if r.DateSigned == nil {
		if !badTime.DateSigned.IsZero() {
			return fmt.Errorf("date %v, want none", badTime.DateSigned)
		}
		return nil
	}
	if badTime.DateSigned.IsZero() || badTime.DateSigned.Unix() != *r.DateSigned {
		return fmt.Errorf("date %v, want %d", badTime.DateSigned, *r.DateSigned)
	}
	return nil
}

// subject is an object of one of the classes.
type subject struct {
	make func(v any) (string, error)
	read func(signed string, maxAge []time.Duration) (any, error)
}

func (c token) subject() subject {
	secret, options := c.setup()
	now := func() time.Time { return time.Unix(c.Now, 0) }
	text := func(v any) string { return string(v.([]byte)) }
	switch c.Class {
	case "Signer":
		s := itsdangerous.NewSigner(secret, options...)
		return subject{
			func(v any) (string, error) { return s.Sign(text(v)), nil },
			func(signed string, _ []time.Duration) (any, error) {
				value, err := s.Unsign(signed)
				return []byte(value), err
			},
		}
	case "TimestampSigner":
		s := itsdangerous.NewTimestampSigner(secret, options...)
		s.Now = now
		return subject{
			func(v any) (string, error) { return s.Sign(text(v)), nil },
			func(signed string, maxAge []time.Duration) (any, error) {
				value, _, err := s.Unsign(signed, maxAge...)
				return []byte(value), err
			},
		}
	case "Serializer":
		s := itsdangerous.NewSerializer(secret, options...)
		return subject{s.Dumps, func(signed string, _ []time.Duration) (v any, err error) { return v, s.Loads(signed, &v) }}
	case "URLSafeSerializer":
		s := itsdangerous.NewURLSafeSerializer(secret, options...)
		return subject{s.Dumps, func(signed string, _ []time.Duration) (v any, err error) { return v, s.Loads(signed, &v) }}
	case "TimedSerializer":
		s := itsdangerous.NewTimedSerializer(secret, options...)
		s.Now = now
		return timedSubject(s)
	case "URLSafeTimedSerializer":
		s := itsdangerous.NewURLSafeTimedSerializer(secret, options...)
		s.Now = now
		return timedSubject(&s.TimedSerializer)
	}
	panic("no class " + c.Class)
}

func timedSubject(s *itsdangerous.TimedSerializer) subject {
	return subject{s.Dumps, func(signed string, maxAge []time.Duration) (v any, err error) {
		err = s.Loads(signed, &v, maxAge...)
		return v, err
	}}
}

// setup reads what a case sets; what is null in it keeps its default.
func (c token) setup() (string, []itsdangerous.Option) {
	last := len(c.Secrets) - 1
	keys := vectors.Secrets(c.Secrets[:last], c.Secrets[last])
	options := []itsdangerous.Option{itsdangerous.Keys(keys[:last]...), itsdangerous.AllowEmptyKey()}
	if c.Salt != nil {
		options = append(options, itsdangerous.Salt(string(*c.Salt)))
	}
	if c.KeyDerivation != nil {
		options = append(options, itsdangerous.KeyDerivation(*c.KeyDerivation))
	}
	if c.Sep != nil {
		options = append(options, itsdangerous.Sep(*c.Sep))
	}
	if c.Digest != nil {
		digest, ok := map[string]func() hash.Hash{"sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New,
			"sha384": sha512.New384, "sha512": sha512.New}[*c.Digest]
		if !ok {
			panic("no digest " + *c.Digest)
		}
		options = append(options, itsdangerous.Digest(digest))
	}
	return keys[last], options
}
