package jinja

// children calls visit for the direct children of a node, in the order in
// which Jinja's node classes list their fields. The order matters: it decides
// whether a name counts as read before it is assigned.
func children(n node, visit func(node)) {
	switch n := n.(type) {
	case *outputNode:
		visitAll(n.nodes, visit)
	case *extendsNode:
		visit(n.template)
	case *forNode:
		visit(n.target)
		visit(n.iter)
		visitAll(n.body, visit)
		visitAll(n.orelse, visit)
		visitOne(n.test, visit)
	case *ifNode:
		visit(n.test)
		visitAll(n.body, visit)
		visitAll(n.elifs, visit)
		visitAll(n.orelse, visit)
	case *macroNode:
		visitNames(n.args, visit)
		visitAll(n.defaults, visit)
		visitAll(n.body, visit)
	case *callBlockNode:
		visit(n.call)
		visitNames(n.args, visit)
		visitAll(n.defaults, visit)
		visitAll(n.body, visit)
	case *filterBlockNode:
		visitAll(n.body, visit)
		visit(n.filter)
	case *withNode:
		visitAll(n.targets, visit)
		visitAll(n.values, visit)
		visitAll(n.body, visit)
	case *blockNode:
		visitAll(n.body, visit)
	case *includeNode:
		visit(n.template)
	case *importNode:
		visit(n.template)
	case *fromImportNode:
		visit(n.template)
	case *assignNode:
		visit(n.target)
		visit(n.value)
	case *assignBlockNode:
		visit(n.target)
		if n.filter != nil {
			visit(n.filter)
		}
		visitAll(n.body, visit)
	case *autoescapeNode:
		visit(n.value)
		visitAll(n.body, visit)
	default:
		exprChildren(n, visit)
	}
}

func exprChildren(n node, visit func(node)) {
	switch n := n.(type) {
	case *tupleNode:
		visitAll(n.items, visit)
	case *listNode:
		visitAll(n.items, visit)
	case *dictNode:
		for i := range n.keys {
			visit(n.keys[i])
			visit(n.values[i])
		}
	case *condNode:
		visit(n.test)
		visit(n.then)
		visitOne(n.orelse, visit)
	case *binNode:
		visit(n.left)
		visit(n.right)
	case *logicNode:
		visit(n.left)
		visit(n.right)
	case *unaryNode:
		visit(n.node)
	case *compareNode:
		visit(n.expr)
		for _, op := range n.ops {
			visit(op.expr)
		}
	case *concatNode:
		visitAll(n.nodes, visit)
	case *getattrNode:
		visit(n.node)
	case *getitemNode:
		visit(n.node)
		visit(n.arg)
	case *sliceNode:
		visitOne(n.start, visit)
		visitOne(n.stop, visit)
		visitOne(n.step, visit)
	case *callNode:
		visit(n.node)
		n.children(visit)
	case *filterNode:
		visitOne(n.node, visit)
		n.children(visit)
	case *testNode:
		visit(n.node)
		n.children(visit)
	}
}

// walk calls visit for n and everything below it, depth first.
func walk(n node, visit func(node)) {
	visit(n)
	children(n, func(c node) { walk(c, visit) })
}

// findUndeclared tells which of the special names are read without having been
// assigned before, blocks left out. It is what makes a macro accept varargs, a
// loop have "loop", a block have "super".
func findUndeclared(ns []node, names ...string) map[string]bool {
	open := map[string]bool{}
	for _, name := range names {
		open[name] = true
	}
	found := map[string]bool{}
	var visit func(node)
	visit = func(n node) {
		switch n := n.(type) {
		case *blockNode:
			return
		case *nameNode:
			if n.ctx == ctxLoad && open[n.name] {
				found[n.name] = true
			} else {
				delete(open, n.name)
			}
			return
		}
		children(n, visit)
	}
	visitAll(ns, visit)
	return found
}
