package jinja

import (
	"regexp"
	"slices"
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

func init() {
	addFilter("urlize", "value, trim_url_limit=None, nofollow=False, target=None, rel=None, extra_schemes=None", filterURLize)
}

// The forms that urlize takes for links: a host with a scheme or "www.", a
// host in one of the old top-level domains, or an IP address with a scheme.
var (
	httpLink = regexp.MustCompile(`(?i)^((https?://|www\.)(([\pL\pN_%-]+\.)+)?([a-z]{2,63}|xn--[\pL\pN_%]{2,59})` +
		`|([\pL\pN_%-]{2,63}\.)+(com|net|int|edu|gov|org|info|mil)` +
		`|(https?://)(((\d{1,3})(\.\d{1,3}){3})|(\[([\da-f]{0,4}:){2}([\da-f]{0,4}:?){1,6}\])))` +
		`(:\d{1,5})?([/?#]\S*)?$`)
	mailLink  = regexp.MustCompile(`^\S+@[\pL\pN_][\pL\pN_.-]*\.[\pL\pN_]+$`)
	scheme    = regexp.MustCompile(`^([\pL\pN_.+-]{2,}:(/){0,2})$`)
	linkHead  = regexp.MustCompile(`^([(<]|&lt;)+`)
	linkTail  = regexp.MustCompile(`([)>.,\n]|&gt;)+$`)
	linkPairs = [...][2]string{{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}}
)

// linkifier is one use of urlize.
type linkifier struct {
	f       *frame
	limit   int // -1 for none
	attrs   string
	schemes []string
}

// filterURLize reads the options. Links always get rel="noopener", which is
// Jinja's default policy.
func filterURLize(f *frame, a []any) any {
	l := &linkifier{f: f, limit: -1}
	if a[1] != nil {
		l.limit = toInt(a[1])
	}
	var rel []string
	if a[4] != nil {
		rel = strings.Fields(strArg(a[4]))
	}
	if truth(a[2]) {
		rel = append(rel, "nofollow")
	}
	rel = append(rel, "noopener")
	slices.Sort(rel)
	l.attrs = ` rel="` + f.escapeString(strings.Join(slices.Compact(rel), " ")) + `"`
	if truth(a[3]) {
		l.attrs += ` target="` + string(f.escape(a[3])) + `"`
	}
	if truth(a[5]) {
		for _, v := range toItems(f, a[5]) {
			s := strArg(v)
			if !scheme.MatchString(s) {
				fail(KindFilterArg, "%s is not a valid URI scheme prefix.", pytext.Repr(s))
			}
			l.schemes = append(l.schemes, s)
		}
	}
	text := string(f.escape(a[0]))
	f.st.step(len(text)) // matching costs far more than copying
	return f.markup(l.run(text))
}

// run replaces the links of an escaped text, word by word.
func (l *linkifier) run(s string) string {
	var b strings.Builder
	for s != "" {
		i := strings.IndexFunc(s, pytext.IsSpace)
		if i < 0 {
			i = len(s)
		}
		before := b.Len()
		b.WriteString(l.word(s[:i]))
		l.f.st.grow(before, b.Len())
		j := pytext.SkipSpace(s, i)
		b.WriteString(s[i:j])
		s = s[j:]
	}
	return b.String()
}

// word takes brackets and punctuation around a link away and puts them back.
func (l *linkifier) word(word string) string {
	head := linkHead.FindString(word)
	middle, tail := word[len(head):], ""
	for _, end := range [...]string{")", ">", ".", ",", "\n", "&gt;"} {
		if strings.HasSuffix(middle, end) {
			i := linkTail.FindStringIndex(middle)[0]
			middle, tail = middle[:i], middle[i:]
			break
		}
	}
	middle, tail = balance(middle, tail)
	return head + l.link(middle) + tail
}

// balance gives closing brackets back to a link that has the opening ones.
func balance(middle, tail string) (string, string) {
	for _, pair := range linkPairs {
		opened := strings.Count(middle, pair[0])
		if opened <= strings.Count(middle, pair[1]) {
			continue
		}
		end := 0
		for range min(opened, strings.Count(tail, pair[1])) {
			end += strings.Index(tail[end:], pair[1]) + len(pair[1])
		}
		middle, tail = middle+tail[:end], tail[end:]
	}
	return middle, tail
}

// link makes a link of what looks like one. The text is escaped already, quotes
// included, so it can stand in the attribute.
func (l *linkifier) link(s string) string {
	switch {
	case httpLink.MatchString(s):
		href := s
		if !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
			href = "https://" + s
		}
		return `<a href="` + href + `"` + l.attrs + `>` + l.trim(s) + `</a>`
	case strings.HasPrefix(s, "mailto:") && mailLink.MatchString(s[7:]):
		return `<a href="` + s + `">` + s[7:] + `</a>`
	case strings.Contains(s, "@") && !strings.HasPrefix(s, "www.") && !strings.HasPrefix(s, "@") &&
		!strings.Contains(s, ":") && mailLink.MatchString(s):
		return `<a href="mailto:` + s + `">` + s + `</a>`
	}
	l.f.st.visits(len(l.schemes))
	for _, scheme := range l.schemes {
		if s != scheme && strings.HasPrefix(s, scheme) {
			return `<a href="` + s + `"` + l.attrs + `>` + s + `</a>`
		}
	}
	return s
}

// trim shortens the text of a link, which is escaped already: a cut within a
// character reference is what Jinja gives, too, and no hole.
func (l *linkifier) trim(s string) string {
	if l.limit >= 0 && runeLen(s) > l.limit {
		return sliceRunes(s, 0, l.limit, nil) + "..."
	}
	return s
}
