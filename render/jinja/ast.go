package jinja

// The tree that the parser builds. Its node kinds follow Jinja's, since the
// scoping rules are defined over them; the compiler turns the tree into the
// nodes that are evaluated (see exec.go and eval.go).

type node interface{ at() int }

// pos is the line of a node.
type pos int

func (p pos) at() int { return int(p) }

// nameCtx says whether a name is read, assigned or declared as a parameter.
type nameCtx uint8

const (
	ctxLoad nameCtx = iota
	ctxStore
	ctxParam
)

// Statements.
type (
	outputNode struct {
		pos
		nodes []node
	}
	extendsNode struct {
		pos
		template node
	}
	forNode struct {
		pos
		target    node
		iter      node
		body      []node
		orelse    []node
		test      node
		recursive bool
	}
	ifNode struct {
		pos
		test   node
		body   []node
		elifs  []node
		orelse []node
	}
	macroNode struct {
		pos
		name     string
		args     []*nameNode
		defaults []node
		body     []node
	}
	callBlockNode struct {
		pos
		call     *callNode
		args     []*nameNode
		defaults []node
		body     []node
	}
	filterBlockNode struct {
		pos
		body   []node
		filter *filterNode
	}
	withNode struct {
		pos
		targets []node
		values  []node
		body    []node
	}
	blockNode struct {
		pos
		name     string
		body     []node
		scoped   bool
		required bool
	}
	includeNode struct {
		pos
		template      node
		withContext   bool
		ignoreMissing bool
	}
	importNode struct {
		pos
		template    node
		target      string
		withContext bool
	}
	fromImportNode struct {
		pos
		template    node
		names       []importName
		withContext bool
	}
	assignNode struct {
		pos
		target node
		value  node
	}
	assignBlockNode struct {
		pos
		target node
		filter *filterNode
		body   []node
	}
	autoescapeNode struct {
		pos
		value node
		body  []node
	}
)

// importName is one name of a from-import; alias is the name it gets here.
type importName struct{ name, alias string }

// Expressions.
type (
	textNode struct {
		pos
		data string
	}
	nameNode struct {
		pos
		name string
		ctx  nameCtx
	}
	nsRefNode struct {
		pos
		name, attr string
	}
	constNode struct {
		pos
		value any
	}
	tupleNode struct {
		pos
		items []node
	}
	listNode struct {
		pos
		items []node
	}
	dictNode struct {
		pos
		keys, values []node
	}
	condNode struct {
		pos
		test, then, orelse node
	}
	// binNode is any operator of two operands but and/or, comparisons and ~.
	binNode struct {
		pos
		op          tokenType
		left, right node
	}
	// logicNode is "and" or "or".
	logicNode struct {
		pos
		and         bool
		left, right node
	}
	unaryNode struct {
		pos
		op   string // "-", "+" or "not"
		node node
	}
	compareNode struct {
		pos
		expr node
		ops  []operand
	}
	concatNode struct {
		pos
		nodes []node
	}
	getattrNode struct {
		pos
		node node
		attr string
	}
	getitemNode struct {
		pos
		node, arg node
	}
	sliceNode struct {
		pos
		start, stop, step node
	}
	callNode struct {
		pos
		node node
		callArgs
	}
	filterNode struct {
		pos
		node node // nil in a filter block
		name string
		callArgs
	}
	testNode struct {
		pos
		node node
		name string
		callArgs
	}
)

// operand is one step of a comparison chain.
type operand struct {
	op   cmpOp
	expr node
}

// callArgs are the arguments of a call, a filter or a test.
type callArgs struct {
	args      []node
	kwargs    []keyword
	dynArgs   node
	dynKwargs node
}

type keyword struct {
	name  string
	value node
}

func (a *callArgs) children(visit func(node)) {
	visitAll(a.args, visit)
	for _, k := range a.kwargs {
		visit(k.value)
	}
	visitOne(a.dynArgs, visit)
	visitOne(a.dynKwargs, visit)
}

func visitAll(ns []node, visit func(node)) {
	for _, n := range ns {
		visit(n)
	}
}

func visitOne(n node, visit func(node)) {
	if n != nil {
		visit(n)
	}
}

func visitNames(ns []*nameNode, visit func(node)) {
	for _, n := range ns {
		visit(n)
	}
}
