package pytext

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxDigits is the longest integer that Python converts from and to text
// (sys.int_info.default_max_str_digits).
const MaxDigits = 4300

// ParseInt reads a whole number as Python's int(text): spaces around it, a
// sign, single underscores between digits, decimal digits of any script. A
// number beyond int64 is refused, Python's own is unlimited.
func ParseInt(s string) (int64, bool) {
	var few [24]byte
	digits, ok := AppendDigits(few[:0], s)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(string(digits), 10, 64)
	return n, err == nil
}

// TrimNumber takes the spaces off that int() and float() allow around a number.
// Unlike strip() they leave the four ASCII separators.
func TrimNumber(s string) string { return strings.TrimSpace(s) }

// AppendDigits appends the number that s is to int() in ASCII: without spaces,
// underscores or a plus sign. If s is not a number ok is false and what was
// appended means nothing.
func AppendDigits(dst []byte, s string) (out []byte, ok bool) {
	s = TrimNumber(s)
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			dst = append(dst, '-')
		}
		s = s[1:]
	}
	digitBefore := false
	for _, r := range s {
		if r == '_' && digitBefore {
			digitBefore = false
			continue
		}
		d := DigitValue(r)
		if d < 0 {
			return dst, false
		}
		dst = append(dst, '0'+byte(d))
		digitBefore = true
	}
	return dst, digitBefore
}

// DigitValue gives the value of a decimal digit of any script, -1 for anything
// else. Every script has its ten digits in a row, so the distance from the
// start of the range is the value.
func DigitValue(r rune) int {
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

// IsDigit reports whether c is an ASCII digit.
func IsDigit(c byte) bool { return c >= '0' && c <= '9' }

// IsDigits reports whether s is ASCII digits, one at least.
func IsDigits(s string) bool {
	for i := range len(s) {
		if !IsDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// ASCIIDigits replaces the decimal digits of every script by those of ASCII.
func ASCIIDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if d := DigitValue(r); d >= 0 {
			return rune('0' + d)
		}
		return r
	}, s)
}
