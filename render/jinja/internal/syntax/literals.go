package syntax

import (
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

// scanName gives the end of the run of word characters at i.
func scanName(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r != '_' && !unicode.In(r, unicode.L, unicode.N, unicode.Mn, unicode.Mc) {
			break
		}
		i += n
	}
	return i
}

// scanDigits gives the end of digits that may be grouped by single
// underscores, as in 1_000.
func scanDigits(s string, i int, digit func(byte) bool) int {
	end := i
	for j := i; j < len(s); j++ {
		if s[j] == '_' && end == j && j > i && j+1 < len(s) && digit(s[j+1]) {
			end = j + 1
			continue
		}
		if !digit(s[j]) {
			break
		}
		end = j + 1
	}
	return end
}

// lexNumber reads a float or, where none matches, an integer.
func (l *lexer) lexNumber() bool {
	// A number after a dot is an index, so that "x.1.2" is no float.
	if l.pos == 0 || l.src[l.pos-1] != '.' {
		if end := scanFloat(l.src, l.pos); end > 0 {
			text := strings.ReplaceAll(l.src[l.pos:end], "_", "")
			// The only error is a value out of range, which Python reads as inf.
			f, _ := strconv.ParseFloat(text, 64)
			l.queue = append(l.queue, token{typ: TokFloat, line: l.line, value: f})
			l.advance(end)
			return true
		}
	}
	end := scanInteger(l.src, l.pos)
	text := strings.ReplaceAll(l.src[l.pos:end], "_", "")
	l.queue = append(l.queue, token{typ: TokInteger, line: l.line, value: l.parseInteger(text)})
	l.advance(end)
	return true
}

// scanFloat gives the end of a float literal at i, or 0.
func scanFloat(s string, i int) int {
	dec := func(c byte) bool { return pytext.IsDigit(c) }
	i = scanDigits(s, i, dec)
	isFloat := false
	if i+1 < len(s) && s[i] == '.' && pytext.IsDigit(s[i+1]) {
		i = scanDigits(s, i+1, dec)
		isFloat = true
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if j < len(s) && pytext.IsDigit(s[j]) {
			return scanDigits(s, j, dec)
		}
	}
	if isFloat {
		return i
	}
	return 0
}

// scanInteger gives the end of an integer literal. A zero before other digits
// is a number by itself, as in Jinja's expression.
func scanInteger(s string, i int) int {
	if s[i] == '0' && i+2 < len(s) {
		var digit func(byte) bool
		switch s[i+1] | 0x20 {
		case 'b':
			digit = func(c byte) bool { return c == '0' || c == '1' }
		case 'o':
			digit = func(c byte) bool { return c >= '0' && c <= '7' }
		case 'x':
			digit = func(c byte) bool { return pytext.IsDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
		}
		if digit != nil {
			j := i + 2
			if s[j] == '_' {
				j++
			}
			if end := scanDigits(s, j, digit); end > j {
				return end
			}
		}
	}
	if s[i] == '0' {
		return scanDigits(s, i, func(c byte) bool { return c == '0' })
	}
	return scanDigits(s, i, pytext.IsDigit)
}

// parseInteger gives an int, or a big one where it does not fit.
func (l *lexer) parseInteger(text string) any {
	if n, err := strconv.ParseInt(text, 0, strconv.IntSize); err == nil {
		return int(n)
	}
	if len(text) > pytext.MaxDigits {
		l.fail(l.line, "Exceeds the limit (%d digits) for integer string conversion", pytext.MaxDigits)
	}
	n, ok := new(big.Int).SetString(text, 0)
	if !ok {
		return 0 // 00 and its like: strconv reads a leading zero as octal
	}
	return n
}

// lexString reads a string literal; false means that it has no end.
func (l *lexer) lexString(quote byte) bool {
	for i := l.pos + 1; i < len(l.src); i++ {
		switch l.src[i] {
		case '\\':
			i++
		case quote:
			text := l.src[l.pos+1 : i]
			l.push(TokString, l.unescape(text))
			l.advance(i + 1)
			return true
		}
	}
	return false
}

// unescape decodes the escapes of a Python string literal. Unknown escapes
// stay as they are, backslash included.
func (l *lexer) unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' || i+1 >= len(s) {
			b.WriteByte(s[i])
			i++
			continue
		}
		i += l.unescapeOne(&b, s[i:])
	}
	return b.String()
}

var simpleEscapes = map[byte]string{
	'\n': "", '\\': `\`, '\'': "'", '"': `"`, 'a': "\a", 'b': "\b", 'f': "\f",
	'n': "\n", 'r': "\r", 't': "\t", 'v': "\v",
}

// unescapeOne decodes the escape at the start of s and gives its length.
func (l *lexer) unescapeOne(b *strings.Builder, s string) int {
	c := s[1]
	if text, ok := simpleEscapes[c]; ok {
		b.WriteString(text)
		return 2
	}
	switch {
	case c == 'x':
		return l.hexEscape(b, s, 2, `truncated \xXX escape`)
	case c == 'u':
		return l.hexEscape(b, s, 4, `truncated \uXXXX escape`)
	case c == 'U':
		return l.hexEscape(b, s, 8, `truncated \UXXXXXXXX escape`)
	case c >= '0' && c <= '7':
		n := 1
		for n < 4 && n < len(s) && s[n] >= '0' && s[n] <= '7' {
			n++
		}
		v, _ := strconv.ParseUint(s[1:n], 8, 32)
		b.WriteRune(rune(v))
		return n
	case c >= utf8.RuneSelf:
		// Jinja escapes what is not ASCII before it decodes the escapes, which
		// leaves the backslash and spells the character out.
		r, n := utf8.DecodeRuneInString(s[1:])
		b.Write(pytext.AppendEscape(nil, r))
		return 1 + n
	case c == 'N':
		return l.nameEscape(b, s)
	}
	b.WriteString(s[:2])
	return 2
}

// nameEscape decodes \N{NAME}.
func (l *lexer) nameEscape(b *strings.Builder, s string) int {
	end := strings.IndexByte(s, '}')
	if len(s) < 3 || s[2] != '{' || end < 4 {
		l.fail(l.line, `malformed \N character escape`)
	}
	r, ok := charNamed(s[3:end])
	if !ok {
		l.fail(l.line, "unknown Unicode character name")
	}
	b.WriteRune(r)
	return end + 1
}

func (l *lexer) hexEscape(b *strings.Builder, s string, digits int, msg string) int {
	if len(s) < 2+digits {
		l.fail(l.line, "%s", msg)
	}
	v, err := strconv.ParseUint(s[2:2+digits], 16, 32)
	if err != nil {
		l.fail(l.line, "%s", msg)
	}
	if v > unicode.MaxRune {
		l.fail(l.line, "illegal Unicode character")
	}
	b.WriteRune(rune(v))
	return 2 + digits
}
