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
