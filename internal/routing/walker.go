package routing

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/internal/uuid"
)

// maxTokens and maxSteps bound the search by hand. A segment as people write
// them takes a few steps per token; beyond that the regular expression answers,
// whose time grows with the length only.
const (
	maxTokens = 16
	maxSteps  = 256
)

// walker matches a part of several tokens by trying: longest text first,
// shortest path first, in the way of a backtracking regular expression, so that
// both give the same variables.
type walker struct {
	tokens []token
	text   string
	steps  int
	ends   [maxTokens]int // where each token ends in the match found
}

// matchTokens notes the variables of a part whose text is given.
func (p *part) matchTokens(text string, s *search) bool {
	if last := &p.tokens[len(p.tokens)-1]; last.kind == tokenLiteral && !strings.HasSuffix(text, last.literal) {
		return false
	}
	if p.byRegexp {
		return p.matchFallback(text, s)
	}
	w := walker{tokens: p.tokens, text: text}
	if !w.walk(0, 0) {
		return w.steps > maxSteps && p.matchFallback(text, s)
	}
	start := 0
	for i := range p.tokens {
		if p.tokens[i].kind != tokenLiteral {
			s.push(text[start:w.ends[i]])
		}
		start = w.ends[i]
	}
	return true
}

func (p *part) matchFallback(text string, s *search) bool {
	at := p.fallback.FindStringSubmatchIndex(text)
	if at == nil {
		return false
	}
	for i := range p.tokens {
		if p.tokens[i].kind != tokenLiteral {
			group := 2 * p.fallback.SubexpIndex(groupPrefix+strconv.Itoa(i))
			s.push(text[at[group]:at[group+1]])
		}
	}
	return true
}

// walk matches the tokens from number i on against the text from pos on.
func (w *walker) walk(i, pos int) bool {
	if w.steps++; w.steps > maxSteps {
		return false
	}
	if i == len(w.tokens) {
		return pos == len(w.text)
	}
	t := &w.tokens[i]
	rest := w.text[pos:]
	switch t.kind {
	case tokenLiteral:
		return strings.HasPrefix(rest, t.literal) && w.take(i, pos+len(t.literal))
	case tokenUUID:
		return uuid.HasPrefix(rest) && w.take(i, pos+uuid.TextLen)
	case tokenAny:
		for _, item := range t.items {
			if strings.HasPrefix(rest, item) && w.take(i, pos+len(item)) {
				return true
			}
		}
		return false
	case tokenPath:
		return w.walkPath(i, pos)
	case tokenText:
		low, high := t.textSpan(rest)
		return low >= 0 && w.shrink(i, pos+low, pos+high)
	}
	low, high := t.numberSpan(rest)
	return low >= 0 && w.shrink(i, pos+low, pos+high)
}

// take ends token i at end and goes on with the next one.
func (w *walker) take(i, end int) bool {
	w.ends[i] = end
	return w.walk(i+1, end)
}

// shrink tries the ends of token i from high down to low. If static text
// follows, only places where it stands count.
func (w *walker) shrink(i, low, high int) bool {
	next := ""
	if i+1 < len(w.tokens) && w.tokens[i+1].kind == tokenLiteral {
		next = w.tokens[i+1].literal
	}
	for end := high; end >= low; {
		if next != "" {
			window := w.text[low:min(end+len(next), len(w.text))]
			at := strings.LastIndex(window, next)
			if at < 0 {
				return false
			}
			end = low + at
		}
		if w.take(i, end) {
			return true
		}
		if w.steps > maxSteps || end == low {
			return false
		}
		_, size := utf8.DecodeLastRuneInString(w.text[low:end])
		end -= size
	}
	return false
}

// walkPath tries the ends of a path variable from the shortest on.
func (w *walker) walkPath(i, pos int) bool {
	if pos == len(w.text) || w.text[pos] == '/' {
		return false
	}
	next := ""
	if i+1 < len(w.tokens) && w.tokens[i+1].kind == tokenLiteral {
		next = w.tokens[i+1].literal
	}
	_, size := utf8.DecodeRuneInString(w.text[pos:])
	limit := len(w.text) // the variable ends before the first line end after its first character
	if at := strings.IndexByte(w.text[pos+size:], '\n'); at >= 0 {
		limit = pos + size + at
	}
	for end := pos + size; end <= limit; end += size {
		switch {
		case next != "":
			at := strings.Index(w.text[end:], next)
			if at < 0 || end+at > limit {
				return false
			}
			end += at
		case i+1 == len(w.tokens):
			end = len(w.text)
			if end > limit {
				return false
			}
		}
		if w.take(i, end) {
			return true
		}
		if w.steps > maxSteps || end == limit {
			return false
		}
		_, size = utf8.DecodeRuneInString(w.text[end:])
	}
	return false
}

// textSpan returns the lengths of s between which a text variable may end; low
// is -1 if there are none.
func (t *token) textSpan(s string) (low, high int) {
	if slash := strings.IndexByte(s, '/'); slash >= 0 {
		s = s[:slash]
	}
	if t.min > 0 && pytext.RuneOffset(s, t.min-1) == len(s) { // fewer characters
		return -1, 0
	}
	low, high = pytext.RuneOffset(s, t.min), len(s)
	if t.max >= 0 {
		high = pytext.RuneOffset(s, t.max)
	}
	return low, high
}

// numberSpan is textSpan for int and float: the last run of digits may be cut
// short, down to one digit.
func (t *token) numberSpan(s string) (low, high int) {
	start := 0
	if t.signed && s != "" && s[0] == '-' {
		start = 1
	}
	run := digitRun(s[start:])
	if t.kind == tokenFloat {
		point := start + run
		if run == 0 || point == len(s) || s[point] != '.' {
			return -1, 0
		}
		start = point + 1
		run = digitRun(s[start:])
	}
	if run == 0 {
		return -1, 0
	}
	_, size := utf8.DecodeRuneInString(s[start:])
	return start + size, start + run
}
