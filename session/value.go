package session

import (
	"reflect"

	"github.com/cantil-go/cantil/session/codec"
)

// Value returns the value of key as a T, and whether the session has the key
// and its value is a T or can become one: a list a []string, a whole number an
// int64, a mapping a struct.
//
//	nomes, _ := session.Value[[]string](s, "nomes")
//
// Asked for as a *codec.Dict before anything else, a mapping keeps the order in
// which it was written.
//
// The result is a copy unless T is a pointer type: then the session keeps the
// pointer and what it points to is the session's value from then on. That is
// how a list is changed in place, session['data'].append(8):
//
//	data, _ := session.Value[*[]int](s, "data")
//	*data = append(*data, 8)
//	s.SetModified(true) // not detected otherwise, as in Flask
func Value[T any](s *Session, key string) (T, bool) {
	if v, ok := encodedAs[T](&s.data, key); ok {
		return v, true
	}
	var out T
	f := s.data.find(key)
	if f == nil {
		return out, false
	}
	v := s.data.decode(f)
	if t, ok := v.(T); ok {
		return t, true
	}
	if t := reflect.TypeFor[T](); t.Kind() == reflect.Pointer {
		return pointerTo[T](f, reflect.New(t.Elem()))
	}
	return assign[T](v)
}

// assign is apart from Value because the variable that it fills is on the heap,
// which no value of the right type needs.
func assign[T any](v any) (T, bool) {
	var out T
	err := codec.Assign(&out, v)
	return out, err == nil
}

// pointerTo fills target, a T, with the value of a field. The field keeps it.
func pointerTo[T any](f *codec.Field, target reflect.Value) (T, bool) {
	pointer := target.Interface().(T)
	if codec.Assign(pointer, f.Value) != nil {
		var none T
		return none, false
	}
	f.Value, f.Raw = pointer, ""
	return pointer, true
}

// encodedAs reads a value that nothing has read yet as one of the two types for
// which decoding it to an any would lose something: memory, and the order of a
// mapping.
func encodedAs[T any](p *payload, key string) (T, bool) {
	var out T
	ok := false
	switch out := any(&out).(type) {
	case *[]string:
		*out, ok = p.strings(key)
	case **codec.Dict:
		*out, ok = p.dict(key)
	}
	return out, ok
}

// strings reads a list of strings that stays encoded: the result is a copy.
func (p *payload) strings(key string) ([]string, bool) {
	raw, ok := p.raw(key)
	if !ok {
		return nil, false
	}
	return codec.DecodeStrings(p.source, raw)
}

// dict decodes a mapping that is still encoded in the order in which it was
// written. The field keeps it.
func (p *payload) dict(key string) (*codec.Dict, bool) {
	f := p.find(key)
	if f == nil || f.Raw == "" || f.Value != nil {
		return nil, false
	}
	v, err := codec.DecodeOrdered(p.source, f.Raw)
	if err != nil {
		return nil, false
	}
	d, ok := v.(*codec.Dict)
	if ok {
		f.Value, f.Raw = d, ""
	}
	return d, ok
}
