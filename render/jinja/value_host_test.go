package jinja

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"
	"sync"
	"testing"
	"time"
)

type address struct{ City string }

type account struct {
	address
	UserID    int
	CreatedAt time.Time
	HTMLBody  string `json:"body,omitempty"`
	Nick      *string
	Role      role
	Extra     map[int]string
	secret    string
}

type role string

func (a account) IsAdmin() bool              { return a.Role == "admin" }
func (a *account) Rename(name string) string { return "renamed " + name }
func (a account) hidden() string             { return a.secret }
func (a account) Fail() (string, error)      { return "", errors.New("no luck") }
func (a account) Boom() string               { panic("boom") }
func (a account) Sum(ns ...int) (n int) {
	for _, v := range ns {
		n += v
	}
	return n
}
func (a account) Each() iter.Seq2[string, int] { return func(y func(string, int) bool) { y("a", 1) } }
func (a account) Pair() (string, int)          { return "a", 1 }

// session acts as a dict, as a web session would.
type session struct{ d *Dict }

func (s session) Lookup(key any) (any, bool) { return s.d.Lookup(key) }
func (s session) Keys() []any                { return s.d.Keys() }
func (s session) Len() int                   { return s.d.Len() }

type widget struct{}

func (widget) HTML() string   { return "<hr>" }
func (widget) String() string { return "widget" }

func hostVars() map[string]any {
	nick := "nick<"
	acc := account{address: address{"Porto"}, UserID: 7, CreatedAt: time.Date(2024, 3, 9, 14, 5, 0, 0, time.UTC),
		HTMLBody: "<b>", Nick: &nick, Role: "admin", Extra: map[int]string{2: "two", 1: "one"}, secret: "s"}
	_ = acc.hidden()
	var none *account
	return map[string]any{
		"a": acc, "p": &acc, "none": none, "w": widget{}, "s": session{NewDict("x", 1, "items", 2)}, "empty": session{NewDict()},
		"i8": int8(5), "u64": ^uint64(0), "f32": float32(1.5), "arr": [2]int{1, 2}, "strs": []string{"a", "<"},
		"ints": []int{3, 1, 2}, "mm": []map[string]any{{"n": 2}, {"n": 1}}, "err": errors.New("<err>"), "dur": time.Second,
		"add": func(a, b int) int { return a + b }, "any": func(v any) string { return fmt.Sprintf("%T", v) },
		"list": func(v []string) string { return strings.Join(v, "+") }, "opt": func(p *int) bool { return p == nil },
		"lowest": int64(math.MinInt64), "role": role("admin"), "bytes": []byte("a\x00"), "nilmap": map[string]any(nil), "nilfn": (func())(nil),
	}
}

// TestHostValues shows how Go's values look from a template.
func TestHostValues(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"{{ a.user_id }} {{ a.UserID }} {{ a.city }} {{ a.created_at }} {{ a.body }} {{ a.html_body }}", "7 7 Porto 2024-03-09 14:05:00 &lt;b&gt; &lt;b&gt;"},
		{"{{ a.nick }} {{ a.role }} {{ a.role == 'admin' }} {{ a.is_admin() }} {{ a['is_admin']() }}", "nick&lt; admin True True True"},
		{"{{ a.secret is defined }} {{ a.hidden is defined }} {{ a.rename is defined }} {{ p.rename('x') }}", "False False False renamed x"},
		{"{{ a.sum() }} {{ a.sum(1, 2) }} {{ a.pair() }} {% for k, v in a.each() %}{{ k }}{{ v }}{% endfor %}", "0 3 (&#39;a&#39;, 1) a1"},
		{"{{ a.extra }} {{ a.extra[1] }} {{ a.extra.items()|list }} {{ 2 in a.extra }} {{ 'x' in a.extra }}", "{1: &#39;one&#39;, 2: &#39;two&#39;} one [(1, &#39;one&#39;), (2, &#39;two&#39;)] True False"},
		{"{{ none }} {{ none is none }} {{ none.x is defined }} {{ nilmap }} {{ nilmap.x is defined }}", "None True False {} False"},
		{"{{ w }} {{ [w] }} {{ w ~ '<' }} {{ w is escaped }} {{ w|e }}", "<hr> [widget] widget&lt; True <hr>"},
		{"{{ s.x }} {{ s['x'] }} {{ s.get('y', 3) }} {{ 'x' in s }} {{ s|length }} {{ s.items()|list }} {{ s['items'] }}", "1 1 3 True 2 [(&#39;x&#39;, 1), (&#39;items&#39;, 2)] 2"},
		{"{% for k in s %}{{ k }}{% endfor %} {{ 1 if empty else 2 }} {{ s is mapping }} {{ s|dictsort|first }} {{ dict(s) }}", "xitems 2 True (&#39;items&#39;, 2) {&#39;x&#39;: 1, &#39;items&#39;: 2}"},
		{"{{ i8 + 1 }} {{ u64 }} {{ u64 + 1 }} {{ f32 }} {{ arr }} {{ arr[-1] }} {{ strs }} {{ strs|join }}", "6 18446744073709551615 18446744073709551616 1.5 [1, 2] 2 [&#39;a&#39;, &#39;&lt;&#39;] a&lt;"},
		{"{{ lowest * 2 }} {{ 2 * lowest }} {{ lowest - 1 }} {{ -lowest }}", "-18446744073709551616 -18446744073709551616 -9223372036854775809 9223372036854775808"},
		{"{{ ints|sort }} {{ ints[1:] }} {{ ints + [4] }} {{ 1 in ints }} {{ ints.index(1) }} {{ mm|map(attribute='n')|sum }}", "[1, 2, 3] [1, 2] [3, 1, 2, 4] True 1 3"},
		{"{{ err }} {{ dur }} {{ bytes }} {{ role }} {{ role ~ 1 }} {{ {'admin': 1}[role] }}", "&lt;err&gt; 1s b&#39;a\\x00&#39; admin admin1 1"},
		{"{{ add(1, 2.0) }} {{ any(1) }} {{ any('a'|safe) }} {{ any([1]) }} {{ list(['a', 'b'|safe]) }} {{ opt(none) }}", "3 int pyvalue.Markup *jinja.List a+b True"},
		{"{{ a.created_at.year }} {{ a.created_at.strftime('%d/%m/%y') }} {{ a.created_at.date() }} {{ a.created_at.Weekday() }}", "2024 09/03/24 2024-03-09 Saturday"},
	} {
		got, err := New(nil).RenderString(c.src, hostVars())
		if err != nil || got != c.want {
			t.Errorf("%s\n got %s %v\nwant %s", c.src, got, err, c.want)
		}
	}
}

// TestHostErrors checks what ends a render, and that the line is named.
func TestHostErrors(t *testing.T) {
	for _, c := range []struct{ src, kind, text string }{
		{"{{ a.fail() }}", KindGo, "no luck"}, {"{{ a.boom() }}", KindGo, "boom"},
		{"{{ add(1) }}", KindType, "arguments"}, {"{{ add(1, 'x') }}", KindType, "argument 2"},
		{"{{ add(1, b=2) }}", KindType, "keyword"}, {"{{ i8() }}", KindType, "not callable"},
		{"{{ nilfn() }}", KindType, "not callable"}, {"{{ add(1, 10**30) }}", KindType, "argument 2"},
		{"{{ a.nosuch.x }}", KindUndefined, "nosuch"}, {"{{ mm.append(1) }}", KindType, "Go slice"},
	} {
		_, err := New(nil).RenderString("line one\n"+c.src, hostVars())
		var e *Error
		if !errors.As(err, &e) || e.Kind != c.kind || !strings.Contains(e.Message, c.text) || e.Line != 2 {
			t.Errorf("%s: %v", c.src, err)
		}
	}
}

// TestNoPartialOutput checks that a failed render leaves nothing behind.
func TestNoPartialOutput(t *testing.T) {
	env := New(nil)
	tmpl, err := env.FromString("much text {{ 1/0 }}")
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := tmpl.Render(&buf, nil); err == nil || buf.Len() > 0 {
		t.Errorf("wrote %q, %v", buf.String(), err)
	}
	if out, err := tmpl.Append([]byte("before"), nil); err == nil || string(out) != "before" {
		t.Errorf("appended %q, %v", out, err)
	}
}

// TestLazyNames checks who sees which names, and that unused ones cost nothing.
func TestLazyNames(t *testing.T) {
	env := New(Map{
		"m.html": "{% macro f() %}[{{ g }}{{ c }}{{ v }}]{% endmacro %}",
		"p.html": "{% import 'm.html' as a %}{% import 'm.html' as b with context %}{{ a.f() }}{{ b.f() }}{% include 'i.html' %}{% if false %}{{ unused }}{% endif %}",
		"i.html": "{{ g }}{{ c }}{{ v }}",
	})
	tmpl, err := env.Get("p.html")
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	resolver := func(name string) Resolver {
		return ResolverFunc(func(n string) (any, bool) { asked[n] = true; return strings.ToUpper(n), n == name })
	}
	out, err := tmpl.AppendScope(nil, Scope{Vars: map[string]any{"v": "V"}, Context: resolver("c"), Globals: resolver("g")})
	if want := "[G][GCV]GCV"; err != nil || string(out) != want {
		t.Errorf("got %s %v, want %s", out, err, want)
	}
	if asked["unused"] {
		t.Error("a name was resolved that is not used")
	}
}

// TestConcurrentRenders renders one template in many goroutines; run with -race.
func TestConcurrentRenders(t *testing.T) {
	env := New(benchPage)
	env.AutoReload = true
	vars := benchVars()
	tmpl, err := env.Get("page.html")
	if err != nil {
		t.Fatal(err)
	}
	want, _ := tmpl.Append(nil, vars)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 50 {
				tmpl, err := env.Get("page.html")
				if err != nil {
					t.Error(err)
					return
				}
				var buf bytes.Buffer
				if err := tmpl.Render(&buf, vars); err != nil || buf.String() != string(want) {
					t.Errorf("%d: %v", i, err)
				}
				if _, err := env.RenderString("{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1/0) }}", nil); err == nil {
					t.Error("no error")
				}
			}
		}()
	}
	wg.Wait()
}

// TestKeptMacro gives a macro of one render to another.
func TestKeptMacro(t *testing.T) {
	env := New(nil)
	var kept any
	env.Globals["keep"] = func(v any) string { kept = v; return "" }
	if _, err := env.RenderString("{% macro m() %}x{% endmacro %}{{ keep(m) }}", nil); err != nil {
		t.Fatal(err)
	}
	other, err := env.FromString("{{ a }}{{ m() }}")
	if err != nil {
		t.Fatal(err)
	}
	inner := func() (string, error) {
		out, err := other.Append(nil, map[string]any{"m": kept})
		return string(out), err
	}
	outer := map[string]any{"inner": inner}
	if out, err := env.RenderString("{{ inner() }}", outer); err == nil && out != "x" {
		t.Errorf("got %q", out)
	}
}

// TestXMLAttrNames checks that a name that could end the attribute is refused
// as Jinja 3.1.6 refuses it, and that what escaping makes safe is not.
func TestXMLAttrNames(t *testing.T) {
	for _, name := range []string{"a b", "a\tb", "a\nb", "a\rb", "a\fb", "a\vb", "a/b", "a>b", "a=b", "onclick=x ", " ", ">"} {
		for _, v := range []any{NewDict(name, "v"), map[string]any{name: "v"}, NewDict(Markup(name), "v")} {
			out, err := New(nil).RenderString("{{ v|xmlattr }}", map[string]any{"v": v})
			var e *Error
			if !errors.As(err, &e) || e.Kind != KindValue || e.Message != "Invalid character in attribute name: "+repr(name) {
				t.Errorf("%q: got %q, %v", name, out, err)
			}
		}
	}
	out, err := New(nil).RenderString("{{ {'a\"<&': '\"', 'gone': none}|xmlattr }}", nil)
	if want := ` a&#34;&lt;&amp;="&#34;"`; err != nil || out != want {
		t.Errorf("got %q, %v, want %q", out, err, want)
	}
}

// TestSortEqualKeys checks that keys which cannot be ordered are no error where
// all are equal, and are one where they differ.
func TestSortEqualKeys(t *testing.T) {
	vars := map[string]any{"posts": []any{NewDict("n", 1, "at", nil), NewDict("n", 2, "at", nil)}}
	for src, want := range map[string]string{
		"{{ posts|sort(attribute='at')|map(attribute='n')|join }}":                  "12",
		"{{ posts|sort(attribute='gone')|map(attribute='n')|join }}":                "12",
		"{{ posts|sort(attribute='at', reverse=true)|map(attribute='n')|join }}":    "12",
		"{{ posts|sort(true, attribute='at,n')|map(attribute='n')|join }}":          "21",
		"{{ [none, none]|sort }}{{ [{}, {}]|sort }}{{ [range(2), range(2)]|sort }}": "[None, None][{}, {}][range(0, 2), range(0, 2)]",
	} {
		out, err := New(nil).RenderString(src, vars)
		if err != nil || out != want {
			t.Errorf("%s: got %q, %v, want %q", src, out, err, want)
		}
	}
	for _, src := range []string{"{{ [none, 1]|sort }}", "{{ [{}, {1: 2}]|sort }}"} {
		if out, err := New(nil).RenderString(src, nil); err == nil {
			t.Errorf("%s gives %q", src, out)
		}
	}
}

// TestUndefinedValues checks that undefined values are one key, and that a dict
// or a namespace cannot be made of one.
func TestUndefinedValues(t *testing.T) {
	for src, want := range map[string]string{
		"{{ [{}, {'k': 1}, {}]|unique(attribute='k')|list|length }}": "2",
		"{{ {a: 1}[b] }}{{ {a: 1, b: 2}|length }}{{ a in {b: 1} }}":  "11True",
		"{{ (a, 1) in {(b, 1): 2} }}{{ (a,) in {(none,): 2} }}":      "TrueFalse",
	} {
		out, err := New(nil).RenderString(src, nil)
		if err != nil || out != want {
			t.Errorf("%s: got %q, %v, want %q", src, out, err, want)
		}
	}
	for _, src := range []string{"{{ dict(a) }}", "{{ namespace(a) }}"} {
		_, err := New(nil).RenderString(src, nil)
		var e *Error
		if !errors.As(err, &e) || e.Kind != KindUndefined || e.Message != "'a' is undefined" {
			t.Errorf("%s: %v", src, err)
		}
	}
}
