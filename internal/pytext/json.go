package pytext

import "unicode/utf16"

// AppendJSONEscape appends the escape that a character has in a JSON string
// that json.dumps writes in ASCII: one of the short ones, or \uXXXX, of which a
// character beyond the first 65536 takes two.
func AppendJSONEscape(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	}
	return AppendJSONUnicode(dst, r)
}

// AppendJSONUnicode appends a character as \uXXXX, whatever it is.
func AppendJSONUnicode(dst []byte, r rune) []byte {
	if r >= 0x10000 {
		high, low := utf16.EncodeRune(r)
		dst = appendHex(append(dst, '\\', 'u'), high, 4)
		r = low
	}
	return appendHex(append(dst, '\\', 'u'), r, 4)
}
