package httpheader

import (
	"slices"
	"strings"
)

// ETags are the entity tags of If-Match or If-None-Match, without quotes.
type ETags struct {
	strong, weak []string
	star, any    bool
}

// Contains reports whether a strong tag is among them: tag in etags. "*" is
// every tag.
func (e ETags) Contains(tag string) bool { return e.star || e.IsStrong(tag) }

// ContainsWeak is Contains for weak tags too: contains_weak(tag).
func (e ETags) ContainsWeak(tag string) bool { return e.Contains(tag) || e.IsWeak(tag) }

// IsStrong reports whether a tag is named as a strong one: is_strong(tag).
func (e ETags) IsStrong(tag string) bool { return !e.star && slices.Contains(e.strong, tag) }

// IsWeak reports whether a tag is named as a weak one: is_weak(tag).
func (e ETags) IsWeak(tag string) bool { return slices.Contains(e.weak, tag) }

// Star reports whether the header is "*": star_tag.
func (e ETags) Star() bool { return e.star }

// Empty reports whether there is no tag: not etags.
func (e ETags) Empty() bool { return !e.star && len(e.strong)+len(e.weak) == 0 }

// Strong lists the strong tags, each once.
func (e ETags) Strong() []string { return unique(e.strong) }

// Weak lists the weak tags, each once.
func (e ETags) Weak() []string { return unique(e.weak) }

func unique(tags []string) []string {
	var once []string
	seen := make(map[string]bool, len(tags))
	for _, tag := range tags {
		if !seen[tag] {
			seen[tag] = true
			once = append(once, tag)
		}
	}
	return once
}

// String is the header as it is written again: to_header().
func (e ETags) String() string {
	if e.star {
		return "*"
	}
	var tags []string
	for _, tag := range e.Strong() {
		tags = append(tags, `"`+tag+`"`)
	}
	for _, tag := range e.Weak() {
		tags = append(tags, `W/"`+tag+`"`)
	}
	return strings.Join(tags, ", ")
}

// QuoteETag writes an entity tag as a header has it, quote_etag. A tag with a
// quote is not one: ok is false.
func QuoteETag(tag string, weak bool) (quoted string, ok bool) {
	if strings.ContainsRune(tag, '"') {
		return "", false
	}
	if quoted = `"` + tag + `"`; weak {
		quoted = "W/" + quoted
	}
	return quoted, true
}

// UnquoteETag takes W/ and the quotes off an entity tag.
func UnquoteETag(quoted string) (tag string, weak bool) {
	return unquoteETag(quoted), strings.HasPrefix(quoted, "W/") || strings.HasPrefix(quoted, "w/")
}
