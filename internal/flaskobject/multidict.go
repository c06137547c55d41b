package flaskobject

import (
	"errors"
	"fmt"

	"github.com/cantil-go/cantil/render/jinja"
)

// MultiDict is an ImmutableMultiDict: keys are the keys, each once and in order,
// all gives the values of one, nil for none, and every lists the pairs.
func MultiDict(class string, keys func() []string, all func(key string) []any, every func() []any) *Mapping {
	d := &multiDict{class: class, keys: keys, all: all, every: every}
	d.Mapping = &Mapping{
		Object:  Object{Class: class, Attr: d.attr, Text: func() string { return class + "(" + pairs(d.items(true)) + ")" }},
		Item:    d.item,
		AllKeys: func() []any { return Anys(keys()) },
	}
	return d.Mapping
}

type multiDict struct {
	*Mapping
	class string
	keys  func() []string
	all   func(key string) []any
	every func() []any
}

func (d *multiDict) item(key any) (any, bool) {
	name, ok := key.(string)
	if !ok {
		return nil, false
	}
	if all := d.all(name); len(all) > 0 {
		return all[0], true
	}
	return nil, false
}

func (d *multiDict) get(key, def, typ any) (any, error) {
	v, ok := d.item(key)
	if !ok {
		return def, nil
	}
	return v, noType(typ)
}

// noType is the error of type=…, for which templates have no functions.
func noType(typ any) error {
	switch typ := typ.(type) {
	case nil:
		return nil
	case *jinja.Undefined:
		return fmt.Errorf("the type that get was given is undefined: %v", typ)
	}
	return errors.New("get and getlist take no type in a template")
}

func (d *multiDict) getList(key, typ any) (any, error) {
	name, _ := key.(string)
	return &jinja.List{Items: append([]any{}, d.all(name)...)}, noType(typ)
}

// items are the pairs: the first of each key, or all.
func (d *multiDict) items(multi bool) []any {
	if multi {
		return d.every()
	}
	list := []any{}
	for _, key := range d.keys() {
		list = append(list, jinja.Tuple{key, d.all(key)[0]})
	}
	return list
}

// lists are the values by key.
func (d *multiDict) lists(withKeys bool) []any {
	list := []any{}
	for _, key := range d.keys() {
		var all any = &jinja.List{Items: append([]any{}, d.all(key)...)}
		if withKeys {
			all = jinja.Tuple{key, all}
		}
		list = append(list, all)
	}
	return list
}

func (d *multiDict) toDict(flat bool) *jinja.Dict {
	dict := jinja.NewDict()
	for _, key := range d.keys() {
		if all := d.all(key); flat {
			dict.Set(key, all[0])
		} else {
			dict.Set(key, &jinja.List{Items: append([]any{}, all...)})
		}
	}
	return dict
}

func (d *multiDict) attr(name string) (any, bool) {
	switch name {
	case "get":
		return jinja.Func(name, d.get, jinja.P("key"), jinja.P("default", nil), jinja.P("type", nil)), true
	case "getlist":
		return jinja.Func(name, d.getList, jinja.P("key"), jinja.P("type", nil)), true
	case "items":
		return jinja.Func(name, d.items, jinja.P("multi", false)), true
	case "keys":
		return jinja.MappingMethod(d.Mapping, name)
	case "values":
		return func() []any {
			values := []any{}
			for _, key := range d.keys() {
				values = append(values, d.all(key)[0])
			}
			return values
		}, true
	case "lists":
		return func() []any { return d.lists(true) }, true
	case "listvalues":
		return func() []any { return d.lists(false) }, true
	case "to_dict":
		return jinja.Func(name, d.toDict, jinja.P("flat", true)), true
	case "copy", "deepcopy":
		return func() any { return d.Mapping }, true
	case "add", "clear", "pop", "popitem", "popitemlist", "poplist", "setdefault", "setlist", "setlistdefault", "update":
		return func(...any) (any, error) { return nil, fmt.Errorf("'%s' objects are immutable", d.class) }, true
	}
	return nil, false
}

// Headers are the headers of a request, EnvironHeaders: names are found in any
// case, and a loop gives pairs.
func Headers(names func() []string, get func(name string) (string, bool)) *Mapping {
	m := &Mapping{}
	list := func() []any {
		all := []any{}
		for _, name := range names() {
			value, _ := get(name)
			all = append(all, jinja.Tuple{name, value})
		}
		return all
	}
	m.Class, m.Iter = "EnvironHeaders", list
	m.Text = func() string { return "EnvironHeaders(" + pairs(list()) + ")" }
	m.AllKeys = func() []any { return Anys(names()) }
	m.Item = func(key any) (any, bool) {
		name, ok := key.(string)
		if !ok {
			return nil, false
		}
		v, ok := get(name)
		return v, ok
	}
	m.Attr = func(name string) (any, bool) { return headersAttr(m, list, name) }
	return m
}

func headersAttr(m *Mapping, list func() []any, name string) (any, bool) {
	find := func(key string) []any {
		if v, ok := m.Item(key); ok {
			return []any{v}
		}
		return []any{}
	}
	switch name {
	case "get":
		return jinja.Func(name, func(key string, def, typ any) (any, error) {
			if v, ok := m.Item(key); ok {
				return v, noType(typ)
			}
			return def, nil
		}, jinja.P("key"), jinja.P("default", nil), jinja.P("type", nil)), true
	case "getlist", "get_all":
		return jinja.Func(name, func(key string, typ any) (any, error) {
			return &jinja.List{Items: find(key)}, noType(typ)
		}, jinja.P("key"), jinja.P("type", nil)), true
	case "has_key":
		return func(key string) bool { return len(find(key)) > 0 }, true
	case "items", "to_wsgi_list":
		return list, true
	case "keys", "values":
		i := map[string]int{"keys": 0, "values": 1}[name]
		return func() []any {
			all := []any{}
			for _, pair := range list() {
				all = append(all, pair.(jinja.Tuple)[i])
			}
			return all
		}, true
	}
	return nil, false
}
