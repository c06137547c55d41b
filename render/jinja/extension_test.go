package jinja_test

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/render/jinja"
)

// fragmentCache is a tag of a host: {% cache key %} … {% endcache %} renders its
// body once for each key.
type fragmentCache map[any]string

func (fragmentCache) Tags() []string { return []string{"cache"} }

func (c fragmentCache) Parse(p *jinja.Parser) jinja.Node {
	_, line := p.Tag()
	key := p.Expression()
	body, _ := p.Body("endcache")
	return p.CallBlock(line, c.render, body, key)
}

func (c fragmentCache) render(t *jinja.TagCall) (any, error) {
	text, ok := c[t.Args[0]]
	if ok {
		return text, nil
	}
	text, err := t.Body()
	if err == nil {
		c[t.Args[0]] = text
	}
	return text, err
}

func ExampleExtension() {
	// {% cache key %} is fragmentCache, whose Parse reads an expression and a body
	// and gives p.CallBlock(line, c.render, body, key).
	env := jinja.New(nil)
	env.AddExtension(fragmentCache{})
	calls := 0
	env.Globals["work"] = func() string { calls++; return "<done>" }
	out, err := env.RenderString("{% for i in [1, 2, 1] %}{% cache i %}{{ i }} {{ work() }}\n{% endcache %}{% endfor %}", nil)
	fmt.Print(out, err, " ", calls, " calls")
	// Output:
	// 1 &lt;done&gt;
	// 2 &lt;done&gt;
	// 1 &lt;done&gt;
	// <nil> 2 calls
}

func ExampleI18n() {
	env := jinja.New(nil)
	env.AddExtension(jinja.I18n{Newstyle: true, Translations: jinja.NullTranslations{}})
	out, err := env.RenderString(
		"{% trans count=posts|length %}{{ count }} post{% pluralize %}{{ count }} posts{% endtrans %} {% trans user='<Ana>' %}by {{ user }}{% endtrans %}",
		map[string]any{"posts": []string{"a", "b"}})
	fmt.Println(out, err)
	// Output: 2 posts by &lt;Ana&gt; <nil>
}

// scopeTag covers the rest of Parser: names, operators, texts, Set and Call.
type scopeTag struct{}

func (scopeTag) Tags() []string { return []string{"fetch", "shout"} }

func (scopeTag) Parse(p *jinja.Parser) jinja.Node {
	tag, line := p.Tag()
	if tag == "shout" {
		text, ok := p.Text()
		if !ok {
			p.Fail(p.Line(), "shout wants a text")
		}
		return p.Call(line, func(t *jinja.TagCall) (any, error) {
			mark, _ := t.Lookup("mark")
			return fmt.Sprint(strings.ToUpper(text), mark, t.Autoescape()), nil
		})
	}
	value := p.Expression()
	for !p.AtEnd() && p.Skip(",") {
		p.Expression()
	}
	p.Expect("as")
	return p.Set(line, p.Name(), func(t *jinja.TagCall) (any, error) {
		if t.Args[0] == nil {
			return nil, errors.New("nothing to fetch")
		}
		return fmt.Sprint("got ", t.Args[0]), nil
	}, value)
}

func (scopeTag) Preprocess(source, _ string) string { return strings.ReplaceAll(source, "[[", "{{") }

func (scopeTag) Bind(env *jinja.Env) { env.Globals["mark"] = "<!>" }

func TestCustomTags(t *testing.T) {
	env := jinja.New(nil)
	env.AddExtension(scopeTag{})
	for _, c := range []struct{ src, want, err string }{
		{src: `{% fetch 1 + 1 as x %}{{ x }}`, want: "got 2"},
		{src: `{% fetch 1, 2 as x %}[[ x }}`, want: "got 1"},
		{src: `{% shout "a" %}`, want: "A&lt;!&gt;true"},
		{src: `{% autoescape false %}{% shout "a" %}{% endautoescape %}`, want: "A<!>false"},
		{src: `{% set mark = "?" %}{% shout "a" %}`, want: "A?true"},
		{src: "\n{% shout a %}", err: "shout wants a text (<string>:2)"},
		{src: `{% fetch 1 to x %}`, err: "expected token 'as', got 'to'"},
		{src: `{% fetch 1 as x y %}`, err: "expected token 'end of statement block', got 'y'"},
		{src: "a\n{% fetch none as x %}", err: "nothing to fetch (<string>:2)"},
		{src: `{% shout "a`, err: "unexpected char"},
	} {
		out, err := env.RenderString(c.src, nil)
		if out != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %q, %v; want %q, %s", c.src, out, err, c.want, c.err)
		}
	}
}

// TestCustomTagBody: an error in the body, and a body that is not a text.
func TestCustomTagBody(t *testing.T) {
	env := jinja.New(nil)
	env.AddExtension(fragmentCache{})
	if _, err := env.RenderString("{% cache 1 %}\n{{ 1 / 0 }}{% endcache %}", nil); err == nil || !strings.Contains(err.Error(), "ZeroDivisionError: division by zero (<string>:2)") {
		t.Errorf("an error in the body: %v", err)
	}
	if _, err := env.RenderString("{% cache 1 %}\n", nil); err == nil || !strings.Contains(err.Error(), "'endcache'") {
		t.Errorf("a body without an end: %v", err)
	}
}

// TestUnknownTagNamesItsRemedy: what a template of an extension says where the
// extension is not there.
func TestUnknownTagNamesItsRemedy(t *testing.T) {
	for tag, remedy := range map[string]string{
		"trans": "jinja.I18n{}", "do": "jinja.Do{}", "break": "jinja.LoopControls{}", "continue": "jinja.LoopControls{}", "debug": "jinja.Debug{}",
	} {
		_, err := jinja.New(nil).FromString("\n{% " + tag + " %}")
		if err == nil || !strings.Contains(err.Error(), "'"+tag+"'") || !strings.Contains(err.Error(), remedy) || !strings.Contains(err.Error(), ":2)") {
			t.Errorf("%s: %v", tag, err)
		}
	}
}

func TestDebugTag(t *testing.T) {
	env := jinja.New(nil)
	env.AddExtension(jinja.Debug{})
	out, err := env.RenderString("{% set top = [1, [2, [3, [4]]]] %}{% autoescape false %}{% debug %}{% endautoescape %}", map[string]any{"user": "Ana"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"{'context': {'cycler': ", "'user': 'Ana'", "'top': [1, [...]]", "'filters': ['abs', 'attr', 'batch', ", "'tests': ['!=', '<', "} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in %s", want, out)
		}
	}
	for line := range strings.Lines(out) {
		if len(line) > 81 {
			t.Errorf("a long line: %s", line)
		}
	}
}

// TestGoIterators: an item of an iter.Seq is made when the loop asks for it, the
// iterator ends with the render, and an endless one is no trap.
func TestGoIterators(t *testing.T) {
	env := jinja.New(nil)
	env.AddExtension(jinja.LoopControls{})
	env.Limits.Steps = 10_000
	for _, c := range []struct{ src, want string }{
		{"{% for x in pairs %}{{ x }}{% endfor %}", "y0 (0, &#39;a&#39;) y1 (1, &#39;a&#39;) end"},
		{"{% for x in two %}{{ log(x) }}{% endfor %}", "y0 b0 y1 b1 end"},
		{"{{ endless|first }}", "y0 0 end"},
		{"{{ 2 in endless }}", "y0 y1 y2 True end"},
		{"{% for x in endless if x is odd %}{{ log(x) }}{% if x > 2 %}{% break %}{% endif %}{% endfor %}", "y0 y1 b1 y2 y3 b3 end"},
		{"{% for b in endless|batch(2) %}{{ b[1] }}{% break %}{% endfor %}", "y0 y1 y2 1 end"},
		{"{% for x in two %}{{ x / 0 }}{% endfor %}", "y0 end ZeroDivisionError"},
		{"{{ endless|list }}", "MemoryError"},
	} {
		var log []string
		seq := func(n int) iter.Seq[int] {
			return func(yield func(int) bool) {
				defer func() { log = append(log, "end") }()
				for i := 0; i < n; i++ {
					log = append(log, fmt.Sprint("y", i))
					if !yield(i) {
						return
					}
				}
			}
		}
		pairs := func(yield func(int, string) bool) {
			defer func() { log = append(log, "end") }()
			for i := range 2 {
				log = append(log, fmt.Sprint("y", i))
				if !yield(i, "a") {
					return
				}
			}
		}
		env.Limits.Memory = 1 << 16
		out, err := env.RenderString(c.src, map[string]any{"two": seq(2), "endless": seq(math.MaxInt), "pairs": pairs,
			"log": func(x int) string { log = append(log, fmt.Sprint("b", x)); return "" }})
		got := strings.Join(log, " ")
		for _, part := range strings.SplitAfter(out, ")") {
			if part != "" && !strings.Contains(c.want, part) {
				t.Errorf("%s: printed %q", c.src, out)
			}
		}
		words := strings.Fields(c.want)
		if err != nil {
			if !strings.Contains(err.Error(), words[len(words)-1]) {
				t.Errorf("%s: %v", c.src, err)
			}
			if log[len(log)-1] != "end" {
				t.Errorf("%s: the iterator goes on", c.src)
			}
			continue
		}
		for _, word := range log {
			if !strings.Contains(c.want, word) || len(log) > len(words) {
				t.Errorf("%s: the order was %s, want %s", c.src, got, c.want)
				break
			}
		}
	}
}

// greeting is a text of the language that the render names.
type greeting struct{}

func (greeting) Localize(lookup func(string) (any, bool)) string {
	if lang, _ := lookup("lang"); lang == "pt" {
		return "Olá & tchau"
	}
	return "Hello & bye"
}

// TestFunctionsOfTheRender: a function that is given the render, and a text that
// depends on it, wherever it becomes text.
func TestFunctionsOfTheRender(t *testing.T) {
	env := jinja.New(nil)
	env.Filters["lang"] = jinja.Func("lang", func(c *jinja.Context, v string, mark string) string {
		lang, _ := c.Lookup("lang")
		return fmt.Sprint(v, mark, lang, c.Autoescape())
	}, jinja.P("value"), jinja.P("mark", ":"))
	env.Globals["here"] = func(c *jinja.Context) bool { return c.Autoescape() }
	for src, want := range map[string]string{
		`{{ "x"|lang }} {{ "x"|lang(mark="-") }}`:                           "x:pttrue x-pttrue",
		`{{ here() }}{% autoescape false %}{{ here() }}{% endautoescape %}`: "TrueFalse",
		`{{ g }}`: "Olá &amp; tchau", `{{ g|upper }}`: "OLÁ &amp; TCHAU", `{{ "<" ~ g }}`: "&lt;Olá &amp; tchau",
		`{{ g|escape }}`: "Olá &amp; tchau", `{{ "%s!"|format(g) }}`: "Olá &amp; tchau!", `{{ [g, "<"]|join(" ") }}`: "Olá &amp; tchau &lt;",
		`{% autoescape false %}{{ g }}{% endautoescape %}`: "Olá & tchau", `{{ ("<b>"|safe) ~ g }}`: "<b>Olá &amp; tchau", `{{ g|string|length }}`: "11",
	} {
		if out, err := env.RenderString(src, map[string]any{"lang": "pt", "g": greeting{}}); out != want || err != nil {
			t.Errorf("%s: %q, %v; want %q", src, out, err, want)
		}
	}
	if _, err := env.RenderString(`{{ "x"|lang(1, 2) }}`, nil); err == nil || !strings.Contains(err.Error(), "takes 2 positional arguments but 3 were given") {
		t.Errorf("too many arguments: %v", err)
	}
}
