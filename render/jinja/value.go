package jinja

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"time"

	"github.com/cantil-go/cantil/internal/pytext"

	"github.com/cantil-go/cantil/internal/pyvalue"
)

// Values in templates are Go values. Each kind of Python has one canonical Go
// type here, which is what literals and filters give:
//
//	None      nil
//	bool      bool
//	int       int, or *big.Int where it does not fit
//	float     float64
//	str       string
//	Markup    Markup
//	bytes     []byte
//	list      *List
//	tuple     Tuple
//	dict      *Dict
//	undefined *Undefined
//
// Every other Go value works too: norm gives the canonical value of named and
// sized kinds, slices and arrays act as lists, maps as dicts, structs as
// objects.

// List is Python's list: it can grow, and whoever holds it sees that. Slices
// of Go work as lists as well, except for the methods that change a list.
type List struct{ Items []any }

// NewList makes a list of items.
func NewList(items ...any) *List { return &List{items} }

// Tuple is Python's tuple: it prints in parentheses and can be a key.
type Tuple = pyvalue.Tuple

// Markup is text that is safe HTML: it is never escaped, and string operations
// with it escape what they add to it, as in MarkupSafe.
type Markup = pyvalue.Markup

// HTMLer is a value that knows its own HTML, as __html__ does in Python. The
// text is written without escaping.
type HTMLer interface{ HTML() string }

// Localized is a text that depends on the render it is printed in, such as one in
// the visitor's language. lookup finds the names that every template of the
// render has. The text is escaped like any other.
type Localized interface {
	Localize(lookup func(name string) (value any, ok bool)) string
}

// Mapping lets a value of the host act as a dict: m['k'], m.k, 'k' in m,
// m.get('k'), m.items(), iteration, length and truth.
type Mapping interface {
	// Lookup gives the value of a key; ok is false if there is none.
	Lookup(key any) (value any, ok bool)
	// Keys gives the keys in the order of iteration.
	Keys() []any
	// Len gives the number of keys.
	Len() int
}

// Attributer lets a value decide on its attributes before fields and methods
// are looked at. Attributes that it has not may still be fields.
type Attributer interface {
	JinjaAttr(name string) (value any, ok bool)
}

// Object is an Attributer that has no other attributes: neither its fields and
// methods nor, if it is a Mapping, those of a dict are seen, unless JinjaAttr
// gives them ([MappingMethod]). One with a method
//
//	JinjaItems() []any
//
// is iterated over as these items. A String method says how it prints.
type Object interface {
	Attributer
	// JinjaType is the name of its class, for messages.
	JinjaType() string
}

// MappingMethod gives a method that every mapping has, bound to m: get, items,
// keys, values or copy.
func MappingMethod(m Mapping, name string) (method any, ok bool) {
	if b := mappingMethods[name]; b != nil {
		return &boundMethod{m, b}, true
	}
	return nil, false
}

// Str is Python's str(v), as {{ v }} prints a value before it is escaped.
func Str(v any) string { return str(v) }

// Repr is Python's repr(v).
func Repr(v any) string { return repr(v) }

// Undefined is the value of a name or an attribute that does not exist. It
// prints as nothing, is false, and iterates as nothing; anything else that is
// done with it is an UndefinedError. It is not None.
type Undefined struct {
	hint   string
	obj    any
	name   any
	hasObj bool
}

func undefinedName(name string) *Undefined { return &Undefined{name: name} }

func undefinedHint(format string, args ...any) *Undefined {
	return &Undefined{hint: fmt.Sprintf(format, args...)}
}

// message says why the value is undefined.
func (u *Undefined) message() string {
	switch {
	case u.hint != "":
		return u.hint
	case !u.hasObj:
		return repr(u.name) + " is undefined"
	}
	if name, ok := asString(u.name); ok {
		return pytext.Repr(objectName(u.obj)) + " has no attribute " + pytext.Repr(name)
	}
	return objectName(u.obj) + " has no element " + repr(u.name)
}

func (u *Undefined) fail() { fail(KindUndefined, "%s", u.message()) }

// String makes an Undefined print as nothing in Go code too.
func (u *Undefined) String() string { return "" }

// norm gives the canonical form of a value, so that a switch over the
// canonical types sees every number, string and nil pointer.
func norm(v any) any {
	switch v := v.(type) {
	case nil, bool, int, float64, string, Markup, *List, Tuple, *Dict, []any,
		map[string]any, *Undefined, *big.Int, []byte, time.Time:
		return v
	case int64:
		return normInt64(v)
	case int32:
		return int(v)
	case uint8:
		return int(v)
	case float32:
		return float64(v)
	case big.Int:
		return normBig(&v)
	case HTMLer, fmt.Stringer, error:
		// A type that says how it prints is an object, even over a string; but
		// a nil pointer has nothing to say.
		if rv := reflect.ValueOf(v); rv.Kind() == reflect.Pointer && rv.IsNil() {
			return nil
		}
		return v
	}
	return normReflect(v)
}

// normReflect looks at the kind of types it does not know by name.
func normReflect(v any) any {
	rv := reflect.ValueOf(v)
	switch rv.Kind() {
	case reflect.Bool:
		return rv.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return normInt64(rv.Int())
	case reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr, reflect.Uint8:
		u := rv.Uint()
		if u > math.MaxInt {
			return new(big.Int).SetUint64(u)
		}
		return int(u)
	case reflect.Float32, reflect.Float64:
		return rv.Float()
	case reflect.String:
		return rv.String()
	case reflect.Pointer:
		if rv.IsNil() {
			return nil
		}
		// A pointer to a simple value, as optional fields are, is that value.
		switch rv.Elem().Kind() {
		case reflect.Struct, reflect.Map, reflect.Slice, reflect.Array, reflect.Func:
			return v
		}
		return norm(rv.Elem().Interface())
	}
	return v
}

// asString gives the text of a str, Markup included.
func asString(v any) (string, bool) {
	switch v := norm(v).(type) {
	case string:
		return v, true
	case Markup:
		return string(v), true
	}
	return "", false
}

// truth is Python's bool(v).
func truth(v any) bool {
	switch v := norm(v).(type) {
	case nil, *Undefined:
		return false
	case bool:
		return v
	case int:
		return v != 0
	case *big.Int:
		return v.Sign() != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case Markup:
		return v != ""
	default:
		n, ok := length(v)
		return !ok || n != 0
	}
}

// length is Python's len(v); ok is false if v has none.
func length(v any) (n int, ok bool) {
	switch v := norm(v).(type) {
	case nil, bool, int, float64, *big.Int:
		return 0, false
	case string:
		return runeLen(v), true
	case Markup:
		return runeLen(string(v)), true
	case *List:
		return len(v.Items), true
	case []any:
		return len(v), true
	case Tuple:
		return len(v), true
	case map[string]any:
		return len(v), true
	case []byte:
		return len(v), true
	case *Undefined:
		return 0, true
	case interface{ Len() int }:
		return v.Len(), true
	default:
		switch rv := indirect(v); rv.Kind() {
		case reflect.Slice, reflect.Array, reflect.Map:
			return rv.Len(), true
		}
	}
	return 0, false
}

// indirect gives what a value or a pointer to it is to reflection.
func indirect(v any) reflect.Value {
	rv := reflect.ValueOf(v)
	for rv.Kind() == reflect.Pointer && !rv.IsNil() {
		rv = rv.Elem()
	}
	return rv
}

// typeName is the name of Python's type of v, as messages show it.
func typeName(v any) string {
	switch v := norm(v).(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case int, *big.Int:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case Markup:
		return "Markup"
	case []byte:
		return "bytes"
	case *Undefined:
		return "Undefined"
	case Tuple:
		return "tuple"
	case *Dict, map[string]any:
		return "dict"
	case *List, []any:
		return "list"
	case time.Time:
		return "datetime"
	case interface{ pyType() string }:
		return v.pyType()
	case Object:
		return v.JinjaType()
	default:
		return reflectTypeName(v)
	}
}

func reflectTypeName(v any) string {
	rv := indirect(v)
	switch t := rv.Type(); t.Kind() {
	case reflect.Slice, reflect.Array:
		return "list"
	case reflect.Map:
		return "dict"
	case reflect.Func:
		return "function"
	default:
		if t.Name() != "" {
			return t.Name()
		}
		return t.String()
	}
}

// objectName is how a message names an object: None, or its type.
func objectName(v any) string {
	switch v := norm(v).(type) {
	case nil:
		return "None"
	case Markup:
		return "markupsafe.Markup object"
	case time.Time:
		return "datetime.datetime object"
	case interface{ pyModule() string }:
		return v.pyModule() + "." + typeName(v) + " object"
	}
	return typeName(v) + " object"
}
