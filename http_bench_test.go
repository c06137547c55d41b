package cantil

import (
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

func BenchmarkFindCookie(b *testing.B) {
	header := []byte("theme=dark; _ga=GA1.2.123456789.1234567890; session=eyJhIjoxfQ.Z3SFgA.Hauom0ZANJmHXS1LQLs4c6O97vA")
	b.ReportAllocs()
	for b.Loop() {
		findCookie(header, "session")
	}
}

func BenchmarkParseCookies(b *testing.B) {
	header := []byte("theme=dark; _ga=GA1.2.123456789.1234567890; session=eyJhIjoxfQ.Z3SFgA.Hauom0ZANJmHXS1LQLs4c6O97vA")
	b.ReportAllocs()
	for b.Loop() {
		parseCookies(header)
	}
}

func BenchmarkAppendSetCookie(b *testing.B) {
	buf := make([]byte, 0, 512)
	c := Cookie{MaxAge: 3600, HTTPOnly: true, SameSite: "Lax"}
	now := time.Unix(1735689600, 0)
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = appendSetCookie(buf[:0], "session", "eyJhIjoxfQ.Z3SFgA.Hauom0ZANJmHXS1LQLs4c6O97vA", &c, now)
	}
}

func BenchmarkHeader(b *testing.B) {
	h, dst := Header{}, fasthttp.ResponseHeader{}
	b.ReportAllocs()
	for b.Loop() {
		h.reset("text/html; charset=utf-8")
		dst.Reset()
		addVary(&h, "Cookie")
		h.Add("Set-Cookie", "session=eyJhIjoxfQ.Z3SFgA.Hauom0ZANJmHXS1LQLs4c6O97vA; HttpOnly; Path=/")
		h.writeTo(&dst)
	}
}
