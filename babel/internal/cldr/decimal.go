package cldr

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Decimal is a number with its decimal digits, coef × 10^exp, as Python's
// decimal.Decimal of a number's text.
type Decimal struct {
	neg  bool
	coef *big.Int
	exp  int
}

// maxExponent bounds the zeros that are written out.
const maxExponent = 400

// NewDecimal makes a decimal of a number, or of a text that is one. Floats count
// with the digits that they are printed with.
func NewDecimal(v any) (Decimal, error) {
	switch v := v.(type) {
	case Decimal:
		return v, nil
	case *big.Int:
		return Decimal{v.Sign() < 0, new(big.Int).Abs(v), 0}, nil
	case float64:
		return parseDecimal(strconv.FormatFloat(v, 'g', -1, 64))
	case float32:
		return parseDecimal(strconv.FormatFloat(float64(v), 'g', -1, 32))
	case *big.Float:
		return parseDecimal(v.Text('g', -1))
	case *big.Rat:
		return parseDecimal(v.FloatString(20))
	case bool:
		return Decimal{}, fmt.Errorf("babel: %v is not a number", v)
	}
	return parseDecimal(fmt.Sprint(v))
}

func parseDecimal(text string) (Decimal, error) {
	bad := fmt.Errorf("babel: %.40q is not a number", text)
	s := strings.TrimSpace(text)
	d := Decimal{neg: strings.HasPrefix(s, "-")}
	s = strings.TrimLeft(s, "+-")
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		n, err := strconv.Atoi(s[i+1:])
		if err != nil || n > maxExponent || n < -maxExponent {
			return Decimal{}, bad
		}
		d.exp, s = n, s[:i]
	}
	whole, fraction, _ := strings.Cut(s, ".")
	d.exp -= len(fraction)
	digits := whole + fraction
	if digits == "" || len(digits) > 2*maxExponent || strings.Trim(digits, "0123456789") != "" {
		return Decimal{}, bad
	}
	d.coef, _ = new(big.Int).SetString(digits, 10)
	return d, nil
}

func (d Decimal) float() float64 {
	x, _ := strconv.ParseFloat(d.coef.String()+"e"+strconv.Itoa(d.exp), 64)
	return x
}

func (d Decimal) abs() Decimal {
	d.neg = false
	return d
}

func (d Decimal) scaled(n int) Decimal {
	d.exp += n
	return d
}

// normalized takes zeros off the end.
func (d Decimal) normalized() Decimal {
	if d.coef.Sign() == 0 {
		d.exp = 0
		return d
	}
	s := d.coef.String()
	trimmed := strings.TrimRight(s, "0")
	d.exp += len(s) - len(trimmed)
	d.coef, _ = new(big.Int).SetString(trimmed, 10)
	return d
}

// adjusted is the exponent of the first digit.
func (d Decimal) adjusted() int { return len(d.coef.String()) - 1 + d.exp }

// rounded gives the number with places digits after the point, a half to the even
// neighbour.
func (d Decimal) rounded(places int) Decimal {
	shift := d.exp + places
	if shift >= 0 {
		d.coef = new(big.Int).Mul(d.coef, power(shift))
		d.exp = -places
		return d
	}
	unit := power(-shift)
	q, r := new(big.Int).QuoRem(d.coef, unit, new(big.Int))
	if c := r.Lsh(r, 1).Cmp(unit); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	d.coef, d.exp = q, -places
	return d
}

func power(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// parts gives the digits before and after the point.
func (d Decimal) parts() (whole, fraction string) {
	s := d.coef.String()
	switch {
	case d.exp >= 0:
		if s == "0" {
			return "0", ""
		}
		return s + strings.Repeat("0", d.exp), ""
	case len(s) <= -d.exp:
		s = strings.Repeat("0", -d.exp-len(s)+1) + s
	}
	return s[:len(s)+d.exp], s[len(s)+d.exp:]
}

// precision is how many digits after the point are not zeros at the end.
func (d Decimal) precision() int { return int(math.Max(0, float64(-d.normalized().exp))) }
