package jinja

// Arg is a keyword argument.
type Arg struct {
	Name  string
	Value any
}

// Kwargs are the keyword arguments of a call, in the order they were written.
// A Go function whose last parameter is of this type takes keywords.
type Kwargs []Arg

// Get gives the value of a keyword; ok is false if it was not given.
func (k Kwargs) Get(name string) (value any, ok bool) {
	for _, a := range k {
		if a.Name == name {
			return a.Value, true
		}
	}
	return nil, false
}

// callable is what can be called by a template. The arguments are only valid
// during the call: they are on a stack.
type callable interface {
	call(f *frame, args []any, kwargs []Arg) any
}

// printer is a callable that can write its result, which needs no escaping
// where autoescaping is on, straight to the output.
type printer interface {
	callable
	print(f *frame, args []any, kwargs []Arg)
}

// argList is the arguments of a call as they are written.
type argList struct {
	args      []expr
	kwargs    []kwargExpr
	dynArgs   expr
	dynKwargs expr
}

type kwargExpr struct {
	name string
	expr expr
}

// argMark is a position on the stacks of arguments.
type argMark struct{ args, kwargs int }

func (st *state) markArgs() argMark { return argMark{len(st.args), len(st.kwargs)} }

func (st *state) popArgs(m argMark) {
	clear(st.args[m.args:])
	clear(st.kwargs[m.kwargs:])
	st.args, st.kwargs = st.args[:m.args], st.kwargs[:m.kwargs]
}

// push evaluates the arguments onto the stacks.
func (l *argList) push(f *frame) {
	st := f.st
	for _, e := range l.args {
		v := e.eval(f)
		st.args = append(st.args, v)
	}
	first := len(st.kwargs)
	for i := range l.kwargs {
		v := l.kwargs[i].expr.eval(f)
		st.kwargs = append(st.kwargs, Arg{l.kwargs[i].name, v})
	}
	if l.dynArgs != nil {
		rest := toItems(f, l.dynArgs.eval(f))
		st.args = append(st.args, rest...)
	}
	if l.dynKwargs != nil {
		l.pushDict(f, first)
	}
}

// pushDict adds the keywords of **kwargs.
func (l *argList) pushDict(f *frame, first int) {
	st := f.st
	v := norm(l.dynKwargs.eval(f))
	m, ok := asMapping(v)
	if !ok {
		if u, undefined := v.(*Undefined); undefined {
			u.fail()
		}
		fail(KindType, "argument after ** must be a mapping, not %s", typeName(v))
	}
	for _, k := range f.keys(m) {
		name, ok := asString(k)
		if !ok {
			fail(KindType, "keywords must be strings")
		}
		if _, twice := Kwargs(st.kwargs[first:]).Get(name); twice {
			fail(KindType, "got multiple values for keyword argument '%s'", name)
		}
		v, _ := m.Lookup(k)
		st.kwargs = append(st.kwargs, Arg{name, v})
	}
}

// callExpr is a call. caller is the body of a {% call %} block.
type callExpr struct {
	callee expr
	line   int
	caller *macroFunc
	argList
	literal bool // the arguments are literals, but those that count
}

func (e *callExpr) eval(f *frame) any {
	v, _ := e.invoke(f, false)
	return v
}

// invoke calls. With direct set, a result that needs no escaping is written at
// once, and written tells so.
func (e *callExpr) invoke(f *frame, direct bool) (v any, written bool) {
	st := f.st
	m := st.markArgs()
	fn, callee := e.findCallee(f)
	e.push(f)
	if fn == nil { // only now: Python looks at the arguments first
		fn = asCallable(callee)
	}
	if g, ok := fn.(*gettextFunc); ok {
		fn = g.target(f, e.literal)
	}
	if e.caller != nil {
		st.kwargs = append(st.kwargs, Arg{"caller", e.caller.bind(f)})
	}
	if p, ok := fn.(printer); ok && direct {
		p.print(f, st.args[m.args:], st.kwargs[m.kwargs:])
		written = true
	} else {
		v = fn.call(f, st.args[m.args:], st.kwargs[m.kwargs:])
	}
	st.popArgs(m)
	return v, written
}

// findCallee gives what is called: the method of a built-in type, without
// making an object of it (the receiver becomes the first argument), or a value
// that should be callable.
func (e *callExpr) findCallee(f *frame) (callable, any) {
	attr, ok := e.callee.(*attrExpr)
	if !ok {
		return nil, e.callee.eval(f)
	}
	obj := norm(attr.obj.eval(f))
	if b := methodOf(obj, attr.name); b != nil {
		f.st.args = append(f.st.args, obj)
		return b, nil
	}
	return nil, getattr(f, obj, attr.name)
}

// asCallable gives the callable that a value is, or fails as Python does.
func asCallable(v any) callable {
	switch v := v.(type) {
	case callable:
		return v
	case *Undefined:
		v.fail()
	}
	if fn := goCallable(v); fn != nil {
		return fn
	}
	fail(KindType, "'%s' object is not callable", typeName(v))
	return nil
}

// isCallable is the test callable: undefined values have a __call__, too.
func isCallable(v any) bool {
	switch v.(type) {
	case callable, *Undefined:
		return true
	}
	return goCallable(v) != nil
}

// boundMethod is a method taken from its object, as in {% set f = s.upper %}.
type boundMethod struct {
	self any
	fn   *builtin
}

func (b *boundMethod) call(f *frame, args []any, kwargs []Arg) any {
	st := f.st
	m := st.markArgs()
	st.args = append(append(st.args, b.self), args...)
	v := b.fn.call(f, st.args[m.args:], kwargs)
	st.popArgs(m)
	return v
}

func (b *boundMethod) pyType() string { return "builtin_function_or_method" }
func (b *boundMethod) pyRepr() string {
	return "<built-in method " + b.fn.name + " of " + typeName(b.self) + " object>"
}
