package syntax

import (
	"slices"
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// Trans reads {% trans %} … {% pluralize %} … {% endtrans %}.
type Trans struct {
	// Newstyle leaves the variables to the function that is called.
	Newstyle bool
	// Trimmed is the setting of tags that do not say themselves.
	Trimmed bool
	// MarkSafe is what oldstyle calls with the translation: it makes HTML of it
	// where autoescaping is on.
	MarkSafe any
}

// transTag is one trans tag under way.
type transTag struct {
	*Parser
	Trans
	line      int
	context   *ConstNode
	names     []string // of the variables, in order
	values    map[string]Node
	trimmed   *bool
	count     Node // what the plural form depends on
	countName string
	before    []Node // the assignment of a call that count is
}

// Parse reads the tag.
func (o Trans) Parse(p *Parser) []Node {
	t := &transTag{Parser: p, Trans: o, line: p.next().line, values: map[string]Node{}}
	if p.cur.typ == TokString {
		t.context = &ConstNode{Pos(t.line), p.next().text}
	}
	t.parseVariables()
	p.expect(TokBlockEnd)
	used, singular := t.parseText(true)
	if len(used) > 0 && t.count == nil {
		t.setCount(used[0], t.name(used[0]))
	}
	var plural *string
	if p.next().text == "pluralize" {
		names, text := t.parsePlural()
		used, plural = append(used, names...), &text
		if t.count == nil {
			p.failAt(t.line, KindSyntax, "pluralize without variables")
		}
	}
	for _, name := range used {
		if t.values[name] == nil {
			t.define(name, t.name(name))
		}
	}
	if t.trimmed != nil && *t.trimmed || t.trimmed == nil && t.Trimmed {
		singular = trimLines(singular)
		if plural != nil {
			*plural = trimLines(*plural)
		}
	}
	return append(t.before, t.node(singular, plural, len(used) > 0))
}

func (t *transTag) name(name string) Node { return &NameNode{Pos(t.line), name, CtxLoad} }

func (t *transTag) define(name string, value Node) {
	t.names = append(t.names, name)
	t.values[name] = value
}

func (t *transTag) setCount(name string, value Node) {
	t.count, t.countName = value, name
}

// parseVariables reads the names and assignments of the opening tag.
func (t *transTag) parseVariables() {
	p := t.Parser
	for p.cur.typ != TokBlockEnd {
		if len(t.names) > 0 {
			p.expect(TokComma)
		}
		if p.skipIf(TokColon) {
			return
		}
		tok := p.expect(TokName)
		name := tok.text
		if t.values[name] != nil {
			p.failAt(tok.line, KindAssertion, "translatable variable %s defined twice.", pytext.Repr(name))
		}
		var value Node
		switch {
		case p.skipIf(TokAssign):
			value = p.parseExpression()
		case t.trimmed == nil && (name == "trimmed" || name == "notrimmed"):
			trimmed := name == "trimmed"
			t.trimmed = &trimmed
			continue
		default:
			value = t.name(name)
		}
		if _, isCall := value.(*CallNode); isCall && t.count == nil {
			// The call is made once, for the count and for the text.
			t.before = []Node{&AssignNode{Pos(t.line), &NameNode{Pos(t.line), "_trans", CtxStore}, value}}
			value = t.name("_trans")
		}
		t.define(name, value)
		if t.count == nil {
			t.setCount(name, value)
		}
	}
}

// parsePlural reads the rest of {% pluralize %} and the text after it.
func (t *transTag) parsePlural() (names []string, text string) {
	p := t.Parser
	if p.cur.typ != TokBlockEnd {
		tok := p.expect(TokName)
		if t.values[tok.text] == nil {
			p.failAt(tok.line, KindAssertion, "unknown variable %s for pluralization", pytext.Repr(tok.text))
		}
		t.setCount(tok.text, t.values[tok.text])
	}
	p.expect(TokBlockEnd)
	names, text = t.parseText(false)
	p.next()
	return names, text
}

// parseText reads text and names up to the tag that ends it, whose name is the
// current token then.
func (t *transTag) parseText(pluralize bool) (names []string, text string) {
	p := t.Parser
	var b strings.Builder
	for {
		switch p.cur.typ {
		case TokData:
			b.WriteString(strings.ReplaceAll(p.next().text, "%", "%%"))
		case TokVarBegin:
			p.next()
			name := p.expect(TokName).text
			names = append(names, name)
			b.WriteString("%(" + name + ")s")
			p.expect(TokVarEnd)
		case TokBlockBegin:
			p.next()
			if t.atTextEnd(pluralize) {
				return names, b.String()
			}
		default:
			p.fail("unclosed translation block")
		}
	}
}

// atTextEnd reports whether the tag at hand ends the text; any other is an error.
func (t *transTag) atTextEnd(pluralize bool) bool {
	p := t.Parser
	name := "None"
	if p.cur.typ == TokName {
		name = p.cur.text
	}
	switch {
	case name == "endtrans", name == "pluralize" && pluralize:
		return true
	case name == "pluralize":
		p.fail("a translatable section can have only one pluralize section")
	case name == "trans":
		p.fail("trans blocks can't be nested; did you mean `endtrans`?")
	}
	p.fail("control structures in translatable sections are not allowed; saw `%s`", name)
	return false
}

// trimLines makes one space of each line break and the white space around it.
func trimLines(s string) string {
	s = pytext.Trim(s)
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '\n')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(pytext.TrimRight(s[:i]))
		b.WriteByte(' ')
		s = pytext.TrimLeft(s[i:])
	}
}

// node makes the call of gettext or one of its siblings.
func (t *transTag) node(singular string, plural *string, referenced bool) Node {
	at := Pos(t.line)
	text := func(s string) Node {
		if !referenced && !t.Newstyle {
			s = strings.ReplaceAll(s, "%%", "%")
		}
		return &ConstNode{at, s}
	}
	name := "gettext"
	args := []Node{text(singular)}
	if t.context != nil {
		name, args = "p"+name, slices.Insert(args, 0, Node(t.context))
	}
	if plural != nil {
		name, args = "n"+name, append(args, text(*plural), t.count)
	}
	call := &CallNode{at, t.name(name), CallArgs{Args: args}}
	if t.Newstyle {
		for _, name := range t.names {
			if plural == nil || name != "num" || t.countName != "num" {
				call.Kwargs = append(call.Kwargs, Keyword{name, t.values[name]})
			}
		}
		return &OutputNode{at, []Node{call}}
	}
	var n Node = &CallNode{at, &ConstNode{at, t.MarkSafe}, CallArgs{Args: []Node{call}}}
	if len(t.names) > 0 {
		vars := &DictNode{Pos: at}
		for _, name := range t.names {
			vars.Keys = append(vars.Keys, &ConstNode{at, name})
			vars.Values = append(vars.Values, t.values[name])
		}
		n = &BinNode{at, TokMod, n, vars}
	}
	return &OutputNode{at, []Node{n}}
}
