package jinja

import "github.com/cantil-go/cantil/internal/pytext"

// Inheritance: a child runs its top level first, which tells its parent; then
// the root of the parent runs in the same context. Blocks are looked up along
// the lineage, from the child upwards.

type extendsStmt struct {
	line     int
	template expr
	again    bool // another extends stands before this one
}

func (s *extendsStmt) exec(f *frame) {
	root := f.rootFrame()
	if s.again && (s.template == nil || root.parent != nil) {
		fail(KindRuntime, "extended multiple times")
	}
	f.st.line = s.line
	root.parent = f.getTemplate(s.template.eval(f))
	f.ctx.lineage = append(f.ctx.lineage, root.parent)
}

// runRoot renders a template, and what it extends, into the output.
func (t *Template) runRoot(ctx *context) {
	st := ctx.st
	for t != nil {
		m := st.enter(t.root)
		f := t.root.newFrame(st, ctx, nil)
		f.load(t.root.enter)
		f.run(t.root.body)
		t = f.parent
		if t != nil && len(ctx.lineage) > st.env.Limits.Depth {
			failLimit(KindRecursion, "maximum recursion depth exceeded")
		}
		st.leave(m)
	}
}

type blockStmt struct {
	line             int
	name             string
	scoped, required bool
	orphan           bool // counts only where no parent was extended
	locals           []slotRef
}

func (s *blockStmt) exec(f *frame) {
	if s.orphan && f.rootFrame().parent != nil {
		return
	}
	ctx := f.ctx
	f.st.line = s.line
	if s.required && ctx.block(s.name, 1) == nil {
		fail(KindRuntime, "Required block %s not found", pytext.Repr(s.name))
	}
	if s.scoped {
		ctx = ctx.derived(f.collect(s.locals))
	}
	ctx.block(s.name, 0).runBlock(f.st, ctx)
}

// runBlock writes what a block gives.
func (fn *function) runBlock(st *state, ctx *context) {
	m := st.enter(fn)
	f := fn.newFrame(st, ctx, nil)
	f.load(fn.enter)
	f.run(fn.body)
	st.leave(m)
}

// selfStmt gives the variable "self" its value.
type selfStmt struct{ slot int }

func (s *selfStmt) exec(f *frame) { f.slots[s.slot] = &selfRef{f.ctx} }

// selfRef is "self" in templates: its attributes are the blocks.
type selfRef struct{ ctx *context }

func (r *selfRef) attr(name string) (any, bool) {
	if r.ctx.block(name, 0) == nil {
		return nil, false
	}
	return &blockRef{name: name, ctx: r.ctx}, true
}

func (r *selfRef) pyType() string   { return "TemplateReference" }
func (r *selfRef) pyModule() string { return "jinja2.runtime" }
func (r *selfRef) pyRepr() string   { return "<TemplateReference " + pytext.Repr(r.ctx.tmpl.name) + ">" }

// superStmt gives the variable "super" of a block its value.
type superStmt struct {
	slot int
	name string
	tmpl *Template
}

func (s *superStmt) exec(f *frame) {
	depth := 0
	for _, t := range f.ctx.lineage {
		if t.blocks[s.name] != nil {
			depth++
		}
		if t == s.tmpl {
			break
		}
	}
	f.slots[s.slot] = superRef(s.name, f.ctx, depth)
}

// superRef gives the block depth levels up, or undefined at the top.
func superRef(name string, ctx *context, depth int) any {
	if ctx.block(name, depth) == nil {
		u := undefinedHint("there is no parent block called %s.", pytext.Repr(name))
		u.name = "super"
		return u
	}
	return &blockRef{name, ctx, depth}
}

// blockRef is a block to be called: super(), self.title(), super.super().
type blockRef struct {
	name  string
	ctx   *context
	depth int
}

func (r *blockRef) attr(name string) (any, bool) {
	switch name {
	case "super":
		return superRef(r.name, r.ctx, r.depth+1), true
	case "name":
		return r.name, true
	}
	return nil, false
}

// print writes the block where it is called, without making a text of it.
func (r *blockRef) print(f *frame, args []any, kwargs []Arg) {
	if len(args)+len(kwargs) > 0 {
		fail(KindType, "BlockReference.__call__() takes 1 positional argument but %d were given",
			1+len(args)+len(kwargs))
	}
	checkSameRender(f, r.ctx.st)
	r.ctx.block(r.name, r.depth).runBlock(f.st, r.ctx)
}

func (r *blockRef) call(f *frame, args []any, kwargs []Arg) any {
	s := f.capture(func() { r.print(f, args, kwargs) })
	if r.ctx.eval.autoescape {
		return Markup(s)
	}
	return s
}

func (r *blockRef) pyType() string   { return "BlockReference" }
func (r *blockRef) pyModule() string { return "jinja2.runtime" }
func (r *blockRef) pyRepr() string   { return "<BlockReference " + pytext.Repr(r.name) + ">" }
