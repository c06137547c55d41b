package jinja

// The nodes of compiled statements.

type textStmt struct{ text string }

func (s *textStmt) exec(f *frame) {
	st := f.st
	if len(st.out)+len(s.text) > st.maxOut {
		st.failOutput()
	}
	st.out = append(st.out, s.text...)
	if st.write != nil && len(st.out) >= streamSize {
		st.flush()
	}
}

func (st *state) failOutput() {
	failLimit(KindMemory, "the output of the template is too large")
}

// chargeStmt pays for a body that has more to do than the step of its round or
// call covers.
type chargeStmt struct{ steps int }

func (s *chargeStmt) exec(f *frame) { f.st.step(s.steps) }

// printStmt writes the value of an expression.
type printStmt struct {
	expr expr
	line int
	mode escapeMode
}

func (s *printStmt) exec(f *frame) {
	st := f.st
	st.line = s.line
	esc := s.mode.on(f)
	if call, ok := s.expr.(*callExpr); ok {
		v, written := call.invoke(f, !esc || f.autoescape())
		if !written {
			if call.caller != nil {
				f.writeText(v)
			} else {
				st.out = st.appendValue(st.out, v, esc, st.maxOut)
			}
		}
	} else {
		st.out = st.appendValue(st.out, s.expr.eval(f), esc, st.maxOut)
	}
	if len(st.out) > st.maxOut {
		st.failOutput()
	}
	if st.write != nil && len(st.out) >= streamSize {
		st.flush()
	}
}

// orphanStmt is output at the top level of a template that extends another,
// perhaps: it is dropped once it did.
type orphanStmt struct{ body []stmt }

func (s *orphanStmt) exec(f *frame) {
	if f.rootFrame().parent == nil {
		f.run(s.body)
	}
}

// rootFrame gives the run of the root or block that this one is part of.
func (f *frame) rootFrame() *frame {
	for f.up != nil {
		f = f.up
	}
	return f
}

type ifStmt struct {
	branches []ifBranch
	orelse   []stmt
}

type ifBranch struct {
	line int
	test expr
	body []stmt
}

func (s *ifStmt) exec(f *frame) {
	for i := range s.branches {
		b := &s.branches[i]
		f.st.line = b.line
		if truth(b.test.eval(f)) {
			f.run(b.body)
			return
		}
	}
	f.run(s.orelse)
}

type filterBlockStmt struct {
	line   int
	filter expr
	scope  scope
}

func (s *filterBlockStmt) exec(f *frame) {
	f.load(s.scope.enter)
	text := f.capture(func() { f.run(s.scope.body) })
	f.st.line = s.line
	if f.st.jump != 0 { // the end of the block is not reached
		return
	}
	f.st.captured = text
	f.writeText(s.filter.eval(f))
	f.load(s.scope.leave)
}

// writeText writes the result of a filter or call block as it is: it was
// escaped where it was made. It has to be a text.
func (f *frame) writeText(v any) {
	if _, ok := asString(v); !ok {
		fail(KindType, "sequence item 0: expected str instance, %s found", typeName(v))
	}
	f.st.out = f.st.appendValue(f.st.out, v, false, f.st.maxOut)
}

// exprStmt evaluates and prints nothing.
type exprStmt struct {
	line int
	expr expr
}

func (s *exprStmt) exec(f *frame) {
	f.st.line = s.line
	s.expr.eval(f)
}

// jumpStmt is a break or a continue: the bodies around it end up to its loop.
type jumpStmt struct{ ends bool }

func (s *jumpStmt) exec(f *frame) {
	f.st.jump = jumpContinue
	if s.ends {
		f.st.jump = jumpBreak
	}
}

// jumpBody is a body that a jump can end.
type jumpBody struct{ body []stmt }

func (s *jumpBody) exec(f *frame) {
	for _, stmt := range s.body {
		if stmt.exec(f); f.st.jump != 0 {
			return
		}
	}
}

type withStmt struct {
	line    int
	targets []target
	values  []expr
	scope   scope
}

func (s *withStmt) exec(f *frame) {
	f.load(s.scope.enter)
	for i, t := range s.targets {
		f.st.line = s.line
		t.set(f, s.values[i].eval(f))
	}
	f.run(s.scope.body)
	f.load(s.scope.leave)
}

type autoescapeStmt struct {
	line  int
	value expr
	scope scope
}

func (s *autoescapeStmt) exec(f *frame) {
	f.load(s.scope.enter)
	f.st.line = s.line
	eval := f.ctx.eval
	old := eval.autoescape
	eval.autoescape = truth(s.value.eval(f))
	f.run(s.scope.body)
	eval.autoescape = old
	f.load(s.scope.leave)
}

// target is what is assigned to.
type target interface{ set(f *frame, v any) }

// nameTarget sets a variable; at the top level it becomes part of the context
// too, for blocks, includes and importers.
type nameTarget struct {
	slotRef
	toplevel bool
}

func (t *nameTarget) set(f *frame, v any) {
	f.outer(t.up).slots[t.slot] = v
	if t.toplevel {
		f.ctx.assign(t.name, v, t.name[0] != '_')
	}
}

// nsTarget sets an attribute of a namespace object.
type nsTarget struct {
	ns   expr
	attr string
}

func (t *nsTarget) set(f *frame, v any) {
	ns, ok := t.ns.eval(f).(*namespace)
	if !ok {
		fail(KindRuntime, "cannot assign attribute on non-namespace object")
	}
	ns.attrs.Set(t.attr, v)
}

// tupleTarget unpacks a sequence.
type tupleTarget struct{ items []target }

func (t *tupleTarget) set(f *frame, v any) {
	items := unpack(f, v, len(t.items))
	for i, item := range t.items {
		item.set(f, items[i])
	}
}

// unpack gives the items of a sequence that must have n of them.
func unpack(f *frame, v any, n int) []any {
	items, ok := f.asItems(v)
	if !ok {
		items = takeItems(f, v, n+1)
	}
	switch {
	case len(items) > n:
		fail(KindValue, "too many values to unpack (expected %d)", n)
	case len(items) < n:
		fail(KindValue, "not enough values to unpack (expected %d, got %d)", n, len(items))
	}
	return items
}

// takeItems gives the first items of any iterable.
func takeItems(f *frame, v any, limit int) []any {
	it, ok := tryIterate(f, v)
	if !ok {
		fail(KindType, "cannot unpack non-iterable %s object", typeName(v))
	}
	var items []any
	for len(items) < limit {
		v, ok := it.next()
		if !ok {
			break
		}
		items = append(items, v)
	}
	return items
}

type assignStmt struct {
	line   int
	target target
	value  expr
}

func (s *assignStmt) exec(f *frame) {
	f.st.line = s.line
	s.target.set(f, s.value.eval(f))
}

type assignBlockStmt struct {
	line   int
	target target
	filter expr
	scope  scope
}

func (s *assignBlockStmt) exec(f *frame) {
	f.load(s.scope.enter)
	text := f.capture(func() { f.run(s.scope.body) })
	f.st.line = s.line
	if f.st.jump != 0 {
		return
	}
	var v any
	if s.filter != nil {
		f.st.captured = text
		v = s.filter.eval(f)
		if f.autoescape() {
			v = markSafe(v)
		}
	} else {
		v = f.markup(text)
	}
	s.target.set(f, v)
	f.load(s.scope.leave)
}
