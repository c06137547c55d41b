package syntax

// The tree that the parser builds. Its node kinds follow Jinja's, since the
// scoping rules are defined over them; package jinja compiles the tree into the
// nodes that are run (run_stmt.go and run_expr.go there).

// Node is a part of the tree. Line is where it begins in the source.
type Node interface{ Line() int }

// Pos is the line of a node.
type Pos int

// Line gives the line, counting from 1.
func (p Pos) Line() int { return int(p) }

// NameCtx says whether a name is read, assigned or declared as a parameter.
type NameCtx uint8

// CtxLoad reads the name, CtxStore assigns it, CtxParam declares it.
const (
	CtxLoad NameCtx = iota
	CtxStore
	CtxParam
)

// Statements.
type (
	// OutputNode is text and the {{ expressions }} in it.
	OutputNode struct {
		Pos
		Nodes []Node
	}
	// ExtendsNode is {% extends template %}.
	ExtendsNode struct {
		Pos
		Template Node
	}
	// ForNode is {% for target in iter if test recursive %} body {% else %} orelse.
	ForNode struct {
		Pos
		Target    Node
		Iter      Node
		Body      []Node
		Orelse    []Node
		Test      Node
		Recursive bool
	}
	// IfNode is {% if test %} body {% elif %} … {% else %} orelse; an elif is an IfNode
	// with a body alone.
	IfNode struct {
		Pos
		Test   Node
		Body   []Node
		Elifs  []Node
		Orelse []Node
	}
	// MacroNode is {% macro name(args) %}; the defaults belong to the last args.
	MacroNode struct {
		Pos
		Name     string
		Args     []*NameNode
		Defaults []Node
		Body     []Node
	}
	// CallBlockNode is {% call(args) call %}: the body becomes the macro "caller".
	CallBlockNode struct {
		Pos
		Call     *CallNode
		Args     []*NameNode
		Defaults []Node
		Body     []Node
	}
	// FilterBlockNode is {% filter name %} body.
	FilterBlockNode struct {
		Pos
		Body   []Node
		Filter *FilterNode
	}
	// WithNode is {% with targets = values %} body.
	WithNode struct {
		Pos
		Targets []Node
		Values  []Node
		Body    []Node
	}
	// BlockNode is {% block name scoped required %} body.
	BlockNode struct {
		Pos
		Name     string
		Body     []Node
		Scoped   bool
		Required bool
	}
	// IncludeNode is {% include template %}, by default with the context.
	IncludeNode struct {
		Pos
		Template      Node
		WithContext   bool
		IgnoreMissing bool
	}
	// ImportNode is {% import template as target %}, by default without.
	ImportNode struct {
		Pos
		Template    Node
		Target      string
		WithContext bool
	}
	// FromImportNode is {% from template import names %}.
	FromImportNode struct {
		Pos
		Template    Node
		Names       []ImportName
		WithContext bool
	}
	// AssignNode is {% set target = value %}.
	AssignNode struct {
		Pos
		Target Node
		Value  Node
	}
	// AssignBlockNode is {% set target | filter %} body; the filter may be nil.
	AssignBlockNode struct {
		Pos
		Target Node
		Filter *FilterNode
		Body   []Node
	}
	// ExprNode is {% do node %}: it is evaluated and not printed.
	ExprNode struct {
		Pos
		Node Node
	}
	// JumpNode is {% break %} or {% continue %}.
	JumpNode struct {
		Pos
		Break bool
	}
	// AutoescapeNode is {% autoescape value %} body.
	AutoescapeNode struct {
		Pos
		Value Node
		Body  []Node
	}
)

// ImportName is one name of a from-import; alias is the name it gets here.
type ImportName struct{ Name, Alias string }

// Expressions.
type (
	// TextNode is text as it stands in the template.
	TextNode struct {
		Pos
		Data string
	}
	// NameNode is a variable.
	NameNode struct {
		Pos
		Name string
		Ctx  NameCtx
	}
	// NsRefNode is name.attr as the target of a set: only a namespace takes it.
	NsRefNode struct {
		Pos
		Name, Attr string
	}
	// ConstNode is a literal, or what the compiler could work out.
	ConstNode struct {
		Pos
		Value any
	}
	// TupleNode is a tuple: (a, b), or a, b without parentheses.
	TupleNode struct {
		Pos
		Items []Node
	}
	// ListNode is [a, b].
	ListNode struct {
		Pos
		Items []Node
	}
	// DictNode is {key: value}, the keys beside their values.
	DictNode struct {
		Pos
		Keys, Values []Node
	}
	// CondNode is then if test else orelse; without else orelse is nil.
	CondNode struct {
		Pos
		Test, Then, Orelse Node
	}
	// BinNode is any operator of two operands but and/or, comparisons and ~.
	BinNode struct {
		Pos
		Op          TokenType
		Left, Right Node
	}
	// LogicNode is "and" or "or".
	LogicNode struct {
		Pos
		And         bool
		Left, Right Node
	}
	// UnaryNode is an operator before its operand.
	UnaryNode struct {
		Pos
		Op   string // "-", "+" or "not"
		Node Node
	}
	// CompareNode is a chain, a < b <= c: each operand is evaluated once at most.
	CompareNode struct {
		Pos
		Expr Node
		Ops  []Operand
	}
	// ConcatNode is a ~ b ~ c.
	ConcatNode struct {
		Pos
		Nodes []Node
	}
	// GetattrNode is node.attr, which looks for an item too, after the attribute.
	GetattrNode struct {
		Pos
		Node Node
		Attr string
	}
	// GetitemNode is node[arg], which looks for an attribute too, after the item.
	GetitemNode struct {
		Pos
		Node, Arg Node
	}
	// SliceNode is start:stop:step inside of brackets; each may be nil.
	SliceNode struct {
		Pos
		Start, Stop, Step Node
	}
	// CallNode is node(args).
	CallNode struct {
		Pos
		Node Node
		CallArgs
	}
	// FilterNode is node|name(args).
	FilterNode struct {
		Pos
		Node Node // nil in a filter block
		Name string
		CallArgs
	}
	// TestNode is node is name(args).
	TestNode struct {
		Pos
		Node Node
		Name string
		CallArgs
	}
)

// Operand is one step of a comparison chain.
type Operand struct {
	Op   CmpOp
	Expr Node
}

// CmpOp is an operator of a comparison.
type CmpOp uint8

// The operators, with Python's names: OpIn is in, OpNotIn is not in.
const (
	OpEq CmpOp = iota
	OpNe
	OpLt
	OpLe
	OpGt
	OpGe
	OpIn
	OpNotIn
)

// String gives the operator as it is written.
func (op CmpOp) String() string { return cmpNames[op] }

var cmpNames = [...]string{"==", "!=", "<", "<=", ">", ">=", "in", "not in"}

// CallArgs are the arguments of a call, a filter or a test.
type CallArgs struct {
	Args      []Node
	Kwargs    []Keyword
	DynArgs   Node
	DynKwargs Node
}

// Keyword is an argument by name.
type Keyword struct {
	Name  string
	Value Node
}

// Children calls visit for every argument, in the order of the source.
func (a *CallArgs) Children(visit func(Node)) {
	VisitAll(a.Args, visit)
	for _, k := range a.Kwargs {
		visit(k.Value)
	}
	visitOne(a.DynArgs, visit)
	visitOne(a.DynKwargs, visit)
}

// VisitAll calls visit for each of the nodes.
func VisitAll(ns []Node, visit func(Node)) {
	for _, n := range ns {
		visit(n)
	}
}

func visitOne(n Node, visit func(Node)) {
	if n != nil {
		visit(n)
	}
}

// VisitNames is VisitAll for names.
func VisitNames(ns []*NameNode, visit func(Node)) {
	for _, n := range ns {
		visit(n)
	}
}
