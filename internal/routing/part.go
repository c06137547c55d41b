package routing

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// part is what stands between two slashes of a rule, or, from a variable on
// that may contain slashes, all the rest.
type part struct {
	static   bool
	text     string // of a static part
	tokens   []token
	final    bool // it takes all that is left of the path
	suffixed bool // it ends with a slash that the path may lack
	weight   weight
	fallback *regexp.Regexp // the tokens as one expression, if there is more than one
	byRegexp bool           // the tokens cannot be matched by hand
	key      string         // equal keys share a node
}

// weight orders the dynamic parts of a node: more static text first, then
// longer static text, then more variables, then the variables' own weights.
type weight struct {
	statics   []int // lengths in characters
	variables []int
}

func (w weight) compare(o weight) int {
	return cmp.Or(
		cmp.Compare(len(o.statics), len(w.statics)),
		slices.Compare(o.statics, w.statics),
		cmp.Compare(len(o.variables), len(w.variables)),
		slices.Compare(w.variables, o.variables),
	)
}

// splitParts groups the pieces of a rule into parts. converters are those of
// its variables, in order.
func splitParts(pieces []piece, converters []*Converter) ([]part, error) {
	var parts []part
	current := part{static: true}
	for _, p := range pieces {
		switch {
		case p.slash() && !current.final:
			if err := current.finish(); err != nil {
				return nil, err
			}
			parts = append(parts, current)
			current = part{static: true}
		case p.slash():
			current.addLiteral("/")
		case p.variable:
			current.addVariable(converters[0])
			converters = converters[1:]
		default:
			current.weight.statics = append(current.weight.statics, utf8.RuneCountInString(p.text))
			current.addLiteral(p.text)
		}
	}
	current.cutSuffix()
	if err := current.finish(); err != nil {
		return nil, err
	}
	parts = append(parts, current)
	if current.suffixed { // the slash itself, as the empty part after it
		parts = append(parts, part{static: true})
	}
	return parts, nil
}

func (p *part) addLiteral(text string) {
	if last := len(p.tokens) - 1; last >= 0 && p.tokens[last].kind == tokenLiteral {
		p.tokens[last].literal += text
		return
	}
	p.tokens = append(p.tokens, token{kind: tokenLiteral, literal: text})
}

func (p *part) addVariable(c *Converter) {
	p.static = false
	p.final = p.final || !c.isolating()
	p.tokens = append(p.tokens, c.token)
	p.weight.variables = append(p.weight.variables, c.Weight)
}

// cutSuffix takes the slash off the end of a final part; the search deals with
// it.
func (p *part) cutSuffix() {
	last := len(p.tokens) - 1
	if !p.final || p.tokens[last].kind != tokenLiteral || !strings.HasSuffix(p.tokens[last].literal, "/") {
		return
	}
	p.suffixed = true
	p.tokens[last].literal = strings.TrimSuffix(p.tokens[last].literal, "/")
	if p.tokens[last].literal == "" {
		p.tokens = p.tokens[:last]
	}
}

func (p *part) finish() error {
	if p.static {
		if len(p.tokens) > 0 {
			p.text = p.tokens[0].literal
		}
		return nil
	}
	var b strings.Builder
	for i := range p.tokens {
		t := &p.tokens[i]
		if t.kind == tokenLiteral {
			t.pattern = t.buildPattern()
			b.WriteString(t.pattern)
		} else {
			fmt.Fprintf(&b, "(?P<%s%d>%s)", groupPrefix, i, t.pattern)
		}
	}
	p.key = fmt.Sprintf("%s %t %t %v", b.String(), p.final, p.suffixed, p.weight)
	if len(p.tokens) == 1 {
		return nil
	}
	if slices.ContainsFunc(p.tokens, func(t token) bool { return max(t.min, t.max) > maxMixedLength }) {
		return fmt.Errorf("has a length above %d in a segment with other things: check the length in the view", maxMixedLength)
	}
	custom := func(t token) bool { return t.kind == tokenCustom }
	p.byRegexp = len(p.tokens) > maxTokens || slices.ContainsFunc(p.tokens, custom)
	var err error
	if p.fallback, err = regexp.Compile("^" + b.String() + "$"); err != nil {
		return fmt.Errorf("has a segment that Go cannot make an expression of: %w", err)
	}
	return nil
}

// groupPrefix keeps the names of our groups apart from those in a user's
// expression.
const groupPrefix = "cantil_"
