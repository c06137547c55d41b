package jinja

import (
	"math/big"
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

// percentFormat is the operator % of texts. The arguments of a safe text are
// escaped.
func percentFormat(f *frame, s string, safe bool, arg any) any {
	p := &percent{f: f, safe: safe, src: s, total: runeLen(s)}
	switch a := norm(arg).(type) {
	case Tuple:
		p.args = a
	default:
		p.args, p.single = []any{arg}, true
		if m, ok := asMapping(a); ok {
			p.mapping = m
		}
	}
	return likeText(p.run(), safe)
}

// percent is one formatting with %.
type percent struct {
	f       *frame
	safe    bool
	src     string
	total   int // the length of the whole text
	args    []any
	used    int
	single  bool // the one argument is no tuple
	mapping Mapping
	out     strings.Builder
}

// run copies the text and replaces its directives.
func (p *percent) run() string {
	named := false
	for {
		i := strings.IndexByte(p.src, '%')
		if i < 0 {
			p.out.WriteString(p.src)
			break
		}
		p.out.WriteString(p.src[:i])
		p.src = p.src[i+1:]
		before := p.out.Len()
		named = p.directive() || named
		p.f.st.grow(before, p.out.Len())
	}
	if p.used < len(p.args) && !named && p.mapping == nil {
		if !p.single || !isPlainArg(p.args[0]) {
			fail(KindType, "not all arguments converted during string formatting")
		}
	}
	return p.out.String()
}

// isPlainArg reports whether a single unused argument is tolerated: Python does
// so for anything that could be a mapping, such as a list.
func isPlainArg(v any) bool {
	switch v := norm(v).(type) {
	case Range, *Undefined, []byte:
		return true
	default:
		return isList(v)
	}
}

// directive formats one directive and reports whether it names a key.
func (p *percent) directive() (named bool) {
	var arg any
	hasArg := false
	if p.accept('%') {
		p.out.WriteByte('%')
		return false
	}
	if strings.HasPrefix(p.src, "(") {
		arg, hasArg, named = p.keyed(), true, true
		p.used = len(p.args) // a named value leaves none without a name
	}
	sp := spec{fill: ' ', align: 0, prec: -1}
	p.flags(&sp)
	sp.width = p.number()
	if sp.width < 0 {
		sp.align, sp.width = '<', -sp.width
	}
	if p.accept('.') {
		sp.prec = max(0, p.number())
	}
	for strings.HasPrefix(p.src, "l") || strings.HasPrefix(p.src, "h") || strings.HasPrefix(p.src, "L") {
		p.src = p.src[1:]
	}
	if p.src == "" {
		fail(KindValue, "incomplete format")
	}
	c, n := utf8.DecodeRuneInString(p.src)
	p.src = p.src[n:]
	if !hasArg && !strings.ContainsRune(percentVerbs, c) {
		p.failVerb(c)
	}
	if !hasArg {
		arg = p.next()
	}
	sp.verb = c
	p.out.WriteString(p.convert(sp, arg))
	return named
}

func (p *percent) accept(c byte) bool {
	if strings.HasPrefix(p.src, string(c)) {
		p.src = p.src[1:]
		return true
	}
	return false
}

func (p *percent) next() any {
	if p.used >= len(p.args) {
		fail(KindType, "not enough arguments for format string")
	}
	p.used++
	return p.args[p.used-1]
}

// keyed reads "(name)" and gives the value of that key.
func (p *percent) keyed() any {
	depth := 0
	for i := 0; i < len(p.src); i++ {
		switch p.src[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth > 0 {
				continue
			}
			key := p.src[1:i]
			p.src = p.src[i+1:]
			if p.mapping == nil {
				fail(KindType, "format requires a mapping")
			}
			v, ok := p.mapping.Lookup(key)
			if !ok {
				fail(KindKey, "%s", pytext.Repr(key))
			}
			return v
		}
	}
	fail(KindValue, "incomplete format key")
	return nil
}

// flags reads what stands before the width.
func (p *percent) flags(sp *spec) {
	for p.src != "" {
		switch p.src[0] {
		case '-':
			sp.align = '<'
		case '+':
			sp.sign = '+'
		case ' ':
			if sp.sign == 0 {
				sp.sign = ' '
			}
		case '#':
			sp.alt = true
		case '0':
			sp.zero = true
		default:
			return
		}
		p.src = p.src[1:]
	}
}

// number reads a width or a precision, which may be an argument.
func (p *percent) number() int {
	if p.accept('*') {
		n, ok := norm(p.next()).(int)
		if !ok {
			fail(KindType, "* wants int")
		}
		p.f.st.size(abs(n))
		return n
	}
	n := 0
	for p.src != "" && pytext.IsDigit(p.src[0]) {
		n = n*10 + int(p.src[0]-'0')
		p.f.st.size(n)
		p.src = p.src[1:]
	}
	return n
}

// convert formats one argument.
func (p *percent) convert(sp spec, arg any) string {
	switch sp.verb {
	case 's', 'r', 'a':
		return p.convertText(sp, arg)
	case 'd', 'i', 'u', 'x', 'X', 'o':
		n := p.integer(sp.verb, arg)
		p.f.st.bigWork(n.BitLen())
		return sp.formatInt(n)
	case 'e', 'E', 'f', 'F', 'g', 'G':
		x, ok := asFloat(norm(arg))
		if s, isText := asString(arg); isText && p.safe {
			// MarkupSafe hands its arguments over as objects that float() reads.
			x, ok = parseFloat(s)
		}
		if !ok {
			checkDefined(norm(arg))
			fail(KindType, "must be real number, not %s", typeName(arg))
		}
		if sp.prec < 0 {
			sp.prec = 6
		}
		return sp.formatFloat(x)
	case 'c':
		return sp.padText(charOf(arg), '>')
	}
	p.failVerb(sp.verb)
	return ""
}

// percentVerbs are the conversions there are.
const percentVerbs = "sradiuxXoeEfFgGc"

func (p *percent) failVerb(c rune) {
	at := p.total - runeLen(p.src) - 1
	fail(KindValue, "unsupported format character '%c' (0x%x) at index %d", c, c, at)
}

// convertText formats %s, %r and %a. Of a safe text all of them are escaped.
func (p *percent) convertText(sp spec, arg any) string {
	var s string
	switch {
	case sp.verb == 's' && p.safe:
		s = string(p.f.escape(arg))
	case sp.verb == 's':
		s = p.f.str(arg)
	case sp.verb == 'a':
		s = p.f.asciiRepr(arg)
	default:
		s = p.f.repr(arg)
	}
	if p.safe && sp.verb != 's' {
		s = p.f.escapeString(s)
	}
	if sp.prec >= 0 {
		s = sliceRunes(s, 0, sp.prec, nil)
	}
	sp.zero = false
	return sp.padText(s, '>')
}

// integer gives the argument of %d, which may be a float, or of %x, which may
// not.
func (p *percent) integer(verb rune, arg any) *big.Int {
	v := norm(arg)
	if n, ok := asBig(v); ok {
		return n
	}
	checkDefined(v)
	if x, ok := v.(float64); ok && strings.ContainsRune("diu", verb) {
		return floatToBig(x)
	}
	if s, ok := asString(v); ok && p.safe {
		if n, ok := parseInt(s, 10); ok {
			return n
		}
	}
	if strings.ContainsRune("diu", verb) {
		fail(KindType, "%%%c format: a real number is required, not %s", verb, typeName(arg))
	}
	fail(KindType, "%%%c format: an integer is required, not %s", verb, typeName(arg))
	return nil
}

func charOf(arg any) string {
	switch v := norm(arg).(type) {
	case bool:
		return charOf(toInt(v))
	case *big.Int:
		return charOf(-1)
	case int:
		if v < 0 || v > utf8.MaxRune {
			fail(KindOverflow, "%s", "%c arg not in range(0x110000)")
		}
		return string(rune(v))
	case string:
		if runeLen(v) == 1 {
			return v
		}
	}
	fail(KindType, "%s", "%c requires int or char")
	return ""
}

// asciiRepr is ascii(v): a repr with everything beyond ASCII escaped.
func (f *frame) asciiRepr(v any) string {
	s := f.repr(v)
	if isASCII(s) {
		return s
	}
	f.st.size(len(s) * 5) // two bytes become \xff, three \uffff
	var b strings.Builder
	for _, r := range s {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
		} else {
			b.Write(pytext.AppendEscape(nil, r))
		}
	}
	return b.String()
}
