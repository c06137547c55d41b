package jinja

import "github.com/cantil-go/cantil/internal/pytext"

// expr compiles an expression. What is constant is computed now.
func (c *compiler) expr(n node, fr *cframe) expr {
	if v, ok := c.foldable(n); ok {
		return &constExpr{v}
	}
	c.nodes++
	switch n := n.(type) {
	case *nameNode:
		return &slotExpr{c.ref(fr, n.name)}
	case *constNode:
		return &constExpr{n.value}
	case *tupleNode:
		return &tupleExpr{c.exprs(n.items, fr)}
	case *listNode:
		return &listExpr{c.exprs(n.items, fr)}
	case *dictNode:
		return &dictExpr{c.exprs(n.keys, fr), c.exprs(n.values, fr)}
	case *condNode:
		return c.cond(n, fr)
	case *binNode:
		return &binExpr{n.op, c.expr(n.left, fr), c.expr(n.right, fr)}
	case *logicNode:
		return &logicExpr{n.and, c.expr(n.left, fr), c.expr(n.right, fr)}
	case *unaryNode:
		if n.op == "not" {
			return &notExpr{c.expr(n.node, fr)}
		}
		return &signExpr{n.op == "-", c.expr(n.node, fr)}
	case *compareNode:
		return c.compare(n, fr)
	case *concatNode:
		// Jinja joins plain texts where it does not know the setting yet.
		return &concatExpr{c.exprs(n.nodes, fr), c.autoescape && !c.volatile && !c.folding}
	case *getattrNode:
		return &attrExpr{c.expr(n.node, fr), n.attr}
	case *getitemNode:
		if s, ok := n.arg.(*sliceNode); ok {
			return &sliceExpr{c.expr(n.node, fr), c.optional(s.start, fr), c.optional(s.stop, fr), c.optional(s.step, fr)}
		}
		return &itemExpr{c.expr(n.node, fr), c.expr(n.arg, fr)}
	case *callNode:
		return c.callExpr(n, fr)
	case *filterNode:
		return c.filterChain(n, nil, fr)
	case *testNode:
		return c.testExpr(n, fr)
	}
	// A slice inside of a tuple of subscripts: x[1:2, 3].
	return &badSlice{}
}

func (c *compiler) exprs(ns []node, fr *cframe) []expr {
	out := make([]expr, len(ns))
	for i, n := range ns {
		out[i] = c.expr(n, fr)
	}
	return out
}

func (c *compiler) optional(n node, fr *cframe) expr {
	if n == nil {
		return nil
	}
	return c.expr(n, fr)
}

// cond compiles the inline if. Without an else it gives undefined, with a message
// that names the place.
func (c *compiler) cond(n *condNode, fr *cframe) expr {
	soft := fr.soften()
	e := &condExpr{then: c.expr(n.then, soft), test: c.expr(n.test, soft)}
	if n.orelse != nil {
		e.orelse = c.expr(n.orelse, soft)
		return e
	}
	where := "line " + repr(n.at())
	if c.tmpl.name != "" {
		where += " in " + pytext.Repr(c.tmpl.name)
	}
	e.orelse = &constExpr{undefinedHint("the inline if-expression on %s evaluated to false"+
		" and no else section was defined.", where)}
	return e
}

// compare compiles a chain of comparisons; most have one step.
func (c *compiler) compare(n *compareNode, fr *cframe) expr {
	e := &compareExpr{first: c.expr(n.expr, fr)}
	for _, op := range n.ops {
		e.ops = append(e.ops, compareStep{op.op, c.expr(op.expr, fr)})
	}
	if len(e.ops) == 1 {
		return &compareOneExpr{e.ops[0].op, e.first, e.ops[0].expr}
	}
	return e
}

func (c *compiler) callExpr(n *callNode, fr *cframe) *callExpr {
	return &callExpr{callee: c.expr(n.node, fr), line: n.at(), argList: c.argList(&n.callArgs, fr)}
}

func (c *compiler) argList(a *callArgs, fr *cframe) argList {
	l := argList{args: c.exprs(a.args, fr)}
	for _, k := range a.kwargs {
		l.kwargs = append(l.kwargs, kwargExpr{k.name, c.expr(k.value, fr)})
	}
	l.dynArgs, l.dynKwargs = c.optional(a.dynArgs, fr), c.optional(a.dynKwargs, fr)
	return l
}

// filterChain compiles filters; the innermost one without an operand, which
// those of filter and set blocks are, gets the body's text.
func (c *compiler) filterChain(n *filterNode, body expr, fr *cframe) expr {
	fn := c.env.filter(n.name)
	if fn == nil && !fr.soft {
		c.fail(n.at(), "No filter named %s.", pytext.Repr(n.name))
	}
	e := &filterExpr{name: n.name, fn: fn, line: n.at(), what: "filter"}
	switch operand := n.node.(type) {
	case nil:
		e.operand = body
	case *filterNode:
		if v, ok := c.foldable(operand); ok {
			e.operand = &constExpr{v}
		} else {
			e.operand = c.filterChain(operand, body, fr)
		}
	default:
		e.operand = c.expr(operand, fr)
	}
	e.argList = c.argList(&n.callArgs, fr)
	return e
}

// testExpr compiles "is". Tests share the form of filters.
func (c *compiler) testExpr(n *testNode, fr *cframe) expr {
	switch n.name { // the commonest, which need no call
	case "defined", "undefined":
		if c.env.Tests[n.name] == nil && len(n.args)+len(n.kwargs) == 0 && n.dynArgs == nil && n.dynKwargs == nil {
			return &definedExpr{c.expr(n.node, fr), n.name == "defined"}
		}
	}
	if n.name == "sameas" && c.env.Tests[n.name] == nil && areTwoTexts(n) {
		return &constExpr{false}
	}
	fn := c.env.test(n.name)
	if fn == nil && !fr.soft {
		c.fail(n.at(), "No test named %s.", pytext.Repr(n.name))
	}
	return &filterExpr{name: n.name, fn: fn, line: n.at(), what: "test",
		operand: c.expr(n.node, fr), argList: c.argList(&n.callArgs, fr)}
}

// areTwoTexts tells whether a test compares two literal texts: each is an object
// of its own, unless it is a single character.
func areTwoTexts(n *testNode) bool {
	if len(n.args) != 1 {
		return false
	}
	for _, operand := range []node{n.node, n.args[0]} {
		c, ok := operand.(*constNode)
		if !ok {
			return false
		}
		if s, ok := c.value.(string); !ok || runeLen(s) <= 1 {
			return false
		}
	}
	return true
}
