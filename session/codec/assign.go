package codec

import (
	"bytes"
	"encoding"
	"fmt"
	"reflect"
	"slices"

	"github.com/vmihailenco/msgpack/v5"
)

// Assign stores v, a value as decoding gives it, in what dst points to, and
// converts it where nothing is lost: an int to any kind of number that holds
// it, a list to a slice, a mapping to a map or, through vmihailenco/msgpack, to
// a struct with tags "msgpack" or "json". The error says which types do not
// fit. A dst that is not a pointer is one too.
//
// Lists and mappings may be shared with v rather than copied. After an error,
// what dst points to is as it was. The fields of a struct are filled by the
// rules of that library, which cuts off a number that is too large for its
// field.
func Assign(dst, v any) error {
	if assignSimple(dst, v) {
		return nil
	}
	target := reflect.ValueOf(dst)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("codec: assign needs a pointer, not %T", dst)
	}
	return assignTo(target.Elem(), v)
}

// assignTo is Assign by reflection.
func assignTo(target reflect.Value, v any) error {
	if v == nil {
		return assignNil(target)
	}
	if rv := reflect.ValueOf(v); rv.Type().AssignableTo(target.Type()) {
		target.Set(rv)
		return nil
	}
	if slices.ContainsFunc(unmarshalers, reflect.PointerTo(target.Type()).Implements) {
		return assignDecoded(target, v)
	}
	if done, err := assignScalar(target, v); done {
		return err
	}
	if done, err := assignItems(target, v); done {
		return err
	}
	return assignDecoded(target, v)
}

// assignItems assigns the items of a list to those of a slice, of a mapping to
// those of a map, and to a new value under a pointer; done is false for all
// other pairs of types.
func assignItems(target reflect.Value, v any) (done bool, err error) {
	list, isList := v.([]any)
	if tuple, ok := v.(Tuple); ok {
		list, isList = tuple, true
	}
	m, isMap := v.(map[string]any)
	fresh := reflect.New(target.Type()).Elem() // a mistake half way leaves the target as it was
	switch kind := target.Kind(); {
	case kind == reflect.Pointer:
		fresh.Set(reflect.New(target.Type().Elem()))
		err = assignTo(fresh.Elem(), v)
	case kind == reflect.Slice && isList:
		fresh.Set(reflect.MakeSlice(target.Type(), len(list), len(list)))
		for i := 0; i < len(list) && err == nil; i++ {
			err = assignTo(fresh.Index(i), list[i])
		}
	case kind == reflect.Map && isMap && target.Type().Key().Kind() == reflect.String:
		fresh.Set(reflect.MakeMapWithSize(target.Type(), len(m)))
		for k, item := range m {
			value := reflect.New(target.Type().Elem()).Elem()
			if err = assignTo(value, item); err != nil {
				break
			}
			fresh.SetMapIndex(reflect.ValueOf(k).Convert(target.Type().Key()), value)
		}
	default:
		return false, nil
	}
	if err != nil {
		return true, fmt.Errorf("codec: cannot assign %T to %v: %w", v, target.Type(), err)
	}
	target.Set(fresh)
	return true, nil
}

// assignSimple stores what has the right type already, without reflection.
func assignSimple(dst, v any) (ok bool) {
	switch dst := dst.(type) {
	case *any:
		if ok = dst != nil; ok {
			*dst = v
		}
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
	if ok = ok && dst != nil; ok {
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
	if dst == nil {
		return false
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

// assignNil stores Python's None, which only types with a nil of their own can
// hold.
func assignNil(target reflect.Value) error {
	switch target.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Interface:
		target.SetZero()
		return nil
	}
	return fmt.Errorf("codec: cannot assign nil to %v", target.Type())
}

// assignScalar converts numbers and texts between their kinds; done is false
// for all other types.
func assignScalar(target reflect.Value, v any) (done bool, err error) {
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
		if fits = ok && !target.OverflowFloat(f); fits {
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

// describe names a value in an error: a number with its value, since that may
// be what does not fit.
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
	raw, err := (&msgpackSerializer{markupAsText: true}).AppendValue(nil, v)
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
