package syntax

import (
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

// lexer cuts a source into tokens, on demand: as in Jinja, an error of the
// parser in one line wins over an error of the lexer in a later one.
//
// The rules are those of Jinja's regular expressions, in their order.
type lexer struct {
	src          string
	pos          int
	line         int
	lastLine     int     // of the last token, which the end of the template has too
	inTag        tagKind // tagNone in text
	delims       *Delimiters
	rules        []tagRule
	firsts       string // the first characters of all beginnings
	linewise     bool   // there are line statements or comments
	trimBlocks   bool
	lstripBlocks bool
	balance      []byte // closing brackets that are awaited
	lineStarting bool
	queue        []token // tokens found but not yet handed out
}

// NormalizeNewlines makes every kind of line end a "\n" and drops the last
// one, unless the environment keeps it.
func NormalizeNewlines(src string, keepTrailing bool) string {
	if strings.Contains(src, "\r") {
		src = strings.ReplaceAll(src, "\r\n", "\n")
		src = strings.ReplaceAll(src, "\r", "\n")
	}
	if !keepTrailing {
		src = strings.TrimSuffix(src, "\n")
	}
	return src
}

func newLexer(src string, o Options) *lexer {
	l := &lexer{
		src: src, line: 1, lastLine: 1, lineStarting: true,
		trimBlocks: o.TrimBlocks, lstripBlocks: o.LstripBlocks,
		delims: &o.Delimiters, rules: o.Delimiters.rules(),
	}
	l.linewise = l.delims.LineStatement != "" || l.delims.LineComment != ""
	for _, rule := range l.rules {
		first, _ := utf8.DecodeRuneInString(rule.text)
		l.firsts += string(first)
	}
	return l
}

func (l *lexer) fail(line int, format string, args ...any) {
	panic(newError(KindSyntax, line, format, args))
}

// next gives the next token; at the end it gives tokEOF again and again.
func (l *lexer) next() token {
	for len(l.queue) == 0 {
		switch {
		case l.pos >= len(l.src) && (l.inTag != tagLineStatement || len(l.balance) > 0):
			return token{typ: TokEOF, line: l.lastLine}
		case l.inTag == tagNone:
			l.lexText()
		default:
			l.lexTag()
		}
	}
	t := l.queue[0]
	l.queue = l.queue[1:]
	l.lastLine = t.line
	return t
}

func (l *lexer) push(typ TokenType, text string) {
	l.queue = append(l.queue, token{typ: typ, line: l.line, text: text})
}

// advance consumes text up to end and counts its lines.
func (l *lexer) advance(end int) {
	text := l.src[l.pos:end]
	l.line += strings.Count(text, "\n")
	l.lineStarting = strings.HasSuffix(text, "\n")
	l.pos = end
}

// lexText reads plain text up to the next tag, and the opening of that tag.
func (l *lexer) lexText() {
	o, found := l.findTag()
	if !found {
		l.push(TokData, l.src[l.pos:])
		l.advance(len(l.src))
		return
	}
	if data := l.stripText(l.src[l.pos:o.at], o.sign, o.kind != tagVariable); data != "" {
		l.push(TokData, data)
	}
	switch o.kind {
	case tagRaw:
		l.advance(o.end)
		l.lexRaw()
	case tagComment:
		l.advance(o.end)
		l.lexComment()
	case tagLineComment:
		l.advance(o.end)
		l.lexLineComment()
	case tagVariable:
		l.open(o, TokVarBegin)
	default:
		l.open(o, TokBlockBegin)
	}
}

// open goes into a tag that holds tokens.
func (l *lexer) open(o opening, typ TokenType) {
	l.advance(o.at)
	l.push(typ, "")
	l.advance(o.end)
	l.inTag = o.kind
}

// stripText takes from the text before a tag what the tag's sign, or
// lstrip_blocks, takes away. Text keeps its place: lines are counted by
// advance, over the source as it stands.
func (l *lexer) stripText(text string, sign byte, isBlock bool) string {
	if sign == '-' {
		return pytext.TrimRight(text)
	}
	if sign == '+' || !l.lstripBlocks || !isBlock {
		return text
	}
	cut := strings.LastIndexByte(text, '\n') + 1
	// Only a tag that is first in its line loses the indentation before it;
	// text that begins in the middle of a line has no line start in it.
	if (cut > 0 || l.lineStarting) && cut < len(text) && pytext.Trim(text[cut:]) == "" {
		return text[:cut]
	}
	return text
}

// matchWordTag matches `\s*word\s*` and the end of a block tag at i, with its
// whitespace control, and gives the end of it, or -1.
func (l *lexer) matchWordTag(i int, word string, closing bool) int {
	i = pytext.SkipSpace(l.src, i)
	if !strings.HasPrefix(l.src[i:], word) {
		return -1
	}
	i = pytext.SkipSpace(l.src, i+len(word))
	if closing {
		return l.matchBlockEnd(i)
	}
	end := l.delims.BlockEnd
	switch rest := l.src[i:]; {
	case strings.HasPrefix(rest, "-"+end):
		return pytext.SkipSpace(l.src, i+1+len(end))
	case strings.HasPrefix(rest, end):
		return i + len(end)
	}
	return -1
}

// trimNewline skips the newline after a block tag where trim_blocks is on.
func (l *lexer) trimNewline(i int) int {
	if l.trimBlocks && i < len(l.src) && l.src[i] == '\n' {
		return i + 1
	}
	return i
}

// lexRaw reads up to the "{% endraw %}", which it consumes.
func (l *lexer) lexRaw() {
	for i := l.pos; i < len(l.src); {
		j := strings.Index(l.src[i:], l.delims.BlockStart)
		if j < 0 {
			break
		}
		i += j
		o := l.withSign(opening{at: i, end: i + len(l.delims.BlockStart)})
		if end := l.matchWordTag(o.end, "endraw", true); end >= 0 {
			if data := l.stripText(l.src[l.pos:i], o.sign, true); data != "" {
				l.push(TokData, data)
			}
			l.advance(end)
			return
		}
		i++
	}
	if l.pos < len(l.src) {
		l.fail(l.line, "Missing end of raw directive")
	}
}

// lexComment skips a comment with its end.
func (l *lexer) lexComment() {
	if l.pos >= len(l.src) {
		return
	}
	i := strings.Index(l.src[l.pos:], l.delims.CommentEnd)
	if i < 0 {
		l.fail(l.line, "Missing end of comment tag")
	}
	at := l.pos + i
	end := at + len(l.delims.CommentEnd)
	switch {
	case at > l.pos && l.src[at-1] == '-':
		end = pytext.SkipSpace(l.src, end)
	case at > l.pos && l.src[at-1] == '+':
	default:
		end = l.trimNewline(end)
	}
	l.advance(end)
}

// lexTag reads one token inside of a tag.
func (l *lexer) lexTag() {
	if len(l.balance) == 0 {
		if end := l.matchTagEnd(); end >= 0 {
			typ := TokVarEnd
			if l.inTag != tagVariable {
				typ = TokBlockEnd
			}
			l.push(typ, "")
			l.advance(end)
			l.inTag = tagNone
			return
		}
	}
	if end := pytext.SkipSpace(l.src, l.pos); end > l.pos {
		l.advance(end)
		return
	}
	c := l.src[l.pos]
	if pytext.IsDigit(c) && l.lexNumber() {
		return
	}
	if end := scanName(l.src, l.pos); end > l.pos {
		name := l.src[l.pos:end]
		if !pytext.IsIdentifier(name) {
			l.fail(l.line, "Invalid character in identifier")
		}
		l.push(TokName, name)
		l.advance(end)
		return
	}
	if (c == '\'' || c == '"') && l.lexString(c) {
		return
	}
	l.lexOperator()
}

// matchTagEnd matches the end of the current tag, with its whitespace control.
func (l *lexer) matchTagEnd() int {
	switch l.inTag {
	case tagLineStatement:
		return l.matchLineEnd()
	case tagBlock:
		return l.matchBlockEnd(l.pos)
	}
	rest, end := l.src[l.pos:], l.delims.VariableEnd
	switch {
	case strings.HasPrefix(rest, "-"+end):
		return pytext.SkipSpace(l.src, l.pos+1+len(end))
	case strings.HasPrefix(rest, end):
		return l.pos + len(end)
	}
	return -1
}

// matchBlockEnd gives the end of a block tag that ends at i, or -1.
func (l *lexer) matchBlockEnd(i int) int {
	rest, end := l.src[i:], l.delims.BlockEnd
	switch {
	case strings.HasPrefix(rest, "+"+end):
		return i + 1 + len(end)
	case strings.HasPrefix(rest, "-"+end):
		return pytext.SkipSpace(l.src, i+1+len(end))
	case strings.HasPrefix(rest, end):
		return l.trimNewline(i + len(end))
	}
	return -1
}

// lexOperator reads an operator and keeps the balance of brackets, because the
// end of a tag is none within brackets: {{ {'a': {}} }}.
func (l *lexer) lexOperator() {
	rest := l.src[l.pos:]
	for _, op := range operators {
		if !strings.HasPrefix(rest, op.text) {
			continue
		}
		l.track(op.text[0])
		l.push(op.typ, op.text)
		l.advance(l.pos + len(op.text))
		return
	}
	r, _ := utf8.DecodeRuneInString(rest)
	l.fail(l.line, "unexpected char %s at %d", pytext.Repr(string(r)), utf8.RuneCountInString(l.src[:l.pos]))
}

// track notes an opened bracket and checks a closing one.
func (l *lexer) track(c byte) {
	switch c {
	case '(':
		l.balance = append(l.balance, ')')
	case '[':
		l.balance = append(l.balance, ']')
	case '{':
		l.balance = append(l.balance, '}')
	case ')', ']', '}':
		n := len(l.balance)
		if n == 0 {
			l.fail(l.line, "unexpected '%c'", c)
		}
		if want := l.balance[n-1]; want != c {
			l.fail(l.line, "unexpected '%c', expected '%c'", c, want)
		}
		l.balance = l.balance[:n-1]
	}
}
