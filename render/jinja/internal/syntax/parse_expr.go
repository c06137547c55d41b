package syntax

import (
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// From here on the grammar of expressions, loosest binding first. Operators
// bind as in Jinja, which differs from Python: ** is left-associative and
// weaker than a sign, a filter binds tighter than any operator but a sign.

func (p *Parser) parseExpression() Node {
	p.enter()
	defer p.leave()
	return p.parseCond()
}

// parseCond reads a if b else c; the else may be missing.
func (p *Parser) parseCond() Node {
	line := p.cur.line
	n := p.parseOr()
	for i := 0; p.skipName("if"); i++ {
		p.chain(i)
		test := p.parseOr()
		var orelse Node
		if p.skipName("else") {
			orelse = p.parseExpression()
		}
		n = &CondNode{Pos(line), test, n, orelse}
		line = p.cur.line
	}
	return n
}

func (p *Parser) parseOr() Node {
	line := p.cur.line
	n := p.parseAnd()
	for i := 0; p.skipName("or"); i++ {
		p.chain(i)
		n = &LogicNode{Pos(line), false, n, p.parseAnd()}
		line = p.cur.line
	}
	return n
}

func (p *Parser) parseAnd() Node {
	line := p.cur.line
	n := p.parseNot()
	for i := 0; p.skipName("and"); i++ {
		p.chain(i)
		n = &LogicNode{Pos(line), true, n, p.parseNot()}
		line = p.cur.line
	}
	return n
}

func (p *Parser) parseNot() Node {
	if !p.cur.isName("not") {
		return p.parseCompare()
	}
	p.enter()
	defer p.leave()
	line := p.next().line
	return &UnaryNode{Pos(line), "not", p.parseNot()}
}

var compareOps = map[TokenType]CmpOp{
	TokEq: OpEq, TokNe: OpNe, TokLt: OpLt, TokLtEq: OpLe, TokGt: OpGt, TokGtEq: OpGe,
}

// parseCompare reads a chain: a < b < c, a not in b.
func (p *Parser) parseCompare() Node {
	line := p.cur.line
	expr := p.parseMath1()
	var ops []Operand
	for {
		op, ok := compareOps[p.cur.typ]
		switch {
		case ok:
			p.next()
		case p.skipName("in"):
			op = OpIn
		case p.cur.isName("not") && p.look().isName("in"):
			p.next()
			p.next()
			op = OpNotIn
		case ops == nil:
			return expr
		default:
			return &CompareNode{Pos(line), expr, ops}
		}
		ops = append(ops, Operand{op, p.parseMath1()})
		line = p.cur.line
	}
}

// parseMath1 reads + and -. The operator ~ binds tighter, see parseConcat.
func (p *Parser) parseMath1() Node {
	line := p.cur.line
	n := p.parseConcat()
	for i := 0; p.cur.typ == TokAdd || p.cur.typ == TokSub; i++ {
		p.chain(i)
		op := p.next().typ
		n = &BinNode{Pos(line), op, n, p.parseConcat()}
		line = p.cur.line
	}
	return n
}

// parseConcat reads a ~ b ~ c, which is one node however long.
func (p *Parser) parseConcat() Node {
	line := p.cur.line
	nodes := []Node{p.parseMath2()}
	for p.skipIf(TokTilde) {
		nodes = append(nodes, p.parseMath2())
	}
	if len(nodes) == 1 {
		return nodes[0]
	}
	return &ConcatNode{Pos(line), nodes}
}

// parseMath2 reads *, /, // and %.
func (p *Parser) parseMath2() Node {
	line := p.cur.line
	n := p.parsePow()
	for i := 0; ; i++ {
		switch p.cur.typ {
		case TokMul, TokDiv, TokFloorDiv, TokMod:
		default:
			return n
		}
		p.chain(i)
		op := p.next().typ
		n = &BinNode{Pos(line), op, n, p.parsePow()}
		line = p.cur.line
	}
}

// parsePow reads **, from left to right: 2 ** 3 ** 2 is 64.
func (p *Parser) parsePow() Node {
	line := p.cur.line
	n := p.parseUnary(true)
	for i := 0; p.skipIf(TokPow); i++ {
		p.chain(i)
		n = &BinNode{Pos(line), TokPow, n, p.parseUnary(true)}
		line = p.cur.line
	}
	return n
}

// parseUnary reads a sign, a primary and what follows it. A sign binds tighter
// than filters: -1|abs is (-1)|abs.
func (p *Parser) parseUnary(withFilter bool) Node {
	p.enter()
	defer p.leave()
	var n Node
	switch line := p.cur.line; p.cur.typ {
	case TokSub:
		p.next()
		n = &UnaryNode{Pos(line), "-", p.parseUnary(false)}
	case TokAdd:
		p.next()
		n = &UnaryNode{Pos(line), "+", p.parseUnary(false)}
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
func (p *Parser) parsePrimary(namespace bool) Node {
	t := p.cur
	switch t.typ {
	case TokName:
		p.next()
		return p.parseName(t, namespace)
	case TokString:
		var b strings.Builder
		for p.cur.typ == TokString { // neighbours are one string, as in Python
			b.WriteString(p.next().text)
		}
		return &ConstNode{Pos(t.line), b.String()}
	case TokInteger, TokFloat:
		p.next()
		return &ConstNode{Pos(t.line), t.value}
	case TokLParen:
		p.next()
		n := p.parseTuple(tupleOpts{condExpr: true, parens: true})
		p.expect(TokRParen)
		return n
	case TokLBracket:
		return p.parseList()
	case TokLBrace:
		return p.parseDict()
	}
	p.fail("unexpected %s", pytext.Repr(t.describe()))
	return nil
}

// parseName reads a name or one of the constants, in either case of letters.
func (p *Parser) parseName(t token, namespace bool) Node {
	switch t.text {
	case "true", "True":
		return &ConstNode{Pos(t.line), true}
	case "false", "False":
		return &ConstNode{Pos(t.line), false}
	case "none", "None":
		return &ConstNode{Pos(t.line), nil}
	}
	if namespace && p.skipIf(TokDot) {
		return &NsRefNode{Pos(t.line), t.text, p.expect(TokName).text}
	}
	return &NameNode{Pos(t.line), t.text, CtxLoad}
}

// tupleOpts says how parseTuple reads: simple takes only names and literals,
// parens tells that an empty tuple is one.
type tupleOpts struct {
	simple, condExpr, parens, namespace bool
}

// parseTuple reads one expression or, if there is a comma, a tuple of them.
func (p *Parser) parseTuple(o tupleOpts) Node {
	p.enter()
	defer p.leave()
	line := p.cur.line
	var items []Node
	isTuple := false
	for {
		if len(items) > 0 {
			p.expect(TokComma)
		}
		if p.atTupleEnd() {
			break
		}
		items = append(items, p.parseTupleItem(o))
		if p.cur.typ != TokComma {
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
	return &TupleNode{Pos(line), items}
}

func (p *Parser) parseTupleItem(o tupleOpts) Node {
	switch {
	case o.simple:
		return p.parsePrimary(o.namespace)
	case o.condExpr:
		return p.parseExpression()
	}
	return p.parseOr()
}

// atTupleEnd reports whether a trailing comma was the last of a tuple.
func (p *Parser) atTupleEnd() bool {
	switch p.cur.typ {
	case TokVarEnd, TokBlockEnd, TokRParen:
		return true
	}
	return false
}

func (p *Parser) parseList() Node {
	n := &ListNode{Pos: Pos(p.next().line)}
	for p.cur.typ != TokRBracket {
		if len(n.Items) > 0 {
			p.expect(TokComma)
		}
		if p.cur.typ == TokRBracket {
			break
		}
		n.Items = append(n.Items, p.parseExpression())
	}
	p.expect(TokRBracket)
	return n
}

func (p *Parser) parseDict() Node {
	n := &DictNode{Pos: Pos(p.next().line)}
	for p.cur.typ != TokRBrace {
		if len(n.Keys) > 0 {
			p.expect(TokComma)
		}
		if p.cur.typ == TokRBrace {
			break
		}
		n.Keys = append(n.Keys, p.parseExpression())
		p.expect(TokColon)
		n.Values = append(n.Values, p.parseExpression())
	}
	p.expect(TokRBrace)
	return n
}
