package codec

import (
	"math"
	"math/big"
	"strconv"
)

// parseInt reads the digits of a JSON integer: an int, else a uint64, else a
// *big.Int.
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

// intValue is n as an int, or as it is where an int has 32 bits and is too
// small.
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
