package itsdangerous_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit/vectors"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/itsdangerous"
)

// The deviations from Python, by kind.
const (
	tooDeep = "nested more than 128 levels deep"
	markup  = "Markup is kept in msgpack, by an extension"
)

type vector struct {
	ID, Serializer, Context, Salt, Cookie string
	Secret                                vectors.Secret
	Fallbacks                             []vectors.Secret
	Timestamp                             int64
	Payload                               vectors.Value
	Loaded                                *vectors.Value
	Error                                 *vectors.Failure
	Serialized                            struct{ Text, Hex, SHA256 string }
	ByteExact                             bool `json:"byte_exact"`
}

// TestGoldenCookies writes each value as Python wrote it, and reads what Python
// wrote.
func TestGoldenCookies(t *testing.T) {
	var file struct{ Vectors []vector }
	vectors.Load(t, "cookies.json", &file)
	report := vectors.NewReport(t, "cookies.json vectors")
	for _, v := range file.Vectors {
		report.Case(v.ID, v.check)
	}
}

func (v vector) check() error {
	s, f := vectors.Serializer(v.Serializer, v.Context)
	payload, err := s.AppendValue(nil, v.Payload.Go(f))
	switch {
	case v.Error != nil && err == nil && strings.Contains(v.Error.Message, "type Markup"):
		return vectors.Deviation(markup)
	case v.Error != nil && err == nil:
		return fmt.Errorf("wrote %q, want %v", payload, v.Error)
	case v.Error != nil:
		return nil
	case errors.Is(err, codec.ErrTooDeep):
		return vectors.Deviation(tooDeep)
	case err != nil:
		return err
	}
	if err := v.checkPayload(payload); err != nil {
		return err
	}
	if fields, ok := v.Payload.Fields(f); ok {
		if again, err := s.AppendFields(nil, fields); err != nil || string(again) != string(payload) {
			return fmt.Errorf("fields became %q, %v; the mapping became %q", again, err, payload)
		}
	}
	signer := flaskCookies(vectors.Secrets(v.Fallbacks, v.Secret), v.Salt)
	now := time.Unix(v.Timestamp, 0)
	cookie := signer.AppendDumps(nil, payload, now)
	if v.ByteExact && string(cookie) != v.Cookie {
		return fmt.Errorf("cookie is %s, want %s", cookie, v.Cookie)
	}
	for _, cookie := range []string{string(cookie), v.Cookie} {
		loaded, signed, err := signer.AppendLoads(nil, []byte(cookie), 0, now)
		if err != nil || string(loaded) != string(payload) || !signed.Equal(now) {
			return fmt.Errorf("%s holds %q of %v, %v", cookie, loaded, signed, err)
		}
	}
	want := v.Payload
	if v.Loaded != nil {
		want = *v.Loaded
	}
	return reads(s, string(payload), want, f)
}

func (v vector) checkPayload(payload []byte) error {
	sum := sha256.Sum256(payload)
	for _, c := range []struct{ got, want string }{
		{string(payload), v.Serialized.Text},
		{hex.EncodeToString(payload), v.Serialized.Hex},
		{hex.EncodeToString(sum[:]), v.Serialized.SHA256},
	} {
		if c.want != "" && c.got != c.want {
			return fmt.Errorf("serialized as %.200s, want %.200s", c.got, c.want)
		}
	}
	return nil
}

// reads checks what a payload is read as, whole and split into fields.
func reads(s codec.Serializer, payload string, want vectors.Value, f vectors.Format) error {
	fields, err := s.SplitFields(nil, payload)
	if err != nil {
		return err
	}
	if err := want.CompareFields(fields, s, f); err != nil {
		return err
	}
	whole, err := s.DecodeValue(payload)
	if err != nil {
		return err
	}
	return want.Compare(whole, f)
}

// flaskCookies returns the serializer of Flask's sessions; the last key signs.
func flaskCookies(keys []string, salt string) *itsdangerous.URLSafeTimedSerializer {
	last := len(keys) - 1
	return itsdangerous.NewURLSafeTimedSerializer(keys[last], itsdangerous.Keys(keys[:last]...),
		itsdangerous.Salt(salt), itsdangerous.KeyDerivation("hmac"))
}

type verification struct {
	ID, Serializer, Salt, Cookie, Outcome, Level string
	Secret                                       vectors.Secret
	Fallbacks                                    []vectors.Secret
	Now                                          int64
	MaxAge                                       *int64 `json:"max_age"`
	Payload                                      vectors.Value
}

// outcomes are the errors for what Python found wrong. Where ItsDangerous
// itself fails, a timestamp was absurd.
var outcomes = map[string][]error{
	"bad-signature": {itsdangerous.ErrBadSignature},
	"malformed":     {itsdangerous.ErrMalformed},
	"crash":         {itsdangerous.ErrMalformed},
	"expired":       {itsdangerous.ErrExpired},
	"future":        {itsdangerous.ErrFuture},
	"bad-payload":   {itsdangerous.ErrBadPayload, codec.ErrMalformed, codec.ErrNotMapping, codec.ErrTooDeep},
}

// TestGoldenVerify reads good and bad cookies.
func TestGoldenVerify(t *testing.T) {
	var file struct{ Verify []verification }
	vectors.Load(t, "cookies.json", &file)
	report := vectors.NewReport(t, "cookies.json verify")
	for _, v := range file.Verify {
		report.Case(v.ID, v.check)
	}
}

func (v verification) check() error {
	s, f := vectors.Serializer(v.Serializer, "app")
	maxAge := itsdangerous.NoMaxAge
	if v.MaxAge != nil {
		maxAge = time.Duration(*v.MaxAge) * time.Second
	}
	signer := flaskCookies(vectors.Secrets(v.Fallbacks, v.Secret), v.Salt)
	payload, _, err := signer.AppendLoads(nil, []byte(v.Cookie), maxAge, time.Unix(v.Now, 0))
	if err == nil {
		_, err = s.SplitFields(nil, string(payload))
	}
	switch {
	case v.Outcome == "ok" && err == nil:
		return reads(s, string(payload), v.Payload, f)
	case v.Outcome == "ok" && v.Level == "may-refuse":
		return nil
	case v.Outcome == "ok":
		return err
	}
	for _, want := range outcomes[v.Outcome] {
		if errors.Is(err, want) {
			return nil
		}
	}
	return fmt.Errorf("got %v, want %s", err, v.Outcome)
}

// TestGoldenSignedIDs signs and verifies session ids as Flask-Session does with
// SESSION_USE_SIGNER.
func TestGoldenSignedIDs(t *testing.T) {
	var file struct {
		SignedSIDs []struct {
			ID, Salt, SID, Cookie string
			Secret                vectors.Secret
		} `json:"signed_sids"`
	}
	vectors.Load(t, "flask-session.json", &file)
	report := vectors.NewReport(t, "flask-session.json signed_sids")
	for _, c := range file.SignedSIDs {
		report.Case(c.ID, func() error {
			signer := itsdangerous.NewSigner(string(c.Secret), itsdangerous.Salt(c.Salt), itsdangerous.KeyDerivation("hmac"))
			if got := signer.AppendSign(nil, []byte(c.SID)); string(got) != c.Cookie {
				return fmt.Errorf("signed %s, want %s", got, c.Cookie)
			}
			sid, err := signer.Unsign(c.Cookie)
			if err != nil || sid != c.SID {
				return fmt.Errorf("unsigned %q, %v", sid, err)
			}
			return nil
		})
	}
}
