package codec

import (
	"slices"
	"testing"
)

func TestDecodeStrings(t *testing.T) {
	for _, s := range []Serializer{Msgpack, TaggedJSON} {
		for _, list := range [][]string{{}, {"Ana"}, {"João", "", "\"<b>\" \\ 😀"}, slices.Repeat([]string{"nome"}, 40)} {
			raw, err := s.AppendValue(nil, list)
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := DecodeStrings(s, string(raw)); !ok || !slices.Equal(got, list) {
				t.Errorf("%T: %q came back as %q, %v", s, list, got, ok)
			}
			if got, ok := DecodeStrings(s, string(raw[:len(raw)-1])); ok {
				t.Errorf("%T: a list cut short came back as %q", s, got)
			}
		}
		for _, other := range []any{nil, "Ana", 1, []any{"Ana", 1}, map[string]any{"a": "b"}, []any{[]any{"a"}}} {
			raw, err := s.AppendValue(nil, other)
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := DecodeStrings(s, string(raw)); ok {
				t.Errorf("%T: %v came back as the strings %q", s, other, got)
			}
		}
	}
}
