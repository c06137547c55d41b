package wire

import "bytes"

// tokenByte holds the characters of a token (RFC 9110, 5.6.2).
var tokenByte = func() (table [256]bool) {
	for c := range table {
		table[c] = c > ' ' && c < 0x7f && !bytes.ContainsRune([]byte(`"(),/:;<=>?@[\]{}`), rune(c))
	}
	return table
}()

// tokenEnd returns the length of the token at the start of b.
func tokenEnd(b []byte) int {
	for i, c := range b {
		if !tokenByte[c] {
			return i
		}
	}
	return len(b)
}

func isToken(b []byte) bool { return len(b) > 0 && tokenEnd(b) == len(b) }

// isMethodByte reports whether c may stand in a method. Methods are
// case-sensitive, and those in use are in upper case: others are refused, since
// frameworks compare them in either way.
func isMethodByte(c byte) bool { return tokenByte[c] && (c < 'a' || c > 'z') }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isSpace(c byte) bool { return c == ' ' || c == '\t' }

// trim removes the optional white space around a value (RFC 9110, 5.6.3).
func trim(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// equalFold reports whether b is lower, which is in lower case, in any case of
// ASCII letters.
func equalFold(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// hasToken reports whether a comma-separated list has the token, in any case.
func hasToken(list []byte, token string) bool {
	for len(list) > 0 {
		var member []byte
		member, list, _ = bytes.Cut(list, []byte{','})
		if equalFold(trim(member), token) {
			return true
		}
	}
	return false
}
