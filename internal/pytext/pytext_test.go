package pytext_test

import (
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/internal/testkit/vectors"
)

func TestIntAsPython(t *testing.T) {
	for _, row := range vectors.Rows(t, "headers", "ints") {
		text, want := vectors.Cell[string](t, row[0]), vectors.Cell[*string](t, row[1])
		got, ok := pytext.ParseInt(text)
		if ok != (want != nil) || ok && strconv.FormatInt(got, 10) != *want {
			t.Errorf("ParseInt(%q) = %v, %v, want %s", text, got, ok, row[1])
		}
	}
}

func TestFloatAsPython(t *testing.T) {
	for _, row := range vectors.Rows(t, "json", "floats") {
		bits, err := strconv.ParseUint(vectors.Cell[string](t, row[0]), 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		f := math.Float64frombits(bits)
		if got, want := string(pytext.AppendJSONFloat(nil, f, 64)), vectors.Cell[string](t, row[1]); got != want {
			t.Errorf("float %x: got %s, want %s", bits, got, want)
		}
	}
}

func TestBytes(t *testing.T) {
	if got := pytext.Latin1([]byte("a\xe9")); got != "aé" {
		t.Errorf("%q", got)
	}
	if got, ok := pytext.AppendLatin1([]byte("x"), "aé"); !ok || string(got) != "xa\xe9" {
		t.Errorf("%q, %v", got, ok)
	}
	if got, ok := pytext.AppendLatin1([]byte("x"), "a日"); ok || string(got) != "x" {
		t.Errorf("%q, %v", got, ok)
	}
	if got := pytext.Decode([]byte("a\xf0\x9f\x98b\xff\xc3\xa9")); got != "a\ufffdb\ufffdé" {
		t.Errorf("%q", got)
	}
}

func TestQuoting(t *testing.T) {
	if got := pytext.Quote("a/b c~é", pytext.NewSafeSet("/")); got != "a/b%20c~%C3%A9" {
		t.Error(got)
	}
	if got := string(pytext.Unquote("a%2fb%zz%4")); got != "a/b%zz%4" {
		t.Error(got)
	}
	if got := pytext.QuoteBroken("é\xff"); got != "é%FF" {
		t.Error(got)
	}
}

// TestBase64: what CPython 3.11 makes of base64 that is not as encoders write
// it. "-" is an error.
func TestBase64(t *testing.T) {
	for _, c := range []struct{ in, standard, url string }{
		{"YQ==", "a", "a"}, {"YQ", "-", "a"}, {"Y", "-", "-"}, {"", "", ""},
		{"YW I=", "ab", "ab"}, {"YWJj\nZA==", "abcd", "abcd"}, {"YR==", "a", "a"},
		{"YWI=YQ==", "ab", "ab"}, {"Y=Q==", "a", "a"}, {"=YQ==", "a", "a"}, {"YQ=x=", "a\x0c", "a\x0c"},
		{"-_8=", "-", "\xfb\xff"}, {"+/8=", "\xfb\xff", "\xfb\xff"},
	} {
		text := func(b []byte, ok bool) string {
			if !ok {
				return "-"
			}
			return string(b)
		}
		if got := text(pytext.AppendBase64(nil, []byte(c.in))); got != c.standard {
			t.Errorf("b64decode(%q): got %q, want %q", c.in, got, c.standard)
		}
		if got := text(pytext.AppendBase64URL(nil, []byte(c.in))); got != c.url {
			t.Errorf("urlsafe_b64decode(%q): got %q, want %q", c.in, got, c.url)
		}
	}
}

// TestTruth: bool() of what Python's values are in Go.
func TestTruth(t *testing.T) {
	for _, v := range []any{nil, false, 0, 0.0, "", []any{}, map[string]any{}, []byte(nil), (*int)(nil)} {
		if pytext.Truth(v) {
			t.Errorf("%#v is true", v)
		}
	}
	for _, v := range []any{true, -1, math.NaN(), " ", []any{nil}, map[string]any{"": nil}, [16]byte{}, time.Time{}, new(int)} {
		if !pytext.Truth(v) {
			t.Errorf("%#v is false", v)
		}
	}
}
