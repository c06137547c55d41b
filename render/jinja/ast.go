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
	// outputNode is text and the {{ expressions }} in it.
	outputNode struct {
		pos
		nodes []node
	}
	// extendsNode is {% extends template %}.
	extendsNode struct {
		pos
		template node
	}
	// forNode is {% for target in iter if test recursive %} body {% else %} orelse.
	forNode struct {
		pos
		target    node
		iter      node
		body      []node
		orelse    []node
		test      node
		recursive bool
	}
	// ifNode is {% if test %} body {% elif %} … {% else %} orelse; an elif is an ifNode
	// with a body alone.
	ifNode struct {
		pos
		test   node
		body   []node
		elifs  []node
		orelse []node
	}
	// macroNode is {% macro name(args) %}; the defaults belong to the last args.
	macroNode struct {
		pos
		name     string
		args     []*nameNode
		defaults []node
		body     []node
	}
	// callBlockNode is {% call(args) call %}: the body becomes the macro "caller".
	callBlockNode struct {
		pos
		call     *callNode
		args     []*nameNode
		defaults []node
		body     []node
	}
	// filterBlockNode is {% filter name %} body.
	filterBlockNode struct {
		pos
		body   []node
		filter *filterNode
	}
	// withNode is {% with targets = values %} body.
	withNode struct {
		pos
		targets []node
		values  []node
		body    []node
	}
	// blockNode is {% block name scoped required %} body.
	blockNode struct {
		pos
		name     string
		body     []node
		scoped   bool
		required bool
	}
	// includeNode is {% include template %}, by default with the context.
	includeNode struct {
		pos
		template      node
		withContext   bool
		ignoreMissing bool
	}
	// importNode is {% import template as target %}, by default without.
	importNode struct {
		pos
		template    node
		target      string
		withContext bool
	}
	// fromImportNode is {% from template import names %}.
	fromImportNode struct {
		pos
		template    node
		names       []importName
		withContext bool
	}
	// assignNode is {% set target = value %}.
	assignNode struct {
		pos
		target node
		value  node
	}
	// assignBlockNode is {% set target | filter %} body; the filter may be nil.
	assignBlockNode struct {
		pos
		target node
		filter *filterNode
		body   []node
	}
	// autoescapeNode is {% autoescape value %} body.
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
	// textNode is text as it stands in the template.
	textNode struct {
		pos
		data string
	}
	// nameNode is a variable.
	nameNode struct {
		pos
		name string
		ctx  nameCtx
	}
	// nsRefNode is name.attr as the target of a set: only a namespace takes it.
	nsRefNode struct {
		pos
		name, attr string
	}
	// constNode is a literal, or what the compiler could work out.
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
	// condNode is then if test else orelse; without else orelse is nil.
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
	// compareNode is a chain, a < b <= c: each operand is evaluated once at most.
	compareNode struct {
		pos
		expr node
		ops  []operand
	}
	// concatNode is a ~ b ~ c.
	concatNode struct {
		pos
		nodes []node
	}
	// getattrNode is node.attr, which looks for an item too, after the attribute.
	getattrNode struct {
		pos
		node node
		attr string
	}
	// getitemNode is node[arg], which looks for an attribute too, after the item.
	getitemNode struct {
		pos
		node, arg node
	}
	// sliceNode is start:stop:step inside of brackets; each may be nil.
	sliceNode struct {
		pos
		start, stop, step node
	}
	callNode struct {
		pos
		node node
		callArgs
	}
	// filterNode is node|name(args).
	filterNode struct {
		pos
		node node // nil in a filter block
		name string
		callArgs
	}
	// testNode is node is name(args).
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
