package jinja

import (
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/render/jinja/internal/syntax"
)

// getter gives a function that follows a path of attributes: "a.b", 0.
func getter(f *frame, attribute any, def any) func(v any) any {
	if attribute == nil {
		return func(v any) any { return v }
	}
	path := []any{attribute}
	if s, ok := asString(attribute); ok {
		f.st.items(strings.Count(s, ".") + 1)
		path = path[:0]
		for _, part := range strings.Split(s, ".") {
			if n, err := strconv.Atoi(part); err == nil && pytext.IsDigit(part[0]) {
				path = append(path, n)
			} else {
				path = append(path, part)
			}
		}
	}
	return func(v any) any {
		f.st.visits(len(path))
		for _, part := range path {
			v = getitem(f, v, part)
			if _, undefined := v.(*Undefined); undefined && def != nil {
				v = def
			}
		}
		return v
	}
}

// ignoreCase lowers texts, for comparing.
func (f *frame) ignoreCase(v any) any {
	if s, ok := asString(v); ok {
		f.recased(s)
		return pyLower(s)
	}
	return v
}

// keyGetter is getter for comparing, without regard to case unless asked.
func keyGetter(f *frame, attribute any, caseSensitive bool, def any) func(v any) any {
	get := getter(f, attribute, def)
	if caseSensitive {
		return get
	}
	return func(v any) any { return f.ignoreCase(get(v)) }
}

// sortItems gives the items sorted by key. Equal ones keep their order, when
// reversed too.
func sortItems(f *frame, items []any, key func(any) any, reverse bool) []any {
	return sortItemsBy(f, items, key, compareKeys, reverse)
}

// compareKeys orders by <, which fails for keys that have no order.
func compareKeys(f *frame, a, b any) int {
	switch {
	case compareOp(f, syntax.OpLt, a, b):
		return -1
	case compareOp(f, syntax.OpLt, b, a):
		return 1
	}
	return 0
}

// compareListed orders keys as Python orders lists that hold one each, which
// is what Jinja's sort makes of them: equal ones need no order.
func compareListed(f *frame, a, b any) int {
	if equal(f, a, b) {
		return 0
	}
	return compareKeys(f, a, b)
}

func sortItemsBy(f *frame, items []any, key func(any) any, compare func(f *frame, a, b any) int, reverse bool) []any {
	type pair struct{ key, item any }
	f.st.items(3 * len(items))
	f.st.step(len(items) * bits.Len(uint(len(items))))
	pairs := make([]pair, len(items))
	for i, item := range items {
		pairs[i] = pair{key(item), item}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		if reverse {
			a, b = b, a
		}
		return compare(f, a.key, b.key)
	})
	out := make([]any, len(items))
	for i, p := range pairs {
		out[i] = p.item
	}
	return out
}

// filterSort takes several attributes, separated by commas: a later one decides
// between items that are equal in those before.
func filterSort(f *frame, a []any) any {
	get := keyGetter(f, a[3], truth(a[2]), nil)
	if s, ok := asString(a[3]); ok && strings.Contains(s, ",") {
		var getters []func(any) any
		for _, part := range strings.Split(s, ",") {
			getters = append(getters, keyGetter(f, part, truth(a[2]), nil))
		}
		get = func(v any) any {
			f.st.items(len(getters) + 1)
			keys := make([]any, len(getters))
			for i, g := range getters {
				keys[i] = g(v)
			}
			return &List{keys}
		}
	}
	return &List{sortItemsBy(f, toItems(f, a[0]), get, compareListed, truth(a[1]))}
}

// filterDictSort gives the pairs sorted by key or by value.
func filterDictSort(f *frame, a []any) any {
	m, ok := asMapping(norm(a[0]))
	if !ok {
		checkDefined(norm(a[0]))
		fail(KindAttribute, "'%s' object has no attribute 'items'", typeName(a[0]))
	}
	pos := 0
	switch by, _ := asString(a[2]); by {
	case "key":
	case "value":
		pos = 1
	default:
		fail(KindFilterArg, `You can only sort by either "key" or "value"`)
	}
	sensitive := truth(a[1])
	key := func(v any) any {
		k := v.(Tuple)[pos]
		if !sensitive {
			k = f.ignoreCase(k)
		}
		return k
	}
	f.st.items(m.Len())
	return &List{sortItems(f, dictView{m, "dict_items"}.list(), key, truth(a[3]))}
}

// filterUnique keeps the first of equal items, in their order.
func filterUnique(f *frame, a []any) any {
	get := keyGetter(f, a[2], truth(a[1]), nil)
	it := iterate(f, a[0])
	seen := map[any]bool{}
	return &generator{"sync_do_unique", func() (any, bool) {
		for {
			f.st.step(1)
			v, ok := it.next()
			if !ok {
				return nil, false
			}
			key := get(v)
			f.st.key(key)
			if k := hashKey(key); !seen[k] {
				f.st.entries(1)
				seen[k] = true
				return v, true
			}
		}
	}}
}
