package jinja

import (
	"math"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Dict is Python's dict: it keeps the order in which keys were first set. Keys
// may be strings, numbers, booleans, nil and tuples of them; 1, 1.0 and true
// are the same key.
type Dict struct {
	keys  []any
	vals  []any
	index map[any]int // by hashKey, once there are many keys
}

// scanLimit is the number of keys up to which looking through them is quicker
// than a map.
const scanLimit = 8

// NewDict makes a dict of alternating keys and values. It panics on an odd
// number of arguments and on keys that cannot be keys.
func NewDict(pairs ...any) *Dict {
	if len(pairs)%2 != 0 {
		panic("jinja: NewDict needs a value for every key")
	}
	d := &Dict{keys: make([]any, 0, len(pairs)/2), vals: make([]any, 0, len(pairs)/2)}
	for i := 0; i < len(pairs); i += 2 {
		d.Set(pairs[i], pairs[i+1])
	}
	return d
}

// hashKey gives a comparable form of a key, equal for keys that Python takes
// to be equal.
func hashKey(k any) any {
	switch k := norm(k).(type) {
	case string, int:
		return k
	case nil:
		return missing
	case Markup:
		return string(k)
	case bool:
		if k {
			return 1
		}
		return 0
	case float64:
		if k == math.Trunc(k) && math.Abs(k) < 1<<62 {
			return int(k)
		}
		return k
	case *big.Int:
		return bigKey(k.String())
	case *Undefined:
		return undefinedKey{} // all undefined values are equal
	case Tuple:
		return tupleHash(k)
	case dictView:
		if k.kind == "dict_values" {
			return k
		}
		fail(KindType, "unhashable type: '%s'", k.kind)
	case *List, []any, *Dict, map[string]any:
		fail(KindType, "unhashable type: '%s'", typeName(k))
	default:
		if !reflect.TypeOf(k).Comparable() {
			fail(KindType, "unhashable type: '%s'", typeName(k))
		}
		return k
	}
	return nil
}

type (
	bigKey       string
	tupleKey     string
	undefinedKey struct{}
)

// maxKeySize bounds the keys of dicts: tuples of tuples may be larger than what
// they are made of.
const maxKeySize = 1 << 20

// tupleHash spells a tuple out, so that equal ones have equal texts.
func tupleHash(t Tuple) tupleKey {
	var b strings.Builder
	for _, item := range t {
		h := hashKey(item)
		s := repr(h)
		if nested, ok := h.(tupleKey); ok {
			s = "(" + string(nested) + ")"
		}
		b.WriteString(strconv.Itoa(len(s)) + ":" + s)
		if b.Len() > maxKeySize {
			failLimit(KindMemory, "a key of the template is too large")
		}
	}
	return tupleKey(b.String())
}

// find gives the position of a key, or -1.
func (d *Dict) find(key any) int {
	if d.index == nil {
		if s, ok := key.(string); ok {
			return d.findString(s)
		}
	}
	h := hashKey(key)
	if d.index != nil {
		if i, ok := d.index[h]; ok {
			return i
		}
		return -1
	}
	for i, k := range d.keys {
		if hashKey(k) == h {
			return i
		}
	}
	return -1
}

func (d *Dict) findString(s string) int {
	for i, k := range d.keys {
		switch k := k.(type) {
		case string:
			if k == s {
				return i
			}
		case Markup:
			if string(k) == s {
				return i
			}
		default:
			if hashKey(k) == any(s) {
				return i
			}
		}
	}
	return -1
}

// Set gives a key a value; a new key goes to the end.
func (d *Dict) Set(key, value any) {
	if i := d.find(key); i >= 0 {
		d.vals[i] = value
		return
	}
	d.keys = append(d.keys, key)
	d.vals = append(d.vals, value)
	switch {
	case d.index != nil:
		d.index[hashKey(key)] = len(d.keys) - 1
	case len(d.keys) > scanLimit:
		d.reindex()
	}
}

func (d *Dict) reindex() {
	d.index = nil
	if len(d.keys) <= scanLimit {
		return
	}
	d.index = make(map[any]int, 2*len(d.keys))
	for i, k := range d.keys {
		d.index[hashKey(k)] = i
	}
}

// Lookup gives the value of a key; ok is false if there is none.
func (d *Dict) Lookup(key any) (value any, ok bool) {
	if i := d.find(key); i >= 0 {
		return d.vals[i], true
	}
	return nil, false
}

// Keys gives the keys in order. The slice is the dict's own: do not change it.
func (d *Dict) Keys() []any { return d.keys }

// Values gives the values in order, under the same condition as Keys.
func (d *Dict) Values() []any { return d.vals }

// Len gives the number of keys.
func (d *Dict) Len() int { return len(d.keys) }

// Delete removes a key and gives the value it had.
func (d *Dict) Delete(key any) (value any, ok bool) {
	i := d.find(key)
	if i < 0 {
		return nil, false
	}
	value = d.vals[i]
	d.keys = slices.Delete(d.keys, i, i+1)
	d.vals = slices.Delete(d.vals, i, i+1)
	d.reindex()
	return value, true
}

// keys gives the keys of a mapping within the budget: those of a map of Go are
// sorted each time they are asked for.
func (f *frame) keys(m Mapping) []any {
	if d, ok := m.(*Dict); ok {
		return d.keys
	}
	f.st.items(m.Len())
	return m.Keys()
}

// asMapping gives the dict that a value acts as: a Dict, a Mapping or a map.
func asMapping(v any) (Mapping, bool) {
	switch v := v.(type) {
	case nil, string, int, bool:
		return nil, false
	case Mapping:
		return v, true
	case map[string]any:
		return stringMap(v), true
	}
	if rv := indirect(v); rv.Kind() == reflect.Map {
		return goMap{rv}, true
	}
	return nil, false
}

// stringMap makes the commonest map a Mapping. Go's maps have no order: they
// iterate by sorted key, so that a page looks the same every time.
type stringMap map[string]any

func (m stringMap) Lookup(key any) (any, bool) {
	s, ok := asString(key)
	if !ok {
		hashKey(key)
		return nil, false
	}
	v, ok := m[s]
	return v, ok
}

func (m stringMap) Keys() []any {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	keys := make([]any, len(names))
	for i, name := range names {
		keys[i] = name
	}
	return keys
}

func (m stringMap) Len() int { return len(m) }

// goMap makes any other map a Mapping, by reflection.
type goMap struct{ rv reflect.Value }

func (m goMap) Lookup(key any) (any, bool) {
	k, ok := convert(key, m.rv.Type().Key())
	if !ok {
		hashKey(key)
		return nil, false
	}
	v := m.rv.MapIndex(k)
	if !v.IsValid() {
		return nil, false
	}
	return v.Interface(), true
}

func (m goMap) Keys() []any {
	keys := make([]any, 0, m.rv.Len())
	for _, k := range m.rv.MapKeys() {
		keys = append(keys, k.Interface())
	}
	slices.SortStableFunc(keys, func(a, b any) int {
		if c, ok := tryCompare(a, b); ok {
			return c
		}
		return strings.Compare(repr(a), repr(b))
	})
	return keys
}

func (m goMap) Len() int { return m.rv.Len() }
