// Package pytext holds the rules of Python's text that Flask's behaviour rests on: what counts as a space, how int()
// reads, how floats are written, what becomes of bytes that are no text, and how urllib quotes.
package pytext

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxDigits is the longest integer that Python converts from and to text (sys.int_info.default_max_str_digits).
const MaxDigits = 4300

// IsSpace reports whether str.strip() would take r off: Unicode's spaces and the four ASCII separators.
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

// ParseInt reads a whole number as Python's int(text): spaces around it, a sign, single underscores between digits,
// decimal digits of any script. A number beyond int64 is refused, Python's own is unlimited.
func ParseInt(s string) (int64, bool) {
	var few [24]byte
	digits, ok := AppendDigits(few[:0], strings.TrimSpace(s)) // unlike strip(), int() leaves the ASCII separators
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(string(digits), 10, 64)
	return n, err == nil
}

// AppendDigits appends the number that s is to int(), but for spaces around it, in ASCII: without its underscores and
// without a plus sign. If s is no number ok is false and what was appended means nothing.
func AppendDigits(dst []byte, s string) (out []byte, ok bool) {
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

// DigitValue gives the value of a decimal digit of any script, -1 for anything else. Every script has its ten digits in
// a row, so the distance from the start of the range tells the value.
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

// AppendFloat appends a float as its repr: the shortest digits that read back the same, always recognisable as a float,
// with an exponent below 1e-4 and from 1e16 on. bits is 32 for what was a float32, else 64.
func AppendFloat(dst []byte, f float64, bits int) []byte {
	return appendFloat(dst, f, bits, "nan", "inf")
}

// AppendJSONFloat is [AppendFloat] with the names that Python's json gives to what is no number.
func AppendJSONFloat(dst []byte, f float64, bits int) []byte {
	return appendFloat(dst, f, bits, "NaN", "Infinity")
}

func appendFloat(dst []byte, f float64, bits int, nan, infinity string) []byte {
	switch a := math.Abs(f); {
	case math.IsNaN(f):
		return append(dst, nan...)
	case math.IsInf(f, 1):
		return append(dst, infinity...)
	case math.IsInf(f, -1):
		return append(append(dst, '-'), infinity...)
	case a != 0 && (a < 1e-4 || a >= 1e16):
		return strconv.AppendFloat(dst, f, 'e', -1, bits)
	}
	dst = strconv.AppendFloat(dst, f, 'f', -1, bits)
	if f == math.Trunc(f) {
		return append(dst, ".0"...)
	}
	return dst
}
