package itsdangerous

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// FuzzLoads feeds the loader with payload texts and timestamps under a valid
// signature, and with whole cookies.
func FuzzLoads(f *testing.F) {
	now := time.Unix(1735689600, 0)
	s := NewURLSafeTimedSerializer("secret", Salt("cookie-session"), KeyDerivation("hmac"), Keys("old"))
	f.Add([]byte("eyJhIjoxfQ.Z3SFgA"))
	f.Add([]byte(".eJyrViotTi2Kz0xRsjI0MjYx1QHz8xJzU5WslHwTizITlWoB1vcLmQ.Z3SFgA"))
	f.Add([]byte("gqd1c2VyX2lkzTA5.Z3SFgA==\xc3\xa9"))
	f.Add(s.AppendDumps(nil, benchLong, now))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, _, _ = s.AppendLoads(nil, text, time.Hour, now)
		signed := s.signer.signer.AppendSign(nil, text)
		if _, err := s.signer.signer.UnsignBytes(signed); err != nil {
			t.Fatalf("own signature of %q: %v", text, err)
		}
		if payload, _, err := s.AppendLoads([]byte("kept"), signed, NoMaxAge, now); err != nil {
			if string(payload) != "kept" {
				t.Fatalf("after %v: %q", err, payload)
			}
		} else if len(payload) > MaxPayload+len("kept") {
			t.Fatalf("payload of %d bytes", len(payload))
		}
		cookie := s.AppendDumps(nil, text, now)
		if payload, _, err := s.AppendLoads(nil, cookie, 0, now); err != nil || !bytes.Equal(payload, text) {
			t.Fatalf("%q became %q, %v", text, payload, err)
		}
	})
}

// FuzzLoadsJSON feeds each serializer with tokens, and with content under a
// valid signature: what it takes it writes and reads again as the same.
func FuzzLoadsJSON(f *testing.F) {
	now := time.Unix(1735689600, 0)
	plain, urlSafe := NewSerializer("secret"), NewURLSafeSerializer("secret")
	timed, urlSafeTimed := NewTimedSerializer("secret"), NewURLSafeTimedSerializer("secret")
	timed.Now = func() time.Time { return now }
	urlSafeTimed.Now = timed.Now
	for _, content := range []string{`{"id": 7, "a": [1, 2.5, null]}`, `"\ud800"`, "W10", ".eJxTSqQDUAIArdsmKQ", "[[[", "1e999", "\xff"} {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content string) {
		sealed := string(urlSafeTimed.signer.AppendSign(nil, []byte(content), now))
		for _, s := range []struct {
			name   string
			dumps  func(any) (string, error)
			loads  func(string, any) error
			signed string
		}{
			{"Serializer", plain.Dumps, plain.Loads, plain.signer.Sign(content)},
			{"URLSafeSerializer", urlSafe.Dumps, urlSafe.Loads, urlSafe.signer.Sign(content)},
			{"TimedSerializer", timed.Dumps, func(s string, v any) error { return timed.Loads(s, v, time.Hour) }, sealed},
			{"URLSafeTimedSerializer", urlSafeTimed.Dumps, func(s string, v any) error { return urlSafeTimed.Loads(s, v, 0) }, sealed},
		} {
			var v, again any
			if err := s.loads(content, &v); err == nil {
				t.Fatalf("%s: took %q, which no key signed", s.name, content)
			}
			if err := s.loads(s.signed, &v); err != nil {
				if !errors.Is(err, ErrBadPayload) {
					t.Fatalf("%s: %q: %v", s.name, content, err)
				}
				continue
			}
			token, err := s.dumps(v)
			if err != nil {
				t.Fatalf("%s: %#v: %v", s.name, v, err)
			}
			if err := s.loads(token, &again); err != nil && !hasInf(v) || err == nil && !reflect.DeepEqual(v, again) {
				t.Fatalf("%s: %#v became %#v, %v", s.name, v, again, err)
			}
		}
	})
}

// hasInf reports whether a number was too large for a float64: it is written as
// Infinity, which JSON does not know.
func hasInf(v any) bool { return strings.Contains(fmt.Sprintf("%v", v), "Inf") }
