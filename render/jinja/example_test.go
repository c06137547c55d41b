package jinja_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing/fstest"

	"github.com/cantil-go/cantil/render/jinja"
)

func Example() {
	env := jinja.New(jinja.Map{
		"base.html": "<title>{% block title %}{% endblock %}</title>",
		"page.html": `{% extends "base.html" %}{% block title %}{{ name|upper }}{% endblock %}`,
	})
	t, err := env.Get("page.html")
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = t.Render(os.Stdout, map[string]any{"name": "<ana>"})
	// Output: <title>&lt;ANA&gt;</title>
}

func ExampleEnv_RenderString() {
	env := jinja.New(nil)
	out, err := env.RenderString("{% for n in names %}{{ loop.index }}. {{ n }}\n{% endfor %}",
		map[string]any{"names": []string{"Ana", "Rui"}})
	fmt.Print(out, err)
	// Output:
	// 1. Ana
	// 2. Rui
	// <nil>
}

func ExampleFunc() {
	greet := func(name, greeting string) string { return greeting + ", " + name + "!" }
	env := jinja.New(nil)
	env.Globals["greet"] = jinja.Func("greet", greet, jinja.P("name"), jinja.P("greeting", "Hello"))
	out, _ := env.RenderString(`{{ greet("Ana") }} {{ greet(greeting="Oi", name="Rui") }}`, nil)
	fmt.Println(out)
	// Output: Hello, Ana! Oi, Rui!
}

func ExampleKwargs() {
	env := jinja.New(nil)
	env.Globals["url_for"] = func(endpoint string, query jinja.Kwargs) string {
		var parts []string
		for _, arg := range query {
			parts = append(parts, fmt.Sprint(arg.Name, "=", arg.Value))
		}
		return "/" + endpoint + "?" + strings.Join(parts, "&")
	}
	out, _ := env.RenderString(`{{ url_for("list", page=2, by="name") }}`, nil)
	fmt.Println(out)
	// Output: /list?page=2&amp;by=name
}

func ExampleScope() {
	env := jinja.New(nil)
	t, _ := env.FromString("{{ user }} {{ g.x is defined }}")
	out, _ := t.AppendScope(nil, jinja.Scope{
		Vars: map[string]any{"user": "ana"},
		Globals: jinja.ResolverFunc(func(name string) (any, bool) {
			fmt.Println("asked for", name)
			return map[string]any{}, name == "g"
		}),
	})
	fmt.Println(string(out))
	// Output:
	// asked for g
	// ana False
}

func ExampleNewDict() {
	env := jinja.New(nil)
	out, _ := env.RenderString("{% for k, v in prices.items() %}{{ k }}: {{ v }}; {% endfor %}",
		map[string]any{"prices": jinja.NewDict("tea", 2, "coffee", 3.5)})
	fmt.Println(out)
	// Output: tea: 2; coffee: 3.5;
}

func ExampleEscape() {
	env := jinja.New(nil)
	env.Filters["bold"] = func(v any) jinja.Markup { return "<b>" + jinja.Escape(v) + "</b>" }
	out, _ := env.RenderString("{{ '<i>'|bold }}", nil)
	fmt.Println(out)
	// Output: <b>&lt;i&gt;</b>
}

func ExampleFS() {
	fsys := fstest.MapFS{"mail.txt": {Data: []byte("Dear {{ name }}")}}
	t, _ := jinja.New(jinja.FS(fsys)).Get("mail.txt")
	out, _ := t.Append(nil, map[string]any{"name": "Ana & Rui"})
	fmt.Println(string(out))
	// Output: Dear Ana & Rui
}

func ExampleError() {
	env := jinja.New(jinja.Map{"page.html": "first\n{{ user.name.first }}"})
	t, _ := env.Get("page.html")
	_, err := t.Append(nil, map[string]any{"user": map[string]any{}})
	var e *jinja.Error
	if errors.As(err, &e) {
		fmt.Println(e.Kind, e.Template, e.Line)
	}
	fmt.Println(err)
	// Output:
	// UndefinedError page.html 2
	// jinja: UndefinedError: 'dict object' has no attribute 'name' (page.html:2)
	//     {{ user.name.first }}
}

func ExampleChoice() {
	mine := jinja.Map{"a.html": "mine"}
	theirs := jinja.Map{"a.html": "theirs", "b.html": "fallback"}
	env := jinja.New(jinja.Choice(mine, theirs))
	for _, name := range []string{"a.html", "b.html"} {
		t, _ := env.Get(name)
		_ = t.Render(os.Stdout, nil)
		fmt.Println()
	}
	// Output:
	// mine
	// fallback
}
