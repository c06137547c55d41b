package httpheader

import (
	"testing"
	"time"
)

func TestETags(t *testing.T) {
	// sha1("ok"), and send_file's name for 21 bytes of /srv/texto.txt at that
	// time
	if got := BodyETag([]byte("ok")); got != `"7a85f4764bbd6daf1c3545efbbf0f279a6dc0beb"` {
		t.Error(got)
	}
	if got := FileETag(time.Unix(1700000000, 500_000_000), 21, "/srv/texto.txt"); got != `"1700000000.5-21-664143228"` {
		t.Error(got)
	}
}

func TestDateCosts(t *testing.T) {
	buf := make([]byte, 0, 32)
	at := time.Unix(0, 0)
	for what, f := range map[string]func(){
		"writing": func() { buf = AppendDate(buf[:0], at) },
		"reading": func() { ParseDate("Tue, 14 Nov 2023 22:13:20 GMT") },
	} {
		if n := testing.AllocsPerRun(100, f); n > 0 {
			t.Errorf("%s a date: %v allocations", what, n)
		}
	}
}

// FuzzHeaders feeds the readers, which only have to come back.
func FuzzHeaders(f *testing.F) {
	for _, seed := range []string{`text/html; a*0*=utf-8''%c3; a*1="\""`, "Tue, 14 Nov 2023 22:13:20 GMT", `W/"a", "b", *`, "bytes=-5", `a, "b`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_, options := ParseOptions(s)
		for _, o := range options {
			if _, ok := options.Get(o.Key); !ok {
				t.Fatalf("%q: %q is lost", s, o.Key)
			}
		}
		if at, ok := ParseDate(s); ok && FormatDate(at) == "" {
			t.Fatal(s)
		}
		if start, size, ok := ParseRange(s, 21); ok && (start < 0 || size < 1 || start+size > 21) {
			t.Fatalf("%q: %d+%d", s, start, size)
		}
		ParseETags(s).ContainsWeak("a")
		JoinList(SplitList(s))
	})
}

func BenchmarkHTTPDate(b *testing.B) {
	buf := make([]byte, 0, 32)
	at := time.Unix(1735689600, 0)
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendDate(buf[:0], at)
	}
}

func BenchmarkConditional(b *testing.B) {
	c := Conditions{IfNoneMatch: `"1700000000.0-21-123456"`}
	at := time.Unix(1700000000, 0)
	b.ReportAllocs()
	for b.Loop() {
		c.Judge(`"1700000000.0-21-123456"`, at, 21)
	}
}
