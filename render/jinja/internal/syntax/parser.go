package syntax

import (
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// How deep tags and brackets may nest, and how long a chain of operators,
// filters or subscripts may be. Together they bound the depth of the tree, and
// with it the stack of everything that walks it.
const (
	maxNesting = 600
	maxChain   = 1000
)

// Parser builds the tree of one template by recursive descent.
type Parser struct {
	lex     *lexer
	extra   map[string]Tag
	cur     token
	ahead   *token
	nesting int
	tags    []string   // the open tags, for messages
	ends    [][]string // the end tags that are awaited, for messages
}

func (p *Parser) failAt(line int, kind, format string, args ...any) {
	panic(newError(kind, line, format, args))
}

func (p *Parser) fail(format string, args ...any) {
	p.failAt(p.cur.line, KindSyntax, format, args...)
}

// next goes on by one token and gives the one that was current.
func (p *Parser) next() token {
	t := p.cur
	if p.ahead != nil {
		p.cur, p.ahead = *p.ahead, nil
	} else {
		p.cur = p.lex.next()
	}
	return t
}

// look gives the token after the current one.
func (p *Parser) look() token {
	if p.ahead == nil {
		t := p.lex.next()
		p.ahead = &t
	}
	return *p.ahead
}

func (p *Parser) skipIf(typ TokenType) bool {
	if p.cur.typ == typ {
		p.next()
		return true
	}
	return false
}

func (p *Parser) skipName(name string) bool {
	if p.cur.isName(name) {
		p.next()
		return true
	}
	return false
}

func (p *Parser) expect(typ TokenType) token {
	if p.cur.typ != typ {
		p.unexpected(typ.String())
	}
	return p.next()
}

func (p *Parser) expectName(name string) token {
	if !p.cur.isName(name) {
		p.unexpected(name)
	}
	return p.next()
}

// unexpected reports what stands where something else should.
func (p *Parser) unexpected(want string) {
	if p.cur.typ == TokEOF {
		p.fail("unexpected end of template, expected %s.", pytext.Repr(want))
	}
	p.fail("expected token %s, got %s", pytext.Repr(want), pytext.Repr(p.cur.describe()))
}

// enter guards every recursion of the parser.
func (p *Parser) enter() {
	if p.nesting++; p.nesting > maxNesting {
		p.fail("too deeply nested")
	}
}

func (p *Parser) leave() { p.nesting-- }

// chain guards every loop that makes the tree one level deeper.
func (p *Parser) chain(n int) {
	if n > maxChain {
		p.fail("expression too long")
	}
}

// subparse reads statements and text up to one of the end tags, which stays
// the current token, or up to the end of the template.
func (p *Parser) subparse(ends []string) []Node {
	p.enter()
	defer p.leave()
	if ends != nil {
		p.ends = append(p.ends, ends)
		defer func() { p.ends = p.ends[:len(p.ends)-1] }()
	}
	var body, data []Node
	flush := func() {
		if len(data) > 0 {
			body = append(body, &OutputNode{Pos(data[0].Line()), data})
			data = nil
		}
	}
	for p.cur.typ != TokEOF {
		switch p.cur.typ {
		case TokData:
			t := p.next()
			data = append(data, &TextNode{Pos(t.line), t.text})
		case TokVarBegin:
			p.next()
			data = append(data, p.parseTuple(tupleOpts{condExpr: true}))
			p.expect(TokVarEnd)
		default:
			flush()
			p.expect(TokBlockBegin)
			if ends != nil && p.atName(ends) {
				return body
			}
			body = append(body, p.parseStatement()...)
			p.expect(TokBlockEnd)
		}
	}
	flush()
	return body
}

func (p *Parser) atName(names []string) bool {
	for _, name := range names {
		if p.cur.isName(name) {
			return true
		}
	}
	return false
}

// parseStatements reads the body of a tag. The end tag is the current token
// afterwards, or is skipped too if drop is set.
func (p *Parser) parseStatements(drop bool, ends ...string) []Node {
	p.skipIf(TokColon) // Python's habit is tolerated: {% if x: %}
	p.expect(TokBlockEnd)
	body := p.subparse(ends)
	if p.cur.typ == TokEOF {
		p.ends = append(p.ends, ends)
		p.failUnknown("", p.cur.line)
	}
	if drop {
		p.next()
	}
	return body
}

// failUnknown reports an unknown tag or, with no name, the end of the template
// inside of a tag's body.
func (p *Parser) failUnknown(name string, line int) {
	var b strings.Builder
	if name == "" {
		b.WriteString("Unexpected end of template.")
	} else {
		b.WriteString("Encountered unknown tag " + pytext.Repr(name) + ".")
	}
	if len(p.ends) > 0 {
		var quoted []string
		for _, end := range p.ends[len(p.ends)-1] {
			quoted = append(quoted, pytext.Repr(end))
		}
		wanted := strings.Join(quoted, " or ")
		if p.isAwaited(name) {
			b.WriteString(" You probably made a nesting mistake. Jinja is expecting this tag," +
				" but currently looking for " + wanted + ".")
		} else {
			b.WriteString(" Jinja was looking for the following tags: " + wanted + ".")
		}
	}
	if len(p.tags) > 0 {
		b.WriteString(" The innermost block that needs to be closed is " +
			pytext.Repr(p.tags[len(p.tags)-1]) + ".")
	}
	if extension := extensionTags[name]; extension != "" && p.extra[name] == nil {
		b.WriteString(" The tag is one of an extension: env.AddExtension(jinja." + extension + "{}).")
	}
	p.failAt(line, KindSyntax, "%s", b.String())
}

// extensionTags names the extension of package jinja that has a tag.
var extensionTags = map[string]string{
	"trans": "I18n", "pluralize": "I18n", "endtrans": "I18n",
	"do": "Do", "break": "LoopControls", "continue": "LoopControls", "debug": "Debug",
}

// isAwaited reports whether some open tag, however far out, waits for this end.
func (p *Parser) isAwaited(name string) bool {
	for _, ends := range p.ends {
		for _, end := range ends {
			if end == name {
				return true
			}
		}
	}
	return false
}
