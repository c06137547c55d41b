package jinja

import (
	"math/big"
	"reflect"
)

// convert gives a value as a Go type, for a parameter or a map's key. Texts
// become strings of any kind, numbers become numbers where nothing is lost,
// lists slices and dicts maps.
func convert(v any, t reflect.Type) (reflect.Value, bool) {
	if v != nil && reflect.TypeOf(v).AssignableTo(t) {
		return reflect.ValueOf(v), true
	}
	v = norm(v)
	if v == nil {
		switch t.Kind() {
		case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map, reflect.Func:
			return reflect.Zero(t), true
		}
		return reflect.Value{}, false
	}
	if reflect.TypeOf(v).AssignableTo(t) {
		return reflect.ValueOf(v), true
	}
	switch t.Kind() {
	case reflect.String:
		return convertString(v, t)
	case reflect.Bool:
		if b, ok := v.(bool); ok {
			return reflect.ValueOf(b).Convert(t), true
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return convertInt(v, t)
	case reflect.Float32, reflect.Float64:
		if isNumber(v) {
			x, _ := asFloat(v)
			return reflect.ValueOf(x).Convert(t), true
		}
	case reflect.Slice:
		return convertSlice(v, t)
	case reflect.Map:
		return convertMap(v, t)
	case reflect.Pointer:
		if elem, ok := convert(v, t.Elem()); ok {
			p := reflect.New(t.Elem())
			p.Elem().Set(elem)
			return p, true
		}
	}
	return reflect.Value{}, false
}

// convertString takes Markup for text only where the parameter is no Markup:
// plain text must not become safe by being passed.
func convertString(v any, t reflect.Type) (reflect.Value, bool) {
	if t == reflect.TypeFor[Markup]() {
		return reflect.Value{}, false
	}
	switch v := v.(type) {
	case string:
		return reflect.ValueOf(v).Convert(t), true
	case Markup:
		return reflect.ValueOf(string(v)).Convert(t), true
	case *Undefined:
		return reflect.Zero(t), true
	}
	return reflect.Value{}, false
}

// convertInt takes whole floats too, and nothing that does not fit.
func convertInt(v any, t reflect.Type) (reflect.Value, bool) {
	n, ok := asBig(v)
	if x, isFloat := v.(float64); isFloat && x == float64(int64(x)) {
		n, ok = big.NewInt(int64(x)), true
	}
	if !ok {
		return reflect.Value{}, false
	}
	rv := reflect.New(t).Elem()
	switch {
	case rv.CanInt() && n.IsInt64() && !rv.OverflowInt(n.Int64()):
		rv.SetInt(n.Int64())
	case rv.CanUint() && n.IsUint64() && !rv.OverflowUint(n.Uint64()):
		rv.SetUint(n.Uint64())
	default:
		return rv, false
	}
	return rv, true
}

func convertSlice(v any, t reflect.Type) (reflect.Value, bool) {
	if s, ok := asString(v); ok && t.Elem().Kind() == reflect.Uint8 {
		return reflect.ValueOf([]byte(s)).Convert(t), true
	}
	items, ok := asItems(v)
	if !ok {
		return reflect.Value{}, false
	}
	out := reflect.MakeSlice(t, len(items), len(items))
	for i, item := range items {
		rv, ok := convert(item, t.Elem())
		if !ok {
			return reflect.Value{}, false
		}
		out.Index(i).Set(rv)
	}
	return out, true
}

func convertMap(v any, t reflect.Type) (reflect.Value, bool) {
	m, ok := asMapping(v)
	if !ok {
		return reflect.Value{}, false
	}
	out := reflect.MakeMap(t)
	for _, k := range m.Keys() {
		val, _ := m.Lookup(k)
		rk, okKey := convert(k, t.Key())
		rv, okVal := convert(val, t.Elem())
		if !okKey || !okVal {
			return reflect.Value{}, false
		}
		out.SetMapIndex(rk, rv)
	}
	return out, true
}
