package cldr

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// numberPattern is a pattern like "#,##0.###", read.
type numberPattern struct {
	text            string
	prefix, suffix  [2]string // of positive and negative numbers
	group1, group2  int       // digits of the last group, and of the others
	integer, frac   [2]int    // least and most digits
	hasExp, expPlus bool
	exp             [2]int
	scale           int
}

const noGroups = 1000

// parseNumberPattern reads a pattern of CLDR's.
func parseNumberPattern(pattern string) (*numberPattern, error) {
	positive, negative, hasNegative := strings.Cut(pattern, ";")
	prefix, number, suffix := splitPattern(positive)
	p := &numberPattern{text: pattern, prefix: [2]string{prefix, "-" + prefix}, suffix: [2]string{suffix, suffix}}
	if hasNegative {
		p.prefix[1], _, p.suffix[1] = splitPattern(negative)
	}
	number, exp, hasExp := strings.Cut(number, "E")
	integer, fraction := number, ""
	if i := strings.LastIndexByte(number, '.'); i >= 0 {
		integer, fraction = number[:i], number[i+1:]
		if strings.Contains(number, "@") && strings.Contains(number, "0") {
			return nil, fmt.Errorf("babel: a pattern of significant digits has no 0: %q", pattern)
		}
	}
	p.integer, p.frac = digitsOf(integer), digitsOf(fraction)
	p.group1, p.group2 = groupsOf(integer)
	if hasExp && exp != "" {
		p.hasExp, p.expPlus = true, strings.HasPrefix(exp, "+")
		p.exp = digitsOf(strings.TrimLeft(exp, "+"))
	}
	around := strings.Join(append(p.prefix[:], p.suffix[:]...), "")
	if strings.Contains(around, "%") {
		p.scale = 2
	} else if strings.Contains(around, "‰") {
		p.scale = 3
	}
	return p, nil
}

// splitPattern divides a pattern into the digits and what is around them. Text in
// quotes before the digits is no part of them.
func splitPattern(s string) (prefix, number, suffix string) {
	i := 0
	for i < len(s) && strings.IndexByte("0123456789@#.,", s[i]) < 0 {
		if s[i] == '\'' {
			if end := strings.IndexByte(s[i+1:], '\''); end >= 0 {
				i += end + 1
			}
		}
		i++
	}
	j := i
	for j < len(s) && strings.IndexByte("0123456789@#.,E+", s[j]) >= 0 {
		j++
	}
	return s[:i], s[i:j], s[j:]
}

// digitsOf counts the digits that must and that may be there.
func digitsOf(s string) (n [2]int) {
	for i := range len(s) {
		switch s[i] {
		case '0', '@':
			n[0]++
			n[1]++
		case '#':
			n[1]++
		case ',':
		default:
			return n
		}
	}
	return n
}

func groupsOf(s string) (last, others int) {
	i := strings.LastIndexByte(s, ',')
	if i < 0 {
		return noGroups, noGroups
	}
	last = len(s) - i - 1
	j := strings.LastIndexByte(s[:i], ',')
	if j < 0 {
		return last, last
	}
	return last, i - j - 1
}

// NumberFormat says how a number is printed.
type NumberFormat struct {
	Pattern        string // "" is the language's own
	Currency       string // an ISO code, for money
	PatternDigits  bool   // money has the pattern's digits, and not the currency's
	CurrencyFormat string // standard (also ""), accounting or name
}

// FormatDecimal prints a number.
func (l *Locale) FormatDecimal(d Decimal, f NumberFormat) (string, error) {
	if f.Pattern == "" {
		f.Pattern = l.Decimal
	}
	return l.apply(d, f)
}

// FormatPercent prints a share: 0.34 is 34%.
func (l *Locale) FormatPercent(d Decimal, f NumberFormat) (string, error) {
	if f.Pattern == "" {
		f.Pattern = l.Percent
	}
	return l.apply(d, f)
}

// FormatScientific prints a number as a power of ten.
func (l *Locale) FormatScientific(d Decimal, f NumberFormat) (string, error) {
	if f.Pattern == "" {
		f.Pattern = l.Scientific
	}
	return l.apply(d, f)
}

// FormatCurrency prints an amount of money.
func (l *Locale) FormatCurrency(d Decimal, f NumberFormat) (string, error) {
	switch f.CurrencyFormat {
	case "":
		f.CurrencyFormat = "standard"
	case "name":
		return l.currencyByName(d, f)
	}
	if f.Pattern == "" {
		if f.Pattern = l.Currency[f.CurrencyFormat]; f.Pattern == "" {
			return "", fmt.Errorf("babel: %q is not a known currency format type", f.CurrencyFormat)
		}
	}
	return l.apply(d, f)
}

func (l *Locale) currencyByName(d Decimal, f NumberFormat) (string, error) {
	unit := l.CurrencyUnits[l.PluralForm(d)]
	if unit == "" {
		unit = l.CurrencyUnits["other"]
	}
	number, err := l.FormatDecimal(d, f)
	return strings.NewReplacer("{0}", number, "{1}", l.currencyName(f.Currency, d)).Replace(unit), err
}

func (l *Locale) currencyName(code string, d Decimal) string {
	names := l.CurrencyNames[code]
	for _, count := range []string{l.PluralForm(d), "other", ""} {
		if name := names[count]; name != "" {
			return name
		}
	}
	return code
}

// apply prints a number by a pattern.
func (l *Locale) apply(d Decimal, f NumberFormat) (string, error) {
	p, err := parseNumberPattern(f.Pattern)
	if err != nil {
		return "", err
	}
	sign := 0
	if d.neg {
		sign = 1
	}
	d = d.abs().scaled(p.scale).normalized()
	frac := p.frac
	if f.Currency != "" && !f.PatternDigits {
		digits, ok := Supplemental().Fractions[f.Currency]
		if !ok {
			digits = Supplemental().Fractions["DEFAULT"]
		}
		frac = [2]int{digits, digits}
	}
	var number string
	switch {
	case p.hasExp:
		number = l.scientific(p, d, frac)
	case strings.Contains(p.text, "@"):
		number = l.significant(p, d)
	default:
		number = l.plainNumber(p, d, frac)
	}
	out := p.prefix[sign] + number + p.suffix[sign]
	if !strings.Contains(out, "¤") {
		return out, nil
	}
	symbol := l.CurrencySymbols[f.Currency]
	if symbol == "" {
		symbol = f.Currency
	}
	return strings.NewReplacer("¤¤¤", l.currencyName(f.Currency, d), "¤¤", strings.ToUpper(f.Currency), "¤", symbol).Replace(out), nil
}

// plainNumber prints the digits with groups and a fraction.
func (l *Locale) plainNumber(p *numberPattern, d Decimal, frac [2]int) string {
	whole, fraction := d.rounded(frac[1]).parts()
	return l.grouped(p, whole, p.integer[0]) + l.fraction(fraction, frac)
}

func (l *Locale) grouped(p *numberPattern, digits string, least int) string {
	if len(digits) < least {
		digits = strings.Repeat("0", least-len(digits)) + digits
	}
	out, size := "", p.group1
	for size > 0 && len(digits) > size {
		out = l.Symbols["group"] + digits[len(digits)-size:] + out
		digits = digits[:len(digits)-size]
		size = p.group2
	}
	return digits + out
}

func (l *Locale) fraction(digits string, frac [2]int) string {
	for len(digits) < frac[0] {
		digits += "0"
	}
	for len(digits) > frac[0] && strings.HasSuffix(digits, "0") {
		digits = digits[:len(digits)-1]
	}
	if frac[1] == 0 || digits == "" {
		return ""
	}
	return l.Symbols["decimal"] + digits
}

func (l *Locale) scientific(p *numberPattern, d Decimal, frac [2]int) string {
	exp := d.adjusted()
	lead := max(1, min(p.integer[0], p.integer[1])) - 1
	d = d.scaled(lead - exp)
	exp -= lead
	if frac == [2]int{} {
		frac[1] = d.precision()
	}
	sign := ""
	if exp < 0 {
		sign, exp = l.Symbols["minusSign"], -exp
	} else if p.expPlus {
		sign = l.Symbols["plusSign"]
	}
	return l.plainNumber(p, d, frac) + l.Symbols["exponential"] + sign + l.grouped(p, strconv.Itoa(exp), p.exp[0])
}

// significant prints as many digits as the pattern has "@" and "#", wherever the
// point is.
func (l *Locale) significant(p *numberPattern, d Decimal) string {
	least, most := p.integer[0], p.integer[1]
	if d.coef.Sign() == 0 && most > 1 {
		return "0" + l.Symbols["decimal"] + "0"
	}
	places := most - 1 - d.adjusted()
	var whole, fraction string
	if places < 0 {
		// Rounded to tens or more: the digits that are cut off are zeros.
		whole, _ = d.scaled(places).rounded(0).scaled(-places).parts()
	} else {
		whole, fraction = d.rounded(places).parts()
	}
	digits := utf8.RuneCountInString(strings.TrimLeft(whole, "0"))
	keep := max(0, least-digits)
	if digits == 0 {
		keep = least + len(fraction) - len(strings.TrimLeft(fraction, "0"))
	}
	for len(fraction) > keep && strings.HasSuffix(fraction, "0") {
		fraction = fraction[:len(fraction)-1]
	}
	out := l.grouped(p, whole, 0)
	if fraction != "" {
		out += l.Symbols["decimal"] + fraction
	}
	return out
}
