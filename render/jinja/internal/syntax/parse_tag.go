package syntax

// What the tag of an extension can read. Each method fails as the parser's own
// do: by a panic of an *Error, which ends in Parse.

// Tag consumes the name of the tag and gives it with its line.
func (p *Parser) Tag() (name string, line int) {
	t := p.next()
	return t.text, t.line
}

// Line gives the line of what comes next.
func (p *Parser) Line() int { return p.cur.line }

// AtEnd reports whether the tag ends here.
func (p *Parser) AtEnd() bool { return p.cur.typ == TokBlockEnd }

// Skip consumes a name or an operator if it comes next, and reports that.
func (p *Parser) Skip(text string) bool {
	if p.at(text) {
		p.next()
		return true
	}
	return false
}

// Expect consumes a name or an operator that must come next.
func (p *Parser) Expect(text string) {
	if !p.Skip(text) {
		p.unexpected(text)
	}
}

func (p *Parser) at(text string) bool {
	if p.cur.typ == TokName {
		return p.cur.text == text
	}
	return p.cur.typ >= TokAdd && p.cur.typ.String() == text
}

// Name consumes a name.
func (p *Parser) Name() string { return p.expect(TokName).text }

// Text consumes a string literal if one comes next.
func (p *Parser) Text() (text string, ok bool) {
	if p.cur.typ != TokString {
		return "", false
	}
	return p.next().text, true
}

// Expression reads an expression.
func (p *Parser) Expression() Node { return p.parseExpression() }

// Tuple reads an expression, or several with commas between them as a tuple.
func (p *Parser) Tuple() Node { return p.parseTuple(tupleOpts{condExpr: true}) }

// Target reads what is assigned to, as before the "=" of a set.
func (p *Parser) Target() Node { return p.parseTarget(targetOpts{}) }

// Body reads up to one of the end tags, whose name it consumes and gives.
func (p *Parser) Body(ends ...string) (body []Node, end string) {
	body = p.parseStatements(false, ends...)
	return body, p.next().text
}

// Fail reports a mistake in the given line.
func (p *Parser) Fail(line int, format string, args ...any) {
	p.failAt(line, KindSyntax, format, args...)
}

// Do reads {% do expression %}.
func Do(p *Parser) []Node {
	line := p.next().line
	return []Node{&ExprNode{Pos(line), p.parseTuple(tupleOpts{condExpr: true})}}
}

// Jump reads {% break %} and {% continue %}.
func Jump(p *Parser) []Node {
	t := p.next()
	return []Node{&JumpNode{Pos(t.line), t.text == "break"}}
}
