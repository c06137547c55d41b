package babel

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cantil-go/cantil"
)

// BestMatch gives the one of the locales that the visitor's browser likes best,
// by its Accept-Language header, or "" where it takes none of them:
// request.accept_languages.best_match. A locale that the browser names counts
// first, then the language of one that it names ("pt-PT" for pt), then a locale
// of a language that it names ("pt" for pt_BR).
func BestMatch(c *cantil.Context, locales ...string) string {
	wanted := acceptedLanguages(c.Header("Accept-Language"))
	plain := make([]string, len(locales))
	for i, l := range locales {
		plain[i] = strings.ToLower(strings.ReplaceAll(l, "_", "-"))
	}
	primary := func(tag string) string { tag, _, _ = strings.Cut(tag, "-"); return tag }
	rounds := []func(wanted, offered string) bool{
		func(w, o string) bool { return w == o || w == "*" },
		func(w, o string) bool { return primary(w) == o },
		func(w, o string) bool { return w == primary(o) },
	}
	for _, matches := range rounds {
		for _, w := range wanted {
			for i, o := range plain {
				if w.quality > 0 && matches(w.tag, o) {
					return locales[i]
				}
			}
		}
	}
	return ""
}

type language struct {
	tag     string
	quality float64
}

// maxLanguages bounds how much of a header is read.
const maxLanguages = 100

// acceptedLanguages reads the header, the language that is liked best first.
func acceptedLanguages(header string) (list []language) {
	for item := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(item, ";")
		l := language{strings.ToLower(strings.ReplaceAll(strings.TrimSpace(tag), "_", "-")), 1}
		for param := range strings.SplitSeq(params, ";") {
			if text, ok := strings.CutPrefix(strings.ReplaceAll(param, " ", ""), "q="); ok {
				q, err := strconv.ParseFloat(text, 64)
				if err != nil || q < 0 || q > 1 {
					q = 0
				}
				l.quality = q
			}
		}
		if l.tag != "" && len(list) < maxLanguages {
			list = append(list, l)
		}
	}
	slices.SortStableFunc(list, func(a, b language) int {
		switch {
		case a.quality > b.quality:
			return -1
		case a.quality < b.quality:
			return 1
		}
		return 0
	})
	return list
}
