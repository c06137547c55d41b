package formdata

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

// ParseQuery reads a query string or an urlencoded body as Werkzeug does: "&"
// parts, the first "=" parts key and value, "+" is a space, empty parts are
// skipped, blank values kept. Bytes that are no UTF-8 stay percent-encoded, so
// "%FF" is read as the text "%FF". (Raw ones, for which Werkzeug fails with a
// 500, are treated alike.)
func ParseQuery(raw []byte) []Pair {
	if len(raw) == 0 {
		return nil
	}
	// Every string is a part of one copy: decoding only ever shortens.
	var text strings.Builder
	text.Grow(len(raw))
	items := make([]Pair, 0, countParts(raw))
	for len(raw) > 0 {
		var part []byte
		part, raw = cutByte(raw, '&')
		if len(part) == 0 {
			continue
		}
		key, value := cutByte(part, '=')
		items = append(items, Pair{unquotePlus(&text, key), unquotePlus(&text, value)})
	}
	return Group(items)
}

// countParts counts the parts that are not empty, or a few more.
func countParts(raw []byte) int {
	n := bytes.Count(raw, []byte{'&'}) + 1
	if n <= 32 {
		return n
	}
	n = 0
	before := byte('&')
	for _, c := range raw {
		if before == '&' && c != '&' {
			n++
		}
		before = c
	}
	return n
}

func cutByte(b []byte, sep byte) (before, after []byte) {
	if i := bytes.IndexByte(b, sep); i >= 0 {
		return b[:i], b[i+1:]
	}
	return b, nil
}

// unquotePlus decodes b to the end of text and returns that part.
func unquotePlus(text *strings.Builder, b []byte) string {
	start := text.Len()
	high := false
	done := 0
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '+':
			text.Write(b[done:i])
			text.WriteByte(' ')
			done = i + 1
		case c == '%':
			c, ok := pytext.Escaped(b, i)
			if !ok {
				continue
			}
			text.Write(b[done:i])
			text.WriteByte(c)
			high = high || c >= utf8.RuneSelf
			i += 2
			done = i + 1
		case c >= utf8.RuneSelf:
			high = true
		}
	}
	text.Write(b[done:])
	s := text.String()[start:]
	if high && !utf8.ValidString(s) {
		return pytext.QuoteBroken(s)
	}
	return s
}
