package routing

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/cantil-go/cantil/internal/pytext"
)

// str returns v as Python's str() prints it: True and False, 2.0, 1e+16,
// 2025-01-02 03:04:05+00:00.
func str(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case string:
		return v
	case []byte:
		return string(v)
	case int:
		return strconv.Itoa(v)
	case bool:
		return strBool(v)
	case float64:
		return strFloat(v, 64)
	case float32:
		return strFloat(float64(v), 32)
	case time.Time:
		return strTime(v)
	case fmt.Stringer:
		return v.String()
	case error:
		return v.Error()
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Bool:
		return strBool(r.Bool())
	case reflect.Float32, reflect.Float64:
		return strFloat(r.Float(), r.Type().Bits())
	case reflect.Slice, reflect.Array:
		return strList(r)
	}
	return fmt.Sprint(v)
}

// strList prints a list with its texts in quotes.
func strList(list reflect.Value) string {
	items := make([]string, list.Len())
	for i := range items {
		item := list.Index(i).Interface()
		text, ok := item.(string)
		if items[i] = str(item); ok {
			items[i] = pytext.Repr(text)
		}
	}
	return "[" + strings.Join(items, ", ") + "]"
}

func strBool(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

// strFloat is the repr of a float.
func strFloat(f float64, bits int) string {
	var buf [32]byte
	return string(pytext.AppendFloat(buf[:0], f, bits))
}

func strTime(t time.Time) string {
	if t.Nanosecond()/1000 == 0 {
		return t.Format("2006-01-02 15:04:05-07:00")
	}
	return t.Format("2006-01-02 15:04:05.000000-07:00")
}

// equal compares as Python's == does: numbers by value, whatever their types
// (1, 1.0 and True are the same).
func equal(a, b any) bool {
	if x, ok := a.(string); ok {
		y, ok := b.(string)
		return ok && x == y
	}
	x, okX := number(a)
	y, okY := number(b)
	if okX != okY {
		return false
	}
	if okX {
		return x.Cmp(y) == 0
	}
	return reflect.DeepEqual(a, b)
}

// number returns the exact value of anything that Python counts as a finite
// number.
func number(v any) (*big.Rat, bool) {
	if n, ok := v.(*big.Int); ok && n != nil {
		return new(big.Rat).SetInt(n), true
	}
	switch r := reflect.ValueOf(v); {
	case !r.IsValid():
	case r.CanInt():
		return new(big.Rat).SetInt64(r.Int()), true
	case r.CanUint():
		return new(big.Rat).SetUint64(r.Uint()), true
	case r.CanFloat():
		x := new(big.Rat).SetFloat64(r.Float())
		return x, x != nil
	case r.Kind() == reflect.Bool:
		if r.Bool() {
			return big.NewRat(1, 1), true
		}
		return new(big.Rat), true
	}
	return nil, false
}

// parseInt reads s as Python's int() does: white space around it, a sign,
// single underscores between digits, digits of any script. The result is an
// int, or a *big.Int if it does not fit.
func parseInt(s string) (any, bool) {
	digits, ok := pytext.AppendDigits(nil, s)
	if !ok || len(digits) > pytext.MaxDigits+1 {
		return nil, false
	}
	if n, err := strconv.Atoi(string(digits)); err == nil {
		return n, true
	}
	n, ok := new(big.Int).SetString(string(digits), 10)
	return n, ok
}

// parseFloat reads s as Python's float() does.
func parseFloat(s string) (float64, bool) {
	s = pytext.TrimNumber(s)
	plain := make([]byte, 0, len(s))
	for _, r := range s {
		d := pytext.DigitValue(r)
		switch {
		case d >= 0:
			r = '0' + rune(d)
		case r > unicode.MaxASCII, r == 'x', r == 'X': // Go reads hexadecimal floats, Python does not
			return 0, false
		}
		plain = append(plain, byte(r))
	}
	plain, ok := withoutUnderscores(plain)
	if !ok {
		return 0, false
	}
	if name := strings.TrimLeft(string(plain), "+-"); len(plain)-len(name) <= 1 && strings.EqualFold(name, "nan") {
		return math.NaN(), true // Go wants it without a sign
	}
	f, err := strconv.ParseFloat(string(plain), 64)
	return f, err == nil || math.IsInf(f, 0) // too large is infinity
}

// withoutUnderscores drops the underscores, which may only stand between two
// digits.
func withoutUnderscores(s []byte) ([]byte, bool) {
	out := s[:0:0]
	for i, c := range s {
		if c != '_' {
			out = append(out, c)
		} else if i == 0 || i == len(s)-1 || !pytext.IsDigit(s[i-1]) || !pytext.IsDigit(s[i+1]) {
			return nil, false
		}
	}
	return out, true
}
