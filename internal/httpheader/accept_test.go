package httpheader

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestAcceptRanks compares the ranks of items with what they stand for.
func TestAcceptRanks(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	list := func() []bool {
		parts := make([]bool, random.IntN(60))
		for i := range parts {
			parts[i] = random.IntN(8) > 0
		}
		return parts
	}
	for range 20_000 {
		x, y := list(), list()
		if len(x) > 0 && random.IntN(2) == 0 { // lists that begin alike
			y = append(slices.Clone(x[:random.IntN(len(x))]), y...)
		}
		a, b := (&acceptItem{specificity: x}).rank(), (&acceptItem{specificity: y}).rank()
		if got, want := a.compare(&b), compareParts(x, y); got != want {
			t.Fatalf("%v and %v: %d, want %d", x, y, got, want)
		}
	}
}

func BenchmarkParseAccept(b *testing.B) {
	for name, piece := range map[string]string{
		"types": "a/b,", "names": "a,*,", "weights": "a;q=0.1,*/*;q=.2,b/c,", "parameters": "a/b;c=d;e=f,", "one": "a/b;x=y;",
		"slashes": "a/b/c/d,*/a/*,",
	} {
		header := strings.Repeat(piece, 16<<10/len(piece))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				ParseAccept(header)
			}
		})
	}
}
