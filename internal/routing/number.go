package routing

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/internal/uuid"
)

// bounds are the arguments of int and float.
type bounds struct {
	digits   int // the length that the text must have; 0 for any
	min, max *big.Rat
	low      int // min and max for the usual integers; see fast
	high     int
	fast     bool // low and high say the same as min and max
}

func newInt(args ConverterArgs) (*Converter, error) {
	named, err := args.bind("fixed_digits", "min", "max", "signed")
	if err != nil {
		return nil, err
	}
	b, err := newBounds(named)
	if err != nil {
		return nil, err
	}
	toURL := func(value any) (string, error) {
		text, err := intText(value)
		if err != nil {
			return "", err
		}
		return zeroFill(text, b.digits), nil
	}
	return &Converter{Weight: 50, number: b, ToURL: toURL, token: token{kind: tokenInt, signed: pytext.Truth(named["signed"])}}, nil
}

func newFloat(args ConverterArgs) (*Converter, error) {
	named, err := args.bind("min", "max", "signed")
	if err != nil {
		return nil, err
	}
	b, err := newBounds(named)
	if err != nil {
		return nil, err
	}
	return &Converter{Weight: 50, number: b, ToURL: floatText, token: token{kind: tokenFloat, signed: pytext.Truth(named["signed"])}}, nil
}

func newBounds(named map[string]any) (*bounds, error) {
	b := &bounds{low: math.MinInt, high: math.MaxInt, fast: true}
	for name, target := range map[string]**big.Rat{"min": &b.min, "max": &b.max} {
		if limit := named[name]; limit != nil {
			var ok bool
			if *target, ok = number(limit); !ok {
				return nil, fmt.Errorf("has %s %v: it must be a number", name, limit)
			}
		}
	}
	b.fast = smallInt(b.min, &b.low) && smallInt(b.max, &b.high)
	if digits := named["fixed_digits"]; pytext.Truth(digits) {
		n, ok := number(digits)
		if !ok || !smallInt(n, &b.digits) || b.digits < 1 || b.digits > pytext.MaxDigits {
			return nil, fmt.Errorf("has fixed_digits %v: it must be a whole number from 1 to %d", digits, pytext.MaxDigits)
		}
	}
	return b, nil
}

// smallInt stores r in n if it is an integer that fits; without a number it
// leaves n alone.
func smallInt(r *big.Rat, n *int) bool {
	if r == nil {
		return true
	}
	if !r.IsInt() || !r.Num().IsInt64() {
		return false
	}
	*n = int(r.Num().Int64())
	return int64(*n) == r.Num().Int64()
}

func (b *bounds) inside(v any) bool {
	n, finite := number(v)
	if !finite { // only a float that is too large to write
		positive := v.(float64) > 0
		return positive && b.max == nil || !positive && b.min == nil
	}
	return (b.min == nil || n.Cmp(b.min) >= 0) && (b.max == nil || n.Cmp(b.max) <= 0)
}

// convertInt sets the argument's value from its text, which has the right form;
// false means that it is out of bounds.
func (b *bounds) convertInt(a *Arg) bool {
	if b.digits > 0 && utf8.RuneCountInString(a.Text) != b.digits {
		return false
	}
	if n, ok := smallDecimal(a.Text); ok && b.fast {
		a.kind, a.bits = argInt, uint64(n)
		return n >= b.low && n <= b.high
	}
	v, ok := parseInt(a.Text)
	if !ok || !b.inside(v) {
		return false
	}
	if n, small := v.(int); small {
		a.kind, a.bits = argInt, uint64(n)
	} else {
		a.kind, a.value = argOther, v
	}
	return true
}

func (b *bounds) convertFloat(a *Arg) bool {
	f, err := strconv.ParseFloat(a.Text, 64)
	if err != nil { // digits of another script, or too large
		f, _ = parseFloat(a.Text)
	}
	a.kind, a.bits = argFloat, math.Float64bits(f)
	return b.min == nil && b.max == nil || b.inside(f)
}

// smallDecimal reads an ASCII integer that surely fits.
func smallDecimal(s string) (int, bool) {
	digits := strings.TrimPrefix(s, "-")
	if len(digits) == 0 || len(digits) > 18 {
		return 0, false
	}
	n := 0
	for i := 0; i < len(digits); i++ {
		if !pytext.IsDigit(digits[i]) {
			return 0, false
		}
		n = n*10 + int(digits[i]-'0')
	}
	if len(digits) < len(s) {
		n = -n
	}
	return n, true
}

// intText is Python's str(int(v)): floats lose their fraction, texts are read,
// a UUID is its 128 bits.
func intText(v any) (string, error) {
	switch b := v.(type) {
	case int:
		return strconv.Itoa(b), nil
	case int64:
		return strconv.FormatInt(b, 10), nil
	case []byte:
		v = string(b)
	case uuid.UUID:
		v = new(big.Int).SetBytes(b[:])
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.String {
		if n, ok := parseInt(r.String()); ok {
			return str(n), nil
		}
		return "", fmt.Errorf("cantil: %q is not an integer", r.String())
	}
	n, ok := number(v)
	if !ok {
		return "", fmt.Errorf("cantil: %s (%T) is not an integer", str(v), v)
	}
	return new(big.Int).Quo(n.Num(), n.Denom()).String(), nil
}

// floatText is Python's str(float(v)).
func floatText(v any) (string, error) {
	if b, ok := v.([]byte); ok {
		v = string(b)
	}
	switch r := reflect.ValueOf(v); {
	case !r.IsValid():
	case r.Kind() == reflect.String:
		if f, ok := parseFloat(r.String()); ok {
			return strFloat(f, 64), nil
		}
		return "", fmt.Errorf("cantil: %q is not a number", r.String())
	case r.CanFloat():
		return strFloat(r.Float(), 64), nil
	}
	n, ok := number(v)
	if !ok {
		return "", fmt.Errorf("cantil: %s (%T) is not a number", str(v), v)
	}
	f, _ := n.Float64()
	return strFloat(f, 64), nil
}

// zeroFill puts zeros between the sign and the digits until the text has the
// width.
func zeroFill(s string, width int) string {
	missing := width - len(s)
	if missing <= 0 {
		return s
	}
	zeros := strings.Repeat("0", missing)
	if s[0] == '-' {
		return "-" + zeros + s[1:]
	}
	return zeros + s
}
