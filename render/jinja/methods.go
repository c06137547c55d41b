package jinja

import (
	"encoding/hex"
	"math"
	"math/big"
	"slices"
	"strconv"
)

// The methods of Python's other types. Slices of Go have those of a list that
// do not change it, mappings those of a dict.
var (
	listMethods    = table{}
	sliceMethods   = table{}
	tupleMethods   = table{}
	dictMethods    = table{}
	mappingMethods = table{}
	intMethods     = table{}
	floatMethods   = table{}
	bytesMethods   = table{}
)

func init() {
	for _, t := range []table{listMethods, sliceMethods, tupleMethods} {
		addSequenceMethods(t)
	}
	addListMethods(listMethods)
	for name := range listMethods {
		if sliceMethods[name] == nil {
			sliceMethods.add("list.", name, "self, *args, **kwargs", func(f *frame, a []any) any {
				fail(KindType, "a Go slice cannot be changed by a template: pass a *jinja.List")
				return nil
			})
		}
	}
	copyList := func(f *frame, a []any) any { return &List{toItems(f, a[0])} }
	listMethods.add("list.", "copy", "self", copyList)
	sliceMethods.add("list.", "copy", "self", copyList)
	for _, t := range []table{dictMethods, mappingMethods} {
		addMappingMethods(t)
	}
	addDictMethods(dictMethods)
	addNumberMethods()
}

func addSequenceMethods(t table) {
	t.add("list.", "count", "self, value", func(f *frame, a []any) any {
		n := 0
		for _, item := range toItems(f, a[0]) {
			if equal(f, item, a[1]) {
				n++
			}
		}
		return n
	})
	t.add("list.", "index", "self, value, start=None, stop=None", func(f *frame, a []any) any {
		items := toItems(f, a[0])
		lo, hi, _ := sliceBounds(len(items), a[2], a[3], nil)
		for i := lo; i < hi; i++ {
			if equal(f, items[i], a[1]) {
				return i
			}
		}
		fail(KindValue, "%s is not in list", repr(a[1]))
		return nil
	})
}

// addListMethods adds what changes a list.
func addListMethods(t table) {
	add := func(names, signature string, fn func(f *frame, l *List, a []any) any) {
		t.add("list.", names, signature, func(f *frame, a []any) any {
			l := a[0].(*List)
			f.st.step(1 + len(l.Items)>>6) // most of these move the items after one
			return fn(f, l, a)
		})
	}
	add("append", "self, object", func(f *frame, l *List, a []any) any {
		f.st.memory(itemBytes)
		l.Items = append(l.Items, a[1])
		return nil
	})
	add("extend", "self, iterable", func(f *frame, l *List, a []any) any {
		l.Items = append(l.Items, toItems(f, a[1])...)
		return nil
	})
	add("insert", "self, index, object", func(f *frame, l *List, a []any) any {
		lo, _, _ := sliceBounds(len(l.Items), toInt(a[1]), nil, nil)
		f.st.memory(itemBytes)
		l.Items = slices.Insert(l.Items, lo, a[2])
		return nil
	})
	add("pop", "self, index=-1", func(f *frame, l *List, a []any) any {
		if len(l.Items) == 0 {
			fail(KindIndex, "pop from empty list")
		}
		i, ok := itemIndex(toInt(a[1]), len(l.Items))
		if !ok {
			fail(KindIndex, "pop index out of range")
		}
		v := l.Items[i]
		l.Items = slices.Delete(l.Items, i, i+1)
		return v
	})
	add("remove", "self, value", func(f *frame, l *List, a []any) any {
		f.st.visits(len(l.Items))
		i := slices.IndexFunc(l.Items, func(v any) bool { return equal(f, v, a[1]) })
		if i < 0 {
			fail(KindValue, "list.remove(x): x not in list")
		}
		l.Items = slices.Delete(l.Items, i, i+1)
		return nil
	})
	add("clear", "self", func(f *frame, l *List, a []any) any {
		l.Items = nil
		return nil
	})
	add("reverse", "self", func(f *frame, l *List, a []any) any {
		slices.Reverse(l.Items)
		return nil
	})
	add("sort", "self, key=None, reverse=False", func(f *frame, l *List, a []any) any {
		key := func(v any) any { return v }
		if a[1] != nil {
			fn := asCallable(a[1])
			key = func(v any) any { return fn.call(f, []any{v}, nil) }
		}
		l.Items = sortItems(f, l.Items, key, truth(a[2]))
		return nil
	})
}

// addMappingMethods adds what every mapping can do.
func addMappingMethods(t table) {
	view := func(name, kind string) {
		t.add("dict.", name, "self", func(f *frame, a []any) any {
			m, _ := asMapping(a[0])
			return dictView{m, kind}
		})
	}
	view("keys", "dict_keys")
	view("values", "dict_values")
	view("items", "dict_items")
	t.add("dict.", "get", "self, key, default=None", func(f *frame, a []any) any {
		m, _ := asMapping(a[0])
		f.st.key(a[1])
		if v, ok := m.Lookup(a[1]); ok {
			return v
		}
		return a[2]
	})
	t.add("dict.", "copy", "self", func(f *frame, a []any) any {
		d := &Dict{}
		d.update(f, a[0])
		return d
	})
}

// addDictMethods adds what changes a dict.
func addDictMethods(t table) {
	t.add("dict.", "setdefault", "self, key, default=None", func(f *frame, a []any) any {
		d := a[0].(*Dict)
		f.st.key(a[1])
		if v, ok := d.Lookup(a[1]); ok {
			return v
		}
		f.st.entries(1)
		d.Set(a[1], a[2])
		return a[2]
	})
	t.add("dict.", "update", "self, *args, **kwargs", func(f *frame, a []any) any {
		d := a[0].(*Dict)
		for _, v := range a[1].(Tuple) {
			d.update(f, v)
		}
		d.update(f, a[2])
		return nil
	})
	t.add("dict.", "pop", "self, key, *args", func(f *frame, a []any) any {
		f.st.key(a[1])
		f.st.step(a[0].(*Dict).Len() >> 1) // the index is made anew
		v, ok := a[0].(*Dict).Delete(a[1])
		if rest := a[2].(Tuple); !ok && len(rest) > 0 {
			return rest[0]
		}
		if !ok {
			fail(KindKey, "%s", repr(a[1]))
		}
		return v
	})
	t.add("dict.", "popitem", "self", func(f *frame, a []any) any {
		d := a[0].(*Dict)
		f.st.step(d.Len() >> 1)
		if d.Len() == 0 {
			fail(KindKey, "'popitem(): dictionary is empty'")
		}
		k := d.keys[d.Len()-1]
		v, _ := d.Delete(k)
		return Tuple{k, v}
	})
	t.add("dict.", "clear", "self", func(f *frame, a []any) any {
		*a[0].(*Dict) = Dict{}
		return nil
	})
	t.add("dict.", "fromkeys", "self, iterable, value=None", func(f *frame, a []any) any {
		d := &Dict{}
		for _, k := range toItems(f, a[1]) {
			f.st.key(k)
			f.st.entries(1)
			d.Set(k, a[2])
		}
		return d
	})
}

func addNumberMethods() {
	floatMethods.add("float.", "is_integer", "self", func(f *frame, a []any) any {
		x := a[0].(float64)
		return x == math.Trunc(x) && !math.IsInf(x, 0)
	})
	floatMethods.add("float.", "hex", "self", func(f *frame, a []any) any {
		return strconv.FormatFloat(a[0].(float64), 'x', -1, 64)
	})
	floatMethods.add("float.", "as_integer_ratio", "self", func(f *frame, a []any) any {
		r := new(big.Rat)
		if r.SetFloat64(a[0].(float64)) == nil {
			fail(KindOverflow, "cannot convert Infinity or NaN to integer ratio")
		}
		return Tuple{normBig(r.Num()), normBig(r.Denom())}
	})
	intMethods.add("int.", "bit_length", "self", func(f *frame, a []any) any {
		n, _ := asBig(a[0])
		return n.BitLen()
	})
	intMethods.add("int.", "bit_count", "self", func(f *frame, a []any) any {
		n, _ := asBig(a[0])
		count := 0
		for _, w := range n.Bits() {
			for ; w != 0; w &= w - 1 {
				count++
			}
		}
		return count
	})
	intMethods.add("int.", "conjugate", "self", func(f *frame, a []any) any { return a[0] })
	floatMethods.add("float.", "conjugate", "self", func(f *frame, a []any) any { return a[0] })
	bytesMethods.add("bytes.", "decode", "self, encoding='utf-8', errors='strict'", func(f *frame, a []any) any {
		b := a[0].([]byte)
		f.st.size(len(b))
		return string(b)
	})
	bytesMethods.add("bytes.", "hex", "self", func(f *frame, a []any) any {
		b := a[0].([]byte)
		f.st.size(2 * len(b))
		return hex.EncodeToString(b)
	})
}

// numberAttr gives the attributes of numbers.
func numberAttr(v any, name string) (any, bool) {
	switch name {
	case "real":
		return v, true
	case "imag":
		if _, isFloat := v.(float64); isFloat {
			return 0.0, true
		}
		return 0, true
	case "numerator", "denominator":
		if _, isFloat := v.(float64); isFloat {
			return nil, false
		}
		if name == "denominator" {
			return 1, true
		}
		return v, true
	}
	return nil, false
}
