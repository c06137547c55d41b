package flaskjson

import (
	"cmp"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

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

// inner writes a value found inside another, where it may say itself how it is written.
func (w *writer) inner(v reflect.Value) error {
	if !v.CanInterface() {
		return w.reflected(v)
	}
	if v.Kind() != reflect.Pointer && v.CanAddr() && v.Kind() != reflect.Interface {
		// Like encoding/json: methods on the pointer count if the value has an address.
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

// uuidText gives the text of a 16-byte array that has one: a UUID, whatever package it is from.
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

// mapping writes a map of any type. Numbers as keys become text and are sorted as numbers, as Python does.
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

// field is a field of a struct as JSON sees it.
type field struct {
	name                string
	index               []int
	tagged              bool
	omitEmpty, omitZero bool
	quoted              bool
}

// structFields remembers the fields of each struct type: sorted by name, and as declared.
var structFields sync.Map // reflect.Type → [2][]field

func (w *writer) structure(v reflect.Value) error {
	fields := fieldsOf(v.Type(), w.opts.SortKeys)
	if err := w.open('{'); err != nil {
		return err
	}
	n := 0
	for i := range fields {
		f := &fields[i]
		value, ok := fieldByIndex(v, f.index)
		if !ok || f.omitEmpty && isEmpty(value) || f.omitZero && isZero(value) {
			continue
		}
		w.key(n, f.name)
		n++
		if err := w.field(value, f.quoted); err != nil {
			return err
		}
	}
	w.close('}', n)
	return nil
}

// field writes one field; with the ",string" option numbers and booleans go into a string.
func (w *writer) field(v reflect.Value, quoted bool) error {
	if !quoted {
		return w.inner(v)
	}
	switch v.Kind() {
	case reflect.String:
		inner := writer{opts: w.opts}
		inner.string(v.String())
		w.string(string(inner.buf))
		return nil
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Array, reflect.Map, reflect.Struct:
		return w.inner(v)
	}
	w.buf = append(w.buf, '"')
	err := w.inner(v)
	w.buf = append(w.buf, '"')
	return err
}

// fieldByIndex follows embedded pointers; a nil one has no fields.
func fieldByIndex(v reflect.Value, index []int) (reflect.Value, bool) {
	for i, x := range index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return reflect.Value{}, false
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v, true
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func isZero(v reflect.Value) bool {
	if v.CanInterface() {
		if z, ok := v.Interface().(interface{ IsZero() bool }); ok && !(v.Kind() == reflect.Pointer && v.IsNil()) {
			return z.IsZero()
		}
	}
	return v.IsZero()
}

// fieldsOf lists the fields of a struct type by the rules of encoding/json: embedded structs give their fields, of two
// of one name the less nested wins, then the one with a tag, else neither.
func fieldsOf(t reflect.Type, sorted bool) []field {
	cached, ok := structFields.Load(t)
	if !ok {
		declared := dominantFields(collectFields(t, nil, map[reflect.Type]bool{}))
		byName := slices.Clone(declared)
		slices.SortFunc(byName, func(a, b field) int { return cmp.Compare(a.name, b.name) })
		cached, _ = structFields.LoadOrStore(t, [2][]field{declared, byName})
	}
	if sorted {
		return cached.([2][]field)[1]
	}
	return cached.([2][]field)[0]
}

func collectFields(t reflect.Type, index []int, inside map[reflect.Type]bool) []field {
	if inside[t] {
		return nil // a struct that embeds a pointer to itself
	}
	inside[t] = true
	defer delete(inside, t)
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		if tag == "-" {
			continue
		}
		at := append(slices.Clone(index), i)
		name, options, _ := strings.Cut(tag, ",")
		if f.Anonymous && name == "" {
			if e := embedded(f.Type); e.Kind() == reflect.Struct {
				fields = append(fields, collectFields(e, at, inside)...)
				continue
			}
		}
		if !f.IsExported() {
			continue
		}
		list := strings.Split(options, ",")
		fields = append(fields, field{name: cmp.Or(name, f.Name), index: at, tagged: name != "",
			omitEmpty: slices.Contains(list, "omitempty"), omitZero: slices.Contains(list, "omitzero"),
			quoted: slices.Contains(list, "string")})
	}
	return fields
}

func embedded(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// dominantFields drops the fields that others of the same name hide.
func dominantFields(fields []field) []field {
	best := map[string]int{} // name → index of its winner, -1 if there is a draw
	rank := func(f *field) int {
		if f.tagged {
			return 2 * len(f.index)
		}
		return 2*len(f.index) + 1
	}
	ranks := map[string]int{}
	for i := range fields {
		f := &fields[i]
		r, seen := ranks[f.name]
		switch {
		case !seen || rank(f) < r:
			best[f.name], ranks[f.name] = i, rank(f)
		case rank(f) == r:
			best[f.name] = -1
		}
	}
	var kept []field
	for i := range fields {
		if best[fields[i].name] == i {
			kept = append(kept, fields[i])
		}
	}
	return kept
}
