package itsdangerous

import (
	"bytes"
	"testing"
	"time"
)

// FuzzLoads feeds the loader with payload texts and timestamps under a valid signature, and with whole cookies.
func FuzzLoads(f *testing.F) {
	now := time.Unix(1735689600, 0)
	s := NewURLSafeTimed([]string{"old", "secret"}, "cookie-session")
	f.Add([]byte("eyJhIjoxfQ.Z3SFgA"))
	f.Add([]byte(".eJyrViotTi2Kz0xRsjI0MjYx1QHz8xJzU5WslHwTizITlWoB1vcLmQ.Z3SFgA"))
	f.Add([]byte("gqd1c2VyX2lkzTA5.Z3SFgA==\xc3\xa9"))
	f.Add(s.AppendDumps(nil, benchLong, now))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, _, _ = s.AppendLoads(nil, text, time.Hour, now)
		signed := s.signer.signer.AppendSign(nil, text)
		if _, err := s.signer.signer.Unsign(signed); err != nil {
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
