package jinja

import (
	"iter"
	"math/big"
	"reflect"
	"unicode/utf8"
)

// generator is a sequence that can be gone through once, as what map, select
// and their like give in Jinja. What it computes, it computes when asked.
type generator struct {
	name string
	pull func() (any, bool)
}

func (g *generator) pyType() string { return "generator" }
func (g *generator) pyRepr() string { return "<generator object " + g.name + ">" }

// dictView is what keys(), values() and items() of a dict give.
type dictView struct {
	m    Mapping
	kind string // dict_keys, dict_values or dict_items
}

func (v dictView) Len() int       { return v.m.Len() }
func (v dictView) pyType() string { return v.kind }
func (v dictView) pyRepr() string { return v.kind + "(" + repr(&List{v.list()}) + ")" }

func (v dictView) list() []any {
	keys := v.m.Keys()
	out := make([]any, len(keys))
	for i, k := range keys {
		out[i] = v.item(k)
	}
	return out
}

func (v dictView) item(k any) any {
	if v.kind == "dict_keys" {
		return k
	}
	val, _ := v.m.Lookup(k)
	if v.kind == "dict_values" {
		return val
	}
	return Tuple{k, val}
}

func (v dictView) contains(f *frame, item any) bool {
	if v.kind == "dict_keys" {
		_, ok := v.m.Lookup(item)
		return ok
	}
	f.st.items(v.Len())
	for _, x := range v.list() {
		if equal(f, x, item) {
			return true
		}
	}
	return false
}

// iterator walks over any iterable. It is a struct with a case for each of the
// common kinds, so that a loop over a slice allocates nothing.
type iterator struct {
	kind  iterKind
	pos   int
	items []any
	list  *List
	rng   Range
	text  string
	rv    reflect.Value
	view  dictView
	pull  func() (any, bool)
	owner any // the generator, which a length must not be asked of
}

type iterKind uint8

const (
	iterItems iterKind = iota
	iterList
	iterRange
	iterText
	iterMarkup
	iterReflect
	iterView
	iterPull
)

// iterate gives an iterator over v, or fails as Python's iter does.
func iterate(f *frame, v any) iterator {
	it, ok := tryIterate(f, v)
	if !ok {
		fail(KindType, "'%s' object is not iterable", typeName(v))
	}
	return it
}

// tryIterate is iterate for those who can do without: ok is false if Python
// would not iterate over v.
func tryIterate(f *frame, v any) (it iterator, ok bool) {
	switch v := norm(v).(type) {
	case nil, bool, int, float64, *big.Int:
		return it, false
	case *List:
		return iterator{kind: iterList, list: v}, true
	case []any:
		return iterator{items: v}, true
	case Tuple:
		return iterator{items: v}, true
	case *Undefined:
		return it, true
	case string:
		return iterator{kind: iterText, text: v}, true
	case Markup:
		// Iterating over Markup gives plain characters, which are escaped again.
		return iterator{kind: iterText, text: string(v)}, true
	case Range:
		return iterator{kind: iterRange, rng: v}, true
	case *generator:
		return iterator{kind: iterPull, pull: v.pull, owner: v}, true
	case *loopContext:
		return iterator{kind: iterPull, pull: v.iterate, owner: v}, true
	case *groupTuple:
		return iterator{items: v.tuple()}, true
	case dictView:
		return iterator{kind: iterView, items: f.keys(v.m), view: v}, true
	case []byte:
		f.st.items(len(v))
		return iterator{items: bytesItems(v)}, true
	default:
		return iterateReflect(f, v)
	}
}

func bytesItems(b []byte) []any {
	items := make([]any, len(b))
	for i, c := range b {
		items[i] = int(c)
	}
	return items
}

// iterateReflect serves the types of the host: Mapping, slices, maps, and
// functions of the shape of iter.Seq and iter.Seq2.
func iterateReflect(f *frame, v any) (it iterator, ok bool) {
	if o, ok := v.(interface{ JinjaItems() []any }); ok {
		items := o.JinjaItems()
		f.st.items(len(items))
		return iterator{items: items}, true
	}
	if m, ok := asMapping(v); ok {
		return iterator{items: f.keys(m)}, true
	}
	switch rv := indirect(v); rv.Kind() {
	case reflect.Slice, reflect.Array:
		return iterator{kind: iterReflect, rv: rv}, true
	case reflect.Func:
		if rv.IsNil() {
			return it, false
		}
		return iterateSeq(f, rv)
	}
	return it, false
}

// next gives the next item; ok is false at the end.
func (it *iterator) next() (v any, ok bool) {
	i := it.pos
	switch it.kind {
	case iterItems:
		if i >= len(it.items) {
			return nil, false
		}
		v = it.items[i]
	case iterList:
		if i >= len(it.list.Items) {
			return nil, false
		}
		v = it.list.Items[i]
	case iterRange:
		if i >= it.rng.Len() {
			return nil, false
		}
		v = it.rng.item(i)
	case iterText:
		if it.text == "" {
			return nil, false
		}
		_, n := utf8.DecodeRuneInString(it.text)
		v = it.text[:n]
		it.text = it.text[n:]
	case iterReflect:
		if i >= it.rv.Len() {
			return nil, false
		}
		v = it.rv.Index(i).Interface()
	case iterView:
		if i >= len(it.items) {
			return nil, false
		}
		v = it.view.item(it.items[i])
	default:
		return it.pull()
	}
	it.pos++
	return v, true
}

// remaining gives the number of items left, if it is known beforehand.
func (it *iterator) remaining() (n int, ok bool) {
	switch it.kind {
	case iterItems, iterView:
		return len(it.items) - it.pos, true
	case iterList:
		return len(it.list.Items) - it.pos, true
	case iterRange:
		return it.rng.Len() - it.pos, true
	case iterText:
		return runeLen(it.text), true
	case iterReflect:
		return it.rv.Len() - it.pos, true
	}
	return 0, false
}

// toItems gives all items of an iterable as a new slice.
func toItems(f *frame, v any) []any {
	it := iterate(f, v)
	return it.rest(f)
}

// rest gives the items that are left. A known number is charged at once, so a
// range of billions fails before it takes memory.
func (it *iterator) rest(f *frame) []any {
	n, known := it.remaining()
	if known {
		f.st.items(n)
	}
	out := make([]any, 0, n)
	for {
		v, ok := it.next()
		if !ok {
			return out
		}
		if !known {
			f.st.items(1)
		}
		out = append(out, v)
	}
}

// asItems gives the items of a list or tuple without copying where possible.
func asItems(v any) ([]any, bool) {
	if t, ok := v.(Tuple); ok {
		return t, true
	}
	return asList(v)
}

// asList gives the items of what Python would call a list.
func asList(v any) ([]any, bool) {
	switch v := v.(type) {
	case *List:
		return v.Items, true
	case []any:
		return v, true
	}
	if !isList(v) {
		return nil, false
	}
	return reflectItems(indirect(v)), true
}

// asList is asList within the budget: a slice of the host's own type is copied.
func (f *frame) asList(v any) ([]any, bool) {
	items, ok := asList(v)
	if ok {
		switch v.(type) {
		case *List, []any:
		default:
			f.st.items(len(items))
		}
	}
	return items, ok
}

// asItems is asItems within the budget.
func (f *frame) asItems(v any) ([]any, bool) {
	if t, ok := v.(Tuple); ok {
		return t, true
	}
	return f.asList(v)
}

// isSequence reports whether + and * treat a value as a sequence.
func isSequence(v any) bool {
	switch v.(type) {
	case string, Markup, Tuple:
		return true
	}
	return isList(v)
}

// isList reports whether asList gives the items of a value.
func isList(v any) bool {
	switch v.(type) {
	case *List, []any:
		return true
	case nil, string, Markup, int, bool, float64, Tuple, []byte, *Dict, *Undefined, Range, Mapping:
		return false
	}
	kind := indirect(v).Kind()
	return kind == reflect.Slice || kind == reflect.Array
}

// iterateSeq walks over a Go iterator function, an item when it is asked for.
// Pairs come as tuples. The state ends it with the render, whether or not it was
// gone through.
func iterateSeq(f *frame, fn reflect.Value) (it iterator, ok bool) {
	t := fn.Type()
	switch {
	case t.CanSeq2():
		next, stop := iter.Pull2(fn.Seq2())
		f.st.stops = append(f.st.stops, stop)
		return iterator{kind: iterPull, owner: next, pull: func() (any, bool) {
			k, v, ok := next()
			if !ok {
				return nil, false
			}
			return Tuple{k.Interface(), v.Interface()}, true
		}}, true
	case t.CanSeq():
		next, stop := iter.Pull(fn.Seq())
		f.st.stops = append(f.st.stops, stop)
		return iterator{kind: iterPull, owner: next, pull: func() (any, bool) {
			v, ok := next()
			if !ok {
				return nil, false
			}
			return v.Interface(), true
		}}, true
	}
	return it, false
}

// stopIterators ends the iterators of the host that the render began. What they
// do at their end is their own: a panic there ends no other.
func (st *state) stopIterators() {
	for i, stop := range st.stops {
		st.stops[i] = nil
		func() {
			defer func() { _ = recover() }()
			stop()
		}()
	}
	st.stops = st.stops[:0]
}
