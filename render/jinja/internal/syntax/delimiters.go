package syntax

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

// Delimiters are the texts that begin and end tags. An empty LineStatement or
// LineComment means that there are none.
type Delimiters struct {
	BlockStart, BlockEnd       string
	VariableStart, VariableEnd string
	CommentStart, CommentEnd   string
	LineStatement, LineComment string
}

// DefaultDelimiters are Jinja's.
var DefaultDelimiters = Delimiters{
	BlockStart: "{%", BlockEnd: "%}", VariableStart: "{{", VariableEnd: "}}",
	CommentStart: "{#", CommentEnd: "#}",
}

// tagKind is what a tag is.
type tagKind uint8

const (
	tagNone tagKind = iota
	tagBlock
	tagVariable
	tagComment
	tagLineStatement
	tagLineComment
	tagRaw
)

// tagRule is one way in which a tag can begin.
type tagRule struct {
	kind tagKind
	text string
}

// rules lists the beginnings of tags in the order in which Jinja tries them at
// one place: the longer text first, and of two as long the one whose token has
// the later name.
func (d *Delimiters) rules() []tagRule {
	rules := []tagRule{{tagVariable, d.VariableStart}}
	if d.LineStatement != "" {
		rules = append(rules, tagRule{tagLineStatement, d.LineStatement})
	}
	if d.LineComment != "" {
		rules = append(rules, tagRule{tagLineComment, d.LineComment})
	}
	rules = append(rules, tagRule{tagComment, d.CommentStart}, tagRule{tagBlock, d.BlockStart})
	slices.SortStableFunc(rules, func(a, b tagRule) int {
		return utf8.RuneCountInString(b.text) - utf8.RuneCountInString(a.text)
	})
	return rules
}

// opening is the beginning of a tag that was found in the text.
type opening struct {
	kind tagKind
	at   int  // where it begins, the indentation of a line statement included
	end  int  // where it ends, after its sign; of a raw block the tag as a whole
	sign byte // '-', '+' or 0
}

// findTag finds the next beginning of a tag.
func (l *lexer) findTag() (opening, bool) {
	for i := l.pos; i < len(l.src); i++ {
		if !l.linewise {
			j := strings.IndexAny(l.src[i:], l.firsts)
			if j < 0 {
				break
			}
			i += j
		}
		if o, ok := l.openingAt(i); ok {
			return o, true
		}
	}
	return opening{}, false
}

// openingAt gives the tag that begins at i.
func (l *lexer) openingAt(i int) (opening, bool) {
	if strings.HasPrefix(l.src[i:], l.delims.BlockStart) {
		o := l.withSign(opening{kind: tagRaw, at: i, end: i + len(l.delims.BlockStart)})
		if end := l.matchWordTag(o.end, "raw", false); end >= 0 {
			o.end = end
			return o, true
		}
	}
	for _, rule := range l.rules {
		start := i
		switch rule.kind {
		case tagLineStatement:
			start = l.lineStatementAt(i)
		case tagLineComment:
			start = l.lineCommentAt(i)
		}
		if start >= 0 && strings.HasPrefix(l.src[start:], rule.text) {
			return l.withSign(opening{kind: rule.kind, at: i, end: start + len(rule.text)}), true
		}
	}
	return opening{}, false
}

// withSign takes the sign after the beginning of a tag.
func (l *lexer) withSign(o opening) opening {
	if o.end < len(l.src) && (l.src[o.end] == '-' || l.src[o.end] == '+') {
		o.sign = l.src[o.end]
		o.end++
	}
	return o
}

func (l *lexer) atLineStart(i int) bool { return i == 0 || l.src[i-1] == '\n' }

// lineStatementAt gives the place of a prefix in a line that begins at i, after
// the indentation, or -1.
func (l *lexer) lineStatementAt(i int) int {
	if !l.atLineStart(i) {
		return -1
	}
	for i < len(l.src) && strings.IndexByte(" \t\v", l.src[i]) >= 0 {
		i++
	}
	return i
}

// lineCommentAt gives the place of a prefix after the white space that begins at
// i, the first of its line or of its run, or -1.
func (l *lexer) lineCommentAt(i int) int {
	if !l.atLineStart(i) {
		if r, _ := utf8.DecodeLastRuneInString(l.src[:i]); pytext.IsSpace(r) {
			return -1
		}
	}
	for i < len(l.src) {
		r, n := utf8.DecodeRuneInString(l.src[i:])
		if !pytext.IsSpace(r) || r == '\r' || r == '\n' {
			break
		}
		i += n
	}
	return i
}

// matchLineEnd gives the end of a line statement that ends at the position: the
// last line break of the white space there, or the end of the source; or -1.
func (l *lexer) matchLineEnd() int {
	end := pytext.SkipSpace(l.src, l.pos)
	if end == len(l.src) {
		return end
	}
	if i := strings.LastIndexByte(l.src[l.pos:end], '\n'); i >= 0 {
		return l.pos + i + 1
	}
	return -1
}

// lexLineComment skips a comment up to the end of its line.
func (l *lexer) lexLineComment() {
	end := strings.IndexByte(l.src[l.pos:], '\n')
	if end < 0 {
		end = len(l.src) - l.pos
	}
	l.advance(l.pos + end)
}
