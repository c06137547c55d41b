package cookies

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/formdata"
	"github.com/cantil-go/cantil/internal/pytext"
)

// Parse reads a Cookie header as Werkzeug's parse_cookie does, but for the rules
// of [scanner]: every pair, those of one name together, bytes outside ASCII as
// ISO 8859-1, a quoted value without its quotes and backslashes. A pair without a
// name is dropped (CVE-2023-23934).
func Parse(header []byte) []formdata.Pair {
	if len(header) == 0 {
		return nil
	}
	var text strings.Builder // one copy, of which every string is a part
	text.Grow(len(header))
	items := make([]formdata.Pair, 0, min(bytes.Count(header, []byte{';'})+1, 32))
	s := scanner{rest: header}
	for s.next() {
		name, start := appendText(&text, s.name), text.Len()
		text.Write(s.decoded())
		items = append(items, formdata.Pair{Key: name, Value: text.String()[start:]})
	}
	return formdata.Group(items)
}

// appendText adds b, read as ISO 8859-1, to text and returns that part.
func appendText(text *strings.Builder, b []byte) string {
	start := text.Len()
	for _, c := range b {
		text.WriteRune(rune(c))
	}
	return text.String()[start:]
}

// Find finds the first cookie of a name, the first of that name in what [Parse]
// returns. The value is a part of header, or a decoded copy if it was quoted with
// escapes or is not ASCII; nothing else allocates.
func Find(header []byte, name string) (value []byte, ok bool) {
	s := scanner{rest: header}
	for s.next() {
		if latin1Equal(s.name, name) {
			return s.decoded(), true
		}
	}
	return nil, false
}

// latin1Equal compares bytes, read as ISO 8859-1, with text.
func latin1Equal(b []byte, s string) bool {
	if string(b) == s {
		return pytext.IsASCII(s)
	}
	i := 0
	for _, r := range s {
		if i >= len(b) || r != rune(b[i]) {
			return false
		}
		i++
	}
	return i == len(b) && !pytext.IsASCII(b)
}

// scanner walks over the pairs of a Cookie header by two rules that are not
// Werkzeug's but those of browsers (RFC 6265, 5.4), since another site of the
// same domain can set what comes before: a ";" ends a cookie inside quotes too,
// or a quote would swallow the session; and only space and tab are trimmed, or
// "\xa0__Host-x" would be a "__Host-x" that no browser guarded.
type scanner struct {
	rest        []byte
	name, value []byte // the pair, spaces around them taken off, quotes still on
}

// next moves to the next pair that has a name.
func (s *scanner) next() bool {
	for len(s.rest) > 0 {
		var pair []byte
		pair, s.rest, _ = bytes.Cut(s.rest, []byte{';'})
		name, value, _ := bytes.Cut(pair, []byte{'='})
		if s.name, s.value = trimBlanks(name), trimBlanks(value); len(s.name) > 0 {
			return true
		}
	}
	return false
}

// trimBlanks takes spaces and tabs off both ends.
func trimBlanks(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}

// decoded gives the value as UTF-8: quotes off, escapes undone. Escaped
// bytes that are not UTF-8 become U+FFFD.
func (s *scanner) decoded() []byte {
	v := s.value
	quoted := len(v) >= 2 && v[0] == '"' && v[len(v)-1] == '"'
	if quoted {
		v = v[1 : len(v)-1]
	}
	if escaped := quoted && bytes.IndexByte(v, '\\') >= 0; !escaped && pytext.IsASCII(v) {
		return v
	}
	out := make([]byte, 0, len(v)+8)
	for i := 0; i < len(v); i++ {
		switch {
		case !quoted || v[i] != '\\' || i+1 == len(v) || v[i+1] == '\n':
			out = pytext.AppendLatin1Byte(out, v[i])
		case isOctal(v[i+1:]):
			out = append(out, (v[i+1]-'0')<<6|(v[i+2]-'0')<<3|(v[i+3]-'0'))
			i += 3
		default: // the backslash goes, what follows is text
			i++
			out = pytext.AppendLatin1Byte(out, v[i])
		}
	}
	if !utf8.Valid(out) {
		return []byte(pytext.Decode(out))
	}
	return out
}

// isOctal reports whether b starts with the three digits of a byte.
func isOctal(b []byte) bool {
	return len(b) >= 3 && b[0] >= '0' && b[0] <= '3' && b[1] >= '0' && b[1] <= '7' && b[2] >= '0' && b[2] <= '7'
}
