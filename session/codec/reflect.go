package codec

import (
	"bytes"
	"encoding"
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/vmihailenco/msgpack/v5"
)

// isNil reports whether v is a nil pointer.
func isNil(v any) bool {
	rv := reflect.ValueOf(v)
	return rv.Kind() == reflect.Pointer && rv.IsNil()
}

// normalize turns a Go value of a type that the serializers do not know into
// one that they know, one level deep: what is in a list or under a pointer
// stays as it is. Structs, and types with a marshaler of their own, go through
// vmihailenco/msgpack and come back as plain values.
func normalize(v any) (any, error) {
	rv := reflect.ValueOf(v)
	if rv.Kind() == reflect.Pointer && rv.IsNil() {
		return nil, nil
	}
	if marshals(rv.Type()) {
		return marshal(rv)
	}
	if says(rv.Type()) {
		return textOf(rv), nil
	}
	switch rv.Kind() {
	case reflect.Bool:
		return rv.Bool(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return rv.Int(), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return rv.Uint(), nil
	case reflect.Float32, reflect.Float64:
		return rv.Float(), nil
	case reflect.String:
		return rv.String(), nil
	case reflect.Pointer:
		return rv.Elem().Interface(), nil
	case reflect.Slice, reflect.Array:
		return normalizeList(rv), nil
	case reflect.Map:
		return normalizeMap(rv)
	case reflect.Struct:
		if rv.NumField() > 0 && !hasFields(rv.Type()) && !marshals(reflect.PointerTo(rv.Type())) {
			return nil, &UnsupportedTypeError{rv.Type(), "it has no exported fields, and no method that says what it is"}
		}
		return marshal(rv)
	}
	return nil, &UnsupportedTypeError{Type: rv.Type()}
}

// normalizeList returns bytes as bytes and all other lists as lists. A nil
// slice is an empty list.
func normalizeList(rv reflect.Value) any {
	if rv.Type().Elem().Kind() == reflect.Uint8 && !marshals(rv.Type().Elem()) {
		data := make([]byte, rv.Len())
		for i := range data {
			data[i] = byte(rv.Index(i).Uint())
		}
		return data
	}
	list := make([]any, rv.Len())
	for i := range list {
		list[i] = rv.Index(i).Interface()
	}
	return list
}

// normalizeMap returns a map with string keys as one and all others as a Dict,
// in an order that does not change from one time to the next if the keys can be
// compared.
func normalizeMap(rv reflect.Value) (any, error) {
	if rv.Type().Key().Kind() == reflect.String && !marshals(rv.Type().Key()) {
		m := make(map[string]any, rv.Len())
		for it := rv.MapRange(); it.Next(); {
			m[it.Key().String()] = it.Value().Interface()
		}
		return m, nil
	}
	items := make([]Item, 0, rv.Len())
	for it := rv.MapRange(); it.Next(); {
		key, err := canonicalKey(it.Key().Interface())
		if err != nil {
			return nil, err
		}
		items = append(items, Item{key, it.Value().Interface()})
	}
	if sorted, err := sortItems(items); err == nil {
		items = sorted
	}
	return textDict(items), nil
}

// canonicalKey turns a key of a named type, or in an interface, into one of the
// types that decoding gives.
func canonicalKey(key any) (any, error) {
	if isScalar(key) {
		return key, nil
	}
	if plain, err := normalize(key); err == nil && isScalar(plain) {
		return plain, nil
	}
	return nil, fmt.Errorf("%w: %T", ErrUnsupportedKey, key)
}

func isScalar(v any) bool {
	switch v.(type) {
	case nil, string, bool, int, int64, uint64, float64:
		return true
	}
	return false
}

// textDict returns the items as a map if all keys are strings.
func textDict(items []Item) any {
	m := make(map[string]any, len(items))
	for _, item := range items {
		key, ok := item.Key.(string)
		if !ok {
			return &Dict{Items: items}
		}
		m[key] = item.Value
	}
	return m
}

var marshalers = []reflect.Type{
	reflect.TypeFor[msgpack.CustomEncoder](),
	reflect.TypeFor[msgpack.Marshaler](),
	reflect.TypeFor[encoding.BinaryMarshaler](),
	reflect.TypeFor[encoding.TextMarshaler](),
}

// marshals reports whether the type itself says how it is stored.
func marshals(t reflect.Type) bool {
	return slices.ContainsFunc(marshalers, t.Implements)
}

// marshal takes a value through msgpack and back.
func marshal(rv reflect.Value) (any, error) {
	g := guard{left: maxNodes}
	if err := g.check(rv, maxDepth); err != nil {
		return nil, err
	}
	if g.texts && !marshals(rv.Type()) && !marshals(reflect.PointerTo(rv.Type())) {
		return fieldsOf(rv), nil
	}
	// Addressable, for methods with a pointer receiver.
	p := reflect.New(rv.Type())
	p.Elem().Set(rv)
	raw, err := encode(p.Interface())
	if err != nil {
		return nil, fmt.Errorf("codec: store %v in a session: %w", rv.Type(), err)
	}
	return new(msgpackSerializer).DecodeValue(string(raw))
}

// encode is msgpack.Marshal with struct tags "msgpack" or else "json".
func encode(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := msgpack.GetEncoder()
	defer msgpack.PutEncoder(enc)
	enc.Reset(&buf)
	enc.UseCompactInts(true)
	enc.SetCustomStructTag("json")
	err := enc.Encode(v)
	return buf.Bytes(), err
}

// maxNodes is how many values a struct may hold, everything inside of it
// counted.
const maxNodes = 1 << 20

// A guard looks through a value before it is handed to a library that would
// follow a pointer to itself until the stack overflows, which no program
// survives.
type guard struct {
	left  int
	texts bool // there is one in it that says what it is
}

func (g *guard) check(rv reflect.Value, depth int) error {
	if g.left--; depth < 0 || g.left < 0 {
		return ErrTooDeep
	}
	if !rv.IsValid() || opaque(rv.Type()) {
		return nil
	}
	if says(rv.Type()) {
		g.texts = true
		return nil
	}
	switch rv.Kind() {
	case reflect.Pointer, reflect.Interface:
		return g.check(rv.Elem(), depth-1)
	case reflect.Struct:
		return g.checkFields(rv, depth)
	case reflect.Slice, reflect.Array:
		if rv.Type().Elem().Kind() <= reflect.Float64 {
			return nil
		}
		for i := range rv.Len() {
			if err := g.check(rv.Index(i), depth-1); err != nil {
				return err
			}
		}
	case reflect.Map:
		for it := rv.MapRange(); it.Next(); {
			if err := g.check(it.Value(), depth-1); err != nil {
				return err
			}
		}
	case reflect.Chan, reflect.Func, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer:
		return &UnsupportedTypeError{Type: rv.Type()}
	}
	return nil
}

// opaque reports whether the library will not look into a value of the type,
// but ask it for its encoding. A Dict is asked too, and then encodes what is in
// it.
func opaque(t reflect.Type) bool {
	return marshals(t) && t != reflect.TypeFor[Dict]() && t != reflect.TypeFor[*Dict]()
}

func (g *guard) checkFields(rv reflect.Value, depth int) error {
	if opaque(reflect.PointerTo(rv.Type())) {
		return nil
	}
	for i := range rv.NumField() {
		if !isStored(rv.Type().Field(i)) {
			continue
		}
		if err := g.check(rv.Field(i), depth-1); err != nil {
			return err
		}
	}
	return nil
}

// toInt gives the value of any decoded number that is an integer of 64 bits.
func toInt(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case uint64:
		return int64(n), n <= math.MaxInt64
	}
	return 0, false
}
