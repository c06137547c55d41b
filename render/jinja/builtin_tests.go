package jinja

import (
	"math/big"
	"unicode"

	"github.com/cantil-go/cantil/render/jinja/internal/syntax"
)

// builtinTests are Jinja's tests, by name.
var builtinTests = table{}

// addPredicate adds a test that asks something of one value.
func addPredicate(names string, fn func(v any) bool) {
	builtinTests.add("test_", names, "value", func(f *frame, a []any) any { return fn(norm(a[0])) })
}

func init() {
	addTypeTests()
	addValueTests(builtinTests)
	addComparisons(builtinTests)
	addNameTests(builtinTests)
}

// addTypeTests adds the tests of what a value is.
func addTypeTests() {
	addPredicate("defined", func(v any) bool { _, undefined := v.(*Undefined); return !undefined })
	addPredicate("undefined", func(v any) bool { _, undefined := v.(*Undefined); return undefined })
	addPredicate("none", func(v any) bool { return v == nil })
	addPredicate("boolean", func(v any) bool { _, ok := v.(bool); return ok })
	addPredicate("true", func(v any) bool { return v == true })
	addPredicate("false", func(v any) bool { return v == false })
	addPredicate("float", func(v any) bool { _, ok := v.(float64); return ok })
	addPredicate("number", isNumber)
	addPredicate("string", func(v any) bool { _, ok := asString(v); return ok })
	addPredicate("mapping", func(v any) bool { _, ok := asMapping(v); return ok })
	addPredicate("callable", isCallable)
	addPredicate("escaped", isHTML)
	builtinTests.add("test_", "lower", "value", func(f *frame, a []any) any {
		return cased(f.str(a[0]), unicode.IsLower, unicode.IsUpper)
	})
	builtinTests.add("test_", "upper", "value", func(f *frame, a []any) any {
		return cased(f.str(a[0]), unicode.IsUpper, unicode.IsLower)
	})
	addPredicate("integer", func(v any) bool {
		switch v.(type) {
		case int, *big.Int:
			return true
		}
		return false
	})
	addPredicate("sequence", func(v any) bool {
		switch v.(type) {
		case *Undefined:
			return true
		case dictView, *loopContext:
			return false
		}
		_, ok := length(v)
		return ok
	})
}

// addValueTests adds those that have to look into the value.
func addValueTests(t table) {
	t.add("test_", "iterable", "value", func(f *frame, a []any) any {
		_, ok := tryIterate(f, a[0])
		return ok
	})
	mod := func(f *frame, v any, n int) any { return binary(f, syntax.TokMod, v, n) }
	t.add("test_", "odd", "value", func(f *frame, a []any) any { return equal(f, mod(f, a[0], 2), 1) })
	t.add("test_", "even", "value", func(f *frame, a []any) any { return equal(f, mod(f, a[0], 2), 0) })
	t.add("test_", "divisibleby", "value, num", func(f *frame, a []any) any {
		return equal(f, binary(f, syntax.TokMod, a[0], a[1]), 0)
	})
	t.add("test_", "sameas", "value, other", func(f *frame, a []any) any { return same(f, a[0], a[1]) })
	t.add("test_", "in", "value, seq", func(f *frame, a []any) any { return contains(f, a[1], a[0]) })
}

// addComparisons adds the operators as tests, as select and reject want them.
func addComparisons(t table) {
	compare := func(names string, op syntax.CmpOp) {
		t.add("", names, "a, b", func(f *frame, a []any) any { return compareOp(f, op, a[0], a[1]) })
	}
	compare("eq == equalto", syntax.OpEq)
	compare("ne !=", syntax.OpNe)
	compare("lt < lessthan", syntax.OpLt)
	compare("le <=", syntax.OpLe)
	compare("gt > greaterthan", syntax.OpGt)
	compare("ge >=", syntax.OpGe)
}

// addNameTests adds the tests of whether a filter or test exists.
func addNameTests(t table) {
	exists := func(name string, find func(*Env, string) callable) {
		t.add("test_", name, "value", func(f *frame, a []any) any {
			f.st.key(a[0])
			hashKey(a[0])
			name, ok := asString(a[0])
			return ok && find(f.st.env, name) != nil
		})
	}
	exists("filter", (*Env).filter)
	exists("test", (*Env).test)
}

// same is "is": small values are one object each in Python, too. Equal texts
// count as one object, which in Python they may be or not.
func same(f *frame, a, b any) bool {
	a, b = norm(a), norm(b)
	f.st.workOn(a)
	if a == nil || b == nil || isNumber(a) || isNumber(b) {
		return typeName(a) == typeName(b) && equal(f, a, b)
	}
	return identical(a, b)
}

// filter gives the filter of a name, or nil; the host's win.
func (env *Env) filter(name string) callable {
	return env.find(env.Filters[name], builtinFilters[name])
}

// test gives the test of a name, or nil.
func (env *Env) test(name string) callable {
	return env.find(env.Tests[name], builtinTests[name])
}

// find prefers what the host registered.
func (env *Env) find(host any, b *builtin) callable {
	if host != nil {
		if c, ok := host.(callable); ok {
			return c
		}
		if c := goCallable(host); c != nil {
			return c
		}
		fail(KindType, "a filter or test must be a function, not %T", host)
	}
	if b != nil {
		return b
	}
	return nil
}

// isPureFilter reports whether a filter may be applied when a template is
// compiled.
func (env *Env) isPureFilter(name string) bool {
	b := builtinFilters[name]
	return b != nil && !b.context && env.Filters[name] == nil
}

func (env *Env) isPureTest(name string) bool {
	return builtinTests[name] != nil && env.Tests[name] == nil
}
