package jinja

func init() {
	addFilter("map", "value, *args, **kwargs", filterMap)
	addFilter("select", "value, *args, **kwargs", func(f *frame, a []any) any {
		return selectItems(f, "sync_do_select", a, false, true)
	})
	addFilter("reject", "value, *args, **kwargs", func(f *frame, a []any) any {
		return selectItems(f, "sync_do_reject", a, false, false)
	})
	addFilter("selectattr", "value, *args, **kwargs", func(f *frame, a []any) any {
		return selectItems(f, "sync_do_selectattr", a, true, true)
	})
	addFilter("rejectattr", "value, *args, **kwargs", func(f *frame, a []any) any {
		return selectItems(f, "sync_do_rejectattr", a, true, false)
	})
	for _, name := range []string{"map", "select", "reject", "selectattr", "rejectattr"} {
		builtinFilters[name].context = true
	}
}

// lazily gives a generator whose preparation is put off until the first item
// is asked for, as the body of a Python generator is: mistakes show only then.
func lazily(name string, prepare func() func() (any, bool)) *generator {
	var pull func() (any, bool)
	return &generator{name, func() (any, bool) {
		if pull == nil {
			pull = prepare()
		}
		return pull()
	}}
}

// done is a generator that has no items.
func done() (any, bool) { return nil, false }

// filterMap applies a filter to each item, or takes an attribute of each.
func filterMap(f *frame, a []any) any {
	value, args, kwargs := a[0], a[1].(Tuple), a[2].(*Dict)
	return lazily("sync_do_map", func() func() (any, bool) {
		if !truth(value) {
			return done
		}
		fn := mapFunc(f, args, kwargs)
		it := iterate(f, value)
		return func() (any, bool) {
			f.st.step(1)
			v, ok := it.next()
			if !ok {
				return nil, false
			}
			return fn(v), true
		}
	})
}

// mapFunc prepares what map applies: an attribute path or a filter.
func mapFunc(f *frame, args Tuple, kwargs *Dict) func(any) any {
	if attribute, ok := kwargs.Lookup("attribute"); ok && len(args) == 0 {
		def, _ := kwargs.Lookup("default")
		for _, k := range kwargs.Keys() {
			if k != "attribute" && k != "default" {
				fail(KindFilterArg, "Unexpected keyword argument %s", repr(k))
			}
		}
		return getter(f, attribute, def)
	}
	if len(args) == 0 {
		fail(KindFilterArg, "map requires a filter argument")
	}
	return applier(f, "filter", args[0], args[1:], kwargs, f.st.env.filter)
}

// applier gives a function that applies a filter or test by its name.
func applier(f *frame, what string, name any, args Tuple, kwargs *Dict, find func(string) callable) func(any) any {
	var fn callable
	if s, ok := asString(name); ok {
		fn = find(s)
	}
	kw := make([]Arg, kwargs.Len())
	for i, k := range kwargs.Keys() {
		kw[i] = Arg{str(k), kwargs.vals[i]}
	}
	return func(v any) any {
		if fn == nil {
			if u, undefined := name.(*Undefined); undefined {
				u.fail()
			}
			fail(KindRuntime, "No %s named %s.", what, repr(name))
		}
		st := f.st
		st.step(1)
		m := st.markArgs()
		st.args = append(append(st.args, v), args...)
		v = fn.call(f, st.args[m.args:], kw)
		st.popArgs(m)
		return v
	}
}

// selectItems is select, reject and their forms for an attribute: it keeps the
// items for which a test, or truth, is want.
func selectItems(f *frame, name string, a []any, byAttr, want bool) any {
	value, args, kwargs := a[0], a[1].(Tuple), a[2].(*Dict)
	return lazily(name, func() func() (any, bool) {
		if !truth(value) {
			return done
		}
		get := func(v any) any { return v }
		if byAttr {
			if len(args) == 0 {
				fail(KindFilterArg, "Missing parameter for attribute name")
			}
			get, args = getter(f, args[0], nil), args[1:]
		}
		test := func(v any) any { return v }
		if len(args) > 0 {
			test = applier(f, "test", args[0], args[1:], kwargs, f.st.env.test)
		}
		it := iterate(f, value)
		return func() (any, bool) {
			for {
				f.st.step(1)
				v, ok := it.next()
				if !ok || truth(test(get(v))) == want {
					return v, ok
				}
			}
		}
	})
}
