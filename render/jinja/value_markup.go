package jinja

import (
	"bytes"
	"html"
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
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
func (f *frame) unescapeHTML(s string) string {
	f.st.size(len(s))
	return html.UnescapeString(s)
}

// stripTags removes comments and tags, joins what is left by single spaces,
// and replaces character references. A "<" without a ">" stays.
func (f *frame) stripTags(s string) string {
	f.st.memory(2 * len(s))
	f.st.step(len(s) >> 4)
	s = cutAll(s, "<!--", "-->")
	s = cutAll(s, "<", ">")
	return f.unescapeHTML(joinFields(s))
}

// joinFields is " ".join(s.split()).
func joinFields(s string) string {
	out := make([]byte, 0, len(s))
	for s = pytext.TrimLeft(s); s != ""; s = pytext.TrimLeft(s) {
		i := strings.IndexFunc(s, pytext.IsSpace)
		if i < 0 {
			i = len(s)
		}
		if len(out) > 0 {
			out = append(out, ' ')
		}
		out = append(out, s[:i]...)
		s = s[i:]
	}
	return string(out)
}

// cutAll removes everything from an opening mark to the next closing one. What
// is left around a removed part may form a new opening: it is searched again,
// from where it can begin. The text shrinks in place, so what is put back goes
// where the removed part was.
func cutAll(s, open, end string) string {
	if !strings.Contains(s, open) {
		return s
	}
	text := []byte(s)
	kept, at := 0, 0 // text[:kept] is done, text[at:] is to be searched
	for {
		i := bytes.Index(text[at:], []byte(open))
		j := -1
		if i >= 0 {
			j = bytes.Index(text[at+i:], []byte(end))
		}
		if j < 0 {
			return string(append(text[:kept], text[at:]...))
		}
		kept += copy(text[kept:], text[at:at+i])
		at += i + j + len(end)
		// Give back what could be the start of a mark that the rest completes.
		tail := text[kept-min(kept, len(open)-1) : kept]
		if k := bytes.LastIndexByte(tail, open[0]); k >= 0 {
			n := len(tail) - k
			copy(text[at-n:at], text[kept-n:kept])
			kept, at = kept-n, at-n
		}
	}
}
