package routing

import (
	"bytes"
	"unicode/utf8"
)

// DecodePath returns the path that [Map.Match] wants: raw, as it stood in the request line, with its escapes decoded and
// bytes that are not UTF-8 replaced by U+FFFD as Python replaces them. A percent sign without two hexadecimal digits
// stays. The result never aliases raw.
func DecodePath(raw []byte) string {
	if bytes.IndexByte(raw, '%') >= 0 {
		raw = unescape(raw)
	}
	return DecodeText(raw)
}

// DecodeText returns raw as text, with what is not UTF-8 replaced as Python's errors="replace" does: one U+FFFD for each
// longest piece that could have begun a character. It is what a query string goes through on its way to a redirect.
func DecodeText(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	out := make([]byte, 0, len(raw)+8)
	for i := 0; i < len(raw); {
		if _, n := utf8.DecodeRune(raw[i:]); n > 1 || raw[i] < utf8.RuneSelf {
			out = append(out, raw[i:i+n]...)
			i += n
			continue
		}
		out = append(out, "\uFFFD"...)
		i += brokenLength(raw[i:])
	}
	return string(out)
}

// brokenLength says how many bytes the broken character at the start of b takes.
func brokenLength(b []byte) int {
	lead, low, high, want := b[0], byte(0x80), byte(0xBF), 0
	switch {
	case lead >= 0xC2 && lead <= 0xDF:
		want = 1
	case lead >= 0xE0 && lead <= 0xEF:
		want = 2
	case lead >= 0xF0 && lead <= 0xF4:
		want = 3
	}
	switch lead { // the second byte of these is narrower: no overlong forms, no surrogates, nothing past U+10FFFF
	case 0xE0:
		low = 0xA0
	case 0xED:
		high = 0x9F
	case 0xF0:
		low = 0x90
	case 0xF4:
		high = 0x8F
	}
	n := 1
	for n <= want && n < len(b) && b[n] >= low && b[n] <= high {
		low, high = 0x80, 0xBF
		n++
	}
	return n
}

func unescape(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] == '%' && i+2 < len(raw) {
			if h, l := unhex(raw[i+1]), unhex(raw[i+2]); h < 16 && l < 16 {
				out = append(out, h<<4|l)
				i += 2
				continue
			}
		}
		out = append(out, raw[i])
	}
	return out
}

// unhex is the value of a hexadecimal digit, 16 for anything else.
func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 16
}
