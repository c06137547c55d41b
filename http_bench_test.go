package cantil

import (
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

func BenchmarkLookupCookie(b *testing.B) {
	header := []byte("theme=dark; _ga=GA1.2.123456789.1234567890; session=eyJhIjoxfQ.Z3SFgA.Hauom0ZANJmHXS1LQLs4c6O97vA")
	b.ReportAllocs()
	for b.Loop() {
		lookupCookie(header, "session")
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

func BenchmarkParseQuery(b *testing.B) {
	plain, encoded := []byte("user=maria&page=2&sort=name"), []byte("user=maria+clara&q=%C3%A9%26x&page=2")
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			parseQuery(plain)
		}
	})
	b.Run("encoded", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			parseQuery(encoded)
		}
	})
}

func BenchmarkParseMultipart(b *testing.B) {
	body := []byte("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\nContent-Type: text/plain\r\n\r\n" +
		strings.Repeat("0123456789abcdef", 1<<16) + "\r\n--b--\r\n")
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, files, err := parseForm("multipart/form-data; boundary=b", body, formLimits{memory: 500_000, parts: 1000}); err != nil || len(files) != 1 {
			b.Fatal(err)
		}
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
