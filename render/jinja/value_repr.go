package jinja

import (
	"fmt"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/pytext"
)

// maxReprDepth bounds the printing of nested values, cyclic ones included.
const maxReprDepth = 200

// repr is Python's repr(v).
func repr(v any) string { return string(appendRepr(nil, v, 0)) }

// str is Python's str(v).
func str(v any) string {
	switch v := norm(v).(type) {
	case string:
		return v
	case Markup:
		return string(v)
	case int:
		return strconv.Itoa(v)
	default:
		return string(appendStr(nil, v))
	}
}

// appendStr appends what str(v) gives.
func appendStr(dst []byte, v any) []byte {
	switch v := norm(v).(type) {
	case string:
		return append(dst, v...)
	case Markup:
		return append(dst, v...)
	case *Undefined:
		return dst
	case time.Time:
		return append(dst, timeStr(v)...)
	case interface{ pyStr() string }:
		return append(dst, v.pyStr()...)
	case Proxy:
		return appendStr(dst, behind(v))
	default:
		return appendRepr(dst, v, 0)
	}
}

// appendRepr appends what repr(v) gives.
func appendRepr(dst []byte, v any, depth int) []byte {
	switch v := norm(v).(type) {
	case nil:
		return append(dst, "None"...)
	case bool:
		if v {
			return append(dst, "True"...)
		}
		return append(dst, "False"...)
	case int:
		return strconv.AppendInt(dst, int64(v), 10)
	case *big.Int:
		return append(dst, bigText(v)...)
	case float64:
		return pytext.AppendFloat(dst, v, 64)
	case string:
		return pytext.AppendRepr(dst, v)
	case Markup:
		return append(pytext.AppendRepr(append(dst, "Markup("...), string(v)), ')')
	case *Undefined:
		return append(dst, "Undefined"...)
	case []byte:
		return pytext.AppendReprBytes(dst, v)
	case time.Time:
		return append(dst, timeRepr(v)...)
	case interface{ pyRepr() string }:
		return append(dst, v.pyRepr()...)
	default:
		if depth > maxReprDepth {
			return append(dst, "..."...)
		}
		return appendReprNested(dst, v, depth)
	}
}

// appendReprNested prints containers and the objects of Go.
func appendReprNested(dst []byte, v any, depth int) []byte {
	switch v := v.(type) {
	case *List:
		return appendReprItems(dst, "[", v.Items, "]", depth)
	case []any:
		return appendReprItems(dst, "[", v, "]", depth)
	case Tuple:
		if len(v) == 1 {
			return appendReprItems(dst, "(", v, ",)", depth)
		}
		return appendReprItems(dst, "(", v, ")", depth)
	}
	if o, ok := v.(Object); ok {
		if text, ok := o.(fmt.Stringer); ok {
			return append(dst, text.String()...)
		}
		return append(dst, "<"+o.JinjaType()+" object>"...)
	}
	if m, ok := asMapping(v); ok {
		return appendReprMapping(dst, m, depth)
	}
	switch v := v.(type) {
	case error:
		return append(dst, v.Error()...)
	case fmt.Stringer:
		return append(dst, v.String()...)
	case HTMLer:
		return append(dst, v.HTML()...)
	}
	rv := indirect(v)
	switch rv.Kind() {
	case reflect.Slice, reflect.Array:
		if rv.Type().Elem().Kind() == reflect.Uint8 && rv.Kind() == reflect.Slice {
			return pytext.AppendReprBytes(dst, rv.Bytes())
		}
		return appendReprItems(dst, "[", reflectItems(rv), "]", depth)
	case reflect.Func:
		return append(dst, "<function>"...)
	case reflect.Struct:
		return append(append(append(dst, '<'), reflectTypeName(v)...), " object>"...)
	}
	return append(dst, fmt.Sprint(v)...)
}

func appendReprItems(dst []byte, open string, items []any, end string, depth int) []byte {
	dst = append(dst, open...)
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = appendRepr(dst, item, depth+1)
		checkReprSize(dst)
	}
	return append(dst, end...)
}

// appendReprMapping prints any mapping as a dict.
func appendReprMapping(dst []byte, m Mapping, depth int) []byte {
	dst = append(dst, '{')
	for i, k := range m.Keys() {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = appendRepr(dst, k, depth+1)
		dst = append(dst, ": "...)
		v, _ := m.Lookup(k)
		dst = appendRepr(dst, v, depth+1)
		checkReprSize(dst)
	}
	return append(dst, '}')
}

// maxReprSize bounds a printed value: lists that hold one another several
// times grow exponentially when they are printed.
const maxReprSize = 16 << 20

func checkReprSize(dst []byte) {
	if len(dst) > maxReprSize {
		failLimit(KindMemory, "a value of the template is too large")
	}
}

func reflectItems(rv reflect.Value) []any {
	items := make([]any, rv.Len())
	for i := range items {
		items[i] = rv.Index(i).Interface()
	}
	return items
}

// bigText writes an int, within Python's limit of digits.
func bigText(n *big.Int) string {
	// Ten bits make three digits: most of the large ones need no conversion.
	if n.BitLen() > pytext.MaxDigits*10/3+10 {
		failDigits()
	}
	s := n.String()
	if len(strings.TrimPrefix(s, "-")) > pytext.MaxDigits {
		failDigits()
	}
	return s
}

func failDigits() {
	fail(KindValue, "Exceeds the limit (%d digits) for integer string conversion; "+
		"use sys.set_int_max_str_digits() to increase the limit", pytext.MaxDigits)
}
