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
	var zero T
	if _, ok := any(zero).([]string); ok { // the usual list: straight from the payload
		if raw, ok := s.raw(key); ok {
			if list, ok := codec.DecodeStrings(s.source, raw); ok {
				return any(list).(T), true
			}
		}
	}
	f := s.find(key)
	if f == nil {
		return zero, false
	}
	if _, ok := any(zero).(*codec.Dict); ok && f.Raw != "" && f.Value == nil {
		if v, err := codec.DecodeOrdered(s.source, f.Raw); err == nil {
			if t, ok := v.(T); ok {
				f.Value, f.Raw = v, ""
				return t, true
			}
		}
	}
	v := s.decode(f)
	if t, ok := v.(T); ok {
		return t, true
	}
	t := reflect.TypeFor[T]()
	if t.Kind() != reflect.Pointer {
		var out T
		return out, codec.Assign(&out, v) == nil
	}
	target := reflect.New(t.Elem())
	if codec.Assign(target.Interface(), v) != nil {
		return zero, false
	}
	pointer := target.Interface().(T)
	f.Value, f.Raw = pointer, ""
	return pointer, true
}
