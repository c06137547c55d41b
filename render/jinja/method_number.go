package jinja

import (
	"encoding/hex"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// addNumberMethods adds the methods of ints, floats and bytes.
func addNumberMethods() {
	floatMethods.add("float.", "is_integer", "self", func(f *frame, a []any) any {
		x := a[0].(float64)
		return x == math.Trunc(x) && !math.IsInf(x, 0)
	})
	floatMethods.add("float.", "hex", "self", func(f *frame, a []any) any {
		return hexFloat(a[0].(float64))
	})
	floatMethods.add("float.", "as_integer_ratio", "self", func(f *frame, a []any) any {
		r := new(big.Rat)
		if r.SetFloat64(a[0].(float64)) == nil {
			fail(KindOverflow, "cannot convert Infinity or NaN to integer ratio")
		}
		return Tuple{normBig(r.Num()), normBig(r.Denom())}
	})
	intMethods.add("int.", "bit_length", "self", func(f *frame, a []any) any {
		n, _ := asBig(a[0])
		return n.BitLen()
	})
	intMethods.add("int.", "bit_count", "self", func(f *frame, a []any) any {
		n, _ := asBig(a[0])
		count := 0
		for _, w := range n.Bits() {
			for ; w != 0; w &= w - 1 {
				count++
			}
		}
		return count
	})
	intMethods.add("int.", "conjugate", "self", func(f *frame, a []any) any { return plainInt(a[0]) })
	intMethods.add("int.", "as_integer_ratio", "self", func(f *frame, a []any) any { return Tuple{plainInt(a[0]), 1} })
	addByteOrderMethods()
	floatMethods.add("float.", "conjugate", "self", func(f *frame, a []any) any { return a[0] })
	bytesMethods.add("bytes.", "decode", "self, encoding='utf-8', errors='strict'", func(f *frame, a []any) any {
		return decodeBytes(f, a[0].([]byte), strArg(a[1]), strArg(a[2]))
	})
	bytesMethods.add("bytes.", "hex", "self", func(f *frame, a []any) any {
		b := a[0].([]byte)
		f.st.size(2 * len(b))
		return hex.EncodeToString(b)
	})
}

// numberAttr gives the attributes of numbers.
func numberAttr(v any, name string) (any, bool) {
	switch name {
	case "real":
		return plainInt(v), true
	case "imag":
		if _, isFloat := v.(float64); isFloat {
			return 0.0, true
		}
		return 0, true
	case "numerator", "denominator":
		if _, isFloat := v.(float64); isFloat {
			return nil, false
		}
		if name == "denominator" {
			return 1, true
		}
		return plainInt(v), true
	}
	return nil, false
}

// plainInt gives the number that a bool is, which its attributes are made of.
func plainInt(v any) any {
	if b, ok := v.(bool); ok {
		return toInt(b)
	}
	return v
}

// hexFloat is float.hex: all 13 digits, and an exponent without zeros.
func hexFloat(x float64) string {
	switch {
	case math.IsNaN(x):
		return "nan"
	case math.IsInf(x, 0):
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(x, 'g', -1, 64)), "+")
	case x == 0:
		return strings.Replace(strconv.FormatFloat(x, 'x', 1, 64), "0x0.0p+00", "0x0.0p+0", 1)
	}
	if math.Abs(x) < 0x1p-1022 { // subnormal numbers have no 1 in front
		s := strconv.FormatFloat(math.Copysign(math.Abs(x)+0x1p-1022, x), 'x', 13, 64)
		return strings.Replace(s[:strings.IndexByte(s, 'p')], "0x1.", "0x0.", 1) + "p-1022"
	}
	s := strconv.FormatFloat(x, 'x', 13, 64)
	i := strings.IndexByte(s, 'p') + 2
	return s[:i] + strconv.Itoa(must(strconv.Atoi(s[i:])))
}

func must(n int, _ error) int { return n }
