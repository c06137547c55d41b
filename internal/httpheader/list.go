package httpheader

import (
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

// ListHas reports whether a comma-separated header holds an item, in any case.
func ListHas(value, item string) bool {
	if strings.IndexByte(value, '"') >= 0 {
		for _, v := range SplitList(value) {
			if strings.EqualFold(v, item) {
				return true
			}
		}
		return false
	}
	for value != "" {
		var v string
		v, value, _ = strings.Cut(value, ",")
		if strings.EqualFold(pytext.Trim(v), item) {
			return true
		}
	}
	return false
}

// SplitList takes a comma-separated header apart (parse_list_header): a comma
// inside quotes is text, quotes around a whole item go, and a quote that is
// never closed makes the list empty.
func SplitList(value string) []string {
	var items []string
	quoted, start := false, 0
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			items = appendItem(items, value[start:i])
			start = i + 1
		}
	}
	if quoted {
		return nil
	}
	return appendItem(items, value[start:])
}

func appendItem(items []string, item string) []string {
	if item = pytext.Trim(item); item == "" {
		return items
	}
	return append(items, unquoteQuoted(item))
}

// unquoteQuoted takes the quotes and the backslashes off a quoted string and
// leaves other text alone.
func unquoteQuoted(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	s = s[1 : len(s)-1]
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && s[i+1] != '\n' {
			i++
		}
		b = append(b, s[i])
	}
	return string(b)
}

// JoinList is the way back (dump_header).
func JoinList(items []string) string {
	var b []byte
	for i, item := range items {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = AppendValue(b, item)
	}
	return string(b)
}

// AppendValue appends a token as it is and anything else in quotes
// (quote_header_value).
func AppendValue(dst []byte, s string) []byte {
	if IsToken(s) {
		return append(dst, s...)
	}
	dst = append(dst, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			dst = append(dst, '\\')
		}
		dst = append(dst, s[i])
	}
	return append(dst, '"')
}

// tokenBytes marks the characters of a token (RFC 9110 section 5.6.2).
var tokenBytes = byteSet("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

func byteSet(chars string) (set [256]bool) {
	for i := range len(chars) {
		set[chars[i]] = true
	}
	return set
}

// IsToken reports whether s is a token.
func IsToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || !tokenBytes[c] {
			return false
		}
	}
	return s != ""
}
