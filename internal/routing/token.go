package routing

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/internal/uuid"
)

type tokenKind uint8

const (
	tokenLiteral tokenKind = iota
	tokenText              // anything without a slash, min to max characters
	tokenInt
	tokenFloat
	tokenUUID
	tokenAny
	tokenPath
	tokenCustom // a user's regular expression
)

// token is one item of a part: static text or the text of a variable.
type token struct {
	kind     tokenKind
	signed   bool
	literal  string
	min, max int // max is -1 for no limit
	items    []string
	pattern  string         // the same as a regular expression; equal patterns share a node of the tree
	whole    *regexp.Regexp // tokenCustom, anchored on both sides
}

const uuidPattern = `[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}`

func (t *token) buildPattern() string {
	sign := ""
	if t.signed {
		sign = "-?"
	}
	switch t.kind {
	case tokenLiteral:
		return regexp.QuoteMeta(t.literal)
	case tokenText:
		return lengthPattern(t.min, t.max)
	case tokenInt:
		return sign + `\p{Nd}+`
	case tokenFloat:
		return sign + `\p{Nd}+\.\p{Nd}+`
	case tokenUUID:
		return uuidPattern
	case tokenPath:
		return `[^/].*?` // the dot takes no line end, the first character may be one
	case tokenAny:
		quoted := make([]string, len(t.items))
		for i, item := range t.items {
			quoted[i] = regexp.QuoteMeta(item)
		}
		return "(?:" + strings.Join(quoted, "|") + ")"
	}
	return t.pattern
}

// lengthPattern writes a counted repetition; Go takes counts up to 1000, so a
// longer one becomes a chain.
func lengthPattern(least, most int) string {
	const limit = 1000
	var b strings.Builder
	for ; least > limit; least -= limit {
		b.WriteString(`[^/]{1000}`)
		if most >= 0 {
			most -= limit
		}
	}
	for ; most-least > limit; most -= limit {
		b.WriteString(`[^/]{0,1000}`)
	}
	switch {
	case most < 0:
		b.WriteString(`[^/]{` + strconv.Itoa(least) + `,}`)
	case most <= limit:
		b.WriteString(`[^/]{` + strconv.Itoa(least) + `,` + strconv.Itoa(most) + `}`)
	default:
		b.WriteString(`[^/]{` + strconv.Itoa(least) + `}[^/]{0,` + strconv.Itoa(most-least) + `}`)
	}
	return b.String()
}

// matches reports whether the token takes all of s.
func (t *token) matches(s string) bool {
	switch t.kind {
	case tokenText:
		return t.matchesText(s)
	case tokenInt, tokenFloat:
		return t.matchesNumber(s)
	case tokenUUID:
		return len(s) == uuid.TextLen && uuid.HasPrefix(s)
	case tokenPath:
		return matchesPath(s)
	case tokenAny:
		for _, item := range t.items {
			if item == s {
				return true
			}
		}
		return false
	case tokenCustom:
		return t.whole.MatchString(s)
	}
	return t.literal == s
}

// matchesText needs not look for slashes: a part of a single text variable is
// never shown one.
func (t *token) matchesText(s string) bool {
	if t.min <= 1 && t.max < 0 {
		return len(s) >= t.min
	}
	if len(s) < t.min {
		return false
	}
	n := utf8.RuneCountInString(s)
	return n >= t.min && (t.max < 0 || n <= t.max)
}

func (t *token) matchesNumber(s string) bool {
	if t.signed && s != "" && s[0] == '-' {
		s = s[1:]
	}
	end := digitRun(s)
	if end == 0 || t.kind == tokenInt {
		return end > 0 && end == len(s)
	}
	if end == len(s) || s[end] != '.' {
		return false
	}
	s = s[end+1:]
	end = digitRun(s)
	return end > 0 && end == len(s)
}

func matchesPath(s string) bool {
	if s == "" || s[0] == '/' {
		return false
	}
	return strings.IndexByte(s[1:], '\n') < 0
}

// digitRun says how many bytes of digits s starts with.
func digitRun(s string) int {
	i := 0
	for i < len(s) && pytext.IsDigit(s[i]) {
		i++
	}
	if i == len(s) || s[i] < utf8.RuneSelf {
		return i
	}
	for at, r := range s[i:] {
		if pytext.DigitValue(r) < 0 {
			return i + at
		}
	}
	return len(s)
}
