package pytext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// IsSpace reports whether str.strip() would take r off: Unicode's spaces and
// the four ASCII separators.
func IsSpace(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f
}

// IsSpaceByte is [IsSpace] for one character of ISO 8859-1.
func IsSpaceByte(b byte) bool {
	return b >= 9 && b <= 13 || b >= 28 && b <= 32 || b == 0x85 || b == 0xa0
}

// IsASCIISpace is \s of a regular expression with re.ASCII.
func IsASCIISpace(b byte) bool {
	return b == ' ' || b >= 9 && b <= 13
}

// Trim is s.strip().
func Trim(s string) string {
	if n := len(s); n > 0 && ' ' < s[0] && s[0] < utf8.RuneSelf && ' ' < s[n-1] && s[n-1] < utf8.RuneSelf {
		return s // mostly there is none
	}
	return strings.TrimFunc(s, IsSpace)
}

// TrimLeft is s.lstrip().
func TrimLeft(s string) string { return strings.TrimLeftFunc(s, IsSpace) }

// TrimRight is s.rstrip().
func TrimRight(s string) string { return strings.TrimRightFunc(s, IsSpace) }

// SkipSpace returns the place of the first character of s at or after i that is
// no space.
func SkipSpace(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !IsSpace(r) {
			break
		}
		i += n
	}
	return i
}

// RuneOffset returns the byte at which the n-th character of s begins, or the
// length of s if there are fewer. A byte that is not UTF-8 is a character.
func RuneOffset(s string, n int) int {
	i := 0
	for ; n > 0 && i < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return i
}
