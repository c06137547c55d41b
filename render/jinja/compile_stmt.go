package jinja

// ifStmt compiles the branches in the scope around them: {% if %} opens none.
func (c *compiler) ifStmt(n *ifNode, fr *cframe) stmt {
	soft := fr.soften()
	s := &ifStmt{}
	for _, branch := range append([]node{n}, n.elifs...) {
		b := branch.(*ifNode)
		s.branches = append(s.branches, ifBranch{b.at(), c.expr(b.test, soft), c.stmts(b.body, soft)})
	}
	s.orelse = c.stmts(n.orelse, soft)
	return s
}

// forStmt compiles a loop. The special variable "loop" exists if the body uses
// it, if the loop is recursive, or if a scoped block might use it.
func (c *compiler) forStmt(n *forNode, fr *cframe) stmt {
	body, test, orelse := fr.inner(), fr.inner(), fr.inner()
	if n.recursive {
		fr.sym.fn.closes = true
		body = fr.innerFn()
		body.sym.fn.closes = true
		test.sym.fn, orelse.sym.fn = body.sym.fn, body.sym.fn
	}
	body.loop = true
	c.spaces++
	test.sym.space = c.spaces
	s := &forStmt{line: n.at(), loopSlot: -1, recursive: n.recursive}
	if n.recursive || findUndeclared(n.body, "loop")["loop"] || hasScopedBlock(n) {
		s.loopSlot = body.sym.param("loop").slot
		s.leaks = n.recursive || loopLeaks(n.body)
	}
	body.sym.visitTarget(n.target)
	visitAll(n.body, body.sym.visit)
	visitAll(n.orelse, orelse.sym.visit)
	if n.test != nil {
		test.sym.visitTarget(n.target)
		test.sym.visit(n.test)
		s.testTarget = c.target(n.target, test)
		before := c.nodes
		s.test = c.expr(n.test, test)
		s.testCost = bodyCost(c.nodes - before)
		s.testEnter = c.loads(test)
	}
	c.checkLoopName(n)
	s.target = c.target(n.target, body)
	s.iter = c.expr(n.iter, fr)
	s.body = c.stmts(n.body, body)
	s.once, s.each = splitLoads(body, c.loads(body))
	s.leave = c.unloads(body)
	s.hasElse = len(n.orelse) > 0
	s.orelse = c.scope(n.orelse, orelse)
	if n.recursive {
		s.fn = c.newFunction(body, nil, nil)
	}
	return s
}

// hasScopedBlock tells whether a block in a loop may use the loop from outside
// of the source that is at hand.
func hasScopedBlock(n *forNode) bool {
	found := false
	walk(n, func(n node) {
		if b, ok := n.(*blockNode); ok && b.scoped {
			found = true
		}
	})
	return found
}

// loopLeaks tells whether a body may keep the loop object beyond its round: it
// does anything with it but read an attribute or call a method, or it hands
// its names on.
func loopLeaks(body []node) bool {
	leaks := false
	var visit func(node)
	visit = func(n node) {
		switch n := n.(type) {
		case *getattrNode:
			if name, ok := n.node.(*nameNode); ok && name.name == "loop" {
				leaks = leaks || n.attr == "cycle" || n.attr == "changed"
				return
			}
		case *callNode:
			if attr, ok := n.node.(*getattrNode); ok {
				if name, ok := attr.node.(*nameNode); ok && name.name == "loop" {
					n.children(visit)
					return
				}
			}
		case *nameNode:
			leaks = leaks || n.name == "loop"
		case *includeNode, *importNode, *fromImportNode, *macroNode, *callBlockNode, *blockNode:
			leaks = true
		}
		children(n, visit)
	}
	visitAll(body, visit)
	return leaks
}

// checkLoopName refuses to assign to "loop" anywhere in a loop.
func (c *compiler) checkLoopName(n *forNode) {
	walk(n, func(n node) {
		if name, ok := n.(*nameNode); ok && name.ctx == ctxStore && name.name == "loop" {
			c.fail(name.at(), "Can't assign to special loop variable in for-loop target")
		}
	})
}

// fromImport compiles {% from x import a, b as c %}.
func (c *compiler) fromImport(n *fromImportNode, fr *cframe) stmt {
	s := &fromImportStmt{line: n.at(), template: c.expr(n.template, fr),
		withContext: n.withContext, locals: c.stored(fr), toplevel: fr.toplevel}
	for _, name := range n.names {
		s.names = append(s.names, importedName{name.name, c.ref(fr, name.alias)})
	}
	return s
}

// macroFunc compiles the body of a macro or a call block.
func (c *compiler) macroFunc(args []*nameNode, defaults, body []node, line int, fr *cframe) *macroFunc {
	// The macro holds on to the run of every function around it.
	for fn := fr.sym.fn; fn != nil; fn = fn.parent {
		fn.closes = true
	}
	in := fr.innerFn()
	in.outputCheck = false
	visitNames(args, in.sym.visit)
	visitAll(defaults, in.sym.visit)
	visitAll(body, in.sym.visit)
	m := &macroFunc{callerSlot: -1, kwargsSlot: -1, varargsSlot: -1}
	names := map[string]int{}
	for i, arg := range args {
		if _, ok := names[arg.name]; ok {
			e := newError(KindPythonSyntax, "duplicate argument '%s' in function definition", arg.name)
			e.Line = line
			panic(e)
		}
		names[arg.name] = i
	}
	c.specialParams(m, names, len(args)-len(defaults), body, line, in)
	before := c.nodes
	for i, arg := range args {
		p := macroParam{name: arg.name, slot: in.sym.find(arg.name).slot}
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
func (c *compiler) specialParams(m *macroFunc, names map[string]int, required int, body []node, line int, in *cframe) {
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

func (c *compiler) macroStmt(n *macroNode, fr *cframe) stmt {
	m := c.macroFunc(n.args, n.defaults, n.body, n.at(), fr)
	m.name = n.name
	return &macroStmt{m, c.ref(fr, n.name), fr.toplevel}
}

// callBlock compiles a call whose body becomes the macro "caller".
func (c *compiler) callBlock(n *callBlockNode, fr *cframe) stmt {
	m := c.macroFunc(n.args, n.defaults, n.body, n.at(), fr)
	call := c.callExpr(n.call, fr)
	call.caller = m
	return &printStmt{line: n.at(), expr: call, mode: escapeOff}
}

// filterBlock compiles a body whose text goes through filters.
func (c *compiler) filterBlock(n *filterBlockNode, fr *cframe) stmt {
	in := fr.inner()
	visitAll(n.body, in.sym.visit)
	in.sym.visit(n.filter)
	s := &filterBlockStmt{line: n.at()}
	body := c.stmts(n.body, in)
	s.filter = c.filterChain(n.filter, &captured{c.escapeMode()}, in)
	s.scope = scope{c.loads(in), c.unloads(in), body}
	return s
}

// with compiles a scope; its values are evaluated outside of it, so none sees
// another.
func (c *compiler) with(n *withNode, fr *cframe) stmt {
	in := fr.inner()
	visitAll(n.targets, in.sym.visit)
	visitAll(n.body, in.sym.visit)
	s := &withStmt{line: n.at()}
	for i := range n.targets {
		s.targets = append(s.targets, c.target(n.targets[i], in))
		s.values = append(s.values, c.expr(n.values[i], fr))
	}
	s.scope = c.scope(n.body, in)
	return s
}

func (c *compiler) assign(n *assignNode, fr *cframe) stmt {
	return &assignStmt{n.at(), c.target(n.target, fr), c.expr(n.value, fr)}
}

// assignBlock compiles {% set x %}...{% endset %}. What it captures is no output,
// so it works at the top level of a child template too.
func (c *compiler) assignBlock(n *assignBlockNode, fr *cframe) stmt {
	in := fr.inner()
	in.outputCheck = false
	visitAll(n.body, in.sym.visit)
	s := &assignBlockStmt{line: n.at(), target: c.target(n.target, fr)}
	body := c.stmts(n.body, in)
	if n.filter != nil {
		in.sym.visit(n.filter)
		s.filter = c.filterChain(n.filter, &captured{c.escapeMode()}, in)
	}
	s.scope = scope{c.loads(in), c.unloads(in), body}
	return s
}

// autoescapeStmt compiles an autoescape block: a constant setting is known to
// what stands in it, any other leaves the decision to run time.
func (c *compiler) autoescapeStmt(n *autoescapeNode, fr *cframe) stmt {
	in := fr.inner()
	in.sym.visit(n.value)
	visitAll(n.body, in.sym.visit)
	s := &autoescapeStmt{line: n.at(), value: c.expr(n.value, in)}
	on, volatile := c.autoescape, c.volatile
	if v, ok := c.constant(n.value); ok {
		c.autoescape = truth(v)
	} else {
		c.volatile = true
	}
	s.scope = c.scope(n.body, in)
	c.autoescape, c.volatile = on, volatile
	return s
}

// target compiles what is assigned to.
func (c *compiler) target(n node, fr *cframe) target {
	switch n := n.(type) {
	case *nameNode:
		ref := c.ref(fr, n.name)
		exported := n.ctx == ctxStore && fr.toplevel && !fr.loop && !fr.block
		return &nameTarget{ref, exported}
	case *nsRefNode:
		return &nsTarget{&slotExpr{c.ref(fr, n.name)}, n.attr}
	}
	t := &tupleTarget{}
	for _, item := range n.(*tupleNode).items {
		t.items = append(t.items, c.target(item, fr))
	}
	return t
}
