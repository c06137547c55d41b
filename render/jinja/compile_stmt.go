package jinja

import "github.com/cantil-go/cantil/render/jinja/internal/syntax"

// ifStmt compiles the branches in the scope around them: {% if %} opens none.
func (c *compiler) ifStmt(n *syntax.IfNode, fr *cframe) stmt {
	soft := fr.soften()
	s := &ifStmt{}
	for _, branch := range append([]syntax.Node{n}, n.Elifs...) {
		b := branch.(*syntax.IfNode)
		s.branches = append(s.branches, ifBranch{b.Line(), c.expr(b.Test, soft), c.stmts(b.Body, soft)})
	}
	s.orelse = c.stmts(n.Orelse, soft)
	return s
}

// forStmt compiles a loop. The special variable "loop" exists if the body uses
// it, if the loop is recursive, or if a scoped block might use it.
func (c *compiler) forStmt(n *syntax.ForNode, fr *cframe) stmt {
	body, test, orelse := fr.inner(), fr.inner(), fr.inner()
	if n.Recursive {
		fr.sym.fn.closes = true
		body = fr.innerFn()
		body.sym.fn.closes = true
		test.sym.fn, orelse.sym.fn = body.sym.fn, body.sym.fn
	}
	body.loop, body.inLoop = true, true
	if n.Recursive { // the else part is in the loop's function
		orelse.inLoop = false
	}
	c.spaces++
	test.sym.space = c.spaces
	s := &forStmt{line: n.Line(), loopSlot: -1, recursive: n.Recursive}
	if n.Recursive || findUndeclared(n.Body, "loop")["loop"] || hasScopedBlock(n) {
		s.loopSlot = body.sym.param("loop").slot
		s.leaks = n.Recursive || loopLeaks(n.Body)
	}
	body.sym.visitTarget(n.Target)
	syntax.VisitAll(n.Body, body.sym.visit)
	syntax.VisitAll(n.Orelse, orelse.sym.visit)
	if n.Test != nil {
		test.sym.visitTarget(n.Target)
		test.sym.visit(n.Test)
		s.testTarget = c.target(n.Target, test)
		before := c.nodes
		s.test = c.expr(n.Test, test)
		s.testCost = bodyCost(c.nodes - before)
		s.testEnter = c.loads(test)
	}
	c.checkLoopName(n)
	s.target = c.target(n.Target, body)
	s.iter = c.expr(n.Iter, fr)
	outerJumps := c.jumps
	c.jumps = false
	s.body = c.stmts(n.Body, body)
	s.jumps, c.jumps = c.jumps, outerJumps
	s.once, s.each = splitLoads(body, c.loads(body))
	s.leave = c.unloads(body)
	s.hasElse = len(n.Orelse) > 0
	s.orelse = c.scope(n.Orelse, orelse)
	if n.Recursive {
		s.fn = c.newFunction(body, nil, nil)
	}
	return s
}

// jump compiles a break or a continue.
func (c *compiler) jump(n *syntax.JumpNode, fr *cframe) stmt {
	if fr.inLoop {
		c.jumps = true
		return &jumpStmt{n.Break}
	}
	e := newError(KindPythonSyntax, "'continue' not properly in loop")
	if n.Break {
		e.Message = "'break' outside loop"
	}
	e.Line, e.Template = n.Line(), c.tmpl.name
	panic(e)
}

// hasScopedBlock reports whether a block in a loop may use the loop from outside
// of the source that is at hand.
func hasScopedBlock(n *syntax.ForNode) bool {
	found := false
	syntax.Walk(n, func(n syntax.Node) {
		if b, ok := n.(*syntax.BlockNode); ok && b.Scoped {
			found = true
		}
	})
	return found
}

// loopLeaks reports whether a body may keep the loop object beyond its round: it
// does anything with it but read an attribute or call a method, or it hands
// its names on.
func loopLeaks(body []syntax.Node) bool {
	leaks := false
	var visit func(syntax.Node)
	visit = func(n syntax.Node) {
		switch n := n.(type) {
		case *syntax.GetattrNode:
			if name, ok := n.Node.(*syntax.NameNode); ok && name.Name == "loop" {
				leaks = leaks || n.Attr == "cycle" || n.Attr == "changed"
				return
			}
		case *syntax.CallNode:
			if attr, ok := n.Node.(*syntax.GetattrNode); ok {
				if name, ok := attr.Node.(*syntax.NameNode); ok && name.Name == "loop" {
					n.Children(visit)
					return
				}
			}
		case *syntax.NameNode:
			leaks = leaks || n.Name == "loop"
		case *syntax.IncludeNode, *syntax.ImportNode, *syntax.FromImportNode, *syntax.MacroNode, *syntax.CallBlockNode, *syntax.BlockNode:
			leaks = true
		}
		syntax.Children(n, visit)
	}
	syntax.VisitAll(body, visit)
	return leaks
}

// checkLoopName refuses to assign to "loop" anywhere in a loop.
func (c *compiler) checkLoopName(n *syntax.ForNode) {
	syntax.Walk(n, func(n syntax.Node) {
		if name, ok := n.(*syntax.NameNode); ok && name.Ctx == syntax.CtxStore && name.Name == "loop" {
			c.fail(name.Line(), "Can't assign to special loop variable in for-loop target")
		}
	})
}

// fromImport compiles {% from x import a, b as c %}.
func (c *compiler) fromImport(n *syntax.FromImportNode, fr *cframe) stmt {
	s := &fromImportStmt{line: n.Line(), template: c.expr(n.Template, fr),
		withContext: n.WithContext, locals: c.stored(fr), toplevel: fr.toplevel}
	for _, name := range n.Names {
		s.names = append(s.names, importedName{name.Name, c.ref(fr, name.Alias)})
	}
	return s
}

// macroFunc compiles the body of a macro or a call block.
func (c *compiler) macroFunc(args []*syntax.NameNode, defaults, body []syntax.Node, line int, fr *cframe) *macroFunc {
	// The macro holds on to the run of every function around it.
	for fn := fr.sym.fn; fn != nil; fn = fn.parent {
		fn.closes = true
	}
	in := fr.innerFn()
	in.outputCheck = false
	syntax.VisitNames(args, in.sym.visit)
	syntax.VisitAll(defaults, in.sym.visit)
	syntax.VisitAll(body, in.sym.visit)
	m := &macroFunc{callerSlot: -1, kwargsSlot: -1, varargsSlot: -1}
	names := map[string]int{}
	for i, arg := range args {
		if _, ok := names[arg.Name]; ok {
			e := newError(KindPythonSyntax, "duplicate argument '%s' in function definition", arg.Name)
			e.Line = line
			panic(e)
		}
		names[arg.Name] = i
	}
	c.specialParams(m, names, len(args)-len(defaults), body, line, in)
	before := c.nodes
	for i, arg := range args {
		p := macroParam{name: arg.Name, slot: in.sym.find(arg.Name).slot}
		if k := i - (len(args) - len(defaults)); k >= 0 {
			p.def = c.expr(defaults[k], in)
		}
		m.params = append(m.params, p)
	}
	m.cost = callSteps + bodyCost(c.nodes-before)
	stmts := c.stmts(body, in)
	m.fn = c.newFunction(in, c.loads(in), stmts)
	return m
}

// specialParams declares caller, kwargs and varargs where the body uses them.
func (c *compiler) specialParams(m *macroFunc, names map[string]int, required int, body []syntax.Node, line int, in *cframe) {
	used := findUndeclared(body, "caller", "kwargs", "varargs")
	if used["caller"] {
		m.usesCaller = true
		if i, explicit := names["caller"]; !explicit {
			m.callerSlot = in.sym.param("caller").slot
		} else if i < required {
			c.fail(line, "When defining macros or call blocks the special \"caller\" argument"+
				" must be omitted or be given a default.")
		}
	}
	if _, explicit := names["kwargs"]; used["kwargs"] && !explicit {
		m.kwargsSlot = in.sym.param("kwargs").slot
	}
	if _, explicit := names["varargs"]; used["varargs"] && !explicit {
		m.varargsSlot = in.sym.param("varargs").slot
	}
}

func (c *compiler) macroStmt(n *syntax.MacroNode, fr *cframe) stmt {
	m := c.macroFunc(n.Args, n.Defaults, n.Body, n.Line(), fr)
	m.name = n.Name
	return &macroStmt{m, c.ref(fr, n.Name), fr.toplevel}
}

// callBlock compiles a call whose body becomes the macro "caller".
func (c *compiler) callBlock(n *syntax.CallBlockNode, fr *cframe) stmt {
	m := c.macroFunc(n.Args, n.Defaults, n.Body, n.Line(), fr)
	call := c.callExpr(n.Call, fr)
	call.caller = m
	return &printStmt{line: n.Line(), expr: call, mode: escapeOff}
}

// filterBlock compiles a body whose text goes through filters.
func (c *compiler) filterBlock(n *syntax.FilterBlockNode, fr *cframe) stmt {
	in := fr.inner()
	syntax.VisitAll(n.Body, in.sym.visit)
	in.sym.visit(n.Filter)
	s := &filterBlockStmt{line: n.Line()}
	body := c.stmts(n.Body, in)
	s.filter = c.filterChain(n.Filter, &captured{c.escapeMode()}, in)
	s.scope = scope{c.loads(in), c.unloads(in), body}
	return s
}

// with compiles a scope; its values are evaluated outside of it, so none sees
// another.
func (c *compiler) with(n *syntax.WithNode, fr *cframe) stmt {
	in := fr.inner()
	syntax.VisitAll(n.Targets, in.sym.visit)
	syntax.VisitAll(n.Body, in.sym.visit)
	s := &withStmt{line: n.Line()}
	for i := range n.Targets {
		s.targets = append(s.targets, c.target(n.Targets[i], in))
		s.values = append(s.values, c.expr(n.Values[i], fr))
	}
	s.scope = c.scope(n.Body, in)
	return s
}

func (c *compiler) assign(n *syntax.AssignNode, fr *cframe) stmt {
	return &assignStmt{n.Line(), c.target(n.Target, fr), c.expr(n.Value, fr)}
}

// assignBlock compiles {% set x %}...{% endset %}. What it captures is no output,
// so it works at the top level of a child template too.
func (c *compiler) assignBlock(n *syntax.AssignBlockNode, fr *cframe) stmt {
	in := fr.inner()
	in.outputCheck = false
	syntax.VisitAll(n.Body, in.sym.visit)
	s := &assignBlockStmt{line: n.Line(), target: c.target(n.Target, fr)}
	body := c.stmts(n.Body, in)
	if n.Filter != nil {
		in.sym.visit(n.Filter)
		s.filter = c.filterChain(n.Filter, &captured{c.escapeMode()}, in)
	}
	s.scope = scope{c.loads(in), c.unloads(in), body}
	return s
}

// autoescapeStmt compiles an autoescape block: a constant setting is known to
// what stands in it, any other leaves the decision to run time.
func (c *compiler) autoescapeStmt(n *syntax.AutoescapeNode, fr *cframe) stmt {
	in := fr.inner()
	in.sym.visit(n.Value)
	syntax.VisitAll(n.Body, in.sym.visit)
	s := &autoescapeStmt{line: n.Line(), value: c.expr(n.Value, in)}
	on, volatile := c.autoescape, c.volatile
	if v, ok := c.constant(n.Value); ok {
		c.autoescape = truth(v)
	} else {
		c.volatile = true
	}
	s.scope = c.scope(n.Body, in)
	c.autoescape, c.volatile = on, volatile
	return s
}

// target compiles what is assigned to.
func (c *compiler) target(n syntax.Node, fr *cframe) target {
	switch n := n.(type) {
	case *syntax.NameNode:
		ref := c.ref(fr, n.Name)
		exported := n.Ctx == syntax.CtxStore && fr.toplevel && !fr.loop && !fr.block
		return &nameTarget{ref, exported}
	case *syntax.NsRefNode:
		return &nsTarget{&slotExpr{c.ref(fr, n.Name)}, n.Attr}
	}
	t := &tupleTarget{}
	for _, item := range n.(*syntax.TupleNode).Items {
		t.items = append(t.items, c.target(item, fr))
	}
	return t
}
