package jinja

import (
	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/render/jinja/internal/syntax"
)

// expr compiles an expression. What is constant is computed now.
func (c *compiler) expr(n syntax.Node, fr *cframe) expr {
	if v, ok := c.foldable(n); ok {
		return &constExpr{v}
	}
	c.nodes++
	switch n := n.(type) {
	case *syntax.NameNode:
		return &slotExpr{c.ref(fr, n.Name)}
	case *syntax.ConstNode:
		return &constExpr{n.Value}
	case *syntax.TupleNode:
		return &tupleExpr{c.exprs(n.Items, fr)}
	case *syntax.ListNode:
		return &listExpr{c.exprs(n.Items, fr)}
	case *syntax.DictNode:
		return &dictExpr{c.exprs(n.Keys, fr), c.exprs(n.Values, fr)}
	case *syntax.CondNode:
		return c.cond(n, fr)
	case *syntax.BinNode:
		return &binExpr{n.Op, c.expr(n.Left, fr), c.expr(n.Right, fr)}
	case *syntax.LogicNode:
		return &logicExpr{n.And, c.expr(n.Left, fr), c.expr(n.Right, fr)}
	case *syntax.UnaryNode:
		if n.Op == "not" {
			return &notExpr{c.expr(n.Node, fr)}
		}
		return &signExpr{n.Op == "-", c.expr(n.Node, fr)}
	case *syntax.CompareNode:
		return c.compare(n, fr)
	case *syntax.ConcatNode:
		// Jinja joins plain texts where it does not know the setting yet.
		return &concatExpr{c.exprs(n.Nodes, fr), c.autoescape && !c.volatile && !c.folding}
	case *syntax.GetattrNode:
		return &attrExpr{c.expr(n.Node, fr), n.Attr}
	case *syntax.GetitemNode:
		if s, ok := n.Arg.(*syntax.SliceNode); ok {
			e := &sliceExpr{c.expr(n.Node, fr), c.optional(s.Start, fr), c.optional(s.Stop, fr), c.optional(s.Step, fr)}
			if c.folding {
				return &foldedSlice{e}
			}
			return e
		}
		return &itemExpr{c.expr(n.Node, fr), c.expr(n.Arg, fr)}
	case *syntax.CallNode:
		return c.callExpr(n, fr)
	case *syntax.FilterNode:
		return c.filterChain(n, nil, fr)
	case *syntax.TestNode:
		return c.testExpr(n, fr)
	}
	// A slice inside of a tuple of subscripts: x[1:2, 3].
	return &badSlice{}
}

func (c *compiler) exprs(ns []syntax.Node, fr *cframe) []expr {
	out := make([]expr, len(ns))
	for i, n := range ns {
		out[i] = c.expr(n, fr)
	}
	return out
}

func (c *compiler) optional(n syntax.Node, fr *cframe) expr {
	if n == nil {
		return nil
	}
	return c.expr(n, fr)
}

// cond compiles the inline if. Without an else it gives undefined, with a message
// that names the place.
func (c *compiler) cond(n *syntax.CondNode, fr *cframe) expr {
	soft := fr.soften()
	e := &condExpr{then: c.expr(n.Then, soft), test: c.expr(n.Test, soft)}
	if n.Orelse != nil {
		e.orelse = c.expr(n.Orelse, soft)
		return e
	}
	where := "line " + repr(n.Line())
	if c.tmpl.name != "" {
		where += " in " + pytext.Repr(c.tmpl.name)
	}
	e.orelse = &constExpr{undefinedHint("the inline if-expression on %s evaluated to false"+
		" and no else section was defined.", where)}
	return e
}

// compare compiles a chain of comparisons; most have one step.
func (c *compiler) compare(n *syntax.CompareNode, fr *cframe) expr {
	e := &compareExpr{first: c.expr(n.Expr, fr)}
	for _, op := range n.Ops {
		e.ops = append(e.ops, compareStep{op.Op, c.expr(op.Expr, fr)})
	}
	if len(e.ops) == 1 {
		return &compareOneExpr{e.ops[0].op, e.first, e.ops[0].expr}
	}
	return e
}

func (c *compiler) callExpr(n *syntax.CallNode, fr *cframe) *callExpr {
	return &callExpr{callee: c.expr(n.Node, fr), line: n.Line(), argList: c.argList(&n.CallArgs, fr),
		literal: areLiterals(n.Args) && n.DynArgs == nil}
}

// areLiterals reports whether the arguments are literals, but the last one of
// three or more, which is a count.
func areLiterals(args []syntax.Node) bool {
	if len(args) > 2 {
		args = args[:len(args)-1]
	}
	for _, arg := range args {
		if _, ok := arg.(*syntax.ConstNode); !ok {
			return false
		}
	}
	return true
}

func (c *compiler) argList(a *syntax.CallArgs, fr *cframe) argList {
	l := argList{args: c.exprs(a.Args, fr)}
	for _, k := range a.Kwargs {
		l.kwargs = append(l.kwargs, kwargExpr{k.Name, c.expr(k.Value, fr)})
	}
	l.dynArgs, l.dynKwargs = c.optional(a.DynArgs, fr), c.optional(a.DynKwargs, fr)
	return l
}

// filterChain compiles filters; the innermost one without an operand, which
// those of filter and set blocks are, gets the body's text.
func (c *compiler) filterChain(n *syntax.FilterNode, body expr, fr *cframe) expr {
	fn := c.env.filter(n.Name)
	if fn == nil && !fr.soft {
		c.fail(n.Line(), "No filter named %s.", pytext.Repr(n.Name))
	}
	e := &filterExpr{name: n.Name, fn: fn, line: n.Line(), what: "filter"}
	switch operand := n.Node.(type) {
	case nil:
		e.operand = body
	case *syntax.FilterNode:
		if v, ok := c.foldable(operand); ok {
			e.operand = &constExpr{v}
		} else {
			e.operand = c.filterChain(operand, body, fr)
		}
	default:
		e.operand = c.expr(operand, fr)
	}
	e.argList = c.argList(&n.CallArgs, fr)
	return e
}

// testExpr compiles "is". Tests share the form of filters.
func (c *compiler) testExpr(n *syntax.TestNode, fr *cframe) expr {
	switch n.Name { // the commonest, which need no call
	case "defined", "undefined":
		if c.env.Tests[n.Name] == nil && len(n.Args)+len(n.Kwargs) == 0 && n.DynArgs == nil && n.DynKwargs == nil {
			return &definedExpr{c.expr(n.Node, fr), n.Name == "defined"}
		}
	}
	if n.Name == "sameas" && c.env.Tests[n.Name] == nil && areTwoTexts(n) {
		return &constExpr{false}
	}
	fn := c.env.test(n.Name)
	if fn == nil && !fr.soft {
		c.fail(n.Line(), "No test named %s.", pytext.Repr(n.Name))
	}
	return &filterExpr{name: n.Name, fn: fn, line: n.Line(), what: "test",
		operand: c.expr(n.Node, fr), argList: c.argList(&n.CallArgs, fr)}
}

// areTwoTexts reports whether a test compares two literal texts: each is an object
// of its own, unless it is a single character.
func areTwoTexts(n *syntax.TestNode) bool {
	if len(n.Args) != 1 {
		return false
	}
	for _, operand := range []syntax.Node{n.Node, n.Args[0]} {
		c, ok := operand.(*syntax.ConstNode)
		if !ok {
			return false
		}
		if s, ok := c.Value.(string); !ok || runeLen(s) <= 1 {
			return false
		}
	}
	return true
}
