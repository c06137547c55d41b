package syntax

// parsePostfix reads subscripts and calls after a primary.
func (p *Parser) parsePostfix(n Node) Node {
	for i := 0; ; i++ {
		p.chain(i)
		switch p.cur.typ {
		case TokDot, TokLBracket:
			n = p.parseSubscript(n)
		case TokLParen:
			n = p.parseCall(n)
		default:
			return n
		}
	}
}

// parseFilterExpr reads filters and tests, and calls of their results.
func (p *Parser) parseFilterExpr(n Node) Node {
	for i := 0; ; i++ {
		p.chain(i)
		switch {
		case p.cur.typ == TokPipe:
			n = p.parseFilter(n, false)
		case p.cur.isName("is"):
			n = p.parseTest(n)
		case p.cur.typ == TokLParen:
			n = p.parseCall(n)
		default:
			return n
		}
	}
}

// parseSubscript reads .name, .0 or [...].
func (p *Parser) parseSubscript(n Node) Node {
	t := p.next()
	if t.typ == TokDot {
		attr := p.next()
		switch attr.typ {
		case TokName:
			return &GetattrNode{Pos(t.line), n, attr.text}
		case TokInteger:
			return &GetitemNode{Pos(t.line), n, &ConstNode{Pos(attr.line), attr.value}}
		}
		p.failAt(attr.line, KindSyntax, "expected name or number")
	}
	var args []Node
	for p.cur.typ != TokRBracket {
		if len(args) > 0 {
			p.expect(TokComma)
		}
		args = append(args, p.parseSubscribed())
	}
	p.expect(TokRBracket)
	if len(args) == 1 {
		return &GetitemNode{Pos(t.line), n, args[0]}
	}
	return &GetitemNode{Pos(t.line), n, &TupleNode{Pos(t.line), args}}
}

// parseSubscribed reads what stands in square brackets: an expression or a
// slice.
func (p *Parser) parseSubscribed() Node {
	n := &SliceNode{Pos: Pos(p.cur.line)}
	if p.cur.typ != TokColon {
		expr := p.parseExpression()
		if p.cur.typ != TokColon {
			return expr
		}
		n.Start = expr
	}
	p.next()
	n.Stop = p.parseSlicePart()
	if p.skipIf(TokColon) {
		n.Step = p.parseSlicePart()
	}
	return n
}

func (p *Parser) parseSlicePart() Node {
	switch p.cur.typ {
	case TokColon, TokRBracket, TokComma:
		return nil
	}
	return p.parseExpression()
}

func (p *Parser) parseCall(n Node) Node {
	line := p.cur.line
	return &CallNode{Pos(line), n, p.parseCallArgs()}
}

// parseCallArgs reads (a, b=1, *c, **d), in this order.
func (p *Parser) parseCallArgs() CallArgs {
	line := p.expect(TokLParen).line
	var a CallArgs
	ensure := func(ok bool) {
		if !ok {
			p.failAt(line, KindSyntax, "invalid syntax for function call expression")
		}
	}
	for first := true; p.cur.typ != TokRParen; first = false {
		if !first {
			p.expect(TokComma)
			if p.cur.typ == TokRParen {
				break
			}
		}
		switch {
		case p.cur.typ == TokMul:
			ensure(a.DynArgs == nil && a.DynKwargs == nil)
			p.next()
			a.DynArgs = p.parseExpression()
		case p.cur.typ == TokPow:
			ensure(a.DynKwargs == nil)
			p.next()
			a.DynKwargs = p.parseExpression()
		case p.cur.typ == TokName && p.look().typ == TokAssign:
			ensure(a.DynKwargs == nil)
			name := p.next().text
			p.next()
			p.checkRepeated(a.Kwargs, name)
			a.Kwargs = append(a.Kwargs, Keyword{name, p.parseExpression()})
		default:
			ensure(a.DynArgs == nil && a.DynKwargs == nil && a.Kwargs == nil)
			a.Args = append(a.Args, p.parseExpression())
		}
	}
	p.expect(TokRParen)
	return a
}

// checkRepeated refuses f(a=1, a=2), which Python does when it compiles the
// code that Jinja generates.
func (p *Parser) checkRepeated(kwargs []Keyword, name string) {
	for _, k := range kwargs {
		if k.Name == name {
			p.failAt(p.cur.line, KindPythonSyntax, "keyword argument repeated: %s", name)
		}
	}
}

// parseFilter reads a chain of filters; with inline set, the first one stands
// without a pipe, as in {% filter upper %}. Without any it gives n back.
func (p *Parser) parseFilter(n Node, inline bool) Node {
	for i := 0; p.cur.typ == TokPipe || inline; i++ {
		p.chain(i)
		if !inline {
			p.next()
		}
		inline = false
		t := p.expect(TokName)
		f := &FilterNode{Pos: Pos(t.line), Node: n, Name: p.parseDotted(t.text)}
		if p.cur.typ == TokLParen {
			f.CallArgs = p.parseCallArgs()
		}
		n = f
	}
	return n
}

// parseDotted reads the rest of a dotted name of a filter or test.
func (p *Parser) parseDotted(name string) string {
	for p.skipIf(TokDot) {
		name += "." + p.expect(TokName).text
	}
	return name
}

// parseTest reads "is", "is not" and the argument of a test.
func (p *Parser) parseTest(n Node) Node {
	line := p.next().line
	negated := p.skipName("not")
	t := &TestNode{Pos: Pos(line), Node: n, Name: p.parseDotted(p.expect(TokName).text)}
	switch {
	case p.cur.typ == TokLParen:
		t.CallArgs = p.parseCallArgs()
	case p.atTestArg():
		if p.cur.isName("is") {
			p.fail("You cannot chain multiple tests with is")
		}
		t.Args = []Node{p.parsePostfix(p.parsePrimary(false))}
	}
	if negated {
		return &UnaryNode{Pos(line), "not", t}
	}
	return t
}

// atTestArg reports whether the argument of a test follows, which needs no
// parentheses if it is a single one: x is divisibleby 3.
func (p *Parser) atTestArg() bool {
	switch p.cur.typ {
	case TokString, TokInteger, TokFloat, TokLBracket, TokLBrace:
		return true
	case TokName:
		return !p.atName([]string{"else", "or", "and"})
	}
	return false
}
