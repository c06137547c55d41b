package jinja

import "slices"

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
	rangeMethods   = table{}
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
	addRangeMethods()
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
	add("sort", "self, key=None, reverse=False", sortList)
}

func sortList(f *frame, l *List, a []any) any {
	key := func(v any) any { return v }
	if a[1] != nil {
		fn := asCallable(a[1])
		key = func(v any) any { return fn.call(f, []any{v}, nil) }
	}
	l.Items = sortItems(f, l.Items, key, truth(a[2]))
	return nil
}
