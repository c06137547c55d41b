package session_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit/vectors"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

// verifyVector is a cookie with what Flask's open_session makes of it.
type verifyVector struct {
	ID         string
	Serializer string
	Context    string
	Secret     vectors.Secret
	Fallbacks  []vectors.Secret
	Salt       string
	Cookie     string
	Now        int64
	MaxAge     *int64 `json:"max_age"`
	Level      string
	Flask      struct {
		Result  string // session, empty, error or not-run
		Payload *vectors.Value
	}
}

// The ways in which an opened session differs from Flask's, on purpose.
const (
	undecodable = "a signed cookie that cannot be decoded, or that is no mapping, is an empty session and not a 500"
	eitherCodec = "a cookie of the other serializer is read and not a 500: that is how a site changes over"
	lenient     = "a cookie that Flask takes out of leniency is an empty session"
)

// TestGoldenOpen opens every cookie as the first request of a visitor.
func TestGoldenOpen(t *testing.T) {
	var file struct{ Verify []verifyVector }
	vectors.Load(t, "cookies.json", &file)
	report := vectors.NewReport(t, "cookies.json verify, as sessions")
	for _, v := range file.Verify {
		if v.Flask.Result == "not-run" || v.Salt != "cookie-session" { // the salt of every session
			continue
		}
		report.Case(v.ID, func() error { return openVector(v) })
	}
}

func openVector(v verifyVector) error {
	serializer, format := vectors.Serializer(v.Serializer, v.Context)
	keys := vectors.Secrets(v.Fallbacks, v.Secret)
	cfg := &session.Config{
		SecretKey: keys[len(keys)-1], SecretKeyFallbacks: keys[:len(keys)-1],
		Serializer: serializer, Logger: slog.New(slog.DiscardHandler),
		Lifetime: time.Duration(*v.MaxAge) * time.Second,
	}
	s, err := session.SecureCookie{}.Open(context.Background(), cfg, []byte(v.Cookie), time.Unix(v.Now, 0))
	if err != nil {
		return err
	}
	switch v.Flask.Result {
	case "session":
		if s.New() && v.Level == "may-refuse" {
			return vectors.Deviation(lenient)
		}
		return compare(s, serializer, *v.Flask.Payload, format)
	case "empty", "error":
		if s.Len() > 0 {
			if v.otherSerializer() {
				return vectors.Deviation(eitherCodec)
			}
			return fmt.Errorf("opened a session with the keys %q", s.Keys())
		}
		if v.Flask.Result == "error" {
			return vectors.Deviation(undecodable)
		}
		return nil
	}
	return fmt.Errorf("unknown result %q", v.Flask.Result)
}

// otherSerializer reports whether the payload was not written by the serializer
// that Flask was told to read it with.
func (v *verifyVector) otherSerializer() bool {
	text, _, _ := strings.Cut(v.Cookie, ".")
	payload, err := base64.RawURLEncoding.DecodeString(text)
	written, _ := vectors.Serializer(v.Serializer, v.Context)
	return err == nil && codec.Detect(string(payload)) != written
}

// compare compares what the session holds by writing it again: what was never
// read goes out as it came.
func compare(s *session.Session, serializer codec.Serializer, want vectors.Value, format vectors.Format) error {
	payload, err := s.AppendTo(nil, serializer)
	if err != nil {
		return err
	}
	fields, err := serializer.SplitFields(nil, string(payload))
	if err != nil {
		return err
	}
	return want.CompareFields(fields, serializer, format)
}
