package cors

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
)

// pattern is an origin, a header's name or a path: text, or an expression.
type pattern struct {
	text     string
	compiled bool           // given as a *regexp.Regexp
	re       *regexp.Regexp // nil: text
	fold     bool           // the case of letters does not count
}

// everything is the pattern "*".
const everything = ".*"

// newName makes the pattern of an origin or a header, which it matches as a whole
// in any case of its letters.
func newName(what string, value any) pattern { return newPattern(what, value, true, `\A(?:%s)\z`) }

// newPath makes the pattern of a path, of which an expression matches the
// beginning.
func newPath(value any) pattern { return newPattern("Resource", value, false, `\A(?:%s)`) }

func newPattern(what string, value any, fold bool, anchored string) pattern {
	p := pattern{fold: fold}
	switch value := value.(type) {
	case *regexp.Regexp:
		p.text, p.compiled, p.fold = value.String(), true, false
	case string:
		p.text = value
	default:
		panic(fmt.Errorf("cors: %s: a %T is neither text nor a *regexp.Regexp", what, value))
	}
	if p.text == "*" {
		p.text = everything
	}
	if !p.compiled && !strings.ContainsAny(p.text, `*\]?$^[()`) {
		return p
	}
	flags := ""
	if p.fold {
		flags = "(?i)"
	}
	re, err := regexp.Compile(flags + fmt.Sprintf(anchored, p.text))
	if err != nil {
		panic(fmt.Errorf("cors: %s: %q is not a regular expression: %w", what, p.text, err))
	}
	p.re = re
	return p
}

func (p *pattern) matches(s string) bool {
	switch {
	case p.re != nil:
		return p.re.MatchString(s)
	case p.fold:
		return strings.EqualFold(p.text, s)
	}
	return p.text == s
}

// matchesAny reports whether one of the patterns matches s.
func matchesAny(patterns []pattern, s string) bool {
	for i := range patterns {
		if patterns[i].matches(s) {
			return true
		}
	}
	return false
}

// compare puts paths in the order in which they are tried: texts before compiled
// expressions before others, then the deeper and the longer.
func (p *pattern) compare(q *pattern) int {
	return cmp.Or(cmp.Compare(p.kind(), q.kind()),
		cmp.Compare(strings.Count(q.text, "/"), strings.Count(p.text, "/")), cmp.Compare(len(q.text), len(p.text)))
}

func (p *pattern) kind() int {
	switch {
	case p.re == nil:
		return 0
	case p.compiled:
		return 1
	}
	return 2
}
