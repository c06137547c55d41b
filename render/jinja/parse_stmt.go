package jinja

import (
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// statements maps a tag to its parser; each is called with the tag's name as
// the current token.
var statements map[string]func(*parser) node

func init() { // not a literal: the parsers refer back to the map
	statements = map[string]func(*parser) node{
		"for": (*parser).parseFor, "if": (*parser).parseIf, "block": (*parser).parseBlock,
		"extends": (*parser).parseExtends, "print": (*parser).parsePrint,
		"macro": (*parser).parseMacro, "include": (*parser).parseInclude,
		"from": (*parser).parseFrom, "import": (*parser).parseImport, "set": (*parser).parseSet,
		"with": (*parser).parseWith, "autoescape": (*parser).parseAutoescape,
		"call": (*parser).parseCallBlock, "filter": (*parser).parseFilterBlock,
	}
}

// parseStatement reads a tag. Its name is on the stack of open tags meanwhile,
// for messages about what was not closed.
func (p *parser) parseStatement() node {
	t := p.cur
	if t.typ != tokName {
		p.fail("tag name expected")
	}
	parse := statements[t.text]
	if parse == nil {
		p.failUnknown(t.text, t.line)
	}
	p.tags = append(p.tags, t.text)
	n := parse(p)
	p.tags = p.tags[:len(p.tags)-1]
	return n
}

// parseSet reads {% set x = 1 %} or, without "=", a block with filters.
func (p *parser) parseSet() node {
	line := p.next().line
	target := p.parseTarget(targetOpts{namespace: true})
	if p.skipIf(tokAssign) {
		return &assignNode{pos(line), target, p.parseTuple(tupleOpts{condExpr: true})}
	}
	var filter *filterNode
	if n := p.parseFilter(nil, false); n != nil {
		filter = n.(*filterNode)
	}
	return &assignBlockNode{pos(line), target, filter, p.parseStatements(true, "endset")}
}

// parseFor reads a loop. Its iterable may be a tuple but no inline if, whose "if"
// is the test of the loop.
func (p *parser) parseFor() node {
	n := &forNode{pos: pos(p.next().line)}
	n.target = p.parseTarget(targetOpts{})
	p.expectName("in")
	n.iter = p.parseTuple(tupleOpts{})
	if p.skipName("if") {
		n.test = p.parseExpression()
	}
	n.recursive = p.skipName("recursive")
	n.body = p.parseStatements(false, "endfor", "else")
	if p.next().text != "endfor" {
		n.orelse = p.parseStatements(true, "endfor")
	}
	return n
}

// parseIf reads the branches; each elif is a node with the line it stands in.
func (p *parser) parseIf() node {
	first := &ifNode{pos: pos(p.next().line)}
	n := first
	for {
		n.test = p.parseTuple(tupleOpts{})
		n.body = p.parseStatements(false, "elif", "else", "endif")
		switch p.next().text {
		case "elif":
			n = &ifNode{pos: pos(p.cur.line)}
			first.elifs = append(first.elifs, n)
			continue
		case "else":
			first.orelse = p.parseStatements(true, "endif")
		}
		return first
	}
}

// parseWith reads any number of assignments.
func (p *parser) parseWith() node {
	n := &withNode{pos: pos(p.next().line)}
	for p.cur.typ != tokBlockEnd {
		if len(n.targets) > 0 {
			p.expect(tokComma)
		}
		target := p.parseTarget(targetOpts{})
		setCtx(target, ctxParam)
		n.targets = append(n.targets, target)
		p.expect(tokAssign)
		n.values = append(n.values, p.parseExpression())
	}
	n.body = p.parseStatements(true, "endwith")
	return n
}

func (p *parser) parseAutoescape() node {
	n := &autoescapeNode{pos: pos(p.next().line)}
	n.value = p.parseExpression()
	n.body = p.parseStatements(true, "endautoescape")
	return n
}

// parseBlock reads a block; its name may be repeated at the end.
func (p *parser) parseBlock() node {
	n := &blockNode{pos: pos(p.next().line)}
	n.name = p.expect(tokName).text
	n.scoped = p.skipName("scoped")
	n.required = p.skipName("required")
	if p.cur.typ == tokSub {
		p.fail("Block names in Jinja have to be valid Python identifiers and may not" +
			" contain hyphens, use an underscore instead.")
	}
	n.body = p.parseStatements(true, "endblock")
	if n.required && !isBlank(n.body) {
		p.fail("Required blocks can only contain comments or whitespace")
	}
	p.skipName(n.name)
	return n
}

// isBlank tells whether the body of a required block is nothing but space.
func isBlank(body []node) bool {
	for _, n := range body {
		out, ok := n.(*outputNode)
		if !ok {
			return false
		}
		for _, child := range out.nodes {
			text, ok := child.(*textNode)
			if !ok || pytext.Trim(text.data) != "" {
				return false
			}
		}
	}
	return true
}

func (p *parser) parseExtends() node {
	line := p.next().line
	return &extendsNode{pos(line), p.parseExpression()}
}

// parseContext reads "with context" or "without context"; ok is false where
// neither stands.
func (p *parser) parseContext() (with, ok bool) {
	if (p.cur.isName("with") || p.cur.isName("without")) && p.look().isName("context") {
		with = p.next().text == "with"
		p.next()
		return with, true
	}
	return false, false
}

func (p *parser) parseInclude() node {
	n := &includeNode{pos: pos(p.next().line)}
	n.template = p.parseExpression()
	if p.cur.isName("ignore") && p.look().isName("missing") {
		n.ignoreMissing = true
		p.next()
		p.next()
	}
	with, ok := p.parseContext()
	n.withContext = with || !ok
	return n
}

func (p *parser) parseImport() node {
	n := &importNode{pos: pos(p.next().line)}
	n.template = p.parseExpression()
	p.expectName("as")
	n.target = p.parseTargetName().name
	n.withContext, _ = p.parseContext()
	return n
}

// parseFrom reads names up to "with context" or the end of the tag.
func (p *parser) parseFrom() node {
	n := &fromImportNode{pos: pos(p.next().line)}
	n.template = p.parseExpression()
	p.expectName("import")
	for {
		if len(n.names) > 0 {
			p.expect(tokComma)
		}
		if p.cur.typ != tokName {
			p.expect(tokName)
		}
		if with, ok := p.parseContext(); ok {
			n.withContext = with
			return n
		}
		target := p.parseTargetName()
		if strings.HasPrefix(target.name, "_") {
			p.failAt(target.at(), KindAssertion, "names starting with an underline can not be imported")
		}
		name := importName{target.name, target.name}
		if p.skipName("as") {
			name.alias = p.parseTargetName().name
		}
		n.names = append(n.names, name)
		if with, ok := p.parseContext(); ok {
			n.withContext = with
			return n
		}
		if p.cur.typ != tokComma {
			return n
		}
	}
}

// parseSignature reads the parameters of a macro or a call block. Defaults
// belong to the last parameters.
func (p *parser) parseSignature() (args []*nameNode, defaults []node) {
	p.expect(tokLParen)
	for p.cur.typ != tokRParen {
		if len(args) > 0 {
			p.expect(tokComma)
		}
		arg := p.parseTargetName()
		arg.ctx = ctxParam
		if p.skipIf(tokAssign) {
			defaults = append(defaults, p.parseExpression())
		} else if len(defaults) > 0 {
			p.fail("non-default argument follows default argument")
		}
		args = append(args, arg)
	}
	p.expect(tokRParen)
	return args, defaults
}

func (p *parser) parseMacro() node {
	n := &macroNode{pos: pos(p.next().line)}
	n.name = p.parseTargetName().name
	n.args, n.defaults = p.parseSignature()
	n.body = p.parseStatements(true, "endmacro")
	return n
}

func (p *parser) parseCallBlock() node {
	n := &callBlockNode{pos: pos(p.next().line)}
	if p.cur.typ == tokLParen {
		n.args, n.defaults = p.parseSignature()
	}
	call, ok := p.parseExpression().(*callNode)
	if !ok {
		p.failAt(n.at(), KindSyntax, "expected call")
	}
	n.call = call
	n.body = p.parseStatements(true, "endcall")
	return n
}

func (p *parser) parseFilterBlock() node {
	n := &filterBlockNode{pos: pos(p.next().line)}
	n.filter = p.parseFilter(nil, true).(*filterNode)
	n.body = p.parseStatements(true, "endfilter")
	return n
}

func (p *parser) parsePrint() node {
	n := &outputNode{pos: pos(p.next().line)}
	for p.cur.typ != tokBlockEnd {
		if len(n.nodes) > 0 {
			p.expect(tokComma)
		}
		n.nodes = append(n.nodes, p.parseExpression())
	}
	return n
}

// targetOpts says what may be assigned to: namespace allows ns.attr.
type targetOpts struct{ namespace bool }

// parseTarget reads what is assigned to: a name, ns.attr or a tuple of them.
func (p *parser) parseTarget(o targetOpts) node {
	target := p.parseTuple(tupleOpts{simple: true, namespace: o.namespace})
	if bad := notAssignable(target); bad != "" {
		p.failAt(target.at(), KindSyntax, "can't assign to '%s'", bad)
	}
	setCtx(target, ctxStore)
	return target
}

// parseTargetName reads a single name that is assigned to.
func (p *parser) parseTargetName() *nameNode {
	t := p.expect(tokName)
	switch t.text {
	case "true", "false", "none", "True", "False", "None":
		p.failAt(t.line, KindSyntax, "can't assign to 'name'")
	}
	return &nameNode{pos(t.line), t.text, ctxStore}
}

// notAssignable names the kind of a node that nothing can be assigned to. A
// tuple is to blame as a whole.
func notAssignable(n node) string {
	switch n := n.(type) {
	case *nameNode, *nsRefNode:
		return ""
	case *tupleNode:
		for _, item := range n.items {
			if notAssignable(item) != "" {
				return "tuple"
			}
		}
		return ""
	case *constNode:
		return "const"
	case *listNode:
		return "list"
	case *dictNode:
		return "dict"
	}
	return "expression"
}

// setCtx marks the names of a target as assigned.
func setCtx(n node, ctx nameCtx) {
	switch n := n.(type) {
	case *nameNode:
		n.ctx = ctx
	case *tupleNode:
		for _, item := range n.items {
			setCtx(item, ctx)
		}
	}
}
