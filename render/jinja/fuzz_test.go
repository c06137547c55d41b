package jinja

import (
	"errors"
	"sort"
	"strings"
	"testing"
	"time"
)

// fuzzLimits are small, so that what the limits do not bound shows as a hang.
var fuzzLimits = Limits{Depth: 60, Steps: 50_000, Output: 1 << 20}

// fuzzVars are values of every kind for templates to work on.
func fuzzVars(s string) map[string]any {
	return map[string]any{
		"s": s, "m": Escape(s), "n": len(s), "x": 1.5, "none": nil, "yes": true,
		"l": []any{s, 1, nil, []any{s}}, "ss": []string{s, "b"}, "t": Tuple{s, 2},
		"d": map[string]any{"k": s, s: "v"}, "o": NewDict("k", s, s, 1),
		"u": &fakeUser{Username: s, Bio: s}, "e": errors.New(s), "b": []byte(s),
		"now": time.Date(2024, 3, 9, 14, 5, 0, 0, time.UTC),
	}
}

// FuzzSource renders arbitrary sources: they may fail, but only by an error.
func FuzzSource(f *testing.F) {
	for _, c := range readCases(f, caseFile()) {
		for _, src := range c.Templates {
			f.Add(src)
		}
	}
	for _, c := range readCases(f, "testdata/more.json") {
		f.Add(c.Templates[c.Main])
	}
	for _, src := range hostileSources {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		env := New(Map{"self.html": src, "m.html": "{% macro f(a) %}{{ a }}{{ caller() if caller }}{% endmacro %}"})
		env.Limits = fuzzLimits
		start := time.Now()
		tmpl, err := env.Get("self.html")
		if err == nil {
			_, err = tmpl.Append(nil, fuzzVars("<&>"))
		}
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("error of another type: %v", err)
		}
		if e != nil && strings.HasPrefix(e.Message, "panic:") {
			t.Errorf("%q panics: %v", src, err)
		}
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%q takes %v", src, d)
		}
	})
}

// safeExpressions are expressions over the untrusted values, made of every
// filter and method. None of them has a "<" of its own, nor "safe" or what
// undoes escaping and marks the result safe on purpose.
func safeExpressions() []string {
	skip := map[string]bool{"safe": true}
	args := map[string][]string{
		"attr": {"'username'"}, "batch": {"2"}, "slice": {"2"}, "default": {"s", "s, true"},
		"groupby": {"'k'"}, "indent": {"2", "s", "s, true"}, "join": {"s", "m", "'-'"}, "format": {"s", "m", "s, s"},
		"replace": {"'a', s", "s, s", "m, s", "s, m", "'a', m"}, "map": {"'upper'", "attribute='k'", "'e'", "'string'", "'replace', 'a', s"},
		"select": {"'string'"}, "reject": {"'none'"}, "selectattr": {"'k'"}, "rejectattr": {"'k'"},
		"truncate": {"5", "3, true, s[:1]", "8, end=s[:3]"}, "wordwrap": {"5", "5, wrapstring=s"},
		"urlize": {"", "10", "target=s", "rel=s", "10, true"}, "center": {"20"}, "trim": {"", "'a'", "s"},
		"xmlattr": {""}, "tojson": {"", "2"}, "sum": {"start=[]"}, "d": {"s"},
	}
	var names []string
	for name := range builtinFilters {
		if !skip[name] {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	var exprs []string
	for _, v := range []string{"s", "m", "l", "ss", "t", "d", "o", "u", "e", "b", "d.k", "u.username", "(s ~ m)"} {
		for _, name := range names {
			variants := args[name]
			if variants == nil {
				variants = []string{""}
			}
			for _, a := range variants {
				e := v + "|" + name
				if a != "" {
					e += "(" + a + ")"
				}
				exprs = append(exprs, e, "("+e+")|list", "("+e+") ~ s", "("+e+")|string|upper", "["+e+"]")
			}
		}
	}
	return append(exprs, methodExpressions()...)
}

// methodExpressions calls the methods of texts with untrusted arguments.
func methodExpressions() []string {
	var exprs []string
	for _, v := range []string{"s", "m"} {
		for name := range stringMethods {
			for _, a := range []string{"", "s", "m", "5", "5, s[:1]", "s, s", "s, m", "[s, m]", "a=s"} {
				exprs = append(exprs, v+"."+name+"("+a+")")
			}
		}
		exprs = append(exprs, v+".format(s)", "('{} {0}'|e).format(s, m)", "('{a} {b!r}'|e).format(a=s, b=m)",
			v+" % s", v+" % (s, m)", "('%s %r'|e) % (s, s)", "('%(a)s'|e) % {'a': s}", v+" + s", "s + "+v, v+" * 2",
			v+"[0]", v+"[1:]", v+"[::-1]", v+" ~ l", v+".striptags()|e", "(m|e) ~ s", v+".join(l|map('string'))",
			v+".encode()", "'"+"%s'|format("+v+")", "m.join([s, m])", "(s, "+v+")", "{s: "+v+"}", v+".split("+v+")",
			v+".partition('a')", v+".translate({97: s})", "dict(a="+v+")", "namespace(a="+v+")", "cycler("+v+").next()",
			"joiner("+v+")", "u.greet("+v+")", "loop", "now.strftime(s)", "ss|map('indent', s)|list", "[m, s]|join(s)",
			"[s]|join(m)", "(l|groupby(0)|list)", "x|default(s)", "range(2)|join(s)", "missing|default(s)", "missing[s]")
	}
	sort.Strings(exprs)
	return exprs
}

// safeTemplates puts the expressions into statements of every kind.
func safeTemplates() []string {
	exprs := safeExpressions()
	var out []string
	for i, e := range exprs {
		switch i % 8 {
		case 0:
			out = append(out, "{{ "+e+" }}")
		case 1:
			out = append(out, "{% set v = "+e+" %}{{ v }}")
		case 2:
			out = append(out, "{% for v in ["+e+"] %}{{ v }}{{ loop.previtem }}{% endfor %}")
		case 3:
			out = append(out, "{% macro f(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f("+e+", s, k=s) }}")
		case 4:
			out = append(out, "{% set v %}{{ "+e+" }}{% endset %}{{ v }}{{ v|upper }}{{ v ~ s }}")
		case 5:
			out = append(out, "{% filter upper %}{{ "+e+" }}{% endfilter %}")
		case 6:
			out = append(out, "{% macro f() %}{{ caller(s) }}{% endmacro %}{% call(a) f() %}{{ a }}{{ "+e+" }}{% endcall %}")
		case 7:
			out = append(out, "{% with v = "+e+" %}{% block b scoped %}{{ v }}{{ s }}{% endblock %}{{ self.b() }}{% endwith %}")
		}
	}
	return out
}

// FuzzValues writes untrusted values through templates that have no "<" of
// their own: none may come out, whatever the values are.
func FuzzValues(f *testing.F) {
	env := New(nil)
	env.Limits = fuzzLimits
	var templates []*Template
	for _, src := range safeTemplates() {
		if t, err := env.FromString(src); err == nil {
			templates = append(templates, t)
		}
	}
	f.Logf("%d templates", len(templates))
	for _, s := range []string{"<script>", "a<b>c & d", "{}<", "%s<", "%(a)s<b>", "http://a.b/<x>", "&lt;b&gt;",
		"\"'><svg/onload=1>", "<!-- --><", "a b\n<c>\td", "{0.__class__}<", "<\x00>", "\xff<", "＜", "< ", "ab<", "<a", "{:<5}", "%-5s<"} {
		for i := 0; i < len(templates); i += 37 {
			f.Add(s, uint16(i))
		}
	}
	f.Fuzz(func(t *testing.T, s string, which uint16) {
		tmpl := templates[int(which)%len(templates)]
		out, err := tmpl.Append(nil, fuzzVars(s))
		if err != nil {
			return
		}
		if strings.Contains(string(out), "<") && !allowsTags(tmpl.source) {
			t.Errorf("%s\nwith %q gives %q", tmpl.source, s, out)
		}
	})
}

// TestUntrustedStaysEscaped keeps what FuzzValues found.
func TestUntrustedStaysEscaped(t *testing.T) {
	for _, c := range []struct{ src, s string }{
		{"{{ m|indent(s) }}", "<\x1c0"}, {"{{ m|indent(s, true, true) }}", "<\n"}, {"{{ m.translate({97: s}) }}", "a<"},
		{"{{ m.translate({97: 60}) }}", "a<"},
	} {
		out, err := New(nil).RenderString(c.src, fuzzVars(c.s))
		if err != nil || strings.Contains(out, "<") {
			t.Errorf("%s with %q gives %q, %v", c.src, c.s, out, err)
		}
	}
}

// allowsTags reports whether a template makes tags of its own, as urlize does;
// those are checked apart.
func allowsTags(src string) bool { return strings.Contains(src, "urlize") }

// TestURLizeTags checks that urlize makes links and nothing else.
func TestURLizeTags(t *testing.T) {
	env := New(nil)
	for _, s := range []string{"<script>http://a.com/<x>", `http://a.com/"onclick="x`, "(http://a.com/')", "<a@b.com>"} {
		out, err := env.RenderString("{{ s|urlize(10, true, target=s, rel=s) }}", map[string]any{"s": s})
		if err != nil {
			t.Fatal(err)
		}
		if rest := strings.NewReplacer("<a href=", "", "</a>", "").Replace(out); strings.Contains(rest, "<") {
			t.Errorf("urlize of %q gives %q", s, out)
		}
	}
}
