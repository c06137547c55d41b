// Package flaskobject makes what templates know from Flask and Werkzeug: a
// MultiDict, the headers, the Accept headers, dates and durations as Python has
// them. They have Flask's attributes and methods, with their defaults and
// keywords; nothing of Go shows through.
package flaskobject

import (
	"maps"
	"slices"
	"strings"

	"github.com/cantil-go/cantil/render/jinja"
)

// Object has attributes that are made when a template asks for them.
type Object struct {
	Class string
	Attr  func(name string) (any, bool)
	Text  func() string // what it prints; <Class> unless set
}

// JinjaType implements jinja.Object.
func (o *Object) JinjaType() string { return o.Class }

// JinjaAttr implements jinja.Attributer.
func (o *Object) JinjaAttr(name string) (any, bool) { return o.Attr(name) }

// String is str(o).
func (o *Object) String() string {
	if o.Text == nil {
		return "<" + o.Class + ">"
	}
	return o.Text()
}

// Mapping is an Object with items.
type Mapping struct {
	Object
	Item    func(key any) (any, bool)
	AllKeys func() []any
	Iter    func() []any // what a loop gives; the keys unless set

	Contains func(item any) bool // item in m; whether it is a key unless set
}

// JinjaContains is item in m.
func (m *Mapping) JinjaContains(item any) bool {
	if m.Contains != nil {
		return m.Contains(item)
	}
	_, ok := m.Item(item)
	return ok
}

// Lookup implements jinja.Mapping.
func (m *Mapping) Lookup(key any) (any, bool) { return m.Item(key) }

// Keys implements jinja.Mapping.
func (m *Mapping) Keys() []any { return m.AllKeys() }

// Len implements jinja.Mapping.
func (m *Mapping) Len() int { return len(m.AllKeys()) }

// JinjaItems is what a loop over m gives.
func (m *Mapping) JinjaItems() []any {
	if m.Iter != nil {
		return m.Iter()
	}
	return m.AllKeys()
}

// Fixed are attributes that are known beforehand.
func Fixed(attributes map[string]any) func(name string) (any, bool) {
	return func(name string) (any, bool) { v, ok := attributes[name]; return v, ok }
}

// Anys is a list of any type as one of any.
func Anys[T any](list []T) []any {
	all := make([]any, len(list))
	for i, v := range list {
		all[i] = v
	}
	return all
}

// Strings is a list of texts as a list of Python.
func Strings(list []string) any { return &jinja.List{Items: Anys(list)} }

// OrNone is a text, or None for an empty one.
func OrNone(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// pairs prints pairs as a list of tuples.
func pairs(list []any) string {
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = jinja.Repr(v)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
