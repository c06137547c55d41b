package jinja

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/render/jinja/internal/syntax"
)

// builtinFilters are Jinja's filters, by name.
var builtinFilters = table{}

// addFilter adds a filter under the name that Jinja's function has in messages.
func addFilter(names, signature string, fn func(f *frame, a []any) any) {
	builtinFilters.add("do_", names, signature, fn)
}

func init() {
	mapped := func(name string, fn func(string) string) {
		addFilter(name, "s", func(f *frame, a []any) any {
			s, safe := f.textOf(a[0])
			f.recased(s)
			return likeText(fn(s), safe)
		})
	}
	mapped("upper", pyUpper)
	mapped("lower", pyLower)
	mapped("capitalize", pyCapitalize)
	addFilter("title", "s", func(f *frame, a []any) any {
		s, _ := f.textOf(a[0])
		f.recased(s)
		return titleWords(s)
	})
	addFilter("escape e", "s", func(f *frame, a []any) any { return f.escape(a[0]) })
	addFilter("forceescape", "value", func(f *frame, a []any) any {
		if h, ok := norm(a[0]).(HTMLer); ok {
			return Markup(f.escapeString(h.HTML()))
		}
		return Markup(f.escapeString(f.str(a[0])))
	})
	addFilter("safe", "value", func(f *frame, a []any) any { return markSafe(a[0]) })
	addFilter("string", "object", func(f *frame, a []any) any { return f.softStr(a[0]) })
	addFilter("striptags", "value", func(f *frame, a []any) any {
		if h, ok := norm(a[0]).(HTMLer); ok {
			return f.stripTags(h.HTML())
		}
		return f.stripTags(f.str(a[0]))
	})
	addFilter("trim", "value, chars=None", func(f *frame, a []any) any {
		s, safe := f.textOf(a[0])
		if a[1] == nil {
			return likeText(pytext.Trim(s), safe)
		}
		return likeText(strings.Trim(s, strArg(a[1])), safe)
	})
	addFilter("center", "value, width=80", func(f *frame, a []any) any {
		return centerText(f, f.softStr(a[0]), a[1], " ")
	})
	addFilter("wordcount", "s", func(f *frame, a []any) any {
		s, _ := f.textOf(a[0])
		f.st.step(len(s) >> 5)
		return countWords(s)
	})
	addFilter("replace", "s, old, new, count=None", filterReplace)
	addFilter("format", "value, *args, **kwargs", filterFormat)
	addFilter("truncate", "s, length=255, killwords=False, end='...', leeway=None", filterTruncate)
	addFilter("indent", "s, width=4, first=False, blank=False", filterIndent)
	addFilter("urlencode", "value", filterURLEncode)
	addFilter("xmlattr", "d, autospace=True", filterXMLAttr)
}

// recased charges for giving a text in other letters, character by character.
func (f *frame) recased(s string) {
	f.st.size(len(s))
	f.st.step(len(s) >> 3)
}

// countWords counts the runs of letters, digits and underscores.
func countWords(s string) int {
	n, inWord := 0, false
	for _, r := range s {
		isWord := r == '_' || isAlnum(r)
		if isWord && !inWord {
			n++
		}
		inWord = isWord
	}
	return n
}

// titleWords makes the first character of each word upper and the rest lower.
// Words begin after white space, a hyphen or an opening bracket. Safety is
// lost, as in Jinja.
func titleWords(s string) string {
	var b strings.Builder
	start := true
	for _, r := range s {
		switch {
		case pytext.IsSpace(r) || strings.ContainsRune("-({[<", r):
			b.WriteRune(r)
			start = true
		case start:
			b.WriteString(pyUpper(string(r)))
			start = false
		default:
			b.WriteString(pyLower(string(r)))
		}
	}
	return b.String()
}

// filterReplace makes the result safe if what is searched or what is put in is
// safe; the text itself is escaped for that.
func filterReplace(f *frame, a []any) any {
	count := -1
	if a[3] != nil {
		count = toInt(a[3])
	}
	if !f.autoescape() {
		return replaceText(f, f.str(a[0]), false, f.str(a[1]), f.str(a[2]), count)
	}
	s, safe := f.textOf(a[0])
	if isHTML(a[1]) || isHTML(a[2]) && !isHTML(a[0]) {
		s, safe = string(f.escape(a[0])), true
	}
	repl := f.softStr(a[2])
	text, _ := asString(repl)
	if safe {
		text = string(f.escape(repl))
	}
	return replaceText(f, s, safe, f.searched(a[1], safe), text, count)
}

// filterFormat is the operator % with the arguments as a tuple, or as a dict.
func filterFormat(f *frame, a []any) any {
	args, kwargs := a[1].(Tuple), a[2].(*Dict)
	if len(args) > 0 && kwargs.Len() > 0 {
		fail(KindFilterArg, "can't handle positional and keyword arguments at the same time")
	}
	s, safe := f.textOf(a[0])
	if kwargs.Len() > 0 {
		return percentFormat(f, s, safe, kwargs)
	}
	return percentFormat(f, s, safe, args)
}

// filterTruncate counts the end as part of the length. A text that is only a
// little longer, by the leeway, stays whole.
func filterTruncate(f *frame, a []any) any {
	leeway := 5
	if a[4] != nil {
		leeway = toInt(a[4])
	}
	length, end := toInt(a[1]), strArg(a[3])
	if length < runeLen(end) {
		fail(KindAssert, "expected length >= %d, got %d", runeLen(end), length)
	}
	if leeway < 0 {
		fail(KindAssert, "expected leeway >= 0, got %d", leeway)
	}
	s, ok := asString(a[0])
	if !ok {
		return truncateOther(f, a[0], length+leeway)
	}
	if runeLen(s) <= length+leeway {
		return a[0]
	}
	_, safe := f.textOf(a[0])
	cut := sliceRunes(s, 0, length-runeLen(end), nil)
	if !truth(a[2]) {
		if i := strings.LastIndexByte(cut, ' '); i >= 0 {
			cut = cut[:i]
		}
	}
	return concatText(f, likeText(cut, safe), a[3])
}

// truncateOther is for what is no text: a short list comes back as it is.
func truncateOther(f *frame, v any, limit int) any {
	n, ok := length(v)
	if !ok {
		fail(KindType, "object of type '%s' has no len()", typeName(v))
	}
	if n > limit {
		fail(KindType, "can only truncate text, not %s", typeName(v))
	}
	return v
}

// concatText is a + b for two texts.
func concatText(f *frame, a, b any) any { return binary(f, syntax.TokAdd, a, b) }

// filterIndent indents every line but the first and the empty ones, unless told
// otherwise. Line ends of any kind become "\n".
func filterIndent(f *frame, a []any) any {
	s, safe := f.textOf(strOnly(a[0]))
	width := ""
	if _, ok := asString(a[1]); ok {
		// Jinja takes the text for safe if the indented one is. That lets a
		// visitor's text in, so here it is escaped.
		width = f.addText(a[1], safe)
	} else {
		n := max(0, toInt(a[1]))
		f.st.size(n)
		width = strings.Repeat(" ", n)
	}
	lines := f.splitLines(s+"\n", false)
	f.st.size(len(s))
	f.st.product(len(lines), len(width)+1)
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		switch {
		case i == 0 && truth(a[2]):
			b.WriteString(width)
		case i > 0 && (line != "" || truth(a[3])):
			b.WriteString(width)
		}
		b.WriteString(line)
	}
	return likeText(b.String(), safe)
}

// strOnly refuses what is no text where Jinja's filter would fail, too.
func strOnly(v any) any {
	v = norm(v)
	if _, ok := asString(v); !ok {
		checkDefined(v)
		fail(KindType, "unsupported operand type(s) for +=: '%s' and 'str'", typeName(v))
	}
	return v
}

// filterURLEncode quotes a text for a path, or a mapping or pairs for a query.
func filterURLEncode(f *frame, a []any) any {
	v := norm(a[0])
	if s, ok := asString(v); ok {
		return f.urlQuote(s)
	}
	var pairs []any
	if m, ok := asMapping(v); ok {
		f.st.items(m.Len())
		pairs = dictView{m, "dict_items"}.list()
	} else if it, ok := tryIterate(f, v); ok {
		if b, isBytes := v.([]byte); isBytes {
			return f.urlQuote(string(b))
		}
		pairs = it.rest(f)
	} else {
		return f.urlQuote(f.str(v))
	}
	parts := make([]string, len(pairs))
	for i, p := range pairs {
		pair := unpack(f, p, 2)
		key, value := f.str(pair[0]), f.str(pair[1])
		f.st.size(3 * (len(key) + len(value)))
		parts[i] = url.QueryEscape(key) + "=" + url.QueryEscape(value)
	}
	return strings.Join(parts, "&")
}

// urlQuote escapes for the path of a URL.
func (f *frame) urlQuote(s string) string {
	f.st.size(3 * len(s))
	return pytext.Quote(s, pathBytes)
}

// pathBytes are what may stand in the path of a URL: the slash stays.
var pathBytes = pytext.NewSafeSet("/")

// badAttr finds what would end the name of an attribute.
var badAttr = regexp.MustCompile(`[ \t\n\r\f\v/>=]`)

// filterXMLAttr leaves out attributes that are None or undefined. A name that
// could end the attribute is an error: escaping would not help there.
func filterXMLAttr(f *frame, a []any) any {
	m, ok := asMapping(norm(a[0]))
	if !ok {
		checkDefined(norm(a[0]))
		fail(KindAttribute, "'%s' object has no attribute 'items'", typeName(a[0]))
	}
	var parts []string
	total := 0
	for _, k := range f.keys(m) {
		f.st.key(k)
		v, _ := m.Lookup(k)
		v = norm(v)
		if _, undefined := v.(*Undefined); undefined || v == nil {
			continue
		}
		name, ok := asString(k)
		if !ok {
			fail(KindType, "expected string or bytes-like object, got '%s'", typeName(k))
		}
		if badAttr.MatchString(name) {
			fail(KindValue, "Invalid character in attribute name: %s", pytext.Repr(name))
		}
		part := string(f.escape(k)) + `="` + string(f.escape(v)) + `"`
		f.st.grow(total, total+len(part))
		total += len(part)
		parts = append(parts, part)
	}
	s := strings.Join(parts, " ")
	if s != "" && truth(a[1]) {
		s = " " + s
	}
	return f.markup(s)
}
