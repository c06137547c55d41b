package jinja

import (
	"encoding/hex"
	"math"
	"math/big"
	"strconv"
)

// addNumberMethods adds the methods of ints, floats and bytes.
func addNumberMethods() {
	floatMethods.add("float.", "is_integer", "self", func(f *frame, a []any) any {
		x := a[0].(float64)
		return x == math.Trunc(x) && !math.IsInf(x, 0)
	})
	floatMethods.add("float.", "hex", "self", func(f *frame, a []any) any {
		return strconv.FormatFloat(a[0].(float64), 'x', -1, 64)
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
	intMethods.add("int.", "conjugate", "self", func(f *frame, a []any) any { return a[0] })
	floatMethods.add("float.", "conjugate", "self", func(f *frame, a []any) any { return a[0] })
	bytesMethods.add("bytes.", "decode", "self, encoding='utf-8', errors='strict'", func(f *frame, a []any) any {
		b := a[0].([]byte)
		f.st.size(len(b))
		return string(b)
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
		return v, true
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
		return v, true
	}
	return nil, false
}
