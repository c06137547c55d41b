package flaskjson

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// field is a field of a struct as JSON sees it.
type field struct {
	name                string
	index               []int
	tagged              bool
	omitEmpty, omitZero bool
	quoted              bool
}

// structFields remembers the fields of each struct type: sorted by name, and as
// declared.
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

// field writes one field; with the ",string" option numbers and booleans go
// into a string.
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

// fieldsOf lists the fields of a struct type by the rules of encoding/json:
// embedded structs give their fields, of two of one name the less nested wins,
// then the one with a tag, else neither.
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
