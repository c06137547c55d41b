package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/render/jinja/internal/syntax"
)

func init() {
	addFilter("abs", "x", filterAbs)
	addFilter("int", "value, default=0, base=10", filterInt)
	addFilter("float", "value, default=0.0", filterFloat)
	addFilter("round", "value, precision=0, method='common'", filterRound)
	addFilter("filesizeformat", "value, binary=False", filterFileSize)
}

// filterAbs is abs(): of an undefined value it is a TypeError, not an
// UndefinedError, because Undefined defines no __abs__.
func filterAbs(f *frame, a []any) any {
	v := norm(a[0])
	if x, ok := v.(float64); ok {
		return math.Abs(x)
	}
	n, ok := asBig(v)
	if !ok {
		fail(KindType, "bad operand type for abs(): '%s'", typeName(v))
	}
	return normBig(new(big.Int).Abs(n))
}

// parseInt is int(text, base) of Python: white space around, a sign, single
// underscores between digits, and a prefix that fits the base.
func parseInt(s string, base int) (*big.Int, bool) {
	s = pytext.Trim(s)
	neg := strings.HasPrefix(s, "-")
	if neg || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	if len(s) > 1 && s[0] == '0' {
		prefix := map[byte]int{'b': 2, 'o': 8, 'x': 16}[s[1]|0x20]
		if prefix != 0 && (base == prefix || base == 0) {
			s, base = strings.TrimPrefix(s[2:], "_"), prefix
		}
	}
	if base == 0 {
		base = 10
	}
	if s == "" || strings.HasPrefix(s, "_") || strings.HasSuffix(s, "_") || strings.Contains(s, "__") ||
		s[0] == '-' || s[0] == '+' || base == 10 && len(s) > pytext.MaxDigits || len(s) > maxBits/4 {
		return nil, false
	}
	n, ok := new(big.Int).SetString(strings.ReplaceAll(pytext.ASCIIDigits(s), "_", ""), base)
	if ok && neg {
		n.Neg(n)
	}
	return n, ok
}

// parseFloat is float(text) of Python.
func parseFloat(s string) (float64, bool) {
	s = pytext.ASCIIDigits(pytext.Trim(s))
	if strings.ContainsAny(s, "xXpP") || strings.HasPrefix(s, "_") || strings.HasSuffix(s, "_") || strings.Contains(s, "__") {
		return 0, false
	}
	if strings.Contains(s, "_") {
		for i := range s {
			if s[i] == '_' && (!pytext.IsDigit(s[i-1]) || !pytext.IsDigit(s[i+1])) {
				return 0, false
			}
		}
		s = strings.ReplaceAll(s, "_", "")
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(x, 0) {
		return 0, false
	}
	return x, true
}

// floatToBig is int(float): towards zero, and exact however large.
func floatToBig(x float64) *big.Int {
	if math.IsInf(x, 0) {
		fail(KindOverflow, "cannot convert float infinity to integer")
	}
	if math.IsNaN(x) {
		fail(KindValue, "cannot convert float NaN to integer")
	}
	n, _ := big.NewFloat(x).Int(nil)
	return n
}

// filterInt tries the text as an int of the base, then as a float, so that
// "42.23" gives 42; whatever cannot be read gives the default.
func filterInt(f *frame, a []any) any {
	v := norm(a[0])
	if n, ok := asBig(v); ok {
		return normBig(n)
	}
	switch v := v.(type) {
	case float64:
		if math.IsNaN(v) {
			return a[1]
		}
		return normBig(floatToBig(v))
	case string, Markup, []byte:
		s := f.str(v)
		if b, ok := v.([]byte); ok {
			s = string(b)
		}
		base := toInt(a[2])
		if base == 0 || base >= 2 && base <= 36 {
			f.st.step(len(s) * len(s) >> 12)
			if n, ok := parseInt(s, base); ok {
				return normBig(n)
			}
		}
		if x, ok := parseFloat(s); ok && !math.IsInf(x, 0) && !math.IsNaN(x) {
			return normBig(floatToBig(x))
		}
	case *Undefined:
		v.fail()
	}
	return a[1]
}

// filterFloat gives the default for what is no number; inf and nan are ones.
func filterFloat(f *frame, a []any) any {
	v := norm(a[0])
	checkDefined(v)
	if isNumber(v) {
		x, _ := asFloat(v)
		return x
	}
	if s, ok := asString(v); ok {
		if x, ok := parseFloat(s); ok {
			return x
		}
	}
	return a[1]
}

// filterRound gives an int for an int and a float for a float, in any precision.
// ceil and floor scale, so they give floats.
func filterRound(f *frame, a []any) any {
	v := norm(a[0])
	method, _ := asString(a[2])
	if method != "common" && method != "ceil" && method != "floor" {
		fail(KindFilterArg, "method must be common, ceil or floor")
	}
	if !isNumber(v) && method != "common" {
		checkDefined(v)
		fail(KindType, "must be real number, not %s", typeName(v))
	}
	if !isNumber(v) {
		fail(KindType, "type %s doesn't define __round__ method", typeName(v))
	}
	n := toInt(a[1])
	if method != "common" {
		return roundTo(f, v, n, method)
	}
	if i, ok := asBig(v); ok {
		return roundInt(f, i, n)
	}
	return roundFloat(v.(float64), n)
}

// roundTo rounds up or down.
func roundTo(f *frame, v any, n int, method string) any {
	unit := binary(f, syntax.TokPow, 10, n)
	scaled, _ := asFloat(binary(f, syntax.TokMul, v, unit))
	if method == "ceil" {
		scaled = math.Ceil(scaled)
	} else {
		scaled = math.Floor(scaled)
	}
	return binary(f, syntax.TokDiv, normBig(floatToBig(scaled)), unit)
}

// roundInt rounds an int to tens for a negative precision, halves to even.
func roundInt(f *frame, i *big.Int, n int) any {
	if n >= 0 {
		return normBig(i)
	}
	if -n > i.BitLen() {
		return 0
	}
	f.st.bigWork(i.BitLen())
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-n)), nil)
	q, m := new(big.Int).DivMod(i, unit, new(big.Int))
	twice := new(big.Int).Lsh(m, 1)
	if c := twice.Cmp(unit); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return normBig(q.Mul(q, unit))
}

// roundFloat rounds the exact decimal value, halves to even.
func roundFloat(x float64, n int) any {
	if math.IsInf(x, 0) || math.IsNaN(x) || n > 400 {
		return x
	}
	if n < -400 {
		return math.Copysign(0, x)
	}
	if n >= 0 {
		r, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'f', n, 64), 64)
		return r
	}
	unit := math.Pow10(-n)
	r := math.RoundToEven(x/unit) * unit
	return r
}

var (
	decimalUnits = [...]string{"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"}
	binaryUnits  = [...]string{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"}
)

// filterFileSize keeps the largest unit for what is larger still.
func filterFileSize(f *frame, a []any) any {
	v := norm(a[0])
	checkDefined(v)
	x, ok := asFloat(v)
	if s, isText := asString(v); isText {
		if x, ok = parseFloat(s); !ok {
			fail(KindValue, "could not convert string to float: %s", pytext.Repr(s))
		}
	}
	if !ok {
		fail(KindType, "float() argument must be a string or a real number, not '%s'", typeName(v))
	}
	base, units := 1000.0, decimalUnits
	if truth(a[1]) {
		base, units = 1024, binaryUnits
	}
	switch {
	case x == 1:
		return "1 Byte"
	case x < base:
		return floatToBig(x).String() + " Bytes"
	}
	unit := base
	for i, name := range units {
		unit = math.Pow(base, float64(i+2))
		if x < unit || i == len(units)-1 {
			text := strconv.FormatFloat(base*x/unit, 'f', 1, 64)
			if math.IsNaN(x) || math.IsInf(x, 0) {
				text = strings.TrimPrefix(strings.ToLower(text), "+")
			}
			return text + " " + name
		}
	}
	return ""
}
