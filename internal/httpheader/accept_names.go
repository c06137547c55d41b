package httpheader

import (
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// ParseAcceptLanguages reads an Accept-Language header: "_" counts as "-".
func ParseAcceptLanguages(header string) Accept {
	return parseAccept(header, Accept{normal: normalLanguage, languages: true})
}

// ParseAcceptCharsets reads an Accept-Charset header: a charset has several
// names.
func ParseAcceptCharsets(header string) Accept {
	return parseAccept(header, Accept{normal: normalCharset})
}

// ParseAcceptEncodings reads an Accept-Encoding header.
func ParseAcceptEncodings(header string) Accept {
	return parseAccept(header, Accept{normal: strings.ToLower})
}

func normalLanguage(tag string) string { return strings.ReplaceAll(strings.ToLower(tag), "_", "-") }

// primary is the language of a tag without what follows.
func primary(tag string) string {
	if i := strings.IndexAny(tag, "_-"); i >= 0 {
		return tag[:i]
	}
	return tag
}

// bestPrimary is LanguageAccept.best_match's second and third try: the client's
// primary languages, and then the program's.
func (a Accept) bestPrimary(tags []string) string {
	fallback := Accept{normal: strings.ToLower}
	for _, item := range a.items {
		item.text = primary(item.text)
		item.specificity = usualSpecificity[0][:1]
		if item.text != "*" {
			item.specificity = usualSpecificity[3][:1]
		}
		fallback.items = append(fallback.items, item)
	}
	fallback.sort()
	if best := fallback.bestMatch(tags); best != "" {
		return best
	}
	primaries := make([]string, len(tags))
	for i, tag := range tags {
		primaries[i] = primary(tag)
	}
	if best := a.bestMatch(primaries); best != "" {
		for _, tag := range tags {
			if strings.HasPrefix(tag, best) {
				return tag
			}
		}
	}
	return ""
}

// charsets are the names that Python's codecs give to the usual charsets, by
// what is left of their other names without "-" and "_".
var charsets = map[string]string{
	"utf8": "utf-8", "u8": "utf-8", "utf": "utf-8", "cp65001": "utf-8",
	"utf16": "utf-16", "u16": "utf-16", "utf32": "utf-32", "u32": "utf-32", "utf7": "utf-7", "u7": "utf-7",
	"ascii": "ascii", "usascii": "ascii", "646": "ascii", "us": "ascii", "cp367": "ascii", "ansix3.41968": "ascii",
	"latin1": "iso8859-1", "l1": "iso8859-1", "iso88591": "iso8859-1", "8859": "iso8859-1", "cp819": "iso8859-1", "latin": "iso8859-1",
	"iso88592": "iso8859-2", "latin2": "iso8859-2", "l2": "iso8859-2", "iso88595": "iso8859-5", "cyrillic": "iso8859-5",
	"iso885915": "iso8859-15", "latin9": "iso8859-15", "l9": "iso8859-15",
	"cp1250": "cp1250", "windows1250": "cp1250", "1250": "cp1250", "cp1251": "cp1251", "windows1251": "cp1251", "1251": "cp1251",
	"cp1252": "cp1252", "windows1252": "cp1252", "1252": "cp1252", "koi8r": "koi8-r", "koi8u": "koi8-u",
	"shiftjis": "shift_jis", "sjis": "shift_jis", "eucjp": "euc_jp", "gb2312": "gb2312", "gbk": "gbk", "gb18030": "gb18030", "big5": "big5",
}

// normalCharset is the name that codecs.lookup finds.
func normalCharset(name string) string {
	name = strings.ToLower(name)
	bare := strings.NewReplacer("-", "", "_", "", " ", "").Replace(name)
	if known := charsets[bare]; known != "" {
		return known
	}
	return name
}

// Has reports whether the client takes a value, at whatever quality: value in
// accept.
func (a Accept) Has(value string) bool { return a.find(value) != nil }

// Best is what the client likes best, "" if it does not say: best.
func (a Accept) Best() string {
	if len(a.items) == 0 {
		return ""
	}
	return a.items[0].text
}

// Provided reports whether the request has the header.
func (a Accept) Provided() bool { return a.provided }

// Pairs calls yield with each value and its quality, best first.
func (a Accept) Pairs(yield func(value string, quality float64) bool) {
	for _, item := range a.items {
		if !yield(item.text, item.quality) {
			return
		}
	}
}

// String is the header as it is written again: to_header().
func (a Accept) String() string {
	var b []byte
	for i, item := range a.items {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, item.text...)
		if item.quality != 1 {
			b = pytext.AppendFloat(append(b, ";q="...), item.quality, 64)
		}
	}
	return string(b)
}
