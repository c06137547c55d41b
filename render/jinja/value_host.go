package jinja

import (
	"reflect"
	"strings"
	"sync"
	"unicode"
)

// A type of the host seen from a template: its exported fields and methods
// under the names that Python would give them.
type typePlan struct {
	fields  map[string][]int
	methods map[string]int
}

var plans sync.Map // reflect.Type to *typePlan

// planOf gives the plan of a type, made once.
func planOf(t reflect.Type) *typePlan {
	if p, ok := plans.Load(t); ok {
		return p.(*typePlan)
	}
	p, _ := plans.LoadOrStore(t, makePlan(t))
	return p.(*typePlan)
}

// makePlan lists the names of a type. A field has the name of its jinja or
// json tag, its own name, and that name in snake_case: CreatedAt is also
// created_at, UserID user_id.
func makePlan(t reflect.Type) *typePlan {
	p := &typePlan{fields: map[string][]int{}, methods: map[string]int{}}
	for i := range t.NumMethod() {
		m := t.Method(i)
		p.methods[m.Name] = i
		p.methods[snakeCase(m.Name)] = i
	}
	st := t
	if st.Kind() == reflect.Pointer {
		st = st.Elem()
	}
	if st.Kind() != reflect.Struct {
		return p
	}
	var tagged []reflect.StructField
	for _, field := range reflect.VisibleFields(st) {
		if !field.IsExported() {
			continue
		}
		tagged = append(tagged, field)
		p.fields[field.Name] = field.Index
		p.fields[snakeCase(field.Name)] = field.Index
		p.fields[strings.ToLower(field.Name)] = field.Index
	}
	for _, field := range tagged { // tags win over derived names
		if name := tagName(field); name != "" {
			p.fields[name] = field.Index
		}
	}
	return p
}

// tagName gives the name that a field's tag asks for.
func tagName(field reflect.StructField) string {
	if name := field.Tag.Get("jinja"); name != "" {
		return name
	}
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if name == "-" {
		return ""
	}
	return name
}

// snakeCase turns CreatedAt into created_at and HTMLBody into html_body.
func snakeCase(name string) string {
	rs := []rune(name)
	var b strings.Builder
	for i, r := range rs {
		if i > 0 && unicode.IsUpper(r) {
			after := i+1 < len(rs) && unicode.IsLower(rs[i+1])
			if before := rs[i-1]; !unicode.IsUpper(before) && before != '_' || after && before != '_' {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// reflectAttr gives a field or a method of a value of the host.
func reflectAttr(obj any, name string) (any, bool) {
	switch obj.(type) {
	case bool, int, float64, string, Markup, *List, []any, Tuple, *Dict, map[string]any, []byte,
		attributer, callable:
		return nil, false
	}
	rv := reflect.ValueOf(obj)
	p := planOf(rv.Type())
	if path, ok := p.fields[name]; ok {
		return fieldByIndex(rv, path)
	}
	if i, ok := p.methods[name]; ok {
		return &goFunc{name: name, fn: rv.Method(i), plan: funcPlanOf(rv.Method(i).Type())}, true
	}
	return nil, false
}

// fieldByIndex reads a field; one behind a nil embedded pointer is missing.
func fieldByIndex(rv reflect.Value, path []int) (any, bool) {
	for _, i := range path {
		for rv.Kind() == reflect.Pointer {
			if rv.IsNil() {
				return nil, false
			}
			rv = rv.Elem()
		}
		rv = rv.Field(i)
	}
	if !rv.CanInterface() {
		return nil, false
	}
	return rv.Interface(), true
}

func hasMethod(obj any, name string) bool {
	_, ok := planOf(reflect.TypeOf(obj)).methods[name]
	return ok
}
