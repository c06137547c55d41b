package jinja

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/cantil-go/cantil/render/jinja/internal/syntax"
)

// binary computes a op b, for every operator of two operands but the logical
// ones, the comparisons and ~.
func binary(f *frame, op syntax.TokenType, a, b any) any {
	if x, ok := a.(int); ok {
		if y, ok := b.(int); ok {
			if v, ok := intOp(op, x, y); ok {
				return v
			}
		}
	}
	a, b = norm(a), norm(b)
	checkDefined(a)
	if op == syntax.TokMod {
		if s, safe, ok := formatString(a); ok {
			return percentFormat(f, s, safe, b)
		}
	}
	checkDefined(b)
	switch op {
	case syntax.TokAdd:
		if v, ok := concat(f, a, b); ok {
			return v
		}
	case syntax.TokMul:
		if v, ok := repeat(f, a, b); ok {
			return v
		}
	}
	if v, ok := numberOp(f, op, a, b); ok {
		return v
	}
	name := op.String()
	if op == syntax.TokPow {
		name = "** or pow()"
	}
	fail(KindType, "unsupported operand type(s) for %s: '%s' and '%s'", name, typeName(a), typeName(b))
	return nil
}

// checkDefined fails for what Undefined refuses: almost everything.
func checkDefined(v any) {
	if u, ok := v.(*Undefined); ok {
		u.fail()
	}
}

func formatString(v any) (s string, safe, ok bool) {
	switch v := v.(type) {
	case string:
		return v, false, true
	case Markup:
		return string(v), true, true
	}
	return "", false, false
}

// intOp is the fast way for ints; ok is false if the result may overflow or is
// no int.
func intOp(op syntax.TokenType, x, y int) (v any, ok bool) {
	switch op {
	case syntax.TokAdd:
		z := x + y
		return z, (z > x) == (y > 0)
	case syntax.TokSub:
		z := x - y
		return z, (z < x) == (y > 0)
	case syntax.TokMul:
		const half = 1 << (bits.UintSize/2 - 1)
		if -half < x && x < half && -half < y && y < half {
			return x * y, true
		}
	case syntax.TokFloorDiv:
		if y > 0 {
			return floorDiv(x, y), true
		}
	case syntax.TokMod:
		if y > 0 {
			return x - floorDiv(x, y)*y, true
		}
	}
	return nil, false
}

func abs(x int) int {
	if x < 0 {
		return -x
	}
	return x
}

func floorDiv(x, y int) int {
	q := x / y
	if x%y != 0 && (x < 0) != (y < 0) {
		q--
	}
	return q
}

// asBig gives the value of an int or a bool.
func asBig(v any) (*big.Int, bool) {
	switch v := v.(type) {
	case int:
		return big.NewInt(int64(v)), true
	case bool:
		if v {
			return big.NewInt(1), true
		}
		return new(big.Int), true
	case *big.Int:
		return v, true
	}
	return nil, false
}

// smallInt gives the int that a big one fits in.
func smallInt(n *big.Int) (i int, ok bool) {
	if !n.IsInt64() {
		return 0, false
	}
	i = int(n.Int64())
	return i, int64(i) == n.Int64()
}

// normBig gives an int where one fits.
func normBig(n *big.Int) any {
	if i, ok := smallInt(n); ok {
		return i
	}
	return n
}

func normInt64(n int64) any {
	if i := int(n); int64(i) == n {
		return i
	}
	return big.NewInt(n)
}

// asFloat gives the value of any number.
func asFloat(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int:
		return float64(v), true
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case *big.Int:
		x, _ := new(big.Float).SetInt(v).Float64()
		if math.IsInf(x, 0) {
			fail(KindOverflow, "int too large to convert to float")
		}
		return x, true
	}
	return 0, false
}

// numberOp computes with two numbers: as floats if one is a float.
func numberOp(f *frame, op syntax.TokenType, a, b any) (any, bool) {
	x, okX := asBig(a)
	y, okY := asBig(b)
	if okX && okY {
		return bigOp(f, op, x, y), true
	}
	_, isNumA := a.(float64)
	_, isNumB := b.(float64)
	if !okX && !isNumA || !okY && !isNumB {
		return nil, false
	}
	fx, _ := asFloat(a)
	fy, _ := asFloat(b)
	return floatOp(op, fx, fy), true
}

// bigOp computes with ints of any size; // and % round down, as in Python.
func bigOp(f *frame, op syntax.TokenType, x, y *big.Int) any {
	z := new(big.Int)
	f.st.bigWorkOn(x, y)
	switch op {
	case syntax.TokAdd:
		return normBig(z.Add(x, y))
	case syntax.TokSub:
		return normBig(z.Sub(x, y))
	case syntax.TokMul:
		f.st.bigWork(x.BitLen() + y.BitLen())
		return normBig(z.Mul(x, y))
	case syntax.TokPow:
		return bigPow(f, x, y)
	}
	if y.Sign() == 0 {
		switch op {
		case syntax.TokDiv:
			fail(KindZeroDivision, "division by zero")
		case syntax.TokMod:
			fail(KindZeroDivision, "integer modulo by zero")
		}
		fail(KindZeroDivision, "integer division or modulo by zero")
	}
	if op == syntax.TokDiv {
		return bigDiv(x, y)
	}
	q, m := new(big.Int), new(big.Int)
	q.QuoRem(x, y, m)
	if m.Sign() != 0 && (m.Sign() < 0) != (y.Sign() < 0) {
		q.Sub(q, big.NewInt(1))
		m.Add(m, y)
	}
	if op == syntax.TokMod {
		return normBig(m)
	}
	return normBig(q)
}

// bigDiv divides exactly and rounds once, as Python does.
func bigDiv(x, y *big.Int) any {
	if x.Sign() == 0 {
		return math.Copysign(0, float64(y.Sign()))
	}
	v, _ := new(big.Rat).SetFrac(x, y).Float64()
	if math.IsInf(v, 0) {
		fail(KindOverflow, "integer division result too large for a float")
	}
	return v
}

// bigPow is x ** y, within bounds: the size of the result is known before.
func bigPow(f *frame, x, y *big.Int) any {
	if y.Sign() < 0 {
		if x.Sign() == 0 {
			fail(KindZeroDivision, "0.0 cannot be raised to a negative power")
		}
		fx, _ := asFloat(x)
		fy, _ := asFloat(y)
		return floatPow(fx, fy)
	}
	if bits := x.BitLen(); bits > 1 {
		if !y.IsInt64() || y.Int64() > maxBits {
			f.st.bigWork(maxBits + 1)
		}
		f.st.bigWork((bits - 1) * int(y.Int64()))
	} else {
		// -1, 0 and 1: only whether the exponent is odd matters.
		y = new(big.Int).Add(new(big.Int).And(y, big.NewInt(1)), big.NewInt(int64(2*min(1, y.Sign()))))
	}
	return normBig(new(big.Int).Exp(x, y, nil))
}

// floatOp computes with floats. Division by zero is an error, not infinity.
func floatOp(op syntax.TokenType, x, y float64) any {
	switch op {
	case syntax.TokAdd:
		return x + y
	case syntax.TokSub:
		return x - y
	case syntax.TokMul:
		return x * y
	case syntax.TokPow:
		return floatPow(x, y)
	}
	if y == 0 {
		switch op {
		case syntax.TokDiv:
			fail(KindZeroDivision, "float division by zero")
		case syntax.TokMod:
			fail(KindZeroDivision, "float modulo")
		}
		fail(KindZeroDivision, "float floor division by zero")
	}
	switch op {
	case syntax.TokDiv:
		return x / y
	case syntax.TokMod:
		_, m := floatDivMod(x, y)
		return m
	}
	q, _ := floatDivMod(x, y)
	return q
}

// floatDivMod is Python's divmod for floats: the remainder has the sign of y.
func floatDivMod(x, y float64) (q, m float64) {
	m = math.Mod(x, y)
	q = (x - m) / y
	if m != 0 {
		if (y < 0) != (m < 0) {
			m += y
			q--
		}
	} else {
		m = math.Copysign(0, y)
	}
	if q == 0 {
		return math.Copysign(0, x/y), m
	}
	floor := math.Floor(q)
	if q-floor > 0.5 {
		floor++
	}
	return floor, m
}

// floatPow is x ** y for floats, with Python's errors.
func floatPow(x, y float64) any {
	if x == 0 && y < 0 {
		fail(KindZeroDivision, "0.0 cannot be raised to a negative power")
	}
	v := math.Pow(x, y)
	if math.IsInf(v, 0) && !math.IsInf(x, 0) && !math.IsInf(y, 0) {
		fail(KindOverflow, "(34, 'Numerical result out of range')")
	}
	if math.IsNaN(v) && !math.IsNaN(x) && !math.IsNaN(y) {
		// Python goes on with complex numbers, which templates have no use for.
		fail(KindValue, "negative number cannot be raised to a fractional power")
	}
	return v
}

// negate computes -v and +v.
func negate(v any, minus bool) any {
	v = norm(v)
	checkDefined(v)
	if x, ok := v.(float64); ok {
		if minus {
			return -x
		}
		return x
	}
	n, ok := asBig(v)
	if !ok {
		op := "+"
		if minus {
			op = "-"
		}
		fail(KindType, "bad operand type for unary %s: '%s'", op, typeName(v))
	}
	if minus {
		n = new(big.Int).Neg(n)
	}
	return normBig(n)
}
