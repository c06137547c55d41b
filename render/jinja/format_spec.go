package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

// spec is a format specification: [[fill]align][sign][z][#][0][width][,][.precision][type].
type spec struct {
	fill    rune
	align   rune // '<', '>', '^', '=', or 0 for the default
	sign    byte // '+', '-', ' ' or 0
	posZero bool // z: a negative zero loses its sign
	alt     bool
	zero    bool
	group   byte // ',' or '_'
	width   int
	prec    int // -1 if there is none
	verb    rune
}

// parseSpec reads the part after the colon of a replacement field.
func parseSpec(f *frame, s, typ string) spec {
	sp := spec{fill: ' ', prec: -1}
	src, filled := s, false
	if r, n := utf8.DecodeRuneInString(s); n < len(s) && strings.IndexByte("<>=^", s[n]) >= 0 {
		sp.fill, sp.align, filled = r, rune(s[n]), true
		s = s[n+1:]
	} else if s != "" && strings.IndexByte("<>=^", s[0]) >= 0 {
		sp.align = rune(s[0])
		s = s[1:]
	}
	if s != "" && strings.IndexByte("+- ", s[0]) >= 0 {
		sp.sign = s[0]
		s = s[1:]
	}
	if strings.HasPrefix(s, "z") {
		sp.posZero = true
		s = s[1:]
	}
	if strings.HasPrefix(s, "#") {
		sp.alt = true
		s = s[1:]
	}
	if strings.HasPrefix(s, "0") {
		sp.zero = true
		if !filled {
			sp.fill = '0'
		}
		s = s[1:]
	}
	sp.width, s = specNumber(f, s)
	if s != "" && (s[0] == ',' || s[0] == '_') {
		sp.group = s[0]
		s = s[1:]
	}
	if strings.HasPrefix(s, ".") {
		rest := s[1:]
		if sp.prec, s = specNumber(f, rest); s == rest {
			fail(KindValue, "Format specifier missing precision")
		}
	}
	if s != "" {
		r, n := utf8.DecodeRuneInString(s)
		if n != len(s) {
			fail(KindValue, "Invalid format specifier '%s' for object of type '%s'", src, typ)
		}
		sp.verb = r
	}
	return sp
}

// specNumber reads a width or precision and guards its size.
func specNumber(f *frame, s string) (int, string) {
	n := 0
	for s != "" && pytext.IsDigit(s[0]) {
		n = n*10 + int(s[0]-'0')
		if n > f.st.env.Limits.Output {
			f.st.size(-1)
		}
		s = s[1:]
	}
	f.st.product(n, utf8.UTFMax)
	return n, s
}

// padText fills a text up to the width.
func (sp spec) padText(s string, def rune) string {
	n := sp.width - runeLen(s)
	if n <= 0 {
		return s
	}
	align, fill := sp.align, string(sp.fill)
	if align == 0 {
		align = def
	}
	switch align {
	case '<':
		return s + strings.Repeat(fill, n)
	case '^':
		return strings.Repeat(fill, n/2) + s + strings.Repeat(fill, n-n/2)
	}
	return strings.Repeat(fill, n) + s
}

// padNumber fills a number: zeros go between the sign and the digits.
func (sp spec) padNumber(sign, prefix, digits string) string {
	if sp.zero && sp.align == 0 {
		sp.fill, sp.align = '0', '='
	}
	if sp.align == '=' {
		n := sp.width - len(sign) - len(prefix) - len(digits)
		if sp.group != 0 && sp.fill == '0' {
			digits = groupZeros(digits, sp.group, sp.groupSize(), sp.width-len(sign)-len(prefix))
			n = 0
		}
		if n > 0 {
			digits = strings.Repeat(string(sp.fill), n) + digits
		}
		return sign + prefix + digits
	}
	return sp.padText(sign+prefix+digits, '>')
}

func (sp spec) groupSize() int {
	if strings.ContainsRune("box", sp.verb) || sp.verb == 'X' {
		return 4
	}
	return 3
}

func (sp spec) signOf(negative bool) string {
	switch {
	case negative:
		return "-"
	case sp.sign == '+' || sp.sign == ' ':
		return string(sp.sign)
	}
	return ""
}

// formatInt formats an integer.
func (sp spec) formatInt(n *big.Int) string {
	base, prefix := 10, ""
	switch sp.verb {
	case 'b':
		base, prefix = 2, "0b"
	case 'o':
		base, prefix = 8, "0o"
	case 'x', 'X':
		base, prefix = 16, "0"+string(sp.verb)
	}
	if !sp.alt {
		prefix = ""
	}
	if base == 10 {
		bigText(n)
	}
	digits := new(big.Int).Abs(n).Text(base)
	if sp.verb == 'X' {
		digits = strings.ToUpper(digits)
	}
	if sp.prec > len(digits) {
		digits = strings.Repeat("0", sp.prec-len(digits)) + digits
	}
	if sp.group != 0 {
		digits = groupDigits(digits, sp.group, sp.groupSize())
	}
	return sp.padNumber(sp.signOf(n.Sign() < 0), prefix, digits)
}

// groupDigits puts a separator between groups of digits.
func groupDigits(digits string, sep byte, size int) string {
	var b strings.Builder
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%size == 0 {
			b.WriteByte(sep)
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

// groupZeros fills with zeros that are grouped, too.
func groupZeros(digits string, sep byte, size, width int) string {
	whole, frac := digits, ""
	if i := strings.IndexAny(digits, ".eE%"); i >= 0 {
		whole, frac = digits[:i], digits[i:]
	}
	whole = strings.ReplaceAll(whole, string(sep), "")
	// The smallest number of digits that fills the width, separators included:
	// n digits take n + (n-1)/size bytes.
	room := width - len(frac)
	n := room - room/(size+1)
	if n+(n-1)/size < room {
		n++
	}
	if n > len(whole) {
		whole = strings.Repeat("0", n-len(whole)) + whole
	}
	return groupDigits(whole, sep, size) + frac
}

// formatFloat formats a float; the verb is one of eEfFgG%n, or 0 for the form
// of str with at least one decimal.
func (sp spec) formatFloat(x float64) string {
	negative := math.Signbit(x) && !math.IsNaN(x)
	x = math.Abs(x)
	verb := sp.verb
	suffix := ""
	if verb == '%' {
		x, verb, suffix = x*100, 'f', "%"
	}
	digits := floatDigits(x, verb, sp.prec, sp.alt)
	if sp.posZero && strings.Trim(digits, "0.e+-") == "" {
		negative = false
	}
	if sp.verb == 'E' || sp.verb == 'G' || sp.verb == 'F' {
		digits = strings.ToUpper(digits)
	}
	if sp.group != 0 {
		whole, rest := digits, ""
		if i := strings.IndexAny(digits, ".eE"); i >= 0 {
			whole, rest = digits[:i], digits[i:]
		}
		digits = groupDigits(whole, sp.group, 3) + rest
	}
	return sp.padNumber(sp.signOf(negative), "", digits+suffix)
}

// floatDigits writes the digits of a float that is not negative.
func floatDigits(x float64, verb rune, prec int, alt bool) string {
	if math.IsInf(x, 0) {
		return "inf"
	}
	if math.IsNaN(x) {
		return "nan"
	}
	switch verb {
	case 0:
		if prec < 0 {
			return string(pytext.AppendFloat(nil, x, 64))
		}
		return generalFloat(x, prec, alt, true)
	case 'e', 'E':
		if prec < 0 {
			prec = 6
		}
		return strconv.FormatFloat(x, 'e', prec, 64)
	case 'f', 'F':
		if prec < 0 {
			prec = 6
		}
		s := strconv.FormatFloat(x, 'f', prec, 64)
		if alt && prec == 0 {
			s += "."
		}
		return s
	}
	if prec < 0 {
		prec = 6
	}
	return generalFloat(x, prec, alt, false)
}

// generalFloat is the format g: as many digits as the precision says, with an
// exponent where the number is large or small. keepPoint is for the form
// without a verb, which shows at least one decimal.
func generalFloat(x float64, prec int, alt, keepPoint bool) string {
	prec = max(prec, 1)
	s := strconv.FormatFloat(x, 'e', prec-1, 64)
	mantissa, exp, _ := strings.Cut(s, "e")
	e, _ := strconv.Atoi(exp)
	limit := prec
	if keepPoint {
		limit = prec - 1
	}
	if e < -4 || e >= max(limit, 1) && e >= limit {
		if !alt && strings.Contains(mantissa, ".") {
			mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
		}
		return mantissa + "e" + exp
	}
	s = strconv.FormatFloat(x, 'f', max(0, prec-1-e), 64)
	if !alt && strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if keepPoint && !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
