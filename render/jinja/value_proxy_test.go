package jinja

import (
	"strings"
	"testing"
)

// person is what a proxy stands for.
type person struct{ Name string }

func (p *person) Greet() string  { return "hi " + p.Name }
func (p *person) String() string { return "<" + p.Name + ">" }

type personProxy struct{ p *person }

func (x personProxy) JinjaValue() any { return x.p }
func (x personProxy) JinjaAttr(name string) (any, bool) {
	if name != "is_nice" {
		return nil, false
	}
	return true, true
}

type listProxy struct{ personProxy }

func (listProxy) JinjaValue() any { return map[string]any{"k": 1} }

func TestProxy(t *testing.T) {
	env := New(Map{})
	ana := &person{"Ana"}
	vars := map[string]any{"u": personProxy{ana}, "ana": ana, "bia": &person{"Bia"}, "m": listProxy{}}
	for source, want := range map[string]string{
		"{{ u.is_nice }} {{ u['is_nice'] }}":                            "True True",
		"{{ u.name }} {{ u['name'] }} {{ u.greet() }}":                  "Ana Ana hi Ana",
		"{{ u == ana }} {{ ana == u }} {{ u == bia }} {{ u in [ana] }}": "True True False True",
		"{{ u }}":                    "&lt;Ana&gt;",
		"{{ m.k }} {{ m['k'] }}":     "1 1",
		"{{ u.nothing is defined }}": "False",
		"{{ u|attr('name') }}":       "Ana",
		"{{ u ~ '!' }}":              "&lt;Ana&gt;!",
	} {
		tmpl, err := env.FromString(source)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		if err := tmpl.Render(&out, vars); err != nil || out.String() != want {
			t.Errorf("%s: %q, %v; want %q", source, out.String(), err, want)
		}
	}
}
