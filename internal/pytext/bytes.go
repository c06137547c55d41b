package pytext

import (
	"strings"
	"unicode/utf8"
)

// Latin1 reads bytes as ISO 8859-1, as WSGI hands header values to Flask. ASCII
// costs the copy alone.
func Latin1(b []byte) string {
	high := 0
	for _, c := range b {
		if c >= utf8.RuneSelf {
			high++
		}
	}
	if high == 0 {
		return string(b)
	}
	var s strings.Builder
	s.Grow(len(b) + high)
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}

// AppendLatin1 appends s as ISO 8859-1; ok is false, and dst unchanged, if s
// holds another character.
func AppendLatin1(dst []byte, s string) (out []byte, ok bool) {
	out = dst
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r > 0xff || r == utf8.RuneError {
			return dst, false
		}
		out = append(out, byte(r))
		i += size
	}
	return out, true
}

// AppendLatin1Byte appends the character that ISO 8859-1 gives a byte.
func AppendLatin1Byte(dst []byte, b byte) []byte {
	if b < utf8.RuneSelf {
		return append(dst, b)
	}
	return append(dst, 0xc0|b>>6, 0x80|b&0x3f)
}

// IsASCII reports whether every byte of s is ASCII.
func IsASCII[T string | []byte](s T) bool {
	for ; len(s) >= 8; s = s[8:] { // one load and one test, as compiled
		if (uint64(s[0])|uint64(s[1])<<8|uint64(s[2])<<16|uint64(s[3])<<24|
			uint64(s[4])<<32|uint64(s[5])<<40|uint64(s[6])<<48|uint64(s[7])<<56)&0x8080808080808080 != 0 {
			return false
		}
	}
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Decode is b.decode("utf-8", "replace"): each broken sequence, not each of its
// bytes, becomes one U+FFFD.
func Decode(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var s strings.Builder
	s.Grow(len(b) + 8)
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			size = brokenLength(b)
		}
		s.WriteRune(r)
		b = b[size:]
	}
	return s.String()
}

// brokenLength counts the bytes of the broken sequence that b starts with:
// those that could have begun a character (Unicode 3.9, "maximal subpart").
func brokenLength(b []byte) int {
	need, low, high := 0, byte(0x80), byte(0xbf)
	switch c := b[0]; {
	case c >= 0xc2 && c <= 0xdf:
		need = 2
	case c >= 0xe0 && c <= 0xef:
		need = 3
		if c == 0xe0 {
			low = 0xa0
		} else if c == 0xed {
			high = 0x9f
		}
	case c >= 0xf0 && c <= 0xf4:
		need = 4
		if c == 0xf0 {
			low = 0x90
		} else if c == 0xf4 {
			high = 0x8f
		}
	}
	n := 1
	for n < need && n < len(b) && b[n] >= low && b[n] <= high {
		low, high = 0x80, 0xbf
		n++
	}
	return n
}
