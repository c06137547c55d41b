//go:build !race

// The race detector makes pools forget on purpose.

package codec_test

import (
	"testing"

	"github.com/cantil-go/cantil/session/codec"
)

// TestAllocations guards the path of every request: nothing is allocated but
// what the caller asked for.
func TestAllocations(t *testing.T) {
	for _, s := range serializers {
		raw, err := s.AppendFields(nil, small)
		if err != nil {
			t.Fatal(err)
		}
		text := string(raw)
		split, err := s.SplitFields(nil, text)
		if err != nil {
			t.Fatal(err)
		}
		unsorted := []codec.Field{{Key: "z", Value: 300}, {Key: "m", Raw: split[2].Raw}, {Key: "a", Value: "b"}}
		room, large := make([]codec.Field, 0, 64), payload(t, s, 1000)
		for _, c := range []struct {
			name string
			want float64
			run  func()
		}{
			{"split", 0, func() { split, _ = s.SplitFields(room, text) }},
			{"split without room", 1, func() { split, _ = s.SplitFields(nil, text) }},
			{"split 1000 keys", 1, func() { split, _ = s.SplitFields(nil, large) }},
			{"append", 0, func() { raw, _ = s.AppendFields(raw[:0], small) }},
			{"append unsorted", 0, func() { raw, _ = s.AppendFields(raw[:0], unsorted) }},
		} {
			c.run() // warm
			if got := testing.AllocsPerRun(100, c.run); got > c.want {
				t.Errorf("%s %s: %v allocations, want %v", s.name, c.name, got, c.want)
			}
		}
	}
}
