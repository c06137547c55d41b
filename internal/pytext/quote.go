package pytext

import "unicode/utf8"

// SafeSet is which bytes stay as they are when text is percent-encoded.
type SafeSet [256]bool

// unreserved are the bytes that urllib's quote always leaves alone.
var unreserved = NewSafeSet("")

// NewSafeSet makes the set of the letters, the digits, "_.-~" and the bytes of
// extra.
func NewSafeSet(extra string) *SafeSet {
	const always = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~"
	var set SafeSet
	for i := range len(always) {
		set[always[i]] = true
	}
	for i := range len(extra) {
		set[extra[i]] = true
	}
	return &set
}

// IsUnreserved reports whether c is a letter, a digit or one of "_.-~".
func IsUnreserved(c byte) bool { return unreserved[c] }

const upperHex = "0123456789ABCDEF"

// AppendPercent appends c percent-encoded.
func AppendPercent(dst []byte, c byte) []byte {
	return append(dst, '%', upperHex[c>>4], upperHex[c&15])
}

// AppendQuoted is urllib's quote: it appends s with every byte outside safe
// percent-encoded.
func AppendQuoted(dst []byte, s string, safe *SafeSet) []byte {
	for i := range len(s) {
		if c := s[i]; safe[c] {
			dst = append(dst, c)
		} else {
			dst = AppendPercent(dst, c)
		}
	}
	return dst
}

// Quote is [AppendQuoted] as a string; s itself if nothing needs quoting.
func Quote(s string, safe *SafeSet) string {
	for i := range len(s) {
		if !safe[s[i]] {
			return string(AppendQuoted(make([]byte, 0, len(s)+16), s, safe))
		}
	}
	return s
}

// QuoteBroken percent-encodes the bytes of s that are not UTF-8.
func QuoteBroken(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	b := make([]byte, 0, len(s)+16)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			b = AppendPercent(b, s[i])
		} else {
			b = append(b, s[i:i+size]...)
		}
		i += size
	}
	return string(b)
}

// Escaped gives the byte that the escape "%XX" at place i of s stands for; ok
// is false if there is none.
func Escaped[T string | []byte](s T, i int) (c byte, ok bool) {
	if s[i] != '%' || i+2 >= len(s) {
		return 0, false
	}
	high, low := Unhex(s[i+1]), Unhex(s[i+2])
	return byte(high<<4 | low), high >= 0 && low >= 0
}

// Unquote undoes percent-encoding; a "%" without two digits stands for itself.
func Unquote[T string | []byte](s T) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c, ok := Escaped(s, i)
		if ok {
			i += 2
		} else {
			c = s[i]
		}
		out = append(out, c)
	}
	return out
}

// Unhex gives the value of a hexadecimal digit, -1 for anything else.
func Unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
