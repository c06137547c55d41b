package jinja

import (
	"math"
	"math/big"
)

// math.Pow is off by some units in the last place, which shows when a template
// prints the result. So powers are computed with more bits and rounded once.

const powBits = 160

// accuratePow gives x to the y for finite operands with a real result.
func accuratePow(x, y float64) float64 {
	rough := math.Pow(x, y)
	if rough == 0 || math.IsInf(rough, 0) || math.IsNaN(rough) || x == 1 || y == 0 || x == 0 ||
		math.IsInf(x, 0) || math.IsInf(y, 0) {
		return rough
	}
	var z *big.Float
	if y == math.Trunc(y) && math.Abs(y) <= 2048 {
		z = intPow(newFloat(x), int(math.Abs(y)))
		if y < 0 {
			z.Quo(newFloat(1), z)
		}
	} else {
		z = logFloat(math.Abs(x))
		z = expFloat(z.Mul(z, newFloat(y)))
		if rough < 0 {
			z.Neg(z)
		}
	}
	v, _ := z.Float64()
	return v
}

func newFloat(x float64) *big.Float { return new(big.Float).SetPrec(powBits).SetFloat64(x) }

func intPow(x *big.Float, n int) *big.Float {
	z := newFloat(1)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			z.Mul(z, x)
		}
		x = newFloat(0).Mul(x, x)
	}
	return z
}

// expFloat is e to the x: the series of a small part of x, squared back up.
func expFloat(x *big.Float) *big.Float {
	const halvings = 24
	r := newFloat(0).SetMantExp(x, -halvings)
	sum, term := newFloat(1), newFloat(1)
	for i := 1; i < 40; i++ {
		term.Mul(term, r)
		term.Quo(term, newFloat(float64(i)))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}

// logFloat is the logarithm, by Newton's steps from the rough one.
func logFloat(x float64) *big.Float {
	l := newFloat(math.Log(x))
	for range 3 {
		e := expFloat(newFloat(0).Neg(l))
		e.Mul(e, newFloat(x))
		l.Add(l, e.Sub(e, newFloat(1)))
	}
	return l
}
