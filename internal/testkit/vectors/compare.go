package vectors

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"time"

	"github.com/cantil-go/cantil/session/codec"
)

// Compare says how got, as decoding gives it, differs from v: floats by their bits, times by their instant, dicts without
// regard to order. It returns nil if they are equal.
func (v Value) Compare(got any, f Format) error {
	switch v.T {
	case "list", "tuple":
		return v.compareSequence(got, f)
	case "dict":
		return v.compareDict(got, f)
	}
	if want := v.Go(f); !equal(want, got) {
		return fmt.Errorf("got %.200s, want %.200s", fmt.Sprintf("%T %#v", got, got), fmt.Sprintf("%T %#v", want, want))
	}
	return nil
}

// equal compares what is not a list or a dict. The types have to be equal too.
func equal(want, got any) bool {
	if reflect.TypeOf(want) != reflect.TypeOf(got) {
		return false
	}
	switch want := want.(type) {
	case float64:
		return math.Float64bits(want) == math.Float64bits(got.(float64))
	case *big.Int:
		return want.Cmp(got.(*big.Int)) == 0
	case []byte:
		return bytes.Equal(want, got.([]byte))
	case time.Time:
		return want.Equal(got.(time.Time))
	}
	return reflect.DeepEqual(want, got)
}

func (v Value) compareSequence(got any, f Format) error {
	list, ok := got.([]any)
	if v.T == "tuple" {
		tuple, isTuple := got.(codec.Tuple)
		list, ok = tuple, isTuple
	}
	items := v.items()
	if !ok || len(list) != len(items) {
		return fmt.Errorf("got %T of %d items, want a %s of %d", got, len(list), v.T, len(items))
	}
	for i, item := range items {
		if err := item.Compare(list[i], f); err != nil {
			return fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return nil
}

func (v Value) compareDict(got any, f Format) error {
	get, n := lookup(got)
	pairs := v.pairs()
	if n != len(pairs) {
		return fmt.Errorf("got %T of %d keys, want a dict of %d", got, n, len(pairs))
	}
	for _, pair := range pairs {
		key := pair[0].Go(f)
		value, ok := get(key)
		if !ok {
			return fmt.Errorf("key %v is missing", key)
		}
		if err := pair[1].Compare(value, f); err != nil {
			return fmt.Errorf("[%v]: %w", key, err)
		}
	}
	return nil
}

// lookup returns how to find a key in a decoded mapping, and its length; -1 if it is none.
func lookup(got any) (get func(key any) (any, bool), n int) {
	switch m := got.(type) {
	case map[string]any:
		return func(key any) (any, bool) {
			text, ok := key.(string)
			if !ok {
				return nil, false
			}
			v, ok := m[text]
			return v, ok
		}, len(m)
	case *codec.Dict:
		return m.Get, m.Len()
	}
	return nil, -1
}

// CompareFields says how the decoded fields of a session differ from v, a dict whose keys that are not strings have become
// their text in JSON.
func (v Value) CompareFields(fields []codec.Field, s codec.Serializer, f Format) error {
	if v.T != "dict" {
		return fmt.Errorf("fields for a %s", v.T)
	}
	want := map[string]Value{}
	for _, pair := range v.pairs() {
		want[keyText(pair[0].Go(f))] = pair[1]
	}
	if len(fields) != len(want) {
		return fmt.Errorf("got %d fields, want %d", len(fields), len(want))
	}
	for _, field := range fields {
		value, ok := want[field.Key]
		if !ok {
			return fmt.Errorf("field %q is too much", field.Key)
		}
		got, err := s.DecodeValue(field.Raw)
		if err == nil {
			err = value.Compare(got, f)
		}
		if err != nil {
			return fmt.Errorf("field %q: %w", field.Key, err)
		}
	}
	return nil
}

// keyText is the text that JSON makes of a key.
func keyText(key any) string {
	if text, ok := key.(string); ok {
		return text
	}
	raw := must(codec.TaggedJSON.AppendValue(nil, key))
	return string(raw)
}

// Fields returns the entries of a dict as the fields of a session; ok is false if a key is not a string.
func (v Value) Fields(f Format) (fields []codec.Field, ok bool) {
	if v.T != "dict" {
		return nil, false
	}
	for _, pair := range v.pairs() {
		key, isText := pair[0].Go(f).(string)
		if !isText {
			return nil, false
		}
		fields = append(fields, codec.Field{Key: key, Value: pair[1].Go(f)})
	}
	return fields, true
}

// Serializer returns the serializer of a vector: its "serializer" and "context".
func Serializer(name, context string) (codec.Serializer, Format) {
	switch {
	case name == "msgpack":
		return codec.Msgpack, Msgpack
	case context == "app-unsorted", context == "bare":
		return codec.NewTaggedJSON(codec.SortKeys(false)), TaggedJSON
	case context == "app-unicode":
		return codec.NewTaggedJSON(codec.EnsureASCII(false)), TaggedJSON
	}
	return codec.TaggedJSON, TaggedJSON
}
