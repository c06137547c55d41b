package jinja

// parsePostfix reads subscripts and calls after a primary.
func (p *parser) parsePostfix(n node) node {
	for i := 0; ; i++ {
		p.chain(i)
		switch p.cur.typ {
		case tokDot, tokLBracket:
			n = p.parseSubscript(n)
		case tokLParen:
			n = p.parseCall(n)
		default:
			return n
		}
	}
}

// parseFilterExpr reads filters and tests, and calls of their results.
func (p *parser) parseFilterExpr(n node) node {
	for i := 0; ; i++ {
		p.chain(i)
		switch {
		case p.cur.typ == tokPipe:
			n = p.parseFilter(n, false)
		case p.cur.isName("is"):
			n = p.parseTest(n)
		case p.cur.typ == tokLParen:
			n = p.parseCall(n)
		default:
			return n
		}
	}
}

// parseSubscript reads .name, .0 or [...].
func (p *parser) parseSubscript(n node) node {
	t := p.next()
	if t.typ == tokDot {
		attr := p.next()
		switch attr.typ {
		case tokName:
			return &getattrNode{pos(t.line), n, attr.text}
		case tokInteger:
			return &getitemNode{pos(t.line), n, &constNode{pos(attr.line), attr.value}}
		}
		p.failAt(attr.line, KindSyntax, "expected name or number")
	}
	var args []node
	for p.cur.typ != tokRBracket {
		if len(args) > 0 {
			p.expect(tokComma)
		}
		args = append(args, p.parseSubscribed())
	}
	p.expect(tokRBracket)
	if len(args) == 1 {
		return &getitemNode{pos(t.line), n, args[0]}
	}
	return &getitemNode{pos(t.line), n, &tupleNode{pos(t.line), args}}
}

// parseSubscribed reads what stands in square brackets: an expression or a
// slice.
func (p *parser) parseSubscribed() node {
	n := &sliceNode{pos: pos(p.cur.line)}
	if p.cur.typ != tokColon {
		expr := p.parseExpression()
		if p.cur.typ != tokColon {
			return expr
		}
		n.start = expr
	}
	p.next()
	n.stop = p.parseSlicePart()
	if p.skipIf(tokColon) {
		n.step = p.parseSlicePart()
	}
	return n
}

func (p *parser) parseSlicePart() node {
	switch p.cur.typ {
	case tokColon, tokRBracket, tokComma:
		return nil
	}
	return p.parseExpression()
}

func (p *parser) parseCall(n node) node {
	line := p.cur.line
	return &callNode{pos(line), n, p.parseCallArgs()}
}

// parseCallArgs reads (a, b=1, *c, **d), in this order.
func (p *parser) parseCallArgs() callArgs {
	line := p.expect(tokLParen).line
	var a callArgs
	ensure := func(ok bool) {
		if !ok {
			p.failAt(line, KindSyntax, "invalid syntax for function call expression")
		}
	}
	for first := true; p.cur.typ != tokRParen; first = false {
		if !first {
			p.expect(tokComma)
			if p.cur.typ == tokRParen {
				break
			}
		}
		switch {
		case p.cur.typ == tokMul:
			ensure(a.dynArgs == nil && a.dynKwargs == nil)
			p.next()
			a.dynArgs = p.parseExpression()
		case p.cur.typ == tokPow:
			ensure(a.dynKwargs == nil)
			p.next()
			a.dynKwargs = p.parseExpression()
		case p.cur.typ == tokName && p.look().typ == tokAssign:
			ensure(a.dynKwargs == nil)
			name := p.next().text
			p.next()
			p.checkRepeated(a.kwargs, name)
			a.kwargs = append(a.kwargs, keyword{name, p.parseExpression()})
		default:
			ensure(a.dynArgs == nil && a.dynKwargs == nil && a.kwargs == nil)
			a.args = append(a.args, p.parseExpression())
		}
	}
	p.expect(tokRParen)
	return a
}

// checkRepeated refuses f(a=1, a=2), which Python does when it compiles the
// code that Jinja generates.
func (p *parser) checkRepeated(kwargs []keyword, name string) {
	for _, k := range kwargs {
		if k.name == name {
			p.failAt(p.cur.line, KindPythonSyntax, "keyword argument repeated: %s", name)
		}
	}
}

// parseFilter reads a chain of filters; with inline set, the first one stands
// without a pipe, as in {% filter upper %}. Without any it gives n back.
func (p *parser) parseFilter(n node, inline bool) node {
	for i := 0; p.cur.typ == tokPipe || inline; i++ {
		p.chain(i)
		if !inline {
			p.next()
		}
		inline = false
		t := p.expect(tokName)
		f := &filterNode{pos: pos(t.line), node: n, name: p.parseDotted(t.text)}
		if p.cur.typ == tokLParen {
			f.callArgs = p.parseCallArgs()
		}
		n = f
	}
	return n
}

// parseDotted reads the rest of a dotted name of a filter or test.
func (p *parser) parseDotted(name string) string {
	for p.skipIf(tokDot) {
		name += "." + p.expect(tokName).text
	}
	return name
}

// parseTest reads "is", "is not" and the argument of a test.
func (p *parser) parseTest(n node) node {
	line := p.next().line
	negated := p.skipName("not")
	t := &testNode{pos: pos(line), node: n, name: p.parseDotted(p.expect(tokName).text)}
	switch {
	case p.cur.typ == tokLParen:
		t.callArgs = p.parseCallArgs()
	case p.atTestArg():
		if p.cur.isName("is") {
			p.fail("You cannot chain multiple tests with is")
		}
		t.args = []node{p.parsePostfix(p.parsePrimary(false))}
	}
	if negated {
		return &unaryNode{pos(line), "not", t}
	}
	return t
}

// atTestArg tells whether the argument of a test follows, which needs no
// parentheses if it is a single one: x is divisibleby 3.
func (p *parser) atTestArg() bool {
	switch p.cur.typ {
	case tokString, tokInteger, tokFloat, tokLBracket, tokLBrace:
		return true
	case tokName:
		return !p.atName([]string{"else", "or", "and"})
	}
	return false
}
