package itsdangerous

import (
	"bytes"
	"fmt"
	"testing"
	"time"
)

var (
	benchNow     = time.Unix(1735689600, 0)
	benchPayload = []byte(`{"_permanent":true,"user_id":12345,"username":"Maria Silva"}`) // 60 bytes
	benchLong    = bytes.Repeat([]byte(`{"sku":"A-1","qty":2,"price":19.9},`), 30)
)

func BenchmarkSign(b *testing.B) {
	s := NewSigner("secret", Salt("cookie-session"), KeyDerivation("hmac"))
	dst := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		dst = s.AppendSign(dst[:0], benchPayload)
	}
}

func BenchmarkUnsign(b *testing.B) {
	s := NewSigner("secret", Salt("cookie-session"), KeyDerivation("hmac"))
	signed := s.AppendSign(nil, benchPayload)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.UnsignBytes(signed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDumps(b *testing.B) {
	for _, payload := range [][]byte{benchPayload, benchLong} {
		b.Run(fmt.Sprint(len(payload)), func(b *testing.B) {
			s := NewURLSafeTimedSerializer("secret", Salt("cookie-session"), KeyDerivation("hmac"))
			dst := make([]byte, 0, 4096)
			b.ReportAllocs()
			for b.Loop() {
				dst = s.AppendDumps(dst[:0], payload, benchNow)
			}
		})
	}
}

func BenchmarkLoads(b *testing.B) {
	for _, payload := range [][]byte{benchPayload, benchLong} {
		b.Run(fmt.Sprint(len(payload)), func(b *testing.B) {
			s := NewURLSafeTimedSerializer("secret", Salt("cookie-session"), KeyDerivation("hmac"))
			cookie := s.AppendDumps(nil, payload, benchNow)
			dst := make([]byte, 0, 4096)
			b.ReportAllocs()
			for b.Loop() {
				var err error
				if dst, _, err = s.AppendLoads(dst[:0], cookie, time.Hour, benchNow); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
