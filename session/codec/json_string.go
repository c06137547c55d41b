package codec

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

// appendString writes s with the escapes that Python's json uses. A lone
// surrogate, which only Python strings have, is accepted in its WTF-8 form
// (three bytes, ED A0 80 and up); other bytes that are not UTF-8 are an error.
func (j *taggedJSON) appendString(dst []byte, s string) ([]byte, error) {
	dst = append(dst, '"')
	start := 0 // of what is not copied yet
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if plain[c] || c == 0x7f && j.unicode {
				i++
				continue
			}
			dst = pytext.AppendJSONEscape(append(dst, s[start:i]...), rune(c))
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			if r, size = surrogate(s[i:]), 3; r == 0 || j.unicode {
				return dst, fmt.Errorf("%w: %.40q", ErrInvalidText, s)
			}
		}
		if !j.unicode {
			dst = pytext.AppendJSONUnicode(append(dst, s[start:i]...), r)
			start = i + size
		}
		i += size
	}
	return append(append(dst, s[start:]...), '"'), nil
}

// plain are the ASCII characters that stand for themselves.
var plain = func() (table [utf8.RuneSelf]bool) {
	for c := ' '; c < 0x7f; c++ {
		table[c] = c != '"' && c != '\\'
	}
	return table
}()

// surrogate returns the lone surrogate that s begins with in WTF-8, or 0.
func surrogate(s string) rune {
	if len(s) < 3 || s[0] != 0xed || s[1]&0xe0 != 0xa0 || s[2]&0xc0 != 0x80 {
		return 0
	}
	return 0xd000 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f)
}

// unescape replaces the escapes of s, which str has checked. A surrogate
// without its partner becomes WTF-8.
func unescape(s string) string {
	out := make([]byte, 0, len(s))
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			return string(append(out, s...))
		}
		out = append(out, s[:i]...)
		c := s[i+1]
		s = s[i+2:]
		if c != 'u' {
			const letters, named = `"\/nrtfb`, "\"\\/\n\r\t\f\b"
			out = append(out, named[strings.IndexByte(letters, c)])
			continue
		}
		r := unit(s)
		s = s[4:]
		if utf16.IsSurrogate(r) {
			if strings.HasPrefix(s, `\u`) {
				if pair := utf16.DecodeRune(r, unit(s[2:])); pair != utf8.RuneError {
					out, s = utf8.AppendRune(out, pair), s[6:]
					continue
				}
			}
			out = append(out, 0xed, 0x80|byte(r>>6&0x3f), 0x80|byte(r&0x3f))
			continue
		}
		out = utf8.AppendRune(out, r)
	}
}

// unit reads four hexadecimal digits.
func unit(s string) (r rune) {
	for i := range 4 {
		r = r<<4 | rune(pytext.Unhex(s[i]))
	}
	return r
}
