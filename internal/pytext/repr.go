package pytext

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

const lowerHex = "0123456789abcdef"

// Repr is repr(s) of a text.
func Repr(s string) string { return string(AppendRepr(nil, s)) }

// AppendRepr appends the repr of a text: in single quotes, unless double ones
// spare it an escape. What does not print is escaped, and so is every byte that
// is not UTF-8, which no text of Python has.
func AppendRepr(dst []byte, s string) []byte {
	quote := quoteFor(strings.IndexByte(s, '\'') >= 0, strings.IndexByte(s, '"') >= 0)
	dst = append(dst, quote)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			dst = appendHex(append(dst, '\\', 'x'), rune(s[i]), 2)
		case r >= utf8.RuneSelf && IsPrintable(r):
			dst = append(dst, s[i:i+n]...)
		case r >= utf8.RuneSelf:
			dst = AppendEscape(dst, r)
		default:
			dst = appendReprByte(dst, s[i], quote)
		}
		i += n
	}
	return append(dst, quote)
}

// AppendReprBytes appends the repr of bytes.
func AppendReprBytes(dst, b []byte) []byte {
	quote := quoteFor(bytes.IndexByte(b, '\'') >= 0, bytes.IndexByte(b, '"') >= 0)
	dst = append(dst, 'b', quote)
	for _, c := range b {
		dst = appendReprByte(dst, c, quote)
	}
	return append(dst, quote)
}

func quoteFor(single, double bool) byte {
	if single && !double {
		return '"'
	}
	return '\''
}

func appendReprByte(dst []byte, c, quote byte) []byte {
	switch {
	case c == quote || c == '\\':
		return append(dst, '\\', c)
	case c == '\n':
		return append(dst, '\\', 'n')
	case c == '\r':
		return append(dst, '\\', 'r')
	case c == '\t':
		return append(dst, '\\', 't')
	case c < ' ' || c >= 0x7f:
		return appendHex(append(dst, '\\', 'x'), rune(c), 2)
	}
	return append(dst, c)
}

// AppendEscape appends a character as the error handler backslashreplace spells
// it: \xe9, \u20ac, \U0001f600.
func AppendEscape(dst []byte, r rune) []byte {
	switch {
	case r < 0x100:
		return appendHex(append(dst, '\\', 'x'), r, 2)
	case r < 0x10000:
		return appendHex(append(dst, '\\', 'u'), r, 4)
	}
	return appendHex(append(dst, '\\', 'U'), r, 8)
}

func appendHex(dst []byte, r rune, digits int) []byte {
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		dst = append(dst, lowerHex[r>>shift&15])
	}
	return dst
}

// IsPrintable is str.isprintable for one character.
func IsPrintable(r rune) bool {
	if r < 0x7f {
		return r >= ' '
	}
	return unicode.IsPrint(r)
}
