package syntax

// Children calls visit for the direct children of a node, in the order in
// which Jinja's node classes list their fields. The order matters: it decides
// whether a name counts as read before it is assigned.
func Children(n Node, visit func(Node)) {
	switch n := n.(type) {
	case *OutputNode:
		VisitAll(n.Nodes, visit)
	case *ExtendsNode:
		visit(n.Template)
	case *ForNode:
		visit(n.Target)
		visit(n.Iter)
		VisitAll(n.Body, visit)
		VisitAll(n.Orelse, visit)
		visitOne(n.Test, visit)
	case *IfNode:
		visit(n.Test)
		VisitAll(n.Body, visit)
		VisitAll(n.Elifs, visit)
		VisitAll(n.Orelse, visit)
	case *MacroNode:
		VisitNames(n.Args, visit)
		VisitAll(n.Defaults, visit)
		VisitAll(n.Body, visit)
	case *CallBlockNode:
		visit(n.Call)
		VisitNames(n.Args, visit)
		VisitAll(n.Defaults, visit)
		VisitAll(n.Body, visit)
	case *FilterBlockNode:
		VisitAll(n.Body, visit)
		visit(n.Filter)
	case *WithNode:
		VisitAll(n.Targets, visit)
		VisitAll(n.Values, visit)
		VisitAll(n.Body, visit)
	case *BlockNode:
		VisitAll(n.Body, visit)
	case *IncludeNode:
		visit(n.Template)
	case *ImportNode:
		visit(n.Template)
	case *FromImportNode:
		visit(n.Template)
	case *AssignNode:
		visit(n.Target)
		visit(n.Value)
	case *AssignBlockNode:
		visit(n.Target)
		if n.Filter != nil {
			visit(n.Filter)
		}
		VisitAll(n.Body, visit)
	case *ExprNode:
		visit(n.Node)
	case *AutoescapeNode:
		visit(n.Value)
		VisitAll(n.Body, visit)
	default:
		exprChildren(n, visit)
	}
}

func exprChildren(n Node, visit func(Node)) {
	switch n := n.(type) {
	case *TupleNode:
		VisitAll(n.Items, visit)
	case *ListNode:
		VisitAll(n.Items, visit)
	case *DictNode:
		for i := range n.Keys {
			visit(n.Keys[i])
			visit(n.Values[i])
		}
	case *CondNode:
		visit(n.Test)
		visit(n.Then)
		visitOne(n.Orelse, visit)
	case *BinNode:
		visit(n.Left)
		visit(n.Right)
	case *LogicNode:
		visit(n.Left)
		visit(n.Right)
	case *UnaryNode:
		visit(n.Node)
	case *CompareNode:
		visit(n.Expr)
		for _, op := range n.Ops {
			visit(op.Expr)
		}
	case *ConcatNode:
		VisitAll(n.Nodes, visit)
	case *GetattrNode:
		visit(n.Node)
	case *GetitemNode:
		visit(n.Node)
		visit(n.Arg)
	case *SliceNode:
		visitOne(n.Start, visit)
		visitOne(n.Stop, visit)
		visitOne(n.Step, visit)
	case *CallNode:
		visit(n.Node)
		n.Children(visit)
	case *FilterNode:
		visitOne(n.Node, visit)
		n.Children(visit)
	case *TestNode:
		visit(n.Node)
		n.Children(visit)
	}
}

// Walk calls visit for n and everything below it, depth first.
func Walk(n Node, visit func(Node)) {
	visit(n)
	Children(n, func(c Node) { Walk(c, visit) })
}
