package jinja

// forStmt is a loop. Its test and target run in slots of their own: the loop
// may look at the next item, and so test it, while the body still has this one.
type forStmt struct {
	line       int
	target     target
	iter       expr
	test       expr
	testCost   int // steps of a test
	testTarget target
	testEnter  []loadOp
	once, each []loadOp // on entering the loop, and before every round
	leave      []loadOp
	body       []stmt
	hasElse    bool
	orelse     scope
	loopSlot   int  // -1 if the body does not use "loop"
	leaks      bool // the loop object may outlive the loop
	recursive  bool
	jumps      bool      // the body has a break or a continue
	fn         *function // of a recursive loop
}

func (s *forStmt) exec(f *frame) {
	f.st.line = s.line
	v := s.iter.eval(f)
	if s.recursive {
		r := &recursion{s, f}
		f.st.out = f.st.appendValue(f.st.out, r.render(f, v, 0), false, f.st.maxOut)
		return
	}
	s.loop(f, v, nil, 0)
}

// loop runs the loop over v in the frame that holds its variables.
func (s *forStmt) loop(f *frame, v any, r *recursion, depth int) {
	it := iterate(f, v)
	if s.loopSlot >= 0 {
		s.extendedLoop(f, it, r, depth)
		return
	}
	f.load(s.once)
	empty := true
	for {
		item, ok := s.nextItem(f, &it)
		if !ok {
			break
		}
		f.load(s.each)
		f.st.line = s.line
		s.target.set(f, item)
		f.run(s.body)
		if s.jumps && f.st.jump != 0 {
			if f.st.landed() {
				break
			}
			continue
		}
		empty = false
	}
	s.end(f, empty)
}

// extendedLoop is a loop with the variable "loop".
func (s *forStmt) extendedLoop(f *frame, it iterator, r *recursion, depth int) {
	lc := f.st.newLoop(s.leaks)
	*lc = loopContext{f: f, stmt: s, it: it, index0: -1, depth0: depth, recursion: r,
		after: missing}
	f.load(s.once)
	empty := true
	for {
		item, ok := lc.iterate()
		if !ok {
			break
		}
		f.load(s.each)
		f.slots[s.loopSlot] = lc
		f.st.line = s.line
		s.target.set(f, item)
		f.run(s.body)
		if s.jumps && f.st.jump != 0 {
			if f.st.landed() {
				break
			}
			continue
		}
		empty = false
	}
	s.end(f, empty)
	if !s.leaks {
		f.st.loops = append(f.st.loops, lc)
	}
}

// end leaves the scope; the else branch is for loops without a round.
func (s *forStmt) end(f *frame, empty bool) {
	f.load(s.leave)
	if empty && s.hasElse {
		s.orelse.run(f)
	}
}

// jump says that a break or continue is on its way to its loop.
type jump uint8

const (
	jumpBreak jump = iota + 1
	jumpContinue
)

// landed ends a jump at its loop, and reports whether it ends the loop too.
func (st *state) landed() (broken bool) {
	broken = st.jump == jumpBreak
	st.jump = 0
	return broken
}

// nextItem gives the next item that passes the test.
func (s *forStmt) nextItem(f *frame, it *iterator) (any, bool) {
	for {
		f.st.step(1 + s.testCost)
		if it.kind == iterPull && f.st.write != nil {
			f.st.flush()
		}
		v, ok := it.next()
		if !ok || s.test == nil {
			return v, ok
		}
		f.load(s.testEnter)
		s.testTarget.set(f, v)
		if truth(s.test.eval(f)) {
			return v, true
		}
	}
}

// newLoop gives a loop object, a used one where no reference to it can be left.
func (st *state) newLoop(leaks bool) *loopContext {
	if n := len(st.loops); n > 0 && !leaks {
		lc := st.loops[n-1]
		st.loops = st.loops[:n-1]
		return lc
	}
	return &loopContext{}
}

// recursion renders a recursive loop: each level is a call of its function.
type recursion struct {
	stmt *forStmt
	up   *frame
}

func (r *recursion) render(f *frame, v any, depth int) any {
	s := f.capture(func() { r.print(f, v, depth) })
	return f.markup(s)
}

func (r *recursion) print(f *frame, v any, depth int) {
	st := f.st
	checkSameRender(f, r.up.st)
	st.step(callSteps)
	mark := st.enter(r.stmt.fn)
	in := r.stmt.fn.newFrame(st, r.up.ctx, r.up)
	r.stmt.loop(in, v, r, depth)
	st.leave(mark)
}

// loopContext is "loop" in templates.
type loopContext struct {
	f         *frame
	stmt      *forStmt
	it        iterator
	index0    int
	depth0    int
	recursion *recursion
	current   any
	before    any
	after     any   // the next item, if it was looked at
	length    int   // 0 if not known yet
	changed   []any // the arguments of the last call of changed
	hasLast   bool
}

func (l *loopContext) pyType() string   { return "LoopContext" }
func (l *loopContext) pyModule() string { return "jinja2.runtime" }
func (l *loopContext) pyRepr() string {
	return "<LoopContext " + repr(l.index0+1) + "/" + repr(l.len()) + ">"
}

// Len makes len(loop) work.
func (l *loopContext) Len() int { return l.len() }

// pull gives the next item without going on to it.
func (l *loopContext) pull() (any, bool) { return l.stmt.nextItem(l.f, &l.it) }

// iterate goes on to the next item, which peek may have fetched already.
func (l *loopContext) iterate() (any, bool) {
	v := l.after
	if v != missing {
		l.after = missing
	} else {
		var ok bool
		if v, ok = l.pull(); !ok {
			return nil, false
		}
	}
	l.index0++
	l.before, l.current = l.current, v
	return v, true
}

// peek looks at the next item. The test of the loop runs for it now.
func (l *loopContext) peek() any {
	if l.after == missing {
		if v, ok := l.pull(); ok {
			l.after = v
		}
	}
	return l.after
}

// len counts the items: what comes from a test or a generator is gone through
// for it, and kept.
func (l *loopContext) len() int {
	if l.length > 0 {
		return l.length
	}
	peeked := 0
	if l.after != missing {
		peeked = 1
	}
	n, known := l.it.remaining()
	if l.stmt.test != nil || !known {
		var rest []any
		for {
			v, ok := l.pull()
			if !ok {
				break
			}
			l.f.st.memory(itemBytes)
			rest = append(rest, v)
		}
		// From here on the items that passed the test are at hand.
		passed := *l.stmt
		passed.test = nil
		l.stmt, l.it, n = &passed, iterator{items: rest}, len(rest)
	}
	l.length = l.index0 + 1 + peeked + n
	return l.length
}

func (l *loopContext) attr(name string) (any, bool) {
	switch name {
	case "index":
		return l.index0 + 1, true
	case "index0":
		return l.index0, true
	case "first":
		return l.index0 == 0, true
	case "last":
		return l.peek() == missing, true
	case "length":
		return l.len(), true
	case "revindex":
		return l.len() - l.index0, true
	case "revindex0":
		return l.len() - l.index0 - 1, true
	case "depth":
		return l.depth0 + 1, true
	case "depth0":
		return l.depth0, true
	case "previtem":
		if l.index0 == 0 {
			return undefinedHint("there is no previous item"), true
		}
		return l.before, true
	case "nextitem":
		if v := l.peek(); v != missing {
			return v, true
		}
		return undefinedHint("there is no next item"), true
	}
	return nil, false
}

// call renders the next level of a recursive loop.
func (l *loopContext) call(f *frame, args []any, kwargs []Arg) any {
	l.checkCall(args, kwargs)
	return l.recursion.render(f, args[0], l.depth0+1)
}

func (l *loopContext) print(f *frame, args []any, kwargs []Arg) {
	l.checkCall(args, kwargs)
	l.recursion.print(f, args[0], l.depth0+1)
}

// checkCall refuses loop(...) where the loop is not recursive.
func (l *loopContext) checkCall(args []any, kwargs []Arg) {
	if len(args) != 1 || len(kwargs) > 0 {
		fail(KindType, "LoopContext.__call__() takes 2 positional arguments but %d were given",
			1+len(args)+len(kwargs))
	}
	if l.recursion == nil {
		fail(KindType, "The loop must have the 'recursive' marker to be called recursively.")
	}
}

// loopMethods are the methods of "loop".
var loopMethods = table{}

func init() {
	loopMethods.add("LoopContext.", "cycle", "self, *args", func(f *frame, a []any) any {
		values := a[1].(Tuple)
		if len(values) == 0 {
			fail(KindType, "no items for cycling given")
		}
		return values[a[0].(*loopContext).index0%len(values)]
	})
	loopMethods.add("LoopContext.", "changed", "self, *value", func(f *frame, a []any) any {
		l, value := a[0].(*loopContext), a[1].(Tuple)
		if l.hasLast && equalItems(f, l.changed, value, 0) {
			return false
		}
		l.changed, l.hasLast = value, true
		return true
	})
}
