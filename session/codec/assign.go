package codec

import (
	"bytes"
	"encoding"
	"fmt"
	"reflect"
	"slices"

	"github.com/vmihailenco/msgpack/v5"
)

// Assign stores v, a value as decoding gives it, in what dst points to, and converts it where nothing is lost: an int to
// any kind of number that holds it, a list to a slice, a mapping to a map or, through vmihailenco/msgpack, to a struct
// with tags "msgpack" or "json". The error says which types do not fit. A dst that is not a pointer is one too.
//
// Lists and mappings may be shared with v rather than copied.
func Assign(dst, v any) error {
	if assignSimple(dst, v) {
		return nil
	}
	target := reflect.ValueOf(dst)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("codec: assign needs a pointer, not %T", dst)
	}
	target = target.Elem()
	if v == nil {
		return assignNil(target)
	}
	if rv := reflect.ValueOf(v); rv.Type().AssignableTo(target.Type()) {
		target.Set(rv)
		return nil
	}
	if done, err := assignScalar(target, v); done {
		return err
	}
	return assignDecoded(target, v)
}

// assignSimple stores what has the right type already, without reflection.
func assignSimple(dst, v any) (ok bool) {
	switch dst := dst.(type) {
	case *any:
		*dst, ok = v, true
	case *string:
		ok = set(dst, v)
	case *int:
		ok = set(dst, v)
	case *bool:
		ok = set(dst, v)
	case *float64:
		ok = set(dst, v)
	case *map[string]any:
		ok = set(dst, v)
	case *[]any:
		ok = set(dst, v)
	case *[]string:
		ok = setAll(dst, v)
	case *[]int:
		ok = setAll(dst, v)
	}
	return ok
}

func set[T any](dst *T, v any) bool {
	t, ok := v.(T)
	if ok {
		*dst = t
	}
	return ok
}

// setAll stores a list whose items all have the right type.
func setAll[T any](dst *[]T, v any) bool {
	list, ok := v.([]any)
	if !ok {
		if list, ok = v.(Tuple); !ok {
			return set(dst, v)
		}
	}
	out := make([]T, len(list))
	for i := range list {
		if !set(&out[i], list[i]) {
			return false
		}
	}
	*dst = out
	return true
}

// assignNil stores Python's None, which only types with a nil of their own can hold.
func assignNil(target reflect.Value) error {
	switch target.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Interface:
		target.SetZero()
		return nil
	}
	return fmt.Errorf("codec: cannot assign nil to %v", target.Type())
}

// assignScalar converts numbers and texts between their kinds; done is false for all other types.
func assignScalar(target reflect.Value, v any) (done bool, err error) {
	if slices.ContainsFunc(unmarshalers, reflect.PointerTo(target.Type()).Implements) {
		return false, nil
	}
	if u, ok := v.(UUID); ok && target.Kind() == reflect.String {
		v = u.String()
	}
	fits := true
	switch target.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, ok := toInt(v)
		if fits = ok && !target.OverflowInt(n); fits {
			target.SetInt(n)
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, ok := v.(uint64)
		if signed, isInt := toInt(v); isInt {
			n, ok = uint64(signed), signed >= 0
		}
		if fits = ok && !target.OverflowUint(n); fits {
			target.SetUint(n)
		}
	case reflect.Float32, reflect.Float64:
		f, ok := v.(float64)
		if n, isInt := toInt(v); isInt {
			f, ok = float64(n), int64(float64(n)) == n
		}
		if fits = ok; fits {
			target.SetFloat(f)
		}
	case reflect.String, reflect.Bool:
		rv := reflect.ValueOf(v)
		if fits = rv.Kind() == target.Kind(); fits {
			target.Set(rv.Convert(target.Type()))
		}
	default:
		return false, nil
	}
	if !fits {
		return true, fmt.Errorf("codec: cannot assign %s to %v", describe(v), target.Type())
	}
	return true, nil
}

// unmarshalers are the ways in which a type says itself how it is read.
var unmarshalers = []reflect.Type{
	reflect.TypeFor[msgpack.CustomDecoder](),
	reflect.TypeFor[msgpack.Unmarshaler](),
	reflect.TypeFor[encoding.BinaryUnmarshaler](),
	reflect.TypeFor[encoding.TextUnmarshaler](),
}

// describe names a value in an error: a number with its value, since that may be what does not fit.
func describe(v any) string {
	if text, ok := appendKeyText(nil, v); ok {
		if _, isText := v.(string); !isText {
			return fmt.Sprintf("%T %s", v, text)
		}
	}
	return fmt.Sprintf("%T", v)
}

// assignDecoded writes v as msgpack and lets the library read it into target.
func assignDecoded(target reflect.Value, v any) error {
	raw, err := msgpackSerializer{markupAsText: true}.AppendValue(nil, v)
	if err == nil {
		// Into a new value: a mistake half way leaves the target as it was.
		fresh := reflect.New(target.Type())
		dec := msgpack.NewDecoder(bytes.NewReader(raw))
		dec.SetCustomStructTag("json")
		if err = dec.Decode(fresh.Interface()); err == nil {
			target.Set(fresh.Elem())
			return nil
		}
	}
	return fmt.Errorf("codec: cannot assign %T to %v: %w", v, target.Type(), err)
}
