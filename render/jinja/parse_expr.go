package jinja

import (
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// From here on the grammar of expressions, loosest binding first. Operators
// bind as in Jinja, which differs from Python: ** is left-associative and
// weaker than a sign, a filter binds tighter than any operator but a sign.

func (p *parser) parseExpression() node {
	p.enter()
	defer p.leave()
	return p.parseCond()
}

// parseCond reads a if b else c; the else may be missing.
func (p *parser) parseCond() node {
	line := p.cur.line
	n := p.parseOr()
	for i := 0; p.skipName("if"); i++ {
		p.chain(i)
		test := p.parseOr()
		var orelse node
		if p.skipName("else") {
			orelse = p.parseExpression()
		}
		n = &condNode{pos(line), test, n, orelse}
		line = p.cur.line
	}
	return n
}

func (p *parser) parseOr() node {
	line := p.cur.line
	n := p.parseAnd()
	for i := 0; p.skipName("or"); i++ {
		p.chain(i)
		n = &logicNode{pos(line), false, n, p.parseAnd()}
		line = p.cur.line
	}
	return n
}

func (p *parser) parseAnd() node {
	line := p.cur.line
	n := p.parseNot()
	for i := 0; p.skipName("and"); i++ {
		p.chain(i)
		n = &logicNode{pos(line), true, n, p.parseNot()}
		line = p.cur.line
	}
	return n
}

func (p *parser) parseNot() node {
	if !p.cur.isName("not") {
		return p.parseCompare()
	}
	p.enter()
	defer p.leave()
	line := p.next().line
	return &unaryNode{pos(line), "not", p.parseNot()}
}

var compareOps = map[tokenType]cmpOp{
	tokEq: opEq, tokNe: opNe, tokLt: opLt, tokLtEq: opLe, tokGt: opGt, tokGtEq: opGe,
}

// parseCompare reads a chain: a < b < c, a not in b.
func (p *parser) parseCompare() node {
	line := p.cur.line
	expr := p.parseMath1()
	var ops []operand
	for {
		op, ok := compareOps[p.cur.typ]
		switch {
		case ok:
			p.next()
		case p.skipName("in"):
			op = opIn
		case p.cur.isName("not") && p.look().isName("in"):
			p.next()
			p.next()
			op = opNotIn
		case ops == nil:
			return expr
		default:
			return &compareNode{pos(line), expr, ops}
		}
		ops = append(ops, operand{op, p.parseMath1()})
		line = p.cur.line
	}
}

// parseMath1 reads + and -. The operator ~ binds tighter, see parseConcat.
func (p *parser) parseMath1() node {
	line := p.cur.line
	n := p.parseConcat()
	for i := 0; p.cur.typ == tokAdd || p.cur.typ == tokSub; i++ {
		p.chain(i)
		op := p.next().typ
		n = &binNode{pos(line), op, n, p.parseConcat()}
		line = p.cur.line
	}
	return n
}

// parseConcat reads a ~ b ~ c, which is one node however long.
func (p *parser) parseConcat() node {
	line := p.cur.line
	nodes := []node{p.parseMath2()}
	for p.skipIf(tokTilde) {
		nodes = append(nodes, p.parseMath2())
	}
	if len(nodes) == 1 {
		return nodes[0]
	}
	return &concatNode{pos(line), nodes}
}

// parseMath2 reads *, /, // and %.
func (p *parser) parseMath2() node {
	line := p.cur.line
	n := p.parsePow()
	for i := 0; ; i++ {
		switch p.cur.typ {
		case tokMul, tokDiv, tokFloorDiv, tokMod:
		default:
			return n
		}
		p.chain(i)
		op := p.next().typ
		n = &binNode{pos(line), op, n, p.parsePow()}
		line = p.cur.line
	}
}

// parsePow reads **, from left to right: 2 ** 3 ** 2 is 64.
func (p *parser) parsePow() node {
	line := p.cur.line
	n := p.parseUnary(true)
	for i := 0; p.skipIf(tokPow); i++ {
		p.chain(i)
		n = &binNode{pos(line), tokPow, n, p.parseUnary(true)}
		line = p.cur.line
	}
	return n
}

// parseUnary reads a sign, a primary and what follows it. A sign binds tighter
// than filters: -1|abs is (-1)|abs.
func (p *parser) parseUnary(withFilter bool) node {
	p.enter()
	defer p.leave()
	var n node
	switch line := p.cur.line; p.cur.typ {
	case tokSub:
		p.next()
		n = &unaryNode{pos(line), "-", p.parseUnary(false)}
	case tokAdd:
		p.next()
		n = &unaryNode{pos(line), "+", p.parseUnary(false)}
	default:
		n = p.parsePrimary(false)
	}
	n = p.parsePostfix(n)
	if withFilter {
		n = p.parseFilterExpr(n)
	}
	return n
}

// parsePrimary reads a name or a literal; with namespace, ns.attr as a target.
func (p *parser) parsePrimary(namespace bool) node {
	t := p.cur
	switch t.typ {
	case tokName:
		p.next()
		return p.parseName(t, namespace)
	case tokString:
		var b strings.Builder
		for p.cur.typ == tokString { // neighbours are one string, as in Python
			b.WriteString(p.next().text)
		}
		return &constNode{pos(t.line), b.String()}
	case tokInteger, tokFloat:
		p.next()
		return &constNode{pos(t.line), t.value}
	case tokLParen:
		p.next()
		n := p.parseTuple(tupleOpts{condExpr: true, parens: true})
		p.expect(tokRParen)
		return n
	case tokLBracket:
		return p.parseList()
	case tokLBrace:
		return p.parseDict()
	}
	p.fail("unexpected %s", pytext.Repr(t.describe()))
	return nil
}

// parseName reads a name or one of the constants, in either case of letters.
func (p *parser) parseName(t token, namespace bool) node {
	switch t.text {
	case "true", "True":
		return &constNode{pos(t.line), true}
	case "false", "False":
		return &constNode{pos(t.line), false}
	case "none", "None":
		return &constNode{pos(t.line), nil}
	}
	if namespace && p.skipIf(tokDot) {
		return &nsRefNode{pos(t.line), t.text, p.expect(tokName).text}
	}
	return &nameNode{pos(t.line), t.text, ctxLoad}
}

// tupleOpts says how parseTuple reads: simple takes only names and literals,
// parens tells that an empty tuple is one.
type tupleOpts struct {
	simple, condExpr, parens, namespace bool
}

// parseTuple reads one expression or, if there is a comma, a tuple of them.
func (p *parser) parseTuple(o tupleOpts) node {
	p.enter()
	defer p.leave()
	line := p.cur.line
	var items []node
	isTuple := false
	for {
		if len(items) > 0 {
			p.expect(tokComma)
		}
		if p.atTupleEnd() {
			break
		}
		items = append(items, p.parseTupleItem(o))
		if p.cur.typ != tokComma {
			break
		}
		isTuple = true
		line = p.cur.line
	}
	if !isTuple {
		if len(items) > 0 {
			return items[0]
		}
		if !o.parens {
			p.fail("Expected an expression, got %s", pytext.Repr(p.cur.describe()))
		}
	}
	return &tupleNode{pos(line), items}
}

func (p *parser) parseTupleItem(o tupleOpts) node {
	switch {
	case o.simple:
		return p.parsePrimary(o.namespace)
	case o.condExpr:
		return p.parseExpression()
	}
	return p.parseOr()
}

// atTupleEnd tells whether a trailing comma was the last of a tuple.
func (p *parser) atTupleEnd() bool {
	switch p.cur.typ {
	case tokVarEnd, tokBlockEnd, tokRParen:
		return true
	}
	return false
}

func (p *parser) parseList() node {
	n := &listNode{pos: pos(p.next().line)}
	for p.cur.typ != tokRBracket {
		if len(n.items) > 0 {
			p.expect(tokComma)
		}
		if p.cur.typ == tokRBracket {
			break
		}
		n.items = append(n.items, p.parseExpression())
	}
	p.expect(tokRBracket)
	return n
}

func (p *parser) parseDict() node {
	n := &dictNode{pos: pos(p.next().line)}
	for p.cur.typ != tokRBrace {
		if len(n.keys) > 0 {
			p.expect(tokComma)
		}
		if p.cur.typ == tokRBrace {
			break
		}
		n.keys = append(n.keys, p.parseExpression())
		p.expect(tokColon)
		n.values = append(n.values, p.parseExpression())
	}
	p.expect(tokRBrace)
	return n
}
