package jinja

import (
	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/render/jinja/internal/syntax"
)

// The nodes of compiled expressions. Names are slots by now; see compile_scope.go.

type constExpr struct{ value any }

func (e *constExpr) eval(*frame) any { return e.value }

// slotExpr reads a variable. A slot that is not resolved yet is looked up in
// the context now: names that are never read cost nothing.
type slotExpr struct{ slotRef }

func (e *slotExpr) eval(f *frame) any {
	f = f.outer(e.up)
	v := f.slots[e.slot]
	if _, special := v.(*sentinel); !special {
		return v
	}
	if v == unresolved {
		if v, ok := f.ctx.resolve(e.name); ok {
			f.slots[e.slot] = v
			return v
		}
	}
	return undefinedName(e.name)
}

type tupleExpr struct{ items []expr }

func (e *tupleExpr) eval(f *frame) any { return Tuple(evalAll(f, e.items)) }

type listExpr struct{ items []expr }

func (e *listExpr) eval(f *frame) any { return &List{evalAll(f, e.items)} }

func evalAll(f *frame, es []expr) []any {
	f.st.items(len(es))
	out := make([]any, len(es))
	for i, e := range es {
		out[i] = e.eval(f)
	}
	return out
}

type dictExpr struct{ keys, values []expr }

func (e *dictExpr) eval(f *frame) any {
	f.st.entries(len(e.keys))
	d := &Dict{keys: make([]any, 0, len(e.keys)), vals: make([]any, 0, len(e.keys))}
	for i := range e.keys {
		k := e.keys[i].eval(f)
		f.st.key(k)
		d.Set(k, e.values[i].eval(f))
	}
	return d
}

type condExpr struct{ test, then, orelse expr }

func (e *condExpr) eval(f *frame) any {
	if truth(e.test.eval(f)) {
		return e.then.eval(f)
	}
	return e.orelse.eval(f)
}

type binExpr struct {
	op          syntax.TokenType
	left, right expr
}

func (e *binExpr) eval(f *frame) any {
	a := e.left.eval(f)
	return binary(f, e.op, a, e.right.eval(f))
}

// logicExpr is "and" or "or", which give one of their operands.
type logicExpr struct {
	and         bool
	left, right expr
}

func (e *logicExpr) eval(f *frame) any {
	v := e.left.eval(f)
	if truth(v) != e.and {
		return v
	}
	return e.right.eval(f)
}

type notExpr struct{ operand expr }

func (e *notExpr) eval(f *frame) any { return !truth(e.operand.eval(f)) }

type signExpr struct {
	minus   bool
	operand expr
}

func (e *signExpr) eval(f *frame) any { return negate(e.operand.eval(f), e.minus) }

// compareExpr is a chain: a < b < c is a < b and b < c.
type compareExpr struct {
	first expr
	ops   []compareStep
}

type compareStep struct {
	op   syntax.CmpOp
	expr expr
}

func (e *compareExpr) eval(f *frame) any {
	a := e.first.eval(f)
	for _, step := range e.ops {
		b := step.expr.eval(f)
		if !compareOp(f, step.op, a, b) {
			return false
		}
		a = b
	}
	return true
}

type compareOneExpr struct {
	op          syntax.CmpOp
	left, right expr
}

func (e *compareOneExpr) eval(f *frame) any {
	a := e.left.eval(f)
	return compareOp(f, e.op, a, e.right.eval(f))
}

// escapeMode says whether autoescaping is on at a place of the source.
type escapeMode uint8

const (
	escapeOff escapeMode = iota
	escapeOn
	escapeVolatile
)

func (m escapeMode) on(f *frame) bool {
	return m == escapeOn || m == escapeVolatile && f.autoescape()
}

// concatExpr is the operator ~. Where escaping is on, one safe part makes the
// whole safe, and the other parts are escaped.
type concatExpr struct {
	parts []expr
	esc   bool
}

func (e *concatExpr) eval(f *frame) any {
	st := f.st
	mark := len(st.args)
	safe := false
	for _, p := range e.parts {
		v := f.softStr(p.eval(f))
		_, html := v.(Markup)
		safe = safe || html
		st.args = append(st.args, v)
	}
	safe = safe && e.esc
	start := len(st.out)
	for _, v := range st.args[mark:] {
		st.out = st.appendValue(st.out, v, safe, start+st.env.Limits.Output)
	}
	st.args = st.args[:mark]
	st.size(len(st.out) - start)
	s := string(st.out[start:])
	st.out = st.out[:start]
	return likeText(s, safe)
}

type attrExpr struct {
	obj  expr
	name string
}

func (e *attrExpr) eval(f *frame) any { return getattr(f, e.obj.eval(f), e.name) }

type itemExpr struct{ obj, key expr }

func (e *itemExpr) eval(f *frame) any {
	obj := e.obj.eval(f)
	return getitem(f, obj, e.key.eval(f))
}

type sliceExpr struct{ obj, start, stop, step expr }

func (e *sliceExpr) eval(f *frame) any {
	obj := e.obj.eval(f)
	part := func(e expr) any {
		if e == nil {
			return nil
		}
		return e.eval(f)
	}
	start, stop := part(e.start), part(e.stop)
	return getslice(f, obj, start, stop, part(e.step))
}

// foldedSlice is a slice of a constant, computed as Jinja does it: what cannot be
// sliced gives undefined.
type foldedSlice struct{ *sliceExpr }

func (e *foldedSlice) eval(f *frame) (v any) {
	obj := e.obj.eval(f)
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Error:
			if r.Kind != KindType {
				panic(r)
			}
			v = undefinedHint("%s object has no such slice", typeName(obj))
		default:
			panic(r)
		}
	}()
	return e.sliceExpr.eval(f)
}

// badSlice stands for a slice inside of a tuple of subscripts, which nothing
// that templates see understands.
type badSlice struct{}

func (*badSlice) eval(*frame) any {
	fail(KindType, "unhashable type: 'slice'")
	return nil
}

// captured is the text of a filter block or set block.
type captured struct{ mode escapeMode }

func (e *captured) eval(f *frame) any {
	s := f.st.captured
	f.st.captured = ""
	return likeText(s, e.mode.on(f))
}

// definedExpr is "is defined" or "is undefined".
type definedExpr struct {
	operand expr
	defined bool
}

func (e *definedExpr) eval(f *frame) any {
	_, undefined := e.operand.eval(f).(*Undefined)
	return undefined != e.defined
}

// filterExpr applies a filter, or a test.
type filterExpr struct {
	what    string
	name    string
	fn      callable // nil if there is none of the name
	operand expr
	line    int
	argList
}

func (e *filterExpr) eval(f *frame) any {
	if e.fn == nil {
		fail(KindRuntime, "No %s named %s found.", e.what, pytext.Repr(e.name))
	}
	st := f.st
	m := st.markArgs()
	v := e.operand.eval(f)
	st.args = append(st.args, v)
	e.push(f)
	v = e.fn.call(f, st.args[m.args:], st.kwargs[m.kwargs:])
	st.popArgs(m)
	return v
}
