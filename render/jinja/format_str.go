package jinja

import (
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

// strFormat is str.format. The fields of a safe text are escaped.
func strFormat(f *frame, s string, safe bool, args Tuple, kwargs Mapping) any {
	p := &formatter{f: f, safe: safe, args: args, kwargs: kwargs}
	return likeText(p.format(s, 2), safe)
}

// formatter is one call of str.format.
type formatter struct {
	f      *frame
	safe   bool
	args   Tuple
	kwargs Mapping
	auto   int // the number of the next field without one; -1 once they have one
}

// format replaces the fields of a text. Specifications may hold fields too,
// which hold none in turn.
func (p *formatter) format(s string, depth int) string {
	if depth < 0 {
		fail(KindValue, "Max string recursion exceeded")
	}
	var b strings.Builder
	for s != "" {
		i := strings.IndexAny(s, "{}")
		if i < 0 {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:i])
		c := s[i]
		s = s[i+1:]
		if strings.HasPrefix(s, string(c)) {
			b.WriteByte(c)
			s = s[1:]
			continue
		}
		if c == '}' {
			fail(KindValue, "Single '}' encountered in format string")
		}
		end := fieldEnd(s)
		before := b.Len()
		b.WriteString(p.field(s[:end], depth))
		s = s[end+1:]
		p.f.st.grow(before, b.Len())
	}
	return b.String()
}

// fieldEnd finds the brace that closes a field.
func fieldEnd(s string) int {
	if s == "" {
		fail(KindValue, "Single '{' encountered in format string")
	}
	depth := 1
	inName := true
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		case ':', '!':
			inName = false
		case '[':
			// Within brackets of a field's name a brace is part of the key.
			if depth != 1 || !inName {
				continue
			}
			j := strings.IndexByte(s[i:], ']')
			if j < 0 {
				inName = false // no bracket after this one is closed either
				continue
			}
			if strings.ContainsAny(s[i:i+j], ":!") {
				inName = false
			}
			i += j
		}
	}
	fail(KindValue, "expected '}' before end of string")
	return 0
}

// field formats one field: name!conversion:spec.
func (p *formatter) field(field string, depth int) string {
	name, conv, format := cutField(field)
	v := p.value(name)
	if conv != "" {
		if utf8.RuneCountInString(conv) > 1 {
			fail(KindValue, "expected ':' after conversion specifier")
		}
		switch conv {
		case "s":
			v = p.f.str(v)
		case "r":
			v = p.f.repr(v)
		case "a":
			v = p.f.asciiRepr(v)
		default:
			fail(KindValue, "Unknown conversion specifier %s", conv)
		}
	}
	if strings.ContainsAny(format, "{}") {
		format = p.format(format, depth-2)
	}
	if !p.safe {
		return formatValue(p.f, v, format)
	}
	if h, ok := norm(v).(HTMLer); ok {
		if format != "" {
			fail(KindValue, "Unsupported format specification for Markup.")
		}
		return h.HTML()
	}
	return p.f.escapeString(formatValue(p.f, v, format))
}

// cutField divides a field at the first "!" or ":" outside of brackets.
func cutField(s string) (name, conv, format string) {
	i := 0
	closed := true
	for ; i < len(s) && s[i] != '!' && s[i] != ':'; i++ {
		if s[i] == '[' && closed {
			j := strings.IndexByte(s[i:], ']')
			if closed = j >= 0; closed {
				i += j
			}
		}
	}
	name = s[:i]
	if i < len(s) && s[i] == '!' {
		rest := s[i+1:]
		if rest == "" {
			fail(KindValue, "end of string while looking for conversion specifier")
		}
		conv, format, _ = strings.Cut(rest, ":")
		return name, conv, format
	}
	if i < len(s) {
		format = s[i+1:]
	}
	return name, "", format
}

// value finds what a field's name means: 0.attr[key].
func (p *formatter) value(name string) any {
	i := strings.IndexAny(name, ".[")
	if i < 0 {
		i = len(name)
	}
	v := p.first(name[:i])
	for rest := name[i:]; rest != ""; {
		if rest[0] == '.' {
			end := strings.IndexAny(rest[1:], ".[") + 1
			if end == 0 {
				end = len(rest)
			}
			v = p.attr(v, rest[1:end])
			rest = rest[end:]
			continue
		}
		end := strings.IndexByte(rest, ']')
		if rest[0] != '[' || end < 0 {
			fail(KindValue, "Missing ']' in format string")
		}
		v = p.item(v, rest[1:end])
		rest = rest[end+1:]
		if rest != "" && rest[0] != '.' && rest[0] != '[' {
			fail(KindValue, "Only '.' or '[' may follow ']' in format field specifier")
		}
	}
	return v
}

// first finds what a field begins with: a number, a name, or nothing, which
// counts on. Numbers and counting cannot be mixed.
func (p *formatter) first(name string) any {
	n, err := strconv.Atoi(name)
	switch {
	case name == "":
		if p.auto < 0 {
			fail(KindValue, "cannot switch from manual field specification to automatic field numbering")
		}
		n = p.auto
		p.auto++
	case err != nil:
		if p.kwargs != nil {
			if v, ok := p.kwargs.Lookup(name); ok {
				return v
			}
		}
		fail(KindKey, "%s", pytext.Repr(name))
	default:
		if p.auto > 0 {
			fail(KindValue, "cannot switch from automatic field numbering to manual field specification")
		}
		p.auto = -1
	}
	if n >= len(p.args) || n < 0 {
		fail(KindIndex, "Replacement index %d out of range for positional args tuple", n)
	}
	return p.args[n]
}

func (p *formatter) attr(v any, name string) any {
	v = norm(v)
	if r, ok := attribute(p.f, v, name); ok {
		return r
	}
	checkDefined(v)
	fail(KindAttribute, "'%s' object has no attribute '%s'", typeName(v), name)
	return nil
}

func (p *formatter) item(v any, key string) any {
	v = norm(v)
	checkDefined(v)
	if n, err := strconv.Atoi(key); err == nil {
		if r, ok := lookup(v, n); ok {
			return r
		}
	} else if r, ok := lookup(v, key); ok {
		return r
	}
	if _, ok := asMapping(v); ok {
		fail(KindKey, "%s", pytext.Repr(key))
	}
	fail(KindIndex, "%s index out of range", typeName(v))
	return nil
}

// formatValue is format(v, spec).
func formatValue(f *frame, v any, format string) string {
	v = norm(v)
	if t, ok := v.(time.Time); ok && format != "" {
		f.st.size(len(format) * 16)
		return strftime(t, format)
	}
	if format == "" {
		return f.str(v)
	}
	switch v := v.(type) {
	case string, Markup:
		sp := parseSpec(f, format, "str")
		return sp.formatText(str(v))
	case int, bool, *big.Int:
		sp := parseSpec(f, format, "int")
		if n, ok := v.(*big.Int); ok {
			f.st.bigWork(n.BitLen())
		}
		return sp.formatWhole(v)
	case float64:
		sp := parseSpec(f, format, "float")
		sp.checkVerb("eEfFgGn%", "float")
		return sp.formatFloat(v)
	}
	fail(KindType, "unsupported format string passed to %s.__format__", typeName(v))
	return ""
}

func (sp spec) checkVerb(verbs, typ string) {
	if sp.verb != 0 && !strings.ContainsRune(verbs, sp.verb) {
		fail(KindValue, "Unknown format code '%c' for object of type '%s'", sp.verb, typ)
	}
}

// formatText formats a text, for which the options of numbers are errors.
func (sp spec) formatText(s string) string {
	sp.checkVerb("s", "str")
	switch {
	case sp.sign != 0:
		fail(KindValue, "Sign not allowed in string format specifier")
	case sp.posZero:
		fail(KindValue, "Negative zero coercion (z) not allowed in string format specifier")
	case sp.alt:
		fail(KindValue, "Alternate form (#) not allowed in string format specifier")
	case sp.group != 0:
		fail(KindValue, "Cannot specify '%c' with 's'.", sp.group)
	case sp.align == '=':
		fail(KindValue, "'=' alignment not allowed in string format specifier")
	}
	if sp.zero && sp.align == 0 {
		sp.fill, sp.align = '0', '<'
	}
	if sp.prec >= 0 {
		s = sliceRunes(s, 0, sp.prec, nil)
	}
	return sp.padText(s, '<')
}

// formatWhole formats an int, which the codes of floats format as one.
func (sp spec) formatWhole(v any) string {
	sp.checkVerb("bcdoxXneEfFgG%", "int")
	n, _ := asBig(v)
	switch sp.verb {
	case 'e', 'E', 'f', 'F', 'g', 'G', '%':
		x, _ := asFloat(v)
		return sp.formatFloat(x)
	case 'c':
		return sp.padText(charOf(normBig(n)), '<')
	}
	if sp.posZero {
		fail(KindValue, "Negative zero coercion (z) not allowed in format specifier with integer format code '%c'", max(sp.verb, 'd'))
	}
	if sp.prec >= 0 {
		fail(KindValue, "Precision not allowed in integer format specifier")
	}
	return sp.formatInt(n)
}
