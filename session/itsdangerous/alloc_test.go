//go:build !race

// The race detector makes pools forget on purpose.

package itsdangerous

import (
	"testing"
	"time"
)

// TestAllocations guards the path of every request.
func TestAllocations(t *testing.T) {
	s := NewURLSafeTimedSerializer("secret", Salt("cookie-session"), KeyDerivation("hmac"), Keys("old"))
	cookie := s.AppendDumps(nil, benchPayload, benchNow)
	other := NewURLSafeTimedSerializer("old", Salt("cookie-session"), KeyDerivation("hmac")).AppendDumps(nil, benchPayload, benchNow)
	signer := s.signer.signer
	signed := signer.AppendSign(nil, benchPayload)
	dst := make([]byte, 0, 256)
	for _, c := range []struct {
		name string
		run  func()
	}{
		{"sign", func() { dst = signer.AppendSign(dst[:0], benchPayload) }},
		{"unsign", func() { _, _ = signer.UnsignBytes(signed) }},
		{"dumps", func() { dst = s.AppendDumps(dst[:0], benchPayload, benchNow) }},
		{"loads", func() { dst, _, _ = s.AppendLoads(dst[:0], cookie, time.Hour, benchNow) }},
		{"loads under an old key", func() { dst, _, _ = s.AppendLoads(dst[:0], other, time.Hour, benchNow) }},
		{"loads with a bad signature", func() { dst, _, _ = s.AppendLoads(dst[:0], cookie[1:], time.Hour, benchNow) }},
	} {
		c.run() // warm
		if got := testing.AllocsPerRun(200, c.run); got != 0 {
			t.Errorf("%s: %v allocations", c.name, got)
		}
	}
}
