package jinja

import (
	"html"
	"strings"
)

// Escape gives the safe HTML of any value: text is escaped, [Markup] and
// values that are an [HTMLer] stay as they are. Functions and filters of the
// host build their HTML with it.
func Escape(v any) Markup { return escapeValue(v) }

// markSafe is the filter safe: Markup(v) of MarkupSafe.
func markSafe(v any) Markup {
	if h, ok := norm(v).(HTMLer); ok {
		return Markup(h.HTML())
	}
	return Markup(str(v))
}

// unescapeHTML replaces character references by what they stand for.
func unescapeHTML(s string) string { return html.UnescapeString(s) }

// stripTags removes comments and tags, joins what is left by single spaces,
// and replaces character references. A "<" without a ">" stays.
func stripTags(s string) string {
	s = cutAll(s, "<!--", "-->")
	s = cutAll(s, "<", ">")
	return unescapeHTML(strings.Join(strings.FieldsFunc(s, isSpace), " "))
}

// cutAll removes everything from an opening mark to the next closing one. What
// is left around a removed part may form a new opening: it is searched again,
// from where it can begin.
func cutAll(s, open, end string) string {
	out := make([]byte, 0, len(s))
	for {
		i := strings.Index(s, open)
		if i < 0 {
			return string(append(out, s...))
		}
		j := strings.Index(s[i:], end)
		if j < 0 {
			return string(append(out, s...))
		}
		out = append(out, s[:i]...)
		s = s[i+j+len(end):]
		// Give back what could be the start of a mark that the rest completes.
		keep := min(len(out), len(open)-1)
		if k := strings.LastIndexByte(string(out[len(out)-keep:]), open[0]); k >= 0 {
			at := len(out) - keep + k
			s = string(out[at:]) + s
			out = out[:at]
		}
	}
}
