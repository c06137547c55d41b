package codec_test

import (
	"fmt"
	"testing"

	"github.com/cantil-go/cantil/session/codec"
)

// small is a usual session; its fields are sorted, as those of a loaded JSON
// cookie are.
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
