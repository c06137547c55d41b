package jinja

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
