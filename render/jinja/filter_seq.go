package jinja

import (
	"math/rand/v2"
	"slices"

	"github.com/cantil-go/cantil/render/jinja/internal/syntax"
)

func init() {
	addFilter("length count", "obj", func(f *frame, a []any) any {
		n, ok := length(a[0])
		if !ok {
			fail(KindType, "object of type '%s' has no len()", typeName(a[0]))
		}
		return n
	})
	addFilter("first", "seq", func(f *frame, a []any) any {
		it := iterate(f, a[0])
		if v, ok := it.next(); ok {
			return v
		}
		return undefinedHint("No first item, sequence was empty.")
	})
	addFilter("last", "seq", func(f *frame, a []any) any {
		it := reversed(f, a[0], false)
		if v, ok := it.next(); ok {
			return v
		}
		return undefinedHint("No last item, sequence was empty.")
	})
	addFilter("random", "seq", filterRandom)
	builtinFilters["random"].context = true
	addFilter("list", "value", func(f *frame, a []any) any { return &List{toItems(f, a[0])} })
	addFilter("reverse", "value", filterReverse)
	addFilter("join", "value, d='', attribute=None", filterJoin)
	addFilter("batch", "value, linecount, fill_with=None", filterBatch)
	addFilter("slice", "value, slices, fill_with=None", filterSlice)
	addFilter("items", "value", filterItems)
	addFilter("dictsort", "value, case_sensitive=False, by='key', reverse=False", filterDictSort)
	addFilter("sort", "value, reverse=False, case_sensitive=False, attribute=None", filterSort)
	addFilter("unique", "value, case_sensitive=False, attribute=None", filterUnique)
	addFilter("groupby", "value, attribute, default=None, case_sensitive=False", filterGroupBy)
	addFilter("min", "value, case_sensitive=False, attribute=None", func(f *frame, a []any) any {
		return extreme(f, a, syntax.OpLt)
	})
	addFilter("max", "value, case_sensitive=False, attribute=None", func(f *frame, a []any) any {
		return extreme(f, a, syntax.OpGt)
	})
	addFilter("sum", "iterable, attribute=None, start=0", filterSum)
}

// groupTuple is a group of groupby: a pair whose parts have names.
type groupTuple struct{ grouper, list any }

func (g *groupTuple) tuple() Tuple   { return Tuple{g.grouper, g.list} }
func (g *groupTuple) Len() int       { return 2 }
func (g *groupTuple) pyType() string { return "_GroupTuple" }
func (g *groupTuple) pyRepr() string { return repr(g.tuple()) }

func (g *groupTuple) attr(name string) (any, bool) {
	switch name {
	case "grouper":
		return g.grouper, true
	case "list":
		return g.list, true
	}
	return nil, false
}

// filterGroupBy sorts first, so equal keys meet wherever they stood. The label
// of a group has the case that its first item has.
func filterGroupBy(f *frame, a []any) any {
	key := keyGetter(f, a[1], truth(a[3]), a[2])
	label := getter(f, a[1], a[2])
	items := sortItems(f, toItems(f, a[0]), key, false)
	out := &List{}
	for i := 0; i < len(items); {
		k := key(items[i])
		j := i + 1
		f.st.items(4)
		for j < len(items) && equal(f, key(items[j]), k) {
			f.st.items(1)
			j++
		}
		group := slices.Clone(items[i:j])
		out.Items = append(out.Items, &groupTuple{label(group[0]), &List{group}})
		i = j
	}
	return out
}

// extreme is min and max.
func extreme(f *frame, a []any, op syntax.CmpOp) any {
	key := keyGetter(f, a[2], truth(a[1]), nil)
	it := iterate(f, a[0])
	best, ok := it.next()
	if !ok {
		return undefinedHint("No aggregated item, sequence was empty.")
	}
	bestKey := key(best)
	for {
		f.st.step(1)
		v, ok := it.next()
		if !ok {
			return best
		}
		if k := key(v); compareOp(f, op, k, bestKey) {
			best, bestKey = v, k
		}
	}
}

// filterSum adds with the operator +, from left to right, so it works for lists
// too; texts are refused as by Python.
func filterSum(f *frame, a []any) any {
	if _, isText := asString(a[2]); isText {
		fail(KindType, "sum() can't sum strings [use ''.join(seq) instead]")
	}
	get := getter(f, a[1], nil)
	total := a[2]
	it := iterate(f, a[0])
	for {
		f.st.step(1)
		v, ok := it.next()
		if !ok {
			return total
		}
		total = binary(f, syntax.TokAdd, total, get(v))
	}
}

// filterRandom needs a sequence: an index into it is drawn.
func filterRandom(f *frame, a []any) any {
	n, ok := length(a[0])
	if !ok {
		fail(KindType, "object of type '%s' has no len()", typeName(a[0]))
	}
	if n == 0 {
		return undefinedHint("No random item, sequence was empty.")
	}
	v, ok := lookup(norm(a[0]), rand.IntN(n))
	if !ok {
		fail(KindType, "'%s' object is not subscriptable", typeName(a[0]))
	}
	return v
}

// reversed iterates backwards; where Python's reversed refuses, so does it,
// unless any iterable will do.
func reversed(f *frame, v any, anyIterable bool) iterator {
	v = norm(v)
	if _, isSeq := length(v); !isSeq && !anyIterable {
		fail(KindType, "'%s' object is not reversible", typeName(v))
	}
	items := toItems(f, v)
	slices.Reverse(items)
	return iterator{items: items}
}

// filterReverse gives a text for a text, else something to go through once.
func filterReverse(f *frame, a []any) any {
	if s, ok := asString(a[0]); ok {
		_, safe := f.textOf(a[0])
		return likeText(f.sliceText(s, nil, nil, -1), safe)
	}
	if _, ok := tryIterate(f, a[0]); !ok {
		fail(KindFilterArg, "argument must be iterable")
	}
	it := reversed(f, a[0], true)
	if _, isGen := a[0].(*generator); isGen {
		return &List{it.items}
	}
	return &generator{"reversed", it.next}
}

// filterJoin is safe as soon as the separator or one item is: then the others
// are escaped.
func filterJoin(f *frame, a []any) any {
	get := getter(f, a[2], nil)
	it := iterate(f, a[0])
	var items []any
	safe := isHTML(a[1])
	for {
		f.st.step(1)
		v, ok := it.next()
		if !ok {
			break
		}
		v = get(v)
		safe = safe || isHTML(v)
		f.st.memory(itemBytes)
		items = append(items, v)
	}
	safe = safe && f.autoescape()
	sep := f.str(a[1])
	if safe {
		sep = string(f.escape(a[1]))
	}
	out := make([]byte, 0, 64)
	for i, v := range items {
		before := len(out)
		if i > 0 {
			out = append(out, sep...)
		}
		out = f.st.appendValue(out, v, safe, f.st.env.Limits.Output)
		f.st.grow(before, len(out))
	}
	return likeText(string(out), safe)
}

// filterBatch gives rows of n items. An item that does not fit any more is held
// back for the next row, so that generators are read no further than needed.
func filterBatch(f *frame, a []any) any {
	n := toInt(a[1])
	fill := a[2]
	it := iterate(f, a[0])
	var held any
	hasHeld := false
	return &generator{"do_batch", func() (any, bool) {
		var row []any
		f.st.items(3)
		if hasHeld {
			row, held, hasHeld = append(row, held), nil, false
		}
		for {
			v, ok := it.next()
			if !ok {
				break
			}
			f.st.items(1)
			if len(row) == n {
				held, hasHeld = v, true
				return &List{row}, true
			}
			row = append(row, v)
		}
		if row == nil {
			return nil, false
		}
		if fill != nil && len(row) < n {
			f.st.items(n - len(row))
			row = append(row, repeatItems([]any{fill}, n-len(row))...)
		}
		return &List{row}, true
	}}
}

// filterSlice gives n columns. The first ones get what does not divide evenly,
// and the fill goes to the others.
func filterSlice(f *frame, a []any) any {
	n := toInt(a[1])
	items := toItems(f, a[0])
	if n == 0 {
		fail(KindZeroDivision, "integer division or modulo by zero")
	}
	per, extra := floorDiv(len(items), n), len(items)-floorDiv(len(items), n)*n
	fill := a[2]
	i, start := 0, 0
	return &generator{"sync_do_slice", func() (any, bool) {
		if i >= n {
			return nil, false
		}
		f.st.items(3)
		end := start + per
		if i < extra {
			end++
		}
		f.st.items(end - start)
		row := slices.Clone(items[start:end])
		if fill != nil && i >= extra {
			row = append(row, fill)
		}
		start = end
		i++
		return &List{row}, true
	}}
}

// filterItems is items() that takes undefined for empty.
func filterItems(f *frame, a []any) any {
	v := norm(a[0])
	if _, undefined := v.(*Undefined); undefined {
		return &generator{"do_items", func() (any, bool) { return nil, false }}
	}
	m, ok := asMapping(v)
	if !ok {
		fail(KindType, "Can only get item pairs from a mapping.")
	}
	it := iterator{kind: iterView, items: f.keys(m), view: dictView{m, "dict_items"}}
	return &generator{"do_items", it.next}
}
