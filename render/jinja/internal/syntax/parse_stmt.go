package syntax

import (
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// statements maps a tag to its parser; each is called with the tag's name as
// the current token.
var statements map[string]func(*Parser) Node

func init() { // not a literal: the parsers refer back to the map
	statements = map[string]func(*Parser) Node{
		"for": (*Parser).parseFor, "if": (*Parser).parseIf, "block": (*Parser).parseBlock,
		"extends": (*Parser).parseExtends, "print": (*Parser).parsePrint,
		"macro": (*Parser).parseMacro, "include": (*Parser).parseInclude,
		"from": (*Parser).parseFrom, "import": (*Parser).parseImport, "set": (*Parser).parseSet,
		"with": (*Parser).parseWith, "autoescape": (*Parser).parseAutoescape,
		"call": (*Parser).parseCallBlock, "filter": (*Parser).parseFilterBlock,
	}
}

// parseStatement reads a tag. Its name is on the stack of open tags meanwhile,
// for messages about what was not closed.
func (p *Parser) parseStatement() []Node {
	t := p.cur
	if t.typ != TokName {
		p.fail("tag name expected")
	}
	parse, extra := statements[t.text], p.extra[t.text]
	if parse == nil && extra == nil {
		p.failUnknown(t.text, t.line)
	}
	p.tags = append(p.tags, t.text)
	var nodes []Node
	if parse != nil { // as in Jinja, an extension cannot change these
		nodes = []Node{parse(p)}
	} else {
		nodes = extra(p)
	}
	p.tags = p.tags[:len(p.tags)-1]
	return nodes
}

// parseSet reads {% set x = 1 %} or, without "=", a block with filters.
func (p *Parser) parseSet() Node {
	line := p.next().line
	target := p.parseTarget(targetOpts{namespace: true})
	if p.skipIf(TokAssign) {
		return &AssignNode{Pos(line), target, p.parseTuple(tupleOpts{condExpr: true})}
	}
	var filter *FilterNode
	if n := p.parseFilter(nil, false); n != nil {
		filter = n.(*FilterNode)
	}
	return &AssignBlockNode{Pos(line), target, filter, p.parseStatements(true, "endset")}
}

// parseFor reads a loop. Its iterable may be a tuple but no inline if, whose "if"
// is the test of the loop.
func (p *Parser) parseFor() Node {
	n := &ForNode{Pos: Pos(p.next().line)}
	n.Target = p.parseTarget(targetOpts{})
	p.expectName("in")
	n.Iter = p.parseTuple(tupleOpts{})
	if p.skipName("if") {
		n.Test = p.parseExpression()
	}
	n.Recursive = p.skipName("recursive")
	n.Body = p.parseStatements(false, "endfor", "else")
	if p.next().text != "endfor" {
		n.Orelse = p.parseStatements(true, "endfor")
	}
	return n
}

// parseIf reads the branches; each elif is a node with the line it stands in.
func (p *Parser) parseIf() Node {
	first := &IfNode{Pos: Pos(p.next().line)}
	n := first
	for {
		n.Test = p.parseTuple(tupleOpts{})
		n.Body = p.parseStatements(false, "elif", "else", "endif")
		switch p.next().text {
		case "elif":
			n = &IfNode{Pos: Pos(p.cur.line)}
			first.Elifs = append(first.Elifs, n)
			continue
		case "else":
			first.Orelse = p.parseStatements(true, "endif")
		}
		return first
	}
}

// parseWith reads any number of assignments.
func (p *Parser) parseWith() Node {
	n := &WithNode{Pos: Pos(p.next().line)}
	for p.cur.typ != TokBlockEnd {
		if len(n.Targets) > 0 {
			p.expect(TokComma)
		}
		target := p.parseTarget(targetOpts{})
		setCtx(target, CtxParam)
		n.Targets = append(n.Targets, target)
		p.expect(TokAssign)
		n.Values = append(n.Values, p.parseExpression())
	}
	n.Body = p.parseStatements(true, "endwith")
	return n
}

func (p *Parser) parseAutoescape() Node {
	n := &AutoescapeNode{Pos: Pos(p.next().line)}
	n.Value = p.parseExpression()
	n.Body = p.parseStatements(true, "endautoescape")
	return n
}

// parseBlock reads a block; its name may be repeated at the end.
func (p *Parser) parseBlock() Node {
	n := &BlockNode{Pos: Pos(p.next().line)}
	n.Name = p.expect(TokName).text
	n.Scoped = p.skipName("scoped")
	n.Required = p.skipName("required")
	if p.cur.typ == TokSub {
		p.fail("Block names in Jinja have to be valid Python identifiers and may not" +
			" contain hyphens, use an underscore instead.")
	}
	n.Body = p.parseStatements(true, "endblock")
	if n.Required && !isBlank(n.Body) {
		p.fail("Required blocks can only contain comments or whitespace")
	}
	p.skipName(n.Name)
	return n
}

// isBlank reports whether the body of a required block is nothing but space.
func isBlank(body []Node) bool {
	for _, n := range body {
		out, ok := n.(*OutputNode)
		if !ok {
			return false
		}
		for _, child := range out.Nodes {
			text, ok := child.(*TextNode)
			if !ok || pytext.Trim(text.Data) != "" {
				return false
			}
		}
	}
	return true
}

func (p *Parser) parseExtends() Node {
	line := p.next().line
	return &ExtendsNode{Pos(line), p.parseExpression()}
}

// parseContext reads "with context" or "without context"; ok is false where
// neither stands.
func (p *Parser) parseContext() (with, ok bool) {
	if (p.cur.isName("with") || p.cur.isName("without")) && p.look().isName("context") {
		with = p.next().text == "with"
		p.next()
		return with, true
	}
	return false, false
}

func (p *Parser) parseInclude() Node {
	n := &IncludeNode{Pos: Pos(p.next().line)}
	n.Template = p.parseExpression()
	if p.cur.isName("ignore") && p.look().isName("missing") {
		n.IgnoreMissing = true
		p.next()
		p.next()
	}
	with, ok := p.parseContext()
	n.WithContext = with || !ok
	return n
}

func (p *Parser) parseImport() Node {
	n := &ImportNode{Pos: Pos(p.next().line)}
	n.Template = p.parseExpression()
	p.expectName("as")
	n.Target = p.parseTargetName().Name
	n.WithContext, _ = p.parseContext()
	return n
}

// parseFrom reads names up to "with context" or the end of the tag.
func (p *Parser) parseFrom() Node {
	n := &FromImportNode{Pos: Pos(p.next().line)}
	n.Template = p.parseExpression()
	p.expectName("import")
	for {
		if len(n.Names) > 0 {
			p.expect(TokComma)
		}
		if p.cur.typ != TokName {
			p.expect(TokName)
		}
		if with, ok := p.parseContext(); ok {
			n.WithContext = with
			return n
		}
		target := p.parseTargetName()
		if strings.HasPrefix(target.Name, "_") {
			p.failAt(target.Line(), KindAssertion, "names starting with an underline can not be imported")
		}
		name := ImportName{target.Name, target.Name}
		if p.skipName("as") {
			name.Alias = p.parseTargetName().Name
		}
		n.Names = append(n.Names, name)
		if with, ok := p.parseContext(); ok {
			n.WithContext = with
			return n
		}
		if p.cur.typ != TokComma {
			return n
		}
	}
}

// parseSignature reads the parameters of a macro or a call block. Defaults
// belong to the last parameters.
func (p *Parser) parseSignature() (args []*NameNode, defaults []Node) {
	p.expect(TokLParen)
	for p.cur.typ != TokRParen {
		if len(args) > 0 {
			p.expect(TokComma)
		}
		arg := p.parseTargetName()
		arg.Ctx = CtxParam
		if p.skipIf(TokAssign) {
			defaults = append(defaults, p.parseExpression())
		} else if len(defaults) > 0 {
			p.fail("non-default argument follows default argument")
		}
		args = append(args, arg)
	}
	p.expect(TokRParen)
	return args, defaults
}

func (p *Parser) parseMacro() Node {
	n := &MacroNode{Pos: Pos(p.next().line)}
	n.Name = p.parseTargetName().Name
	n.Args, n.Defaults = p.parseSignature()
	n.Body = p.parseStatements(true, "endmacro")
	return n
}

func (p *Parser) parseCallBlock() Node {
	n := &CallBlockNode{Pos: Pos(p.next().line)}
	if p.cur.typ == TokLParen {
		n.Args, n.Defaults = p.parseSignature()
	}
	call, ok := p.parseExpression().(*CallNode)
	if !ok {
		p.failAt(n.Line(), KindSyntax, "expected call")
	}
	n.Call = call
	n.Body = p.parseStatements(true, "endcall")
	return n
}

func (p *Parser) parseFilterBlock() Node {
	n := &FilterBlockNode{Pos: Pos(p.next().line)}
	n.Filter = p.parseFilter(nil, true).(*FilterNode)
	n.Body = p.parseStatements(true, "endfilter")
	return n
}

func (p *Parser) parsePrint() Node {
	n := &OutputNode{Pos: Pos(p.next().line)}
	for p.cur.typ != TokBlockEnd {
		if len(n.Nodes) > 0 {
			p.expect(TokComma)
		}
		n.Nodes = append(n.Nodes, p.parseExpression())
	}
	return n
}

// targetOpts says what may be assigned to: namespace allows ns.attr.
type targetOpts struct{ namespace bool }

// parseTarget reads what is assigned to: a name, ns.attr or a tuple of them.
func (p *Parser) parseTarget(o targetOpts) Node {
	target := p.parseTuple(tupleOpts{simple: true, namespace: o.namespace})
	if bad := notAssignable(target); bad != "" {
		p.failAt(target.Line(), KindSyntax, "can't assign to '%s'", bad)
	}
	setCtx(target, CtxStore)
	return target
}

// parseTargetName reads a single name that is assigned to.
func (p *Parser) parseTargetName() *NameNode {
	t := p.expect(TokName)
	switch t.text {
	case "true", "false", "none", "True", "False", "None":
		p.failAt(t.line, KindSyntax, "can't assign to 'name'")
	}
	return &NameNode{Pos(t.line), t.text, CtxStore}
}

// notAssignable names the kind of a node that nothing can be assigned to. A
// tuple is to blame as a whole.
func notAssignable(n Node) string {
	switch n := n.(type) {
	case *NameNode, *NsRefNode:
		return ""
	case *TupleNode:
		for _, item := range n.Items {
			if notAssignable(item) != "" {
				return "tuple"
			}
		}
		return ""
	case *ConstNode:
		return "const"
	case *ListNode:
		return "list"
	case *DictNode:
		return "dict"
	}
	return "expression"
}

// setCtx marks the names of a target as assigned.
func setCtx(n Node, ctx NameCtx) {
	switch n := n.(type) {
	case *NameNode:
		n.Ctx = ctx
	case *TupleNode:
		for _, item := range n.Items {
			setCtx(item, ctx)
		}
	}
}
