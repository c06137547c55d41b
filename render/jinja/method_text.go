package jinja

import (
	"strings"
	"unicode"

	"github.com/cantil-go/cantil/internal/pytext"
)

// stringMethods are the methods of str. A method of Markup gives Markup, and
// escapes what it adds to it.
var stringMethods = table{}

// markupMethods are those that only Markup has.
var markupMethods = table{}

// strArg gives an argument that must be a text.
func strArg(v any) string {
	s, ok := asString(v)
	if !ok {
		checkDefined(norm(v))
		fail(KindType, "expected str, got %s", typeName(v))
	}
	return s
}

// addText gives an argument that becomes part of a text, escaped if that is
// safe.
func (f *frame) addText(v any, safe bool) string {
	s := strArg(v)
	if safe {
		return string(f.escape(v))
	}
	return s
}

func init() {
	addCaseMethods(stringMethods)
	addStripMethods(stringMethods)
	addStringTests(stringMethods)
	addPadMethods(stringMethods)
	addSearchMethods(stringMethods)
	addSplitMethods(stringMethods)
	addFormatMethods(stringMethods)
	stringMethods.add("str.", "maketrans", "self, x, y=None, z=None", func(f *frame, a []any) any {
		return makeTranslation(f, a[1], a[2], a[3])
	})
	markupMethods.add("Markup.", "escape", "self, s", func(f *frame, a []any) any { return f.escape(a[1]) })
	markupMethods.add("Markup.", "striptags", "self", func(f *frame, a []any) any { return f.stripTags(strArg(a[0])) })
	markupMethods.add("Markup.", "unescape", "self", func(f *frame, a []any) any { return f.unescapeHTML(strArg(a[0])) })
}

// addCaseMethods adds the methods that give the text in other letters.
func addCaseMethods(t table) {
	mapped := func(name string, fn func(string) string) {
		t.add("str.", name, "self", func(f *frame, a []any) any {
			s, safe := f.textOf(a[0])
			f.recased(s)
			return likeText(fn(s), safe)
		})
	}
	mapped("upper", pyUpper)
	mapped("lower", pyLower)
	mapped("title", pyTitle)
	mapped("capitalize", pyCapitalize)
	mapped("swapcase", pySwapcase)
	mapped("casefold", pyCasefold)
}

// addStripMethods adds those that take characters off the ends: what Python
// calls white space, or those of chars.
func addStripMethods(t table) {
	strip := func(name string, fn func(s, cut string) string, space func(string) string) {
		t.add("str.", name, "self, chars=None", func(f *frame, a []any) any {
			s, safe := f.textOf(a[0])
			if a[1] == nil {
				return likeText(space(s), safe)
			}
			return likeText(fn(s, strArg(a[1])), safe)
		})
	}
	strip("strip", strings.Trim, pytext.Trim)
	strip("lstrip", strings.TrimLeft, pytext.TrimLeft)
	strip("rstrip", strings.TrimRight, pytext.TrimRight)
}

// addStringTests adds isdigit and its kin. Most are false for the empty text.
func addStringTests(t table) {
	is := func(name string, fn func(string) bool) {
		t.add("str.", name, "self", func(f *frame, a []any) any { return fn(strArg(a[0])) })
	}
	is("isdigit", func(s string) bool { return allRunes(s, isDigitRune) })
	is("isdecimal", func(s string) bool { return allRunes(s, func(r rune) bool { return unicode.Is(unicode.Nd, r) }) })
	is("isnumeric", func(s string) bool { return allRunes(s, unicode.IsNumber) })
	is("isalpha", func(s string) bool { return allRunes(s, unicode.IsLetter) })
	is("isalnum", func(s string) bool { return allRunes(s, isAlnum) })
	is("isspace", func(s string) bool { return allRunes(s, pytext.IsSpace) })
	is("islower", func(s string) bool { return cased(s, unicode.IsLower, unicode.IsUpper) })
	is("isupper", func(s string) bool { return cased(s, unicode.IsUpper, unicode.IsLower) })
	is("istitle", pyIsTitle)
	is("isidentifier", pytext.IsIdentifier)
	is("isascii", isASCII)
	is("isprintable", func(s string) bool { return s == "" || allRunes(s, pytext.IsPrintable) })
}

// addPadMethods adds those that make the text as wide as is asked.
func addPadMethods(t table) {
	pad := func(name string, fn func(n int) (left, right int)) {
		t.add("str.", name, "self, width, fillchar=' '", func(f *frame, a []any) any {
			return padText(f, a[0], a[1], a[2], fn)
		})
	}
	pad("ljust", func(n int) (int, int) { return 0, n })
	pad("rjust", func(n int) (int, int) { return n, 0 })
	t.add("str.", "center", "self, width, fillchar=' '", func(f *frame, a []any) any {
		return centerText(f, a[0], a[1], a[2])
	})
	t.add("str.", "zfill", "self, width", zfill)
	t.add("str.", "expandtabs", "self, tabsize=8", expandTabs)
}

// addFormatMethods adds str.format, str.format_map and encode.
func addFormatMethods(t table) {
	t.add("str.", "format", "self, *args, **kwargs", func(f *frame, a []any) any {
		s, safe := f.textOf(a[0])
		return strFormat(f, s, safe, a[1].(Tuple), a[2].(*Dict))
	})
	t.add("str.", "format_map", "self, mapping", func(f *frame, a []any) any {
		s, safe := f.textOf(a[0])
		m, ok := asMapping(norm(a[1]))
		if !ok {
			fail(KindType, "'%s' object is not subscriptable", typeName(a[1]))
		}
		return strFormat(f, s, safe, nil, m)
	})
	t.add("str.", "encode", "self, encoding='utf-8', errors='strict'", func(f *frame, a []any) any {
		return encodeText(f, strArg(a[0]), strArg(a[1]), strArg(a[2]))
	})
}

// padText is ljust and rjust: fn divides the missing width.
func padText(f *frame, self, width, fill any, fn func(n int) (left, right int)) any {
	s, safe := f.textOf(self)
	if runeLen(strArg(fill)) != 1 || safe && runeLen(f.addText(fill, safe)) != 1 {
		fail(KindType, "The fill character must be exactly one character long")
	}
	n := toInt(width) - runeLen(s)
	if n <= 0 {
		return likeText(s, safe)
	}
	left, right := fn(n)
	c := strArg(fill)
	f.st.product(n, len(c))
	f.st.size(len(s))
	return likeText(strings.Repeat(c, left)+s+strings.Repeat(c, right), safe)
}

// centerText puts the odd character where Python puts it: to the left if the
// width is odd, else to the right.
func centerText(f *frame, self, width, fill any) any {
	w := toInt(width)
	return padText(f, self, width, fill, func(n int) (int, int) {
		left := n/2 + n&w&1
		return left, n - left
	})
}

// zfill puts the zeros after a sign.
func zfill(f *frame, a []any) any {
	s, safe := f.textOf(a[0])
	n := toInt(a[1]) - runeLen(s)
	if n <= 0 {
		return likeText(s, safe)
	}
	f.st.size(n)
	f.st.size(len(s))
	sign := ""
	if s != "" && (s[0] == '+' || s[0] == '-') {
		sign, s = s[:1], s[1:]
	}
	return likeText(sign+strings.Repeat("0", n)+s, safe)
}

// expandTabs counts columns from the last line end.
func expandTabs(f *frame, a []any) any {
	s, safe := f.textOf(a[0])
	size := toInt(a[1])
	var b strings.Builder
	f.st.size(len(s))
	col := 0
	for _, r := range s {
		switch {
		case r == '\t' && size > 0:
			n := size - col%size
			f.st.grow(b.Len(), b.Len()+n)
			b.WriteString(strings.Repeat(" ", n))
			col += n
		case r == '\t':
		default:
			b.WriteRune(r)
			col++
			if r == '\n' || r == '\r' {
				col = 0
			}
		}
	}
	return likeText(b.String(), safe)
}

func addSearchMethods(t table) {
	t.add("str.", "replace", "self, old, new, count=-1", func(f *frame, a []any) any {
		s, safe := f.textOf(a[0])
		strArg(a[1])
		return replaceText(f, s, safe, f.searched(a[1], safe), f.addText(a[2], safe), toInt(a[3]))
	})
	affix := func(name string, has func(s, affix string) bool) {
		t.add("str.", name, "self, prefix, start=None, end=None", func(f *frame, a []any) any {
			s, _ := asString(a[0])
			if a[2] != nil || a[3] != nil {
				s = sliceRunes(s, a[2], a[3], nil)
			}
			for _, p := range affixes(a[1]) {
				f.st.step(1)
				f.st.workOn(p)
				if has(s, strArg(p)) {
					return true
				}
			}
			return false
		})
	}
	affix("startswith", strings.HasPrefix)
	affix("endswith", strings.HasSuffix)
	find := func(name string, fn func(s, sub string) int, must bool) {
		t.add("str.", name, "self, sub, start=None, end=None", func(f *frame, a []any) any {
			i := findText(a, fn)
			if i < 0 && must {
				fail(KindValue, "substring not found")
			}
			return i
		})
	}
	find("find", strings.Index, false)
	find("rfind", strings.LastIndex, false)
	find("index", strings.Index, true)
	find("rindex", strings.LastIndex, true)
	t.add("str.", "count", "self, sub, start=None, end=None", func(f *frame, a []any) any {
		s, _ := asString(a[0])
		return strings.Count(sliceRunes(s, a[2], a[3], nil), strArg(a[1]))
	})
	t.add("str.", "removeprefix", "self, prefix", func(f *frame, a []any) any {
		s, safe := f.textOf(a[0])
		return likeText(strings.TrimPrefix(s, strArg(a[1])), safe)
	})
	t.add("str.", "removesuffix", "self, suffix", func(f *frame, a []any) any {
		s, safe := f.textOf(a[0])
		return likeText(strings.TrimSuffix(s, strArg(a[1])), safe)
	})
	t.add("str.", "translate", "self, table", func(f *frame, a []any) any {
		s, safe := f.textOf(a[0])
		return likeText(f.translate(s, safe, a[1]), safe)
	})
}

// affixes gives the alternatives of startswith: a tuple of texts or one.
func affixes(v any) []any {
	if t, ok := v.(Tuple); ok {
		return t
	}
	return []any{v}
}

// findText searches in a part of the text and gives the position in runes.
func findText(a []any, fn func(s, sub string) int) int {
	s, _ := asString(a[0])
	sub := strArg(a[1])
	n := runeLen(s)
	lo, hi, _ := sliceBounds(n, a[2], a[3], nil)
	if lo > hi || a[2] != nil && sliceInt(a[2]) > n {
		return -1
	}
	part := sliceRunes(s, lo, hi, nil)
	i := fn(part, sub)
	if i < 0 {
		return -1
	}
	return lo + runeLen(part[:i])
}

// searched gives the text that replace looks for. In a safe text that is the
// escaped form, as it is up to MarkupSafe 2, which the golden cases were made
// with; from MarkupSafe 3 on it is the bare one.
func (f *frame) searched(v any, safe bool) string {
	if safe {
		return string(f.escape(f.softStr(v)))
	}
	return f.str(v)
}

// replaceText knows the size of the result before it makes it.
func replaceText(f *frame, s string, safe bool, old, repl string, count int) any {
	n := strings.Count(s, old)
	if count >= 0 {
		n = min(n, count)
	}
	f.st.size(len(s))
	f.st.step(n)
	f.st.product(n, len(repl)-len(old))
	return likeText(strings.Replace(s, old, repl, count), safe)
}

// translate replaces characters by what a mapping of their numbers gives. In a
// safe text the replacements are escaped, which MarkupSafe omits.
func (f *frame) translate(s string, safe bool, v any) string {
	m, ok := asMapping(norm(v))
	if !ok {
		fail(KindType, "'%s' object is not subscriptable", typeName(v))
	}
	var b strings.Builder
	f.st.step(len(s) >> 1)
	charged := 0
	for _, r := range s {
		if b.Len() > charged+longText {
			f.st.grow(charged, b.Len())
			charged = b.Len()
		}
		to, ok := m.Lookup(int(r))
		switch to := norm(to).(type) {
		case nil:
			if !ok {
				b.WriteRune(r)
			}
		case int:
			b.WriteString(f.addText(string(rune(to)), safe))
		default:
			b.WriteString(f.addText(to, safe))
		}
	}
	return b.String()
}
