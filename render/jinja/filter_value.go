package jinja

func init() {
	addFilter("default d", "value, default_value='', boolean=False", func(f *frame, a []any) any {
		if _, undefined := a[0].(*Undefined); undefined || truth(a[2]) && !truth(a[0]) {
			return a[1]
		}
		return a[0]
	})
	addFilter("attr", "obj, name", filterAttr)
}

// filterAttr is obj.name without looking for an item.
func filterAttr(f *frame, a []any) any {
	obj := norm(a[0])
	name, ok := asString(a[1])
	if !ok {
		fail(KindType, "attribute name must be string, not '%s'", typeName(a[1]))
	}
	if v, ok := attribute(f, obj, name); ok {
		return v
	}
	checkDefined(obj)
	return &Undefined{obj: obj, name: name, hasObj: true}
}
