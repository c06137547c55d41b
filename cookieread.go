package cantil

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/formdata"
	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/pytext"
)

// cookieHeader returns the Cookie header of a request as it came, several lines joined by ";", as Werkzeug joins them.
// The bytes are fasthttp's own. It wants to come before fasthttp's Cookie or VisitAllCookie, which take the header
// apart by other rules and keep only what they understood.
func cookieHeader(h *fasthttp.RequestHeader) []byte {
	lines := h.PeekAll(fasthttp.HeaderCookie)
	switch len(lines) {
	case 0:
		return nil
	case 1:
		return lines[0]
	}
	return bytes.Join(lines, []byte{';'})
}

// parseCookies reads a Cookie header as Werkzeug's parse_cookie does: every pair in order, bytes outside ASCII as ISO
// 8859-1, a quoted value without its quotes and backslashes. A pair without a name is none (CVE-2023-23934).
func parseCookies(header []byte) Values {
	if len(header) == 0 {
		return Values{}
	}
	var text strings.Builder // one copy, of which every string is a part
	text.Grow(len(header))
	items := make([]formdata.Pair, 0, min(bytes.Count(header, []byte{';'})+1, 32))
	s := cookieScanner{rest: header}
	for s.next() {
		name, start := appendText(&text, s.name), text.Len()
		text.Write(s.decoded())
		items = append(items, formdata.Pair{Key: name, Value: text.String()[start:]})
	}
	return Values{items: formdata.Group(items)}
}

// appendText adds b, read as ISO 8859-1, to text and returns that part.
func appendText(text *strings.Builder, b []byte) string {
	start := text.Len()
	for _, c := range b {
		text.WriteRune(rune(c))
	}
	return text.String()[start:]
}

// lookupCookie finds the first cookie of a name, as parseCookies(header).Get(name) would. The value is a part of
// header, or a decoded copy if it was quoted with escapes or is not ASCII; nothing else allocates.
func lookupCookie(header []byte, name string) (value []byte, ok bool) {
	if httpheader.IsToken(name) {
		if value, ok = firstCookie(header, name); ok {
			return value, true
		}
	}
	return scanCookie(header, name)
}

// scanCookie is lookupCookie for every header, pair by pair.
func scanCookie(header []byte, name string) (value []byte, ok bool) {
	s := cookieScanner{rest: header}
	for s.next() {
		if latin1Equal(s.name, name) {
			return s.decoded(), true
		}
	}
	return nil, false
}

// firstCookie is lookupCookie for the usual header, whose first cookie is the one and a plain text: no need to scan. The
// name has to be a token.
func firstCookie(header []byte, name string) (value []byte, ok bool) {
	n := len(name)
	if len(header) <= n || header[n] != '=' || string(header[:n]) != name {
		return nil, false
	}
	value = header[n+1:]
	i := 0
	for ; i+8 <= len(value) && plainCookieWord(binary.LittleEndian.Uint64(value[i:])); i += 8 {
	}
	for ; i < len(value); i++ {
		if c := value[i]; !plainCookieByte[c] {
			return value[:i], c == ';'
		}
	}
	return value, true
}

// plainCookieWord tells whether all of eight bytes are plain: no top bit is set, and none comes to be by taking a byte
// that is not plain below zero.
func plainCookieWord(w uint64) bool {
	const each = 0x0101010101010101
	return (w|(w-'!'*each)|((w^'"'*each)-each)|((w^';'*each)-each)|((w^0x7f*each)-each))&(0x80*each) == 0
}

// plainCookieByte tells the bytes that need no decoding and end nothing.
var plainCookieByte = func() (plain [256]bool) {
	for c := byte('!'); c < 0x7f; c++ {
		plain[c] = c != ';' && c != '"'
	}
	return plain
}()

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

// cookieScanner walks over the pairs of a Cookie header.
type cookieScanner struct {
	rest        []byte
	name, value []byte // the pair, spaces around them taken off, quotes still on
}

// next moves to the next pair that has a name.
func (s *cookieScanner) next() bool {
	for len(s.rest) > 0 {
		if s.pair() && len(s.name) > 0 {
			return true
		}
	}
	return false
}

// pair takes one pair off the rest. It is false where no pair can be made out: a value with a line break, which no
// server lets through, is given up and reading goes on behind its "=".
func (s *cookieScanner) pair() bool {
	end := endOfName(s.rest)
	if end < 0 || s.rest[end] == ';' {
		s.name, s.value = trimLatin1(s.upTo(end)), nil
		s.skip(end)
		return true
	}
	s.name = trimLatin1(s.rest[:end])
	after := skipSpace(s.rest, end+1)
	if stop := quotedEnd(s.rest, after); stop >= 0 {
		s.value = trimLatin1(s.rest[after:stop])
		s.skip(skipSpace(s.rest, stop))
		return true
	}
	stop := bytes.IndexByte(s.rest[after:], ';')
	if stop >= 0 {
		stop += after
	}
	value := s.upTo(stop)[after:]
	for len(value) > 0 && pytext.IsASCIISpace(value[len(value)-1]) {
		value = value[:len(value)-1]
	}
	if bytes.IndexByte(value, '\n') >= 0 {
		s.rest = s.rest[end+1:]
		return false
	}
	s.value = trimLatin1(value)
	s.skip(stop)
	return true
}

func endOfName(b []byte) int {
	for i, c := range b {
		if c == '=' || c == ';' {
			return i
		}
	}
	return -1
}

func (s *cookieScanner) upTo(end int) []byte {
	if end < 0 {
		return s.rest
	}
	return s.rest[:end]
}

// skip goes behind the ";" at end, or to the end of the header, and over the spaces that follow.
func (s *cookieScanner) skip(end int) {
	if end < 0 || end >= len(s.rest) {
		s.rest = nil
		return
	}
	s.rest = s.rest[skipSpace(s.rest, end+1):]
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && pytext.IsASCIISpace(b[i]) {
		i++
	}
	return i
}

// quotedEnd gives the place behind a quoted string that starts at i and that only spaces part from the next ";" or the
// end; -1 if there is none. A ";" inside the quotes is text.
func quotedEnd(b []byte, i int) int {
	if i >= len(b) || b[i] != '"' {
		return -1
	}
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			if i++; i < len(b) && b[i] == '\n' {
				return -1
			}
		case '"':
			if end := skipSpace(b, i+1); end == len(b) || b[end] == ';' {
				return i + 1
			}
			return -1
		}
	}
	return -1
}

func trimLatin1(b []byte) []byte {
	for len(b) > 0 && pytext.IsSpaceByte(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && pytext.IsSpaceByte(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// decoded gives the value as UTF-8: quotes off, escapes undone. Escaped bytes that are no UTF-8 become U+FFFD.
func (s *cookieScanner) decoded() []byte {
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
			out = appendLatin1Byte(out, v[i])
		case isOctal(v[i+1:]):
			out = append(out, (v[i+1]-'0')<<6|(v[i+2]-'0')<<3|(v[i+3]-'0'))
			i += 3
		default: // the backslash goes, what follows is text
			i++
			out = appendLatin1Byte(out, v[i])
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
