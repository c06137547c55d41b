package jinja

import "math/big"

// Jinja computes constant expressions when it compiles them, and a template can
// tell: '<' ~ ('a'|safe) is a plain text then, while the same expression over
// variables is safe HTML. So what Jinja folds is folded here, the same way.

// foldable gives the value of a constant expression if it can be shared: lists
// and dicts are made anew each time.
func (c *compiler) foldable(n node) (any, bool) {
	switch n.(type) {
	case *nameNode, *callNode, *listNode, *dictNode, *sliceNode, *constNode:
		return nil, false
	}
	if c.volatile {
		return nil, false
	}
	v, ok := c.constant(n)
	if !ok || !isShareable(v) {
		return nil, false
	}
	return v, true
}

// isShareable tells whether a value cannot change, so that every evaluation may
// give the same one.
func isShareable(v any) bool {
	switch v := v.(type) {
	case nil, bool, int, float64, string, Markup, *big.Int, Range:
		return true
	case Tuple:
		for _, item := range v {
			if !isShareable(item) {
				return false
			}
		}
		return true
	}
	return false
}

// isConst tells whether an expression is made of literals, operators and the
// filters and tests of this package alone.
func (c *compiler) isConst(n node) bool {
	known, ok := c.consts[n]
	if !ok {
		known.isConst = c.checkConst(n)
		c.noteConst(n, known)
	}
	return known.isConst
}

// constInfo is what was found out about an expression, so that nested ones are
// not looked at again and again.
type constInfo struct {
	isConst, done, ok bool
	value             any
}

func (c *compiler) noteConst(n node, info constInfo) {
	if c.consts == nil {
		c.consts = map[node]constInfo{}
	}
	c.consts[n] = info
}

// checkConst looks at the node itself and then at what it is made of.
func (c *compiler) checkConst(n node) bool {
	switch n := n.(type) {
	case *nameNode, *callNode:
		return false
	case *filterNode:
		if n.node == nil || !c.env.isPureFilter(n.name) {
			return false
		}
	case *testNode:
		if !c.env.isPureTest(n.name) {
			return false
		}
	case *condNode:
		return c.isConstCond(n)
	}
	ok := true
	children(n, func(child node) { ok = ok && c.isConst(child) })
	return ok
}

// isConstCond looks only at the branch that is taken, as Jinja does. Without an
// else the undefined result is left to run time.
func (c *compiler) isConstCond(n *condNode) bool {
	test, ok := c.constant(n.test)
	switch {
	case !ok:
		return false
	case truth(test):
		return c.isConst(n.then)
	}
	return n.orelse != nil && c.isConst(n.orelse)
}

// constant computes a constant expression; ok is false if it is none, or if it
// fails, which is then left to happen at run time.
func (c *compiler) constant(n node) (v any, ok bool) {
	if t, isConst := n.(*constNode); isConst {
		return t.value, true
	}
	if !c.isConst(n) {
		return nil, false
	}
	info := c.consts[n]
	if !info.done {
		info.value, info.ok = c.compute(n)
		info.done = true
		c.noteConst(n, info)
	}
	return info.value, info.ok
}

// compute evaluates the compiled form in an empty frame with little budget, so
// that a source cannot make the compiler work for long.
func (c *compiler) compute(n node) (v any, ok bool) {
	defer func() {
		if recover() != nil {
			v, ok = nil, false
		}
	}()
	fold := &compiler{env: c.env, tmpl: c.tmpl, volatile: true, folding: true}
	fr := &cframe{sym: newSymbols(nil, &fnScope{}), soft: true}
	env := &Env{Filters: c.env.Filters, Tests: c.env.Tests, Autoescape: c.env.Autoescape,
		Limits: Limits{Depth: 50, Steps: 10_000, Output: 1 << 16}}
	st := &state{env: env, tmpl: c.tmpl, maxOut: 1 << 16}
	f := &frame{st: st, ctx: &context{st: st, tmpl: c.tmpl, eval: &evalContext{c.autoescape}}}
	v = fold.expr(n, fr).eval(f)
	if _, undefined := v.(*Undefined); undefined {
		return nil, false
	}
	return v, isFoldResult(v)
}

// hasFilter tells whether filters or tests are part of an expression.
func hasFilter(n node) bool {
	found := false
	walk(n, func(n node) {
		switch n.(type) {
		case *filterNode, *testNode:
			found = true
		}
	})
	return found
}

// isFoldResult tells whether Jinja could write a value down as a literal.
func isFoldResult(v any) bool {
	switch v := v.(type) {
	case *List:
		for _, item := range v.Items {
			if !isFoldResult(item) {
				return false
			}
		}
		return true
	case *Dict:
		for i := range v.keys {
			if !isFoldResult(v.keys[i]) || !isFoldResult(v.vals[i]) {
				return false
			}
		}
		return true
	}
	return isShareable(v)
}
