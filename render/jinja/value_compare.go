package jinja

import (
	"cmp"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/cantil-go/cantil/render/jinja/internal/syntax"
)

// compareOp computes any comparison; two ints, the commonest, go a short way.
func compareOp(f *frame, op syntax.CmpOp, a, b any) bool {
	switch op {
	case syntax.OpEq:
		return equal(f, a, b)
	case syntax.OpNe:
		return !equal(f, a, b)
	case syntax.OpIn:
		return contains(f, b, a)
	case syntax.OpNotIn:
		return !contains(f, b, a)
	}
	if x, ok := a.(int); ok {
		if y, ok := b.(int); ok {
			return holds(op, cmp.Compare(x, y))
		}
	}
	return holds(op, order(f, op, a, b))
}

// holds tells what the order of two values means for an operator.
func holds(op syntax.CmpOp, c int) bool {
	switch op {
	case syntax.OpLt:
		return c == -1
	case syntax.OpLe:
		return c == -1 || c == 0
	case syntax.OpGt:
		return c == 1
	}
	return c == 1 || c == 0
}

// unordered is what order gives for a comparison with NaN: nothing holds.
const unordered = 2

// maxCompareDepth bounds the comparison of nested values.
const maxCompareDepth = 500

// checkCompare charges for the comparison of an item: lists that hold one
// another have more items than bytes.
func (f *frame) checkCompare(depth int) {
	if depth > maxCompareDepth {
		failLimit(KindRecursion, "maximum recursion depth exceeded in comparison")
	}
	f.st.step(1)
}

// equal is Python's ==.
func equal(f *frame, a, b any) bool { return equalDepth(f, a, b, 0) }

func equalDepth(f *frame, a, b any, depth int) bool {
	if depth > 0 {
		f.checkCompare(depth)
	}
	a, b = norm(a), norm(b)
	switch x := a.(type) {
	case string:
		f.st.work(len(x))
		s, ok := asText(b)
		return ok && s == x
	case Markup:
		f.st.work(len(x))
		s, ok := asText(b)
		return ok && s == string(x)
	case nil:
		return b == nil
	case *Undefined:
		_, ok := b.(*Undefined)
		return ok
	case bool, int, float64, *big.Int:
		return isNumber(b) && compareNumbers(a, b) == 0
	case Tuple:
		y, ok := b.(Tuple)
		return ok && equalItems(f, x, y, depth)
	case time.Time:
		y, ok := b.(time.Time)
		return ok && x.Equal(y)
	case []byte:
		f.st.work(len(x))
		y, ok := b.([]byte)
		return ok && string(x) == string(y)
	}
	if isNumber(b) || b == nil {
		return false
	}
	return equalContainers(f, behind(a), behind(b), depth)
}

// asText is asString that takes named string types with a String method for
// their text, so that an enumeration equals its values.
func asText(v any) (string, bool) {
	if s, ok := asString(v); ok {
		return s, true
	}
	if rv := reflect.ValueOf(v); rv.Kind() == reflect.String {
		return rv.String(), true
	}
	return "", false
}

// equalContainers compares what holds other values; a list equals no tuple.
func equalContainers(f *frame, a, b any, depth int) bool {
	if x, ok := f.asList(a); ok {
		y, ok := f.asList(b)
		return ok && equalItems(f, x, y, depth)
	}
	if x, ok := asMapping(a); ok {
		y, ok := asMapping(b)
		return ok && equalMappings(f, x, y, depth)
	}
	if x, ok := a.(Range); ok {
		y, ok := b.(Range)
		return ok && x.equal(y)
	}
	if s, ok := asText(a); ok {
		t, ok := asText(b)
		return ok && s == t
	}
	return identical(a, b)
}

func equalItems(f *frame, x, y []any, depth int) bool {
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if !equalDepth(f, x[i], y[i], depth+1) {
			return false
		}
	}
	return true
}

func equalMappings(f *frame, x, y Mapping, depth int) bool {
	if x.Len() != y.Len() {
		return false
	}
	for _, k := range f.keys(x) {
		f.st.key(k)
		v, _ := x.Lookup(k)
		w, ok := y.Lookup(k)
		if !ok || !equalDepth(f, v, w, depth+1) {
			return false
		}
	}
	return true
}

// identical is Python's "is".
func identical(a, b any) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	t := reflect.TypeOf(a)
	if t != reflect.TypeOf(b) {
		return false
	}
	if t.Comparable() {
		return a == b
	}
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	switch t.Kind() {
	case reflect.Slice:
		return x.Len() == y.Len() && x.Pointer() == y.Pointer()
	case reflect.Map, reflect.Func:
		return x.Pointer() == y.Pointer()
	}
	return false
}

func isNumber(v any) bool {
	switch v.(type) {
	case bool, int, float64, *big.Int:
		return true
	}
	return false
}

// compareNumbers compares exactly: an int with a float by their true values.
func compareNumbers(a, b any) int {
	x, xf := a.(float64)
	y, yf := b.(float64)
	if xf && yf {
		if math.IsNaN(x) || math.IsNaN(y) {
			return unordered
		}
		return cmp.Compare(x, y)
	}
	if xf || yf {
		if xf {
			return compareFloatInt(x, b, 1)
		}
		return compareFloatInt(y, a, -1)
	}
	n, _ := asBig(a)
	m, _ := asBig(b)
	return n.Cmp(m)
}

// compareFloatInt compares without rounding the int.
func compareFloatInt(x float64, n any, sign int) int {
	switch {
	case math.IsNaN(x):
		return unordered
	case math.IsInf(x, 0):
		return sign * int(math.Copysign(1, x))
	}
	m, _ := asBig(n)
	return sign * new(big.Float).SetFloat64(x).Cmp(new(big.Float).SetInt(m))
}

// order compares for <, <=, > and >=; op is named in the error.
func order(f *frame, op syntax.CmpOp, a, b any) int {
	a, b = norm(a), norm(b)
	checkDefined(a)
	checkDefined(b)
	if c, ok := tryOrder(f, op, a, b, 0); ok {
		return c
	}
	fail(KindType, "'%s' not supported between instances of '%s' and '%s'",
		op, typeName(a), typeName(b))
	return 0
}

// tryCompare orders two values where Python would; ok is false elsewhere.
func tryCompare(a, b any) (c int, ok bool) {
	a, b = norm(a), norm(b)
	if s, ok := asString(a); ok {
		t, ok := asString(b)
		return strings.Compare(s, t), ok
	}
	if isNumber(a) && isNumber(b) {
		return compareNumbers(a, b), true
	}
	return 0, false
}

// tryOrder is order without the error: sequences compare item by item.
func tryOrder(f *frame, op syntax.CmpOp, a, b any, depth int) (c int, ok bool) {
	f.checkCompare(depth)
	f.st.workOn(a)
	if c, ok := tryCompare(a, b); ok {
		return c, true
	}
	switch x := a.(type) {
	case Tuple:
		if y, ok := b.(Tuple); ok {
			return orderItems(f, op, x, y, depth)
		}
		return 0, false
	case time.Time:
		if y, ok := b.(time.Time); ok {
			return x.Compare(y), true
		}
		return 0, false
	}
	if x, ok := f.asList(a); ok {
		if y, ok := f.asList(b); ok {
			return orderItems(f, op, x, y, depth)
		}
	}
	return 0, false
}

// orderItems compares sequences item by item; the first difference decides.
func orderItems(f *frame, op syntax.CmpOp, x, y []any, depth int) (int, bool) {
	for i := range min(len(x), len(y)) {
		if equal(f, x[i], y[i]) {
			continue
		}
		a, b := norm(x[i]), norm(y[i])
		checkDefined(a)
		checkDefined(b)
		c, ok := tryOrder(f, op, a, b, depth+1)
		if !ok {
			fail(KindType, "'%s' not supported between instances of '%s' and '%s'",
				op, typeName(a), typeName(b))
		}
		return c, true
	}
	return cmp.Compare(len(x), len(y)), true
}

// contains is "item in seq".
func contains(f *frame, seq, item any) bool {
	seq = norm(seq)
	switch s := seq.(type) {
	case string, Markup:
		text, _ := asString(s)
		f.st.work(len(text))
		sub, ok := asText(norm(item))
		if !ok {
			fail(KindType, "'in <string>' requires string as left operand, not %s", typeName(item))
		}
		return strings.Contains(text, sub)
	case Range:
		return s.contains(item)
	case dictView:
		return s.contains(f, item)
	}
	if o, ok := seq.(interface{ JinjaContains(item any) bool }); ok {
		f.st.key(item)
		return o.JinjaContains(norm(item))
	}
	if m, ok := asMapping(seq); ok {
		f.st.key(item)
		_, found := m.Lookup(item)
		return found
	}
	if items, ok := f.asItems(seq); ok {
		f.st.visits(len(items))
		return slices.ContainsFunc(items, func(v any) bool { return equal(f, v, item) })
	}
	it, ok := tryIterate(f, seq)
	if !ok {
		fail(KindType, "argument of type '%s' is not iterable", typeName(seq))
	}
	for {
		v, ok := it.next()
		if !ok {
			return false
		}
		f.st.step(1)
		if equal(f, v, item) {
			return true
		}
	}
}
