package codec

import (
	"fmt"
	"reflect"
	"strings"
)

var (
	errorType    = reflect.TypeFor[error]()
	stringerType = reflect.TypeFor[fmt.Stringer]()
)

// says reports whether values of the type are stored as the text that their
// method Error or String gives: errors, and structs that have nothing else to
// store. What they are made of is not theirs to tell.
func says(t reflect.Type) bool {
	if t.Kind() == reflect.Interface {
		return false
	}
	if has(t, errorType) {
		return true
	}
	if !has(t, stringerType) {
		return false
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct && !hasFields(t)
}

// has reports whether the type, or a pointer to it, has the methods of an
// interface.
func has(t, methods reflect.Type) bool {
	return t.Implements(methods) || t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(methods)
}

// textOf is the text of a value of a type that says it.
func textOf(rv reflect.Value) any {
	if rv.Kind() == reflect.Pointer && rv.IsNil() {
		return nil
	}
	v := rv.Interface()
	if rv.Kind() != reflect.Pointer { // for methods with a pointer receiver
		p := reflect.New(rv.Type())
		p.Elem().Set(rv)
		v = p.Interface()
	}
	switch v := v.(type) {
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	}
	return nil
}

// isStored reports whether a field goes into the mapping that a struct becomes.
func isStored(f reflect.StructField) bool {
	name, _ := fieldName(f)
	return (f.IsExported() || f.Anonymous) && name != "-"
}

// fieldName is the name that a field's tag gives it, by "msgpack" or else "json",
// and what else the tag says.
func fieldName(f reflect.StructField) (name, options string) {
	tag := f.Tag.Get("msgpack")
	if tag == "" {
		tag = f.Tag.Get("json")
	}
	name, options, _ = strings.Cut(tag, ",")
	return name, options
}

// hasFields reports whether a struct, or one that it embeds, has a field that is
// stored.
func hasFields(t reflect.Type) bool {
	for i := range t.NumField() {
		switch f := t.Field(i); {
		case !isStored(f):
		case f.IsExported(), f.Type.Kind() != reflect.Struct, hasFields(f.Type):
			return true
		}
	}
	return false
}

// fieldsOf is the mapping that a struct becomes, one level deep: for structs in
// which there are values that say their text, which the library would store as
// empty mappings.
func fieldsOf(rv reflect.Value) map[string]any {
	m := make(map[string]any, rv.NumField())
	for i := range rv.NumField() {
		f, v := rv.Type().Field(i), rv.Field(i)
		name, options := fieldName(f)
		switch {
		case !isStored(f) || strings.Contains(options, "omitempty") && v.IsZero():
		case f.Anonymous && name == "" && v.Kind() == reflect.Struct && !has(f.Type, errorType):
			for k, inner := range fieldsOf(v) {
				if _, there := m[k]; !there {
					m[k] = inner
				}
			}
		case !f.IsExported():
		case name == "":
			m[f.Name] = v.Interface()
		default:
			m[name] = v.Interface()
		}
	}
	return m
}
