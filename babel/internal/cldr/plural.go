package cldr

import (
	"math"
	"strconv"
	"strings"
	"sync"
)

// operands are what a rule of CLDR looks at: the number, its whole part, and the
// digits after the point with and without zeros at the end.
type operands struct {
	n          float64
	i, f, t    float64
	v, w, c, e float64
}

func operandsOf(d Decimal) operands {
	o := operands{n: math.Abs(d.float())}
	whole, fraction := d.parts()
	o.i, _ = strconv.ParseFloat(whole, 64)
	trimmed := strings.TrimRight(fraction, "0")
	o.v, o.w = float64(len(fraction)), float64(len(trimmed))
	o.f, _ = strconv.ParseFloat("0"+fraction, 64)
	o.t, _ = strconv.ParseFloat("0"+trimmed, 64)
	return o
}

func (o operands) get(name byte) float64 {
	switch name {
	case 'n':
		return o.n
	case 'i':
		return o.i
	case 'v':
		return o.v
	case 'w':
		return o.w
	case 'f':
		return o.f
	case 't':
		return o.t
	case 'c':
		return o.c
	}
	return o.e
}

// relation is one comparison of a rule: i % 10 != 2..4,9.
type relation struct {
	operand byte
	mod     float64 // 0 for none
	not     bool
	ranges  [][2]float64
}

func (r relation) holds(o operands) bool {
	v := o.get(r.operand)
	if r.mod > 0 {
		v = math.Mod(v, r.mod)
	}
	in := false
	for _, span := range r.ranges {
		in = in || v >= span[0] && v <= span[1] && v == math.Trunc(v)
	}
	return in != r.not
}

// pluralRule is relations joined by "and", those joined by "or".
type pluralRule [][]relation

func parseRule(text string) (rule pluralRule) {
	for or := range strings.SplitSeq(text, " or ") {
		var all []relation
		for and := range strings.SplitSeq(or, " and ") {
			all = append(all, parseRelation(and))
		}
		rule = append(rule, all)
	}
	return rule
}

// parseRelation reads one of the rules of data.bin, which a test has gone through.
func parseRelation(text string) relation {
	left, right, _ := strings.Cut(text, "=")
	r := relation{not: strings.HasSuffix(left, "!")}
	words := strings.Fields(strings.TrimSuffix(left, "!"))
	r.operand = words[0][0]
	if len(words) == 3 {
		r.mod, _ = strconv.ParseFloat(words[2], 64)
	}
	for span := range strings.SplitSeq(strings.TrimSpace(right), ",") {
		from, to, isRange := strings.Cut(strings.TrimSpace(span), "..")
		if !isRange {
			to = from
		}
		low, _ := strconv.ParseFloat(from, 64)
		high, _ := strconv.ParseFloat(to, 64)
		r.ranges = append(r.ranges, [2]float64{low, high})
	}
	return r
}

func (rule pluralRule) holds(o operands) bool {
	for _, all := range rule {
		ok := true
		for _, r := range all {
			ok = ok && r.holds(o)
		}
		if ok {
			return true
		}
	}
	return false
}

var pluralRules sync.Map // of a language: category to pluralRule

// PluralForm gives the plural category of a number: one, few, many, other, …
func (l *Locale) PluralForm(d Decimal) string {
	cached, ok := pluralRules.Load(l.ID)
	if !ok {
		rules := map[string]pluralRule{}
		for category, text := range pluralTexts(l.ID) {
			rules[category] = parseRule(text)
		}
		cached, _ = pluralRules.LoadOrStore(l.ID, rules)
	}
	o := operandsOf(d)
	for category, rule := range cached.(map[string]pluralRule) {
		if rule.holds(o) {
			return category
		}
	}
	return "other"
}

func pluralTexts(id string) map[string]string {
	for ; id != ""; id = cut(id) {
		if texts, ok := Supplemental().Plurals[id]; ok {
			return texts
		}
	}
	return nil
}
