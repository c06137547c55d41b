package codec_test

import (
	"fmt"
	"testing"

	"github.com/cantil-go/cantil/session/codec"
)

// small is a usual session; its fields are sorted, as those of a loaded JSON cookie are.
var small = []codec.Field{
	{Key: "_permanent", Value: true},
	{Key: "user_id", Value: 12345},
	{Key: "username", Value: "Maria Silva"},
}

var serializers = []struct {
	name string
	codec.Serializer
}{{"msgpack", codec.Msgpack}, {"json", codec.TaggedJSON}}

// payload returns a session of n keys.
func payload(t testing.TB, s codec.Serializer, n int) string {
	fields := make([]codec.Field, n)
	for i := range fields {
		fields[i] = codec.Field{Key: fmt.Sprintf("key-%d", i), Value: "value"}
	}
	raw, err := s.AppendFields(nil, fields)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestAllocations guards the path of every request: nothing is allocated but what the caller asked for.
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

func BenchmarkSplitFields(b *testing.B) {
	for _, s := range serializers {
		raw, _ := s.AppendFields(nil, small)
		for _, c := range []struct{ name, payload string }{{"3", string(raw)}, {"100", payload(b, s, 100)}} {
			b.Run(s.name+"/"+c.name, func(b *testing.B) {
				dst := make([]codec.Field, 0, 128)
				b.ReportAllocs()
				for b.Loop() {
					if _, err := s.SplitFields(dst, c.payload); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkAppendFields(b *testing.B) {
	for _, s := range serializers {
		b.Run(s.name, func(b *testing.B) {
			var dst []byte
			b.ReportAllocs()
			for b.Loop() {
				dst, _ = s.AppendFields(dst[:0], small)
			}
		})
	}
}

func BenchmarkDecodeValue(b *testing.B) {
	cart := []any{map[string]any{"sku": "A-1", "qty": 2, "price": 19.9}, map[string]any{"sku": "B-2", "qty": 1, "price": 5}}
	for _, s := range serializers {
		for _, v := range []any{"Maria Silva", cart} {
			raw, _ := s.AppendValue(nil, v)
			b.Run(fmt.Sprintf("%s/%T", s.name, v), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := s.DecodeValue(string(raw)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
