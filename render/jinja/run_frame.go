package jinja

// sentinel marks slots that hold no value.
type sentinel struct{ _ byte }

var (
	missing    any = &sentinel{} // nothing was assigned
	unresolved any = &sentinel{} // to be looked up in the context when it is read
)

// state is one render: the output, the budget, and where the render is.
type state struct {
	env    *Env
	scope  Scope
	out    []byte
	maxOut int
	tmpl   *Template // of the statement under way, for errors
	line   int
	depth  int
	steps  int
	bytes  int // of values, see Limits.Memory
	jump   jump

	literal bool // what gettext is about to be called with is a literal

	slots   []any                 // a stack: of the slots of frames that end in order
	args    []any                 // a stack: the arguments of calls under way
	kwargs  []Arg                 // the same for keyword arguments
	modules map[*Template]*module // imported without context
	loaded  map[string]*Template  // under AutoReload, what was checked already
	frames  [12]frame             // a stack too, while it lasts
	nframes int
	root    context
	loops   []*loopContext // free ones
	eval    evalContext

	write    func([]byte) error // of a streamed render
	captures int                // captures under way
	stops    []func()           // end the iterators of the host that were begun

	captured string // the text on its way to the filter of a block
	buffer   []byte // the output of Render, to be used again
}

// frame is one run of a function of a template.
type frame struct {
	st     *state
	ctx    *context
	slots  []any
	up     *frame // the run of the function around it
	fn     *function
	parent *Template // what the root of a child template extends
}

// function is a compiled root, block, macro body or recursive loop.
type function struct {
	tmpl   *Template
	nslots int
	closes bool // inner functions may outlive a run
	enter  []loadOp
	body   []stmt
}

// loadOp gives a slot its value when a scope is entered.
type loadOp struct {
	kind     loadKind
	slot     int
	up, from int // of an alias
}

type stmt interface{ exec(f *frame) }

type expr interface{ eval(f *frame) any }

// newFrame begins a run. Slots and frames come from stacks of the state unless
// a closure may hold on to them.
func (fn *function) newFrame(st *state, ctx *context, up *frame) *frame {
	var f *frame
	if !fn.closes && st.nframes < len(st.frames) {
		f = &st.frames[st.nframes]
		st.nframes++
	} else {
		f = new(frame)
	}
	*f = frame{st: st, ctx: ctx, up: up, fn: fn}
	switch n := len(st.slots); {
	case fn.nslots == 0:
	case fn.closes:
		f.slots = make([]any, fn.nslots)
	default:
		if n+fn.nslots > cap(st.slots) {
			// Frames keep their part of the old array.
			st.slots, n = make([]any, 0, 2*cap(st.slots)+fn.nslots), 0
		}
		st.slots = st.slots[:n+fn.nslots]
		f.slots = st.slots[n : n+fn.nslots : n+fn.nslots]
	}
	for i := range f.slots {
		f.slots[i] = missing
	}
	return f
}

// callMark is what to restore when a run ends. Runs that end by a panic restore
// nothing: the place of the error is read from the state as it is then.
type callMark struct {
	slots   []any
	nframes int
	tmpl    *Template
	line    int
}

// enter begins a nested run: it guards the depth and notes the place.
func (st *state) enter(fn *function) callMark {
	m := callMark{st.slots, st.nframes, st.tmpl, st.line}
	if st.depth++; st.depth > st.env.Limits.Depth {
		failLimit(KindRecursion, "maximum recursion depth exceeded")
	}
	st.step(1)
	st.tmpl = fn.tmpl
	return m
}

// leave ends a nested run.
func (st *state) leave(m callMark) {
	st.slots, st.nframes = m.slots, m.nframes
	st.tmpl, st.line = m.tmpl, m.line
	st.depth--
}

// run executes the statements of a scope.
func (f *frame) run(body []stmt) {
	for _, s := range body {
		s.exec(f)
	}
}

// load performs the load operations of a scope.
func (f *frame) load(ops []loadOp) {
	for i := range ops {
		switch op := &ops[i]; op.kind {
		case loadResolve:
			f.slots[op.slot] = unresolved
		case loadUndefined:
			f.slots[op.slot] = missing
		case loadAlias:
			f.slots[op.slot] = f.outer(op.up).slots[op.from]
		}
	}
}

// outer gives the run of the function up levels around this one.
func (f *frame) outer(up int) *frame {
	for ; up > 0; up-- {
		f = f.up
	}
	return f
}

// autoescape is the setting at run time, which decides what macros, blocks and
// filters return; whether an output is escaped was decided by the compiler.
func (f *frame) autoescape() bool { return f.ctx.eval.autoescape }

// capture gives what body writes, and takes it from the output.
func (f *frame) capture(body func()) string {
	st := f.st
	start := len(st.out)
	st.captures++
	body()
	st.captures--
	st.size(len(st.out) - start)
	s := string(st.out[start:])
	st.out = st.out[:start]
	return s
}

// markup marks a captured text as safe where autoescaping is on.
func (f *frame) markup(s string) any {
	if f.autoescape() {
		return Markup(s)
	}
	return s
}
