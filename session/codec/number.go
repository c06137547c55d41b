package codec

import (
	"math"
	"math/big"
	"strconv"
)

// appendFloat appends f as Python's json does: the shortest digits that read back as f, with an exponent below 1e-4 and
// from 1e16 on, and always a sign that it is a float.
func appendFloat(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	}
	if abs := math.Abs(f); abs != 0 && (abs < 1e-4 || abs >= 1e16) {
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	if f == math.Trunc(f) {
		return append(strconv.AppendFloat(dst, f, 'f', -1, 64), ".0"...)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}

// maxDigits is the longest integer that Python converts from and to text (sys.int_info.default_max_str_digits).
const maxDigits = 4300

// parseInt reads the digits of a JSON integer: an int, else a uint64, else a *big.Int.
func parseInt(digits string) any {
	if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
		return intValue(n)
	}
	if n, err := strconv.ParseUint(digits, 10, 64); err == nil {
		return n
	}
	n, _ := new(big.Int).SetString(digits, 10) // the caller has checked the digits
	return n
}

// intValue is n as an int, or as it is where an int has 32 bits and is too small.
func intValue(n int64) any {
	if int64(int(n)) == n {
		return int(n)
	}
	return n
}

// uintValue is n as an int if it fits.
func uintValue(n uint64) any {
	if n <= math.MaxInt64 {
		return intValue(int64(n))
	}
	return n
}
