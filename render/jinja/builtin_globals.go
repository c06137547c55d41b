package jinja

import (
	"math/rand/v2"
	"strings"
)

// The globals that Jinja gives every template.
var defaultGlobals = map[string]any{
	"range":     define("range", "*args", makeRange),
	"dict":      define("dict", "*args, **kwargs", makeDict),
	"lipsum":    define("generate_lorem_ipsum", "n=5, html=True, min=20, max=100", lipsum),
	"cycler":    define("Cycler", "*items", makeCycler),
	"joiner":    makeJoinerClass(),
	"namespace": define("Namespace", "*args, **kwargs", makeNamespace),
}

// makeRange is range(stop) or range(start, stop, step).
func makeRange(f *frame, a []any) any {
	args := a[0].(Tuple)
	r := Range{Step: 1}
	switch len(args) {
	case 1:
		r.Stop = toInt(args[0])
	case 2:
		r.Start, r.Stop = toInt(args[0]), toInt(args[1])
	case 3:
		r.Start, r.Stop, r.Step = toInt(args[0]), toInt(args[1]), toInt(args[2])
	case 0:
		fail(KindType, "range expected at least 1 argument, got 0")
	default:
		fail(KindType, "range expected at most 3 arguments, got %d", len(args))
	}
	if r.Step == 0 {
		fail(KindValue, "range() arg 3 must not be zero")
	}
	return r
}

// makeDict is dict(): of a mapping or of pairs, and of keywords.
func makeDict(f *frame, a []any) any {
	args, kwargs := a[0].(Tuple), a[1].(*Dict)
	if len(args) > 1 {
		fail(KindType, "dict expected at most 1 argument, got %d", len(args))
	}
	d := &Dict{}
	if len(args) == 1 {
		checkDefined(args[0])
		d.update(f, args[0])
	}
	d.update(f, kwargs)
	return d
}

// update is dict.update of one argument.
func (d *Dict) update(f *frame, v any) {
	v = norm(v)
	if m, ok := asMapping(v); ok {
		f.st.entries(m.Len())
		for _, k := range f.keys(m) {
			f.st.key(k)
			val, _ := m.Lookup(k)
			d.Set(k, val)
		}
		return
	}
	for i, item := range toItems(f, v) {
		pair := toItems(f, item)
		if len(pair) != 2 {
			fail(KindValue, "dictionary update sequence element #%d has length %d; 2 is required", i, len(pair))
		}
		f.st.key(pair[0])
		f.st.entries(1)
		d.Set(pair[0], pair[1])
	}
}

// namespace is an object whose attributes {% set ns.x = ... %} can change,
// from inside of loops too.
type namespace struct{ attrs *Dict }

func makeNamespace(f *frame, a []any) any { return &namespace{makeDict(f, a).(*Dict)} }

func (n *namespace) attr(name string) (any, bool) { return n.attrs.Lookup(name) }
func (n *namespace) pyType() string               { return "Namespace" }
func (n *namespace) pyModule() string             { return "jinja2.utils" }
func (n *namespace) pyRepr() string               { return "<Namespace " + repr(n.attrs) + ">" }

// cycler gives its values in turn.
type cycler struct {
	items Tuple
	pos   int
}

func makeCycler(f *frame, a []any) any {
	items := a[0].(Tuple)
	if len(items) == 0 {
		fail(KindRuntimeError, "at least one item has to be provided")
	}
	return &cycler{items: items}
}

func (c *cycler) attr(name string) (any, bool) {
	switch name {
	case "current":
		return c.items[c.pos], true
	case "items":
		return c.items, true
	case "pos":
		return c.pos, true
	}
	return nil, false
}

func (c *cycler) pyType() string   { return "Cycler" }
func (c *cycler) pyModule() string { return "jinja2.utils" }
func (c *cycler) pyRepr() string   { return "<jinja2.utils.Cycler object>" }

var cyclerMethods = table{}

func init() {
	cyclerMethods.add("Cycler.", "next", "self", func(f *frame, a []any) any {
		c := a[0].(*cycler)
		v := c.items[c.pos]
		c.pos = (c.pos + 1) % len(c.items)
		return v
	})
	cyclerMethods.add("Cycler.", "reset", "self", func(f *frame, a []any) any {
		a[0].(*cycler).pos = 0
		return nil
	})
}

// joiner gives nothing the first time and its separator from then on.
type joiner struct {
	sep  any
	used bool
}

// makeJoinerClass spells the default out, which has the comma that separates
// parameters in a signature.
func makeJoinerClass() *builtin {
	b := define("Joiner", "sep=None", makeJoiner)
	b.params[0].def = ", "
	return b
}

func makeJoiner(f *frame, a []any) any { return &joiner{sep: a[0]} }

func (j *joiner) call(f *frame, args []any, kwargs []Arg) any {
	if len(args)+len(kwargs) > 0 {
		fail(KindType, "Joiner.__call__() takes 1 positional argument but %d were given", 1+len(args)+len(kwargs))
	}
	if !j.used {
		j.used = true
		return ""
	}
	return j.sep
}

func (j *joiner) attr(name string) (any, bool) {
	switch name {
	case "sep":
		return j.sep, true
	case "used":
		return j.used, true
	}
	return nil, false
}

func (j *joiner) pyType() string   { return "Joiner" }
func (j *joiner) pyModule() string { return "jinja2.utils" }
func (j *joiner) pyRepr() string   { return "<jinja2.utils.Joiner object>" }

// lipsumWords are what the filler text is made of.
var lipsumWords = strings.Fields(`lorem ipsum dolor sit amet consectetur adipiscing elit sed
	eiusmod tempor incididunt labore magna aliqua enim minim veniam quis nostrud ullamco
	laboris nisi aliquip commodo consequat duis aute irure in reprehenderit voluptate velit
	esse cillum fugiat nulla pariatur excepteur sint occaecat cupidatat non proident sunt
	culpa qui officia deserunt mollit anim id est laborum`)

// lipsum makes paragraphs of filler text.
func lipsum(f *frame, a []any) any {
	n, html, lo, hi := toInt(a[0]), truth(a[1]), toInt(a[2]), toInt(a[3])
	if lo >= hi {
		fail(KindValue, "empty range for randrange() (%d, %d, %d)", lo, hi, hi-lo)
	}
	f.st.items(max(n, 0))
	f.st.product(n, hi*8)
	var paragraphs []string
	for range max(n, 0) {
		p := lipsumParagraph(lo + rand.IntN(hi-lo))
		if html {
			p = "<p>" + p + "</p>"
		}
		paragraphs = append(paragraphs, p)
	}
	if html {
		return Markup(strings.Join(paragraphs, "\n"))
	}
	return strings.Join(paragraphs, "\n\n")
}

// lipsumParagraph makes sentences of some ten words, with commas in them.
func lipsumParagraph(words int) string {
	var b strings.Builder
	sentence, comma := 0, 0
	for i := range words {
		word := lipsumWords[rand.IntN(len(lipsumWords))]
		if sentence == 0 {
			word = pyCapitalize(word)
		}
		sentence++
		comma++
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word)
		switch {
		case i == words-1 || sentence > 8+rand.IntN(8):
			b.WriteByte('.')
			sentence, comma = 0, 0
		case comma > 3+rand.IntN(5):
			b.WriteByte(',')
			comma = 0
		}
	}
	return b.String()
}
