package babel

import (
	"fmt"
	"strings"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/gettext"
	"github.com/cantil-go/cantil/render/jinja"
)

// GetText gives a message in the language of the request, gettext(message,
// **variables): each %(name)s in it is replaced by the variable of that name.
// Variables are pairs of a name and a value:
//
//	babel.GetText(c, "Hello %(user)s!", "user", name)
//
// As in Python, a message without variables is given as it is, %% included. A
// variable that the message names and the call does not give panics.
func GetText(c *cantil.Context, message string, variables ...any) string {
	s := stateOf(c)
	return s.format(s.GetText(message), variables)
}

// NGetText gives the form of a message for a count, ngettext(singular, plural,
// num, **variables). The count is the variable num:
//
//	babel.NGetText(c, "%(num)s apple", "%(num)s apples", len(apples))
func NGetText(c *cantil.Context, singular, plural string, num int, variables ...any) string {
	s := stateOf(c)
	return s.format(s.NGetText(singular, plural, float64(num)), withNum(variables, num))
}

// PGetText is [GetText] for a message that has a context, which tells it from
// another one of the same text: pgettext(context, message, **variables).
func PGetText(c *cantil.Context, context, message string, variables ...any) string {
	s := stateOf(c)
	return s.format(s.PGetText(context, message), variables)
}

// NPGetText is [NGetText] for a message that has a context.
func NPGetText(c *cantil.Context, context, singular, plural string, num int, variables ...any) string {
	s := stateOf(c)
	return s.format(s.NPGetText(context, singular, plural, float64(num)), withNum(variables, num))
}

// messages gives the catalog of a domain for the request.
func (d *Domain) messages(c *cantil.Context) *gettext.Catalog {
	s := stateOf(c)
	return d.find(s.b, s.getLocale())
}

// GetText is [GetText] with the domain's catalogs.
func (d *Domain) GetText(c *cantil.Context, message string, variables ...any) string {
	return stateOf(c).format(d.messages(c).GetText(message), variables)
}

// NGetText is [NGetText] with the domain's catalogs.
func (d *Domain) NGetText(c *cantil.Context, singular, plural string, num int, variables ...any) string {
	return stateOf(c).format(d.messages(c).NGetText(singular, plural, float64(num)), withNum(variables, num))
}

// PGetText is [PGetText] with the domain's catalogs.
func (d *Domain) PGetText(c *cantil.Context, context, message string, variables ...any) string {
	return stateOf(c).format(d.messages(c).PGetText(context, message), variables)
}

// NPGetText is [NPGetText] with the domain's catalogs.
func (d *Domain) NPGetText(c *cantil.Context, context, singular, plural string, num int, variables ...any) string {
	return stateOf(c).format(d.messages(c).NPGetText(context, singular, plural, float64(num)), withNum(variables, num))
}

// withNum adds the count to the variables, unless they have a num.
func withNum(variables []any, num int) []any {
	for i := 0; i < len(variables); i += 2 {
		if variables[i] == "num" {
			return variables
		}
	}
	return append(variables[:len(variables):len(variables)], "num", num)
}

// formatter is Python's operator % of a text, which the templates have.
var formatter = func() *jinja.Template {
	env := jinja.New(nil)
	env.Autoescape = nil
	t, err := env.FromString("{{ text % variables }}")
	if err != nil {
		panic(err)
	}
	return t
}()

// format puts the variables in. One that is lazy is in the language of the
// request; without a request s is nil.
func (s *state) format(text string, variables []any) string {
	if len(variables) == 0 {
		return text
	}
	if len(variables)%2 != 0 {
		panic(fmt.Errorf("babel: %q: variables are pairs of a name and a value", text))
	}
	if strings.IndexByte(text, '%') < 0 {
		return text
	}
	out, err := formatter.Append(nil, map[string]any{"text": text, "variables": jinja.NewDict(variables...), variable: s})
	if err != nil {
		panic(fmt.Errorf("babel: %q: %w", text, err))
	}
	return string(out)
}

// GetText and its siblings are the translations of the request for its templates.
func (s *state) GetText(message string) string { return s.messages().GetText(message) }

// NGetText gives the form for a count.
func (s *state) NGetText(singular, plural string, n float64) string {
	return s.messages().NGetText(singular, plural, n)
}

// PGetText gives a message with a context.
func (s *state) PGetText(context, message string) string {
	return s.messages().PGetText(context, message)
}

// NPGetText gives the form of a message with a context.
func (s *state) NPGetText(context, singular, plural string, n float64) string {
	return s.messages().NPGetText(context, singular, plural, n)
}

// LazyString is a message that is translated when it is shown: in a template, or
// by Text. It may be a variable of the program, before there is a request.
type LazyString struct {
	context, singular, plural string
	hasContext                bool
	num                       int
	variables                 []any
}

// LazyGetText is [GetText] for later, lazy_gettext.
func LazyGetText(message string, variables ...any) LazyString {
	return LazyString{singular: message, variables: variables}
}

// LazyNGetText is [NGetText] for later, lazy_ngettext.
func LazyNGetText(singular, plural string, num int, variables ...any) LazyString {
	return LazyString{singular: singular, plural: plural, num: num, variables: withNum(variables, num)}
}

// LazyPGetText is [PGetText] for later, lazy_pgettext.
func LazyPGetText(context, message string, variables ...any) LazyString {
	return LazyString{context: context, hasContext: true, singular: message, variables: variables}
}

// LazyNPGetText is [NPGetText] for later, lazy_npgettext.
func LazyNPGetText(context, singular, plural string, num int, variables ...any) LazyString {
	l := LazyNGetText(singular, plural, num, variables...)
	l.context, l.hasContext = context, true
	return l
}

// Text gives the message in the language of the request.
func (l LazyString) Text(c *cantil.Context) string { return l.in(stateOf(c)) }

// String gives the message as it is in the source.
func (l LazyString) String() string { return l.in(nil) }

// Localize gives the message in the language of a template's render.
func (l LazyString) Localize(lookup func(name string) (any, bool)) string {
	if v, ok := lookup(variable); ok {
		if s, ok := v.(*state); ok {
			return l.in(s)
		}
	}
	return l.String()
}

// in gives the message in the language of a request, or as it is in the source
// where s is nil.
func (l LazyString) in(s *state) string {
	c := none
	if s != nil {
		c = s.messages()
	}
	switch {
	case l.plural != "" && l.hasContext:
		return s.format(c.NPGetText(l.context, l.singular, l.plural, float64(l.num)), l.variables)
	case l.plural != "":
		return s.format(c.NGetText(l.singular, l.plural, float64(l.num)), l.variables)
	case l.hasContext:
		return s.format(c.PGetText(l.context, l.singular), l.variables)
	}
	return s.format(c.GetText(l.singular), l.variables)
}
