package httpheader

import (
	"reflect"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/recorded"
)

func TestOptionsAsWerkzeug(t *testing.T) {
	for _, row := range recorded.Load(t, "headers", "options") {
		header, want := recorded.Cell[string](t, row[0]), recorded.Cell[map[string]string](t, row[2])
		value, options := ParseOptions(header)
		got := map[string]string{}
		for _, o := range options {
			got[o.Key], _ = options.Get(o.Key)
		}
		if value != recorded.Cell[string](t, row[1]) || !reflect.DeepEqual(got, want) {
			t.Errorf("ParseOptions(%q) = %q, %q, want %s, %q", header, value, got, row[1], want)
		}
	}
}

func TestDatesAsWerkzeug(t *testing.T) {
	for _, row := range recorded.Load(t, "headers", "dates") {
		text, want := recorded.Cell[string](t, row[0]), recorded.Cell[*int64](t, row[1])
		got, ok := ParseDate(text)
		if ok != (want != nil) || ok && got.Unix() != *want {
			t.Errorf("ParseDate(%q) = %v, %v, want %s", text, got.Unix(), ok, row[1])
		}
	}
	for _, row := range recorded.Load(t, "headers", "formatted") {
		at := time.Unix(recorded.Cell[int64](t, row[0]), 999).In(time.FixedZone("", 3600))
		if got, want := FormatDate(at), recorded.Cell[string](t, row[1]); got != want {
			t.Errorf("FormatDate(%s) = %q, want %q", row[0], got, want)
		}
	}
}

func TestConditionalAsWerkzeug(t *testing.T) {
	for _, row := range recorded.Load(t, "files", "conditional") {
		headers, want := recorded.Cell[map[string]string](t, row[3]), recorded.Cell[[]any](t, row[4])
		c := Conditions{IfMatch: headers["If-Match"], IfNoneMatch: headers["If-None-Match"],
			IfModifiedSince: headers["If-Modified-Since"], IfRange: headers["If-Range"], Range: headers["Range"]}
		_, c.HasRange = headers["Range"]
		_, c.HasIfRange = headers["If-Range"]
		modified, _ := ParseDate(recorded.Cell[string](t, row[1]))
		v := c.Judge(recorded.Cell[string](t, row[0]), modified, recorded.Cell[int64](t, row[2]))
		if v.Status == 0 {
			v.Status = 200
		}
		if v.Status != int(want[0].(float64)) || v.ContentRange != want[1] {
			t.Errorf("%s: got %d %q", row, v.Status, v.ContentRange)
		}
	}
}

func TestETags(t *testing.T) {
	// sha1("ok"), and send_file's name for 21 bytes of /srv/texto.txt at that time
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
		parseETags(s).containsWeak("a")
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
