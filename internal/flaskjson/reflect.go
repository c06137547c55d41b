package flaskjson

import (
	"cmp"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"github.com/cantil-go/cantil/internal/pytext"
)

// reflected writes a value by its kind.
func (w *writer) reflected(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Bool:
		w.buf = strconv.AppendBool(w.buf, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		w.buf = strconv.AppendInt(w.buf, v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		w.buf = strconv.AppendUint(w.buf, v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		w.buf = pytext.AppendJSONFloat(w.buf, v.Float(), v.Type().Bits())
	case reflect.String:
		w.string(v.String())
	case reflect.Pointer, reflect.Interface:
		return w.pointer(v)
	case reflect.Slice, reflect.Array:
		return w.list(v)
	case reflect.Map:
		return w.mapping(v)
	case reflect.Struct:
		return w.structure(v)
	default:
		return fmt.Errorf("cantil: JSON: a value of type %s is not JSON serializable", v.Type())
	}
	return nil
}

// inner writes a value found inside another, where it may say itself how it is
// written.
func (w *writer) inner(v reflect.Value) error {
	if !v.CanInterface() {
		return w.reflected(v)
	}
	if v.Kind() != reflect.Pointer && v.CanAddr() && v.Kind() != reflect.Interface {
		// Like encoding/json: methods on the pointer count if the value has an
		// address.
		switch p := v.Addr().Interface().(type) {
		case json.Marshaler, encoding.TextMarshaler, interface{ HTML() string }:
			return w.value(p)
		}
	}
	return w.value(v.Interface())
}

func (w *writer) pointer(v reflect.Value) error {
	if v.IsNil() {
		w.buf = append(w.buf, "null"...)
		return nil
	}
	if w.pointers++; w.pointers > maxDepth {
		return errDepth
	}
	err := w.inner(v.Elem())
	w.pointers--
	return err
}

func (w *writer) list(v reflect.Value) error {
	if v.Kind() == reflect.Slice && v.IsNil() {
		w.buf = append(w.buf, "null"...)
		return nil
	}
	if v.Type().Elem().Kind() == reflect.Uint8 {
		if w.opts.Plain {
			return fmt.Errorf("cantil: JSON: a value of type %s is not JSON serializable", v.Type())
		}
		if v.Kind() == reflect.Slice {
			w.base64(v.Bytes())
			return nil
		}
		if s, ok := uuidText(v); ok {
			w.string(s)
			return nil
		}
	}
	if err := w.open('['); err != nil {
		return err
	}
	for i := range v.Len() {
		w.item(i)
		if err := w.inner(v.Index(i)); err != nil {
			return err
		}
	}
	w.close(']', v.Len())
	return nil
}

// uuidText gives the text of a 16-byte array that has one: a UUID, whatever
// package it is from.
func uuidText(v reflect.Value) (string, bool) {
	if v.Len() != 16 || !v.CanInterface() {
		return "", false
	}
	s, ok := v.Interface().(fmt.Stringer)
	if !ok {
		return "", false
	}
	return s.String(), true
}

// mapping writes a map of any type. Numbers as keys become text and are sorted
// as numbers, as Python does.
func (w *writer) mapping(v reflect.Value) error {
	if v.IsNil() {
		w.buf = append(w.buf, "null"...)
		return nil
	}
	type member struct {
		key   string
		order reflect.Value
		value reflect.Value
	}
	members := make([]member, 0, v.Len())
	numeric := true
	for it := v.MapRange(); it.Next(); {
		k := it.Key()
		if k.Kind() == reflect.Interface {
			k = k.Elem()
		}
		text, err := mapKey(k)
		if err != nil {
			return err
		}
		numeric = numeric && k.IsValid() && k.CanInt()
		members = append(members, member{text, k, it.Value()})
	}
	slices.SortFunc(members, func(a, b member) int {
		if numeric {
			return cmp.Compare(a.order.Int(), b.order.Int())
		}
		return cmp.Compare(a.key, b.key)
	})
	if err := w.open('{'); err != nil {
		return err
	}
	for i, m := range members {
		w.key(i, m.key)
		if err := w.inner(m.value); err != nil {
			return err
		}
	}
	w.close('}', len(members))
	return nil
}

// mapKey gives the text of a map's key.
func mapKey(k reflect.Value) (string, error) {
	if !k.IsValid() {
		return "null", nil
	}
	if k.Kind() != reflect.String && k.CanInterface() {
		if t, ok := k.Interface().(encoding.TextMarshaler); ok {
			text, err := t.MarshalText()
			return string(text), err
		}
	}
	switch {
	case k.Kind() == reflect.String:
		return k.String(), nil
	case k.CanInt():
		return strconv.FormatInt(k.Int(), 10), nil
	case k.CanUint():
		return strconv.FormatUint(k.Uint(), 10), nil
	case k.CanFloat():
		return string(pytext.AppendJSONFloat(nil, k.Float(), k.Type().Bits())), nil
	case k.Kind() == reflect.Bool:
		return strconv.FormatBool(k.Bool()), nil
	}
	return "", fmt.Errorf("cantil: JSON: a key of type %s is not JSON serializable", k.Type())
}
