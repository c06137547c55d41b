package jinja

import (
	"fmt"
	"reflect"
	"sync"
)

// Param is a parameter of a Go function as templates see it. Without a default
// the parameter is required.
type Param struct {
	Name    string
	Default any
	// Required makes a parameter without a default; P sets it.
	Required bool
}

// P declares a required parameter, P(name, value) one with a default.
func P(name string, def ...any) Param {
	if len(def) == 0 {
		return Param{Name: name, Required: true}
	}
	return Param{Name: name, Default: def[0]}
}

// Func names the parameters of a Go function, so that templates can give them
// by keyword and leave out those with a default:
//
//	env.Globals["greet"] = jinja.Func("greet", greet, jinja.P("name"), jinja.P("greeting", "Hello"))
//
// A first parameter of the type *[Context] is given by the render, and has no
// name. The name is the one that error messages use. It panics if fn is no function
// or has not as many parameters.
func Func(name string, fn any, params ...Param) any {
	rv := reflect.ValueOf(fn)
	if rv.Kind() != reflect.Func {
		panic("jinja: Func needs a function, got " + fmt.Sprintf("%T", fn))
	}
	plan := funcPlanOf(rv.Type())
	if len(params) != len(plan.in) {
		panic(fmt.Sprintf("jinja: %s has %d parameters, %d were named", name, len(plan.in), len(params)))
	}
	return &goFunc{name: name, fn: rv, plan: plan, params: params}
}

// goFunc is a Go function as a value of a template.
type goFunc struct {
	name   string
	fn     reflect.Value
	plan   *funcPlan
	params []Param // nil if they have no names
}

// funcPlan is what calls of a type of function need to know.
type funcPlan struct {
	context  bool           // the first parameter is *Context
	in       []reflect.Type // without it, a variadic one and Kwargs
	rest     reflect.Type   // the element of a variadic parameter, or nil
	kwargs   bool           // the last parameter is Kwargs
	hasErr   bool           // the last result is an error
	hasValue bool
}

var funcPlans sync.Map // reflect.Type to *funcPlan

func funcPlanOf(t reflect.Type) *funcPlan {
	if p, ok := funcPlans.Load(t); ok {
		return p.(*funcPlan)
	}
	p, _ := funcPlans.LoadOrStore(t, makeFuncPlan(t))
	return p.(*funcPlan)
}

// makeFuncPlan looks at a signature once, so that calls need not.
func makeFuncPlan(t reflect.Type) *funcPlan {
	p := &funcPlan{}
	n := t.NumIn()
	if t.IsVariadic() {
		n--
		p.rest = t.In(n).Elem()
	} else if n > 0 && t.In(n-1) == reflect.TypeFor[Kwargs]() {
		n--
		p.kwargs = true
	}
	for i := range n {
		if i == 0 && t.In(0) == reflect.TypeFor[*Context]() {
			p.context = true
			continue
		}
		p.in = append(p.in, t.In(i))
	}
	out := t.NumOut()
	if out > 0 && t.Out(out-1) == reflect.TypeFor[error]() {
		p.hasErr = true
		out--
	}
	p.hasValue = out > 0
	return p
}

// goCallable gives the callable of a Go function value, or nil. The commonest
// signatures are called without reflection.
func goCallable(v any) callable {
	switch fn := v.(type) {
	case nil:
		return nil
	case func() string:
		return nativeFunc(func(a []any) any { return fn() }).withArity(0)
	case func(...any) any:
		return nativeFunc(func(a []any) any { return fn(a...) }).withArity(-1)
	}
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Func || rv.IsNil() {
		return nil
	}
	return &goFunc{name: "function", fn: rv, plan: funcPlanOf(rv.Type())}
}

// nativeFunc is a Go function that is called without reflection.
type nativeFunc func(a []any) any

func (fn nativeFunc) withArity(n int) callable { return &fixedFunc{fn, n} }

type fixedFunc struct {
	fn    nativeFunc
	arity int // -1 for any
}

func (c *fixedFunc) call(f *frame, args []any, kwargs []Arg) any {
	if len(kwargs) > 0 {
		fail(KindType, "function() got an unexpected keyword argument '%s'", kwargs[0].Name)
	}
	if c.arity >= 0 && len(args) != c.arity {
		fail(KindType, "function() takes %d positional arguments but %d were given", c.arity, len(args))
	}
	return c.fn(append([]any(nil), args...))
}

func (c *goFunc) pyType() string { return "function" }
func (c *goFunc) pyRepr() string { return "<function " + c.name + ">" }

// call converts the arguments, calls, and turns an error into the template's.
func (c *goFunc) call(f *frame, args []any, kwargs []Arg) any {
	args, kwargs = c.bind(args, kwargs)
	in := make([]reflect.Value, 0, len(args)+2)
	if c.plan.context {
		in = append(in, reflect.ValueOf(&Context{f}))
	}
	for i, a := range args {
		t := c.plan.rest
		if i < len(c.plan.in) {
			t = c.plan.in[i]
		}
		in = append(in, c.convertArg(a, t, i))
	}
	if c.plan.kwargs {
		in = append(in, reflect.ValueOf(append(Kwargs(nil), kwargs...)))
	}
	out := c.fn.Call(in)
	if c.plan.hasErr {
		if err, _ := out[len(out)-1].Interface().(error); err != nil {
			failGo(err)
		}
		out = out[:len(out)-1]
	}
	switch len(out) {
	case 0:
		return nil
	case 1:
		return out[0].Interface()
	}
	t := make(Tuple, len(out))
	for i, v := range out {
		t[i] = v.Interface()
	}
	return t
}

// convertArg gives an argument as the parameter wants it.
func (c *goFunc) convertArg(v any, t reflect.Type, i int) reflect.Value {
	rv, ok := convert(v, t)
	if !ok {
		if u, undefined := v.(*Undefined); undefined {
			u.fail()
		}
		name := "argument " + repr(i+1)
		if i < len(c.params) {
			name = "argument '" + c.params[i].Name + "'"
		}
		fail(KindType, "%s(): %s cannot be of type '%s'", c.name, name, typeName(v))
	}
	return rv
}

// bind puts the arguments into the order of the parameters.
func (c *goFunc) bind(args []any, kwargs []Arg) ([]any, []Arg) {
	n := len(c.plan.in)
	if len(args) > n && c.plan.rest == nil {
		fail(KindType, "%s() takes %d positional arguments but %d were given", c.name, n, len(args))
	}
	if len(args) >= n && len(kwargs) == 0 {
		return args, nil
	}
	bound := make([]any, max(n, len(args)))
	copy(bound, args)
	set := make([]bool, n)
	for i := range min(n, len(args)) {
		set[i] = true
	}
	var extra []Arg
	for _, kw := range kwargs {
		i := c.param(kw.Name)
		switch {
		case i >= 0 && set[i]:
			fail(KindType, "%s() got multiple values for argument '%s'", c.name, kw.Name)
		case i >= 0:
			bound[i], set[i] = kw.Value, true
		case c.plan.kwargs:
			extra = append(extra, kw)
		default:
			fail(KindType, "%s() got an unexpected keyword argument '%s'", c.name, kw.Name)
		}
	}
	for i, ok := range set {
		switch {
		case ok:
		case i < len(c.params) && !c.params[i].Required:
			bound[i] = c.params[i].Default
		case i < len(c.params):
			fail(KindType, "%s() missing 1 required positional argument: '%s'", c.name, c.params[i].Name)
		default:
			fail(KindType, "%s() takes %d arguments but %d were given", c.name, n, len(args))
		}
	}
	return bound, extra
}

func (c *goFunc) param(name string) int {
	for i := range c.params {
		if c.params[i].Name == name {
			return i
		}
	}
	return -1
}
