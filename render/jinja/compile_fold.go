package jinja

import (
	"math/big"

	"github.com/cantil-go/cantil/render/jinja/internal/syntax"
)

// Jinja computes constant expressions when it compiles them, and a template can
// tell: '<' ~ ('a'|safe) is a plain text then, while the same expression over
// variables is safe HTML. So what Jinja folds is folded here, the same way.

// foldable gives the value of a constant expression if it can be shared: lists
// and dicts are made anew each time.
func (c *compiler) foldable(n syntax.Node) (any, bool) {
	switch n.(type) {
	case *syntax.NameNode, *syntax.CallNode, *syntax.ListNode, *syntax.DictNode, *syntax.SliceNode, *syntax.ConstNode:
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

// isShareable reports whether a value cannot change, so that every evaluation may
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

// isConst reports whether an expression is made of literals, operators and the
// filters and tests of this package alone.
func (c *compiler) isConst(n syntax.Node) bool {
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

func (c *compiler) noteConst(n syntax.Node, info constInfo) {
	if c.consts == nil {
		c.consts = map[syntax.Node]constInfo{}
	}
	c.consts[n] = info
}

// checkConst looks at the node itself and then at what it is made of.
func (c *compiler) checkConst(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.NameNode, *syntax.CallNode:
		return false
	case *syntax.FilterNode:
		if n.Node == nil || !c.env.isPureFilter(n.Name) {
			return false
		}
	case *syntax.TestNode:
		if !c.env.isPureTest(n.Name) {
			return false
		}
	case *syntax.CondNode:
		return c.isConstCond(n)
	case *syntax.LogicNode:
		return c.decides(n.Left, n.And) || c.isConst(n.Left) && c.isConst(n.Right)
	case *syntax.CompareNode:
		return c.isConstCompare(n)
	}
	ok := true
	syntax.Children(n, func(child syntax.Node) { ok = ok && c.isConst(child) })
	return ok
}

// decides reports whether a constant is the value of an "and" or "or" whatever
// follows it.
func (c *compiler) decides(n syntax.Node, and bool) bool {
	v, ok := c.constant(n)
	return ok && truth(v) != and
}

// isConstCompare looks no further than the first step that is false, as Jinja
// does.
func (c *compiler) isConstCompare(n *syntax.CompareNode) bool {
	left := n.Expr
	for _, op := range n.Ops {
		if !c.isConst(left) || !c.isConst(op.Expr) {
			return false
		}
		step := &syntax.CompareNode{Pos: n.Pos, Expr: left, Ops: []syntax.Operand{op}}
		if v, ok := c.compute(step); ok && v == false {
			return true
		}
		left = op.Expr
	}
	return true
}

// isConstCond looks only at the branch that is taken, as Jinja does. Without an
// else the undefined result is left to run time.
func (c *compiler) isConstCond(n *syntax.CondNode) bool {
	test, ok := c.constant(n.Test)
	switch {
	case !ok:
		return false
	case truth(test):
		return c.isConst(n.Then)
	}
	return n.Orelse != nil && c.isConst(n.Orelse)
}

// constant computes a constant expression; ok is false if it is none, or if it
// fails, which is then left to happen at run time.
func (c *compiler) constant(n syntax.Node) (v any, ok bool) {
	if t, isConst := n.(*syntax.ConstNode); isConst {
		return t.Value, true
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

// printable gives the value of a constant that is only printed: it need not be
// one that could be written down as a literal.
func (c *compiler) printable(n syntax.Node) (any, bool) {
	if v, ok := c.constant(n); ok {
		return v, true
	}
	switch v := c.consts[n].value.(type) {
	case *Undefined, *List, *Dict, Tuple:
		return v, true
	}
	return nil, false
}

// compute evaluates the compiled form in an empty frame with little budget, so
// that a source cannot make the compiler work for long.
func (c *compiler) compute(n syntax.Node) (v any, ok bool) {
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
		return v, false
	}
	return v, isFoldResult(v)
}

// hasFilter reports whether filters or tests are part of an expression.
func hasFilter(n syntax.Node) bool {
	found := false
	syntax.Walk(n, func(n syntax.Node) {
		switch n.(type) {
		case *syntax.FilterNode, *syntax.TestNode:
			found = true
		}
	})
	return found
}

// isFoldResult reports whether Jinja could write a value down as a literal.
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
