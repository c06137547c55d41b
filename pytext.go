package cantil

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The rules of Python's text that Flask's behaviour rests on: what counts as a space, how int() reads, and what becomes
// of bytes that are no text.

// isPySpace reports whether str.strip() would take r off: Unicode's spaces and the four ASCII separators.
func isPySpace(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f
}

// isPySpaceByte is [isPySpace] for one character of ISO 8859-1.
func isPySpaceByte(b byte) bool {
	return b >= 9 && b <= 13 || b >= 28 && b <= 32 || b == 0x85 || b == 0xa0
}

// isASCIISpace is \s of a regular expression with re.ASCII.
func isASCIISpace(b byte) bool {
	return b == ' ' || b >= 9 && b <= 13
}

func trimPySpace(s string) string {
	return strings.TrimFunc(s, isPySpace)
}

// parsePyInt reads a whole number as Python's int(text): spaces around it, a sign, single underscores between digits,
// decimal digits of any script. A number beyond int64 is refused, Python's own is unlimited.
func parsePyInt(s string) (int64, bool) {
	s = strings.TrimSpace(s) // unlike strip(), int() leaves the ASCII separators
	negative := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		negative = s[0] == '-'
		s = s[1:]
	}
	var n uint64
	digitBefore := false
	for _, r := range s {
		if r == '_' && digitBefore {
			digitBefore = false
			continue
		}
		d := decimalDigit(r)
		if d < 0 || n > (1<<63-uint64(d))/10 {
			return 0, false
		}
		n = n*10 + uint64(d)
		digitBefore = true
	}
	switch {
	case !digitBefore || n == 1<<63 && !negative:
		return 0, false
	case negative:
		return -int64(n), true
	}
	return int64(n), true
}

// decimalDigit gives the value of a decimal digit, -1 for anything else.
func decimalDigit(r rune) int {
	if r < utf8.RuneSelf {
		if r >= '0' && r <= '9' {
			return int(r - '0')
		}
		return -1
	}
	for _, t := range unicode.Nd.R16 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return int(r-rune(t.Lo)) % 10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return int(r-rune(t.Lo)) % 10
		}
	}
	return -1
}

// latin1ToString reads bytes as ISO 8859-1, as WSGI hands header values to Flask. ASCII costs the copy alone.
func latin1ToString(b []byte) string {
	high := 0
	for _, c := range b {
		if c >= utf8.RuneSelf {
			high++
		}
	}
	if high == 0 {
		return string(b)
	}
	var s strings.Builder
	s.Grow(len(b) + high)
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}

// appendLatin1 appends s as ISO 8859-1; ok is false, and dst unchanged, if s holds another character.
func appendLatin1(dst []byte, s string) (out []byte, ok bool) {
	out = dst
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r > 0xff || r == utf8.RuneError {
			return dst, false
		}
		out = append(out, byte(r))
		i += size
	}
	return out, true
}

func isASCII[T string | []byte](s T) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// decodeReplace is b.decode("utf-8", "replace"): each broken sequence, not each of its bytes, becomes one U+FFFD.
func decodeReplace(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var s strings.Builder
	s.Grow(len(b) + 8)
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			size = brokenLength(b)
		}
		s.WriteRune(r)
		b = b[size:]
	}
	return s.String()
}

// brokenLength counts the bytes of the broken sequence that b starts with: those that could have begun a character
// (Unicode 3.9, "maximal subpart").
func brokenLength(b []byte) int {
	need, low, high := 0, byte(0x80), byte(0xbf)
	switch c := b[0]; {
	case c >= 0xc2 && c <= 0xdf:
		need = 2
	case c >= 0xe0 && c <= 0xef:
		need = 3
		if c == 0xe0 {
			low = 0xa0
		} else if c == 0xed {
			high = 0x9f
		}
	case c >= 0xf0 && c <= 0xf4:
		need = 4
		if c == 0xf0 {
			low = 0x90
		} else if c == 0xf4 {
			high = 0x8f
		}
	}
	n := 1
	for n < need && n < len(b) && b[n] >= low && b[n] <= high {
		low, high = 0x80, 0xbf
		n++
	}
	return n
}

const upperHex = "0123456789ABCDEF"

func appendPercent(dst []byte, c byte) []byte {
	return append(dst, '%', upperHex[c>>4], upperHex[c&15])
}

// appendQuoted is urllib's quote: everything is percent-encoded but letters, digits, "_.-~" and the characters in safe.
func appendQuoted(dst []byte, s, safe string) []byte {
	for i := range len(s) {
		if c := s[i]; isUnreserved(c) || strings.IndexByte(safe, c) >= 0 {
			dst = append(dst, c)
		} else {
			dst = appendPercent(dst, c)
		}
	}
	return dst
}

func isUnreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-' || c == '~'
}

// unhex gives the value of a hexadecimal digit, -1 for anything else.
func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
