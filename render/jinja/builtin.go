package jinja

import (
	"strconv"
	"strings"
)

// builtin is a filter, test, method or function of this package: a Go function
// and the parameters that its arguments are bound to, with Python's rules.
type builtin struct {
	name    string // as messages call it
	params  []builtinParam
	min     int  // the parameters without a default
	varargs bool // one more argument for fn: a Tuple of the rest
	varkw   bool // one more: a *Dict of the keywords left
	context bool // the result depends on more than the arguments
	fn      func(f *frame, a []any) any
}

type builtinParam struct {
	name string
	def  any
}

// define makes a builtin of a signature as it would stand in Python, like
// "s, width=80": names, defaults that are literals, *args and **kwargs.
func define(name, signature string, fn func(f *frame, a []any) any) *builtin {
	b := &builtin{name: name, fn: fn}
	for _, field := range strings.Split(signature, ", ") {
		switch param, def, optional := strings.Cut(field, "="); {
		case field == "":
		case strings.HasPrefix(param, "**"):
			b.varkw = true
		case strings.HasPrefix(param, "*"):
			b.varargs = true
		case optional:
			b.params = append(b.params, builtinParam{param, parseDefault(def)})
		default:
			b.params = append(b.params, builtinParam{name: param})
			b.min++
		}
	}
	return b
}

func parseDefault(s string) any {
	switch s {
	case "None":
		return nil
	case "True", "False":
		return s == "True"
	}
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return f
	}
	return strings.Trim(s, "'")
}

// call binds the arguments and runs the function.
func (b *builtin) call(f *frame, args []any, kwargs []Arg) any {
	for _, a := range args {
		f.st.workOn(a)
	}
	if len(args) == len(b.params) && len(kwargs) == 0 && !b.varargs && !b.varkw {
		return b.fn(f, args)
	}
	st := f.st
	mark := len(st.args)
	n := len(b.params)
	if len(args) > n && !b.varargs {
		b.failCount(len(args))
	}
	bound := min(len(args), n)
	st.args = append(st.args, args[:bound]...)
	for _, p := range b.params[bound:] {
		st.args = append(st.args, p.def)
	}
	given := st.args[mark : mark+n]
	extra := b.bindKeywords(given, bound, kwargs)
	if b.varargs {
		st.args = append(st.args, append(Tuple(nil), args[bound:]...))
	}
	if b.varkw {
		st.args = append(st.args, extra)
	}
	v := b.fn(f, st.args[mark:])
	clear(st.args[mark:])
	st.args = st.args[:mark]
	return v
}

// bindKeywords fills the parameters that are given by name and gives the
// keywords left over.
func (b *builtin) bindKeywords(given []any, bound int, kwargs []Arg) *Dict {
	var extra *Dict
	if b.varkw {
		extra = &Dict{}
	}
	var seen uint64
	for _, kw := range kwargs {
		i := b.param(kw.Name)
		switch {
		case i < 0 && b.varkw:
			extra.Set(kw.Name, kw.Value)
		case i < 0:
			fail(KindType, "%s() got an unexpected keyword argument '%s'", b.name, kw.Name)
		case i < bound:
			fail(KindType, "%s() got multiple values for argument '%s'", b.name, kw.Name)
		default:
			given[i] = kw.Value
			seen |= 1 << i
		}
	}
	for i := bound; i < b.min; i++ {
		if seen&(1<<i) == 0 {
			fail(KindType, "%s() missing 1 required positional argument: '%s'", b.name, b.params[i].name)
		}
	}
	return extra
}

func (b *builtin) param(name string) int {
	for i := range b.params {
		if b.params[i].name == name {
			return i
		}
	}
	return -1
}

func (b *builtin) failCount(given int) {
	n := len(b.params)
	takes := strconv.Itoa(n)
	if b.min != n {
		takes = "from " + strconv.Itoa(b.min) + " to " + takes
	}
	plural := "s"
	if n == 1 {
		plural = ""
	}
	fail(KindType, "%s() takes %s positional argument%s but %d were given", b.name, takes, plural, given)
}

func (b *builtin) pyType() string { return "function" }
func (b *builtin) pyRepr() string {
	if b.name == "range" || b.name == "dict" {
		return "<class '" + b.name + "'>"
	}
	return "<function " + b.name + ">"
}

// table makes a name table of builtins.
type table map[string]*builtin

// add puts a builtin into the table under one or more names. The first is its
// name in messages, too, with the prefix.
func (t table) add(prefix, names, signature string, fn func(f *frame, a []any) any) {
	first, _, _ := strings.Cut(names, " ")
	b := define(prefix+first, signature, fn)
	for _, name := range strings.Fields(names) {
		t[name] = b
	}
}

// toInt gives the int of an argument that must be one.
func toInt(v any) int {
	switch v := norm(v).(type) {
	case int:
		return v
	case bool:
		if v {
			return 1
		}
		return 0
	case *Undefined:
		v.fail()
	default:
		if _, big := asBig(v); big {
			fail(KindOverflow, "Python int too large to convert to C ssize_t")
		}
		fail(KindType, "'%s' object cannot be interpreted as an integer", typeName(v))
	}
	return 0
}
