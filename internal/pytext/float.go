package pytext

import (
	"math"
	"strconv"
)

// AppendFloat appends a float as its repr: the shortest digits that read back
// the same, always recognisable as a float, with an exponent below 1e-4 and
// from 1e16 on. bits is 32 for what was a float32, else 64.
func AppendFloat(dst []byte, f float64, bits int) []byte {
	return appendFloat(dst, f, bits, "nan", "inf")
}

// AppendJSONFloat is [AppendFloat] with the names that Python's json gives to
// what is not a number.
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
