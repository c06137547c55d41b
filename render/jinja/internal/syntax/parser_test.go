package syntax

import "testing"

// TestParseErrors checks the kind and the line of mistakes.
func TestParseErrors(t *testing.T) {
	for _, c := range []struct {
		src, kind string
		line      int
	}{
		{"\n{{ }}", KindSyntax, 2},
		{"a\nb\n{% if x %}\n{% nope %}", KindSyntax, 4},
		{"{% from 'a' import _b %}", KindAssertion, 1},
		{"{{ f(a=1,\n a=2) }}", KindPythonSyntax, 2},
		{"{{ 'a }}", KindSyntax, 1},
		{"{# open", KindSyntax, 1},
	} {
		body, err := Parse(c.src, Options{})
		if err == nil || err.Kind != c.kind || err.Line != c.line {
			t.Errorf("%q: got %v, %v, want %s in line %d", c.src, body, err, c.kind, c.line)
		}
	}
}

// TestWalk checks the order in which the tree is gone through: scoping depends
// on it.
func TestWalk(t *testing.T) {
	body, err := Parse("{% for a in b if c %}{{ d|f(e) }}{% else %}{{ g.h[i] }}{% endfor %}", Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, n := range body {
		Walk(n, func(n Node) {
			if name, ok := n.(*NameNode); ok {
				got += name.Name
			}
		})
	}
	if want := "abdegic"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestWhiteSpace checks what tags take from the text around them.
func TestWhiteSpace(t *testing.T) {
	for _, c := range []struct {
		src  string
		o    Options
		want string
	}{
		{"a \n {%- if x %} b {% endif -%} \n c", Options{}, "a| b |c"},
		{"  {% if x %}\nb\n  {% endif %}\nc", Options{TrimBlocks: true, LstripBlocks: true}, "b\n|c"},
		{"  {%+ if x %}b{% endif %}", Options{LstripBlocks: true}, "  |b"},
	} {
		body, err := Parse(c.src, c.o)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, n := range body {
			Walk(n, func(n Node) {
				if text, ok := n.(*TextNode); ok {
					if got != "" {
						got += "|"
					}
					got += text.Data
				}
			})
		}
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.src, got, c.want)
		}
	}
}
