package cookies

import (
	"testing"
	"time"
)

func BenchmarkFindCookie(b *testing.B) {
	header := []byte("theme=dark; _ga=GA1.2.123456789.1234567890; session=eyJhIjoxfQ.Z3SFgA.Hauom0ZANJmHXS1LQLs4c6O97vA")
	b.ReportAllocs()
	for b.Loop() {
		Find(header, "session")
	}
}

func BenchmarkParseCookies(b *testing.B) {
	header := []byte("theme=dark; _ga=GA1.2.123456789.1234567890; session=eyJhIjoxfQ.Z3SFgA.Hauom0ZANJmHXS1LQLs4c6O97vA")
	b.ReportAllocs()
	for b.Loop() {
		Parse(header)
	}
}

func BenchmarkAppendSetCookie(b *testing.B) {
	buf := make([]byte, 0, 512)
	c := Attributes{MaxAge: 3600, HTTPOnly: true, SameSite: "Lax"}
	now := time.Unix(1735689600, 0)
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = AppendSet(buf[:0], "session", "eyJhIjoxfQ.Z3SFgA.Hauom0ZANJmHXS1LQLs4c6O97vA", &c, now)
	}
}

func TestCosts(t *testing.T) {
	header := []byte(`theme=dark; session=eyJhIjoxfQ.Z3SFgA.Hauom0ZANJmHXS1LQLs4c6O97vA; x="y z"`)
	buf := make([]byte, 0, 512)
	c := Attributes{MaxAge: 60, Path: "/a b", Domain: "example.com", HTTPOnly: true, SameSite: "lax"}
	for _, test := range []struct {
		name string
		want float64
		f    func()
	}{
		{"lookup of a cookie", 0, func() { Find(header, "session") }},
		{"lookup of a quoted cookie", 0, func() { Find(header, "x") }},
		{"all cookies: their text and their list", 2, func() { Parse(header) }},
		{"a cookie", 0, func() { buf, _ = AppendSet(buf[:0], "c", "a;b é", &c, epoch) }},
	} {
		if got := testing.AllocsPerRun(100, test.f); got > test.want {
			t.Errorf("%s: %v allocations, want %v", test.name, got, test.want)
		}
	}
}
