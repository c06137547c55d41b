package jinja

import (
	"strings"

	"github.com/cantil-go/cantil/render/jinja/internal/syntax"
)

// I18n is Jinja's extension jinja2.ext.i18n: the tag {% trans %} and the
// functions _, gettext, ngettext, pgettext and npgettext.
//
//	{% trans %}Hello{% endtrans %}
//	{% trans "menu" user=user.name %}Hello {{ user }}{% endtrans %}
//	{% trans trimmed count=list|length %}
//	  one entry
//	{% pluralize %}
//	  {{ count }} entries
//	{% endtrans %}
//
// A translated text is safe HTML where autoescaping is on, as the template is
// that it stands in; what is put into it is escaped. So is a message that is no
// literal of the template and that has no translation: {{ _(name) }}.
type I18n struct {
	// Newstyle makes the functions format their result: every %(name)s in it is
	// replaced, and %% is a percent sign. Oldstyle leaves that to the template
	// and to the tag. Flask-Babel sets it.
	Newstyle bool
	// Trimmed makes every tag without "notrimmed" join its lines, the policy
	// ext.i18n.trimmed.
	Trimmed bool
	// Translations are what the functions ask. Where they are nil and Variable
	// is "", only _ is defined, and gettext and its siblings are to be globals
	// of the host.
	Translations Translations
	// Variable is the name under which a render, or the global names of it, holds
	// its own [Translations], those of a visitor's language. They take precedence.
	Variable string
}

// Translations are the messages of a language. Each function gives the original
// for a message that is not translated: of two the first for a count of one. A
// count need not be a whole number: 1.5 hours.
type Translations interface {
	GetText(message string) string
	NGetText(singular, plural string, n float64) string
	PGetText(context, message string) string
	NPGetText(context, singular, plural string, n float64) string
}

// NullTranslations leave every message as it is, install_null_translations.
type NullTranslations struct{}

// GetText gives the message.
func (NullTranslations) GetText(message string) string { return message }

// NGetText gives the singular for 1, else the plural.
func (NullTranslations) NGetText(singular, plural string, n float64) string {
	if n == 1 {
		return singular
	}
	return plural
}

// PGetText gives the message.
func (NullTranslations) PGetText(_, message string) string { return message }

// NPGetText gives the singular for 1, else the plural.
func (t NullTranslations) NPGetText(_, singular, plural string, n float64) string {
	return t.NGetText(singular, plural, n)
}

// Tags is "trans".
func (I18n) Tags() []string { return []string{"trans"} }

// Parse reads the tag.
func (x I18n) Parse(p *Parser) Node {
	t := syntax.Trans{Newstyle: x.Newstyle, Trimmed: x.Trimmed, MarkSafe: markSafeHere}
	return Node{t.Parse(p.p)}
}

// markSafeHere is Jinja's MarkSafeIfAutoescape.
var markSafeHere = define("markup", "value", func(f *frame, a []any) any {
	if f.autoescape() {
		return markSafe(a[0])
	}
	return a[0]
})

// Bind defines the functions.
func (x I18n) Bind(env *Env) {
	env.Globals["_"] = &gettextFunc{name: "_gettext_alias"}
	if x.Translations == nil && x.Variable == "" {
		return
	}
	for name, signature := range map[string]string{
		"gettext": "message", "ngettext": "singular, plural, n",
		"pgettext": "context, message", "npgettext": "context, singular, plural, n",
	} {
		fn := &gettextFunc{name: name, ext: &x, plural: strings.Contains(name, "n"), context: strings.Contains(name, "p")}
		env.Globals[name] = fn
		if !x.Newstyle {
			env.Globals[name] = define(name, signature, func(f *frame, a []any) any { return fn.translate(f, a) })
		}
	}
}

// gettextFunc is a newstyle function, gettext or one of its siblings; or, without
// an extension, the function _, which is whatever gettext is where it is called.
type gettextFunc struct {
	name            string
	plural, context bool
	ext             *I18n
}

// target gives what a call of the function calls. literal says that the messages
// are literals of the template, which the call that follows is told.
func (fn *gettextFunc) target(f *frame, literal bool) callable {
	var target callable = fn
	if fn.ext == nil {
		v, ok := f.ctx.resolve("gettext")
		if !ok {
			v = undefinedName("gettext")
		}
		target = asCallable(v)
	}
	if g, ok := target.(*gettextFunc); ok && g.ext != nil {
		f.st.literal = literal
	}
	return target
}

// translations gives those of the render.
func (fn *gettextFunc) translations(f *frame) Translations {
	if fn.ext.Variable != "" {
		if v, ok := f.ctx.resolve(fn.ext.Variable); ok {
			if t, ok := v.(Translations); ok {
				return t
			}
		}
	}
	if fn.ext.Translations == nil {
		return NullTranslations{}
	}
	return fn.ext.Translations
}

// translate asks for the message of the arguments.
func (fn *gettextFunc) translate(f *frame, a []any) string {
	t := fn.translations(f)
	switch {
	case fn.plural && fn.context:
		return t.NPGetText(f.message(a[0]), f.message(a[1]), f.message(a[2]), countOf(a[3]))
	case fn.plural:
		return t.NGetText(f.message(a[0]), f.message(a[1]), countOf(a[2]))
	case fn.context:
		return t.PGetText(f.message(a[0]), f.message(a[1]))
	}
	return t.GetText(f.message(a[0]))
}

// message gives the text of an argument, which need not be a literal.
func (f *frame) message(v any) string {
	if s, ok := asString(v); ok {
		return s
	}
	checkDefined(norm(v))
	return f.str(v)
}

// countOf gives a number for the choice of a plural form.
func countOf(v any) float64 {
	v = norm(v)
	if b, ok := v.(bool); ok {
		v = toInt(b)
	}
	x, ok := asFloat(v)
	if !ok {
		fail(KindType, "Plural value must be an integer, got %s", typeName(v))
	}
	return x
}

func (fn *gettextFunc) call(f *frame, args []any, kwargs []Arg) any {
	if fn.ext == nil {
		return fn.target(f, false).call(f, args, kwargs)
	}
	return f.markup(fn.format(f, args, kwargs))
}

// print writes the text without making a value of it.
func (fn *gettextFunc) print(f *frame, args []any, kwargs []Arg) {
	f.st.out = append(f.st.out, fn.format(f, args, kwargs)...)
}

// format gives the translation with its variables put in: a text without a
// percent sign is the translation itself.
func (fn *gettextFunc) format(f *frame, args []any, kwargs []Arg) string {
	literal := f.st.literal
	f.st.literal = false
	n := 1
	if fn.plural {
		n += 2
	}
	if fn.context {
		n++
	}
	if len(args) != n {
		fail(KindType, "%s() takes %d positional arguments but %d were given", fn.name, n, len(args))
	}
	s := fn.translate(f, args)
	f.st.step(1 + len(s)>>6)
	if !literal && f.autoescape() {
		s = fn.guard(f, s, args)
	}
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	vars := &Dict{}
	for _, kw := range kwargs {
		vars.Set(kw.Name, kw.Value)
	}
	if _, given := vars.Lookup("context"); fn.context && !given {
		vars.Set("context", args[0])
	}
	if _, given := vars.Lookup("num"); fn.plural && !given {
		vars.Set("num", args[n-1])
	}
	text, _ := asString(percentFormat(f, s, f.autoescape(), vars))
	return text
}

// guard escapes a message that is no literal and came back as it was: nobody
// translated it, so it is as safe as the value of the template that it is. Jinja
// takes it for HTML.
func (fn *gettextFunc) guard(f *frame, s string, args []any) string {
	messages := args
	if fn.context {
		messages = messages[1:]
	}
	if fn.plural {
		messages = messages[:2]
	}
	for _, m := range messages {
		if _, safe := norm(m).(Markup); !safe && f.message(m) == s {
			return f.escapeString(s)
		}
	}
	return s
}

func (fn *gettextFunc) pyType() string { return "function" }
func (fn *gettextFunc) pyRepr() string { return "<function " + fn.name + ">" }
