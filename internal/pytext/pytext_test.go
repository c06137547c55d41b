package pytext

import (
	"math"
	"strconv"
	"testing"

	"github.com/cantil-go/cantil/internal/recorded"
)

func TestIntAsPython(t *testing.T) {
	for _, row := range recorded.Load(t, "headers", "ints") {
		text, want := recorded.Cell[string](t, row[0]), recorded.Cell[*string](t, row[1])
		got, ok := ParseInt(text)
		if ok != (want != nil) || ok && strconv.FormatInt(got, 10) != *want {
			t.Errorf("ParseInt(%q) = %v, %v, want %s", text, got, ok, row[1])
		}
	}
}

func TestFloatAsPython(t *testing.T) {
	for _, row := range recorded.Load(t, "json", "floats") {
		bits, err := strconv.ParseUint(recorded.Cell[string](t, row[0]), 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		f := math.Float64frombits(bits)
		if got, want := string(AppendJSONFloat(nil, f, 64)), recorded.Cell[string](t, row[1]); got != want {
			t.Errorf("float %x: got %s, want %s", bits, got, want)
		}
	}
}

func TestBytes(t *testing.T) {
	if got := Latin1([]byte("a\xe9")); got != "aé" {
		t.Errorf("%q", got)
	}
	if got, ok := AppendLatin1([]byte("x"), "aé"); !ok || string(got) != "xa\xe9" {
		t.Errorf("%q, %v", got, ok)
	}
	if got, ok := AppendLatin1([]byte("x"), "a日"); ok || string(got) != "x" {
		t.Errorf("%q, %v", got, ok)
	}
	if got := Decode([]byte("a\xf0\x9f\x98b\xff\xc3\xa9")); got != "a\ufffdb\ufffdé" {
		t.Errorf("%q", got)
	}
}

func TestQuoting(t *testing.T) {
	if got := Quote("a/b c~é", NewSafeSet("/")); got != "a/b%20c~%C3%A9" {
		t.Error(got)
	}
	if got := string(Unquote("a%2fb%zz%4")); got != "a/b%zz%4" {
		t.Error(got)
	}
	if got := QuoteBroken("é\xff"); got != "é%FF" {
		t.Error(got)
	}
}
