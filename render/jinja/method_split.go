package jinja

import (
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

func addSplitMethods(t table) {
	t.add("str.", "split", "self, sep=None, maxsplit=-1", func(f *frame, a []any) any {
		s, safe := f.textOf(a[0])
		return textList(f.splitText(s, a[1], toInt(a[2])), safe)
	})
	t.add("str.", "rsplit", "self, sep=None, maxsplit=-1", func(f *frame, a []any) any {
		s, safe := f.textOf(a[0])
		return textList(f.rsplitText(s, a[1], toInt(a[2])), safe)
	})
	t.add("str.", "splitlines", "self, keepends=False", func(f *frame, a []any) any {
		s, safe := f.textOf(a[0])
		return textList(f.splitLines(s, truth(a[1])), safe)
	})
	t.add("str.", "partition", "self, sep", func(f *frame, a []any) any {
		s, safe := f.textOf(a[0])
		sep := separator(a[1])
		i := strings.Index(s, sep)
		if i < 0 {
			return Tuple{likeText(s, safe), likeText("", safe), likeText("", safe)}
		}
		return Tuple{likeText(s[:i], safe), likeText(sep, safe), likeText(s[i+len(sep):], safe)}
	})
	t.add("str.", "rpartition", "self, sep", func(f *frame, a []any) any {
		s, safe := f.textOf(a[0])
		sep := separator(a[1])
		i := strings.LastIndex(s, sep)
		if i < 0 {
			return Tuple{likeText("", safe), likeText("", safe), likeText(s, safe)}
		}
		return Tuple{likeText(s[:i], safe), likeText(sep, safe), likeText(s[i+len(sep):], safe)}
	})
	t.add("str.", "join", "self, iterable", func(f *frame, a []any) any {
		s, safe := f.textOf(a[0])
		return joinTexts(f, s, safe, toItems(f, a[1]))
	})
}

// textList gives texts as a list, each as safe as the whole was.
func textList(parts []string, safe bool) any {
	items := make([]any, len(parts))
	for i, p := range parts {
		items[i] = likeText(p, safe)
	}
	return &List{items}
}

func separator(v any) string {
	sep := strArg(v)
	if sep == "" {
		fail(KindValue, "empty separator")
	}
	return sep
}

// splitText is str.split: without a separator, runs of white space separate and
// those at the ends do not count.
func (f *frame) splitText(s string, sep any, limit int) []string {
	if sep != nil {
		f.st.items(2 * (strings.Count(s, separator(sep)) + 1))
		if limit < 0 {
			return strings.Split(s, separator(sep))
		}
		return strings.SplitN(s, separator(sep), limit+1)
	}
	var parts []string
	for s = pytext.TrimLeft(s); s != ""; s = pytext.TrimLeft(s) {
		i := strings.IndexFunc(s, pytext.IsSpace)
		f.st.items(2)
		if i < 0 || len(parts) == limit {
			return append(parts, s)
		}
		parts = append(parts, s[:i])
		s = s[i:]
	}
	return parts
}

// rsplitText is str.rsplit: it cuts from the end, then turns the parts around.
func (f *frame) rsplitText(s string, sep any, limit int) []string {
	var parts []string
	cut := func(s string) (i, n int) {
		i = strings.LastIndexFunc(s, pytext.IsSpace)
		_, n = utf8.DecodeRuneInString(s[max(i, 0):])
		return i, n
	}
	trim := pytext.TrimRight
	if sep != nil {
		sep := separator(sep)
		cut = func(s string) (i, n int) { return strings.LastIndex(s, sep), len(sep) }
		trim = func(s string) string { return s }
	}
	for {
		s = trim(s)
		i, n := cut(s)
		if sep == nil && s == "" {
			break
		}
		f.st.items(2)
		if i < 0 || len(parts) == limit {
			parts = append(parts, s)
			break
		}
		parts = append(parts, s[i+n:])
		s = s[:i]
	}
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return parts
}

// joinTexts is str.join. Where the separator is safe, the items are escaped.
func joinTexts(f *frame, sep string, safe bool, items []any) any {
	var b strings.Builder
	charged := 0
	for i, item := range items {
		if i > 0 {
			b.WriteString(sep)
		}
		if safe {
			b.WriteString(string(f.escape(item)))
		} else {
			s, ok := asString(item)
			if !ok {
				fail(KindType, "sequence item %d: expected str instance, %s found", i, typeName(item))
			}
			b.WriteString(s)
		}
		f.st.grow(charged, b.Len())
		charged = b.Len()
	}
	return likeText(b.String(), safe)
}
