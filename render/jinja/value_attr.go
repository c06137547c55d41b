package jinja

import (
	"math/big"
	"reflect"
	"time"

	"github.com/cantil-go/cantil/internal/pytext"
)

// attributer is the objects of this package that have attributes.
type attributer interface {
	attr(name string) (any, bool)
}

// getattr is obj.name: an attribute or method first, then an item.
func getattr(f *frame, obj any, name string) any {
	obj = norm(obj)
	if v, ok := attribute(f, obj, name); ok {
		return v
	}
	if v, ok := lookup(obj, name); ok {
		return v
	}
	if u, ok := obj.(*Undefined); ok {
		u.fail()
	}
	return &Undefined{obj: obj, name: name, hasObj: true}
}

// getitem is obj[key]: an item first, then, for a text, an attribute.
func getitem(f *frame, obj, key any) any {
	obj = norm(obj)
	if u, ok := obj.(*Undefined); ok {
		u.fail()
	}
	f.st.workOn(obj)
	f.st.key(key)
	if v, ok := lookup(obj, key); ok {
		return v
	}
	if name, ok := asString(key); ok {
		if v, ok := attribute(f, obj, name); ok {
			return v
		}
	}
	return &Undefined{obj: obj, name: key, hasObj: true}
}

// attribute looks for an attribute or a method of a canonical value.
func attribute(f *frame, obj any, name string) (any, bool) {
	switch obj := obj.(type) {
	case nil, *Undefined:
		return nil, false
	case attributer:
		if v, ok := obj.attr(name); ok {
			return v, true
		}
	case Attributer:
		v, ok := obj.JinjaAttr(name)
		if _, sealed := obj.(Object); ok || sealed {
			return v, ok
		}
		if p, ok := obj.(Proxy); ok {
			return attribute(f, behind(p), name)
		}
	case time.Time:
		if v, ok := timeAttr(obj, name); ok {
			return v, true
		}
	case int, bool, float64, *big.Int:
		if v, ok := numberAttr(obj, name); ok {
			return v, true
		}
	}
	if b := methodOf(obj, name); b != nil {
		return &boundMethod{obj, b}, true
	}
	return reflectAttr(obj, name)
}

// lookup is obj[key] alone; a missing item is no error.
func lookup(obj, key any) (any, bool) {
	switch obj := obj.(type) {
	case nil, bool, int, float64:
		return nil, false
	case *Dict:
		if !isHashable(key) {
			return nil, false
		}
		return obj.Lookup(key)
	case map[string]any:
		if name, ok := key.(string); ok {
			v, ok := obj[name]
			return v, ok
		}
	case string, Markup:
		return textItem(obj, key)
	case Range:
		if i, ok := itemIndex(key, obj.Len()); ok {
			return obj.item(i), true
		}
		return nil, false
	case *groupTuple:
		return index(obj.tuple(), key)
	case []byte:
		if i, ok := itemIndex(key, len(obj)); ok {
			return int(obj[i]), true
		}
		return nil, false
	}
	if items, ok := asItemsRef(obj); ok {
		return index(items, key)
	}
	return lookupHost(obj, key)
}

// lookupHost serves the containers of the host: mappings and typed slices.
func lookupHost(obj, key any) (any, bool) {
	if p, ok := obj.(Proxy); ok {
		return lookup(behind(p), key)
	}
	if m, ok := asMapping(obj); ok {
		if !isHashable(key) {
			return nil, false
		}
		return m.Lookup(key)
	}
	switch rv := indirect(obj); rv.Kind() {
	case reflect.Slice, reflect.Array:
		if i, ok := itemIndex(key, rv.Len()); ok {
			return rv.Index(i).Interface(), true
		}
	}
	return nil, false
}

// asItemsRef gives the items of the sequences that hold them as they are.
func asItemsRef(v any) ([]any, bool) {
	switch v := v.(type) {
	case *List:
		return v.Items, true
	case []any:
		return v, true
	case Tuple:
		return v, true
	}
	return nil, false
}

// isHashable reports whether a value can be a key; others are just not found.
func isHashable(key any) bool {
	switch key := norm(key).(type) {
	case *List, []any, *Dict, map[string]any:
		return false
	case nil:
		return true
	default:
		return reflect.TypeOf(key).Comparable() || reflect.TypeOf(key) == reflect.TypeFor[Tuple]()
	}
}

// itemIndex gives the position that an index means in n items.
func itemIndex(key any, n int) (int, bool) {
	i, ok := norm(key).(int)
	if !ok {
		b, isBool := norm(key).(bool)
		if !isBool {
			return 0, false
		}
		if b {
			i = 1
		}
	}
	if i < 0 {
		i += n
	}
	return i, i >= 0 && i < n
}

func index(items []any, key any) (any, bool) {
	if i, ok := itemIndex(key, len(items)); ok {
		return items[i], true
	}
	return nil, false
}

// textItem gives a character of a text.
func textItem(obj, key any) (any, bool) {
	s, _ := asString(obj)
	_, safe := obj.(Markup)
	i, ok := itemIndex(key, runeLen(s))
	if !ok {
		return nil, false
	}
	s = s[pytext.RuneOffset(s, i):]
	return likeText(s[:pytext.RuneOffset(s, 1)], safe), true
}

// methodOf gives the method of a built-in type, or nil.
func methodOf(obj any, name string) *builtin {
	switch obj := obj.(type) {
	case string:
		return stringMethods[name]
	case Markup:
		if b := markupMethods[name]; b != nil {
			return b
		}
		return stringMethods[name]
	case *List:
		return listMethods[name]
	case []any:
		return sliceMethods[name]
	case Tuple, *groupTuple:
		return tupleMethods[name]
	case *Dict:
		return dictMethods[name]
	case map[string]any:
		return mappingMethods[name]
	case Range:
		return rangeMethods[name]
	case int, bool, *big.Int:
		return intMethods[name]
	case float64:
		return floatMethods[name]
	case time.Time:
		return timeMethods[name]
	case *loopContext:
		return loopMethods[name]
	case *cycler:
		return cyclerMethods[name]
	case []byte:
		return bytesMethods[name]
	case nil, *Undefined, *macro, *module, *namespace, Object:
		return nil
	default:
		return hostMethod(obj, name)
	}
}

// hostMethod gives the mapping and list methods that types of the host get,
// unless they have such a method of their own.
func hostMethod(obj any, name string) *builtin {
	m, s := mappingMethods[name], sliceMethods[name]
	if m == nil && s == nil || hasMethod(obj, name) {
		return nil
	}
	if _, ok := asMapping(obj); ok {
		return m
	}
	switch indirect(obj).Kind() {
	case reflect.Slice, reflect.Array:
		return s
	}
	return nil
}
