package render_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cantil-go/cantil/render"
	"github.com/cantil-go/cantil/render/jinja"
	"github.com/cantil-go/cantil/session/codec"
)

// names is a set of fixed values that remembers what it was asked for.
type names map[string]any

func (n names) Resolve(name string) (any, bool) { v, ok := n[name]; return v, ok }

func (n names) Names() []string {
	var all []string
	for name := range n {
		all = append(all, name)
	}
	return all
}

// engines are both engines with equal templates.
func engines(files fstest.MapFS, htmlFiles fstest.MapFS) map[string]render.Engine {
	return map[string]render.Engine{
		"jinja": &render.Jinja{Env: jinja.New(jinja.FS(files))},
		"html":  &render.HTML{FS: htmlFiles},
	}
}

func TestEngines(t *testing.T) {
	all := engines(
		fstest.MapFS{"a/page.html": {Data: []byte("{{ nome }} {{ site }} {{ dia }}")}, "bad.html": {Data: []byte("{% if %}")}},
		fstest.MapFS{"a/page.html": {Data: []byte("{{.nome}} {{.site}} {{.dia}}")}})
	for name, engine := range all {
		t.Run(name, func(t *testing.T) {
			page := render.Page{Name: "a/page.html", Vars: map[string]any{"nome": "<Ana>"},
				Context: names{"site": "Cantil", "nome": "not this"}, Globals: names{"dia": "hoje", "site": "not this"}}
			got, err := engine.Render([]byte("before "), page)
			if want := "before &lt;Ana&gt; Cantil hoje"; err != nil || string(got) != want {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
			if _, err := engine.Render(nil, render.Page{Name: "nada.html"}); !errors.Is(err, render.ErrNotFound) {
				t.Errorf("a missing template: %v, want ErrNotFound", err)
			}
		})
	}
}

// A template that fails gives back what there was before.
func TestErrorsLeaveNothing(t *testing.T) {
	all := engines(nil, nil)
	for name, source := range map[string]string{"jinja": "begun {{ nada.x }}", "html": "begun {{call .nada}}"} {
		got, err := all[name].Render([]byte("kept"), render.Page{Name: "x", Source: source, Inline: true})
		if err == nil || string(got) != "kept" {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

// Sources that a program makes up do not fill the memory, and are all rendered.
func TestInlineSources(t *testing.T) {
	engine := &render.Jinja{Env: jinja.New(nil)}
	for i := range 1000 {
		got, err := engine.Render(nil, render.Page{Source: fmt.Sprint("{{ 1 }}-", i), Inline: true})
		if want := fmt.Sprint("1-", i); err != nil || string(got) != want {
			t.Fatalf("got %q, %v, want %q", got, err, want)
		}
	}
}

func TestHTMLReload(t *testing.T) {
	files := fstest.MapFS{"a.html": {Data: []byte("um")}}
	engine := &render.HTML{FS: files, Reload: true}
	for _, text := range []string{"um", "dois"} {
		files["a.html"].Data = []byte(text)
		if got, err := engine.Render(nil, render.Page{Name: "a.html"}); err != nil || string(got) != text {
			t.Errorf("got %q, %v, want %q", got, err, text)
		}
	}
}

// Pages of the folder and pages with a source of their own use the same set.
func TestHTMLInlineUsesTheSet(t *testing.T) {
	engine := &render.HTML{FS: fstest.MapFS{"menu.html": {Data: []byte("menu")}}}
	for range 2 {
		var all []string
		for _, page := range []render.Page{{Name: "menu.html"}, {Source: `[{{template "menu.html"}}]`, Inline: true, Name: "x"}} {
			got, err := engine.Render(nil, page)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, string(got))
		}
		if got := strings.Join(all, " "); got != "menu [menu]" {
			t.Errorf("got %q", got)
		}
	}
}

// What a session gives is what templates know: its Markup is safe, its tuples
// print as tuples, and filters written for either type take it.
func TestSessionValues(t *testing.T) {
	env := jinja.New(nil)
	env.Filters["twice"] = func(m jinja.Markup, t jinja.Tuple) codec.Markup { return m + m + codec.Markup(fmt.Sprint(len(t))) }
	page := render.Page{Inline: true, Source: "{{ m }}{{ m ~ '<' }} {{ t }} {{ t == (1, 2) }} {{ m|twice(t) }}",
		Vars: map[string]any{"m": codec.Markup("<b>"), "t": codec.Tuple{1, 2}}}
	out, err := (&render.Jinja{Env: env}).Render(nil, page)
	if want := "<b><b>&lt; (1, 2) True <b><b>2"; err != nil || string(out) != want {
		t.Errorf("got %q, %v, want %q", out, err, want)
	}
}

// TestStream: both engines hand a page out in pieces, the same bytes as Render,
// and end at an error of who takes them.
func TestStream(t *testing.T) {
	all := engines(
		fstest.MapFS{"page.html": {Data: []byte("{% for n in nomes %}<li>{{ n }}</li>{% endfor %}")}},
		fstest.MapFS{"page.html": {Data: []byte("{{range .nomes}}<li>{{.}}</li>{{end}}")}})
	nomes := make([]string, 2000)
	for i := range nomes {
		nomes[i] = "<maria>"
	}
	page := render.Page{Name: "page.html", Vars: map[string]any{"nomes": nomes}}
	for name, engine := range all {
		whole, err := engine.Render(nil, page)
		if err != nil {
			t.Fatal(err)
		}
		run, err := engine.(render.Streamer).Stream(page)
		if err != nil {
			t.Fatal(err)
		}
		var got []byte
		pieces := 0
		err = run(func(piece []byte) error {
			got = append(got, piece...)
			pieces++
			return nil
		})
		if err != nil || string(got) != string(whole) || pieces < 5 {
			t.Errorf("%s: %d pieces of %d bytes, want %d; %v", name, pieces, len(got), len(whole), err)
		}
		closed := errors.New("closed")
		run, err = engine.(render.Streamer).Stream(page)
		if err != nil {
			t.Fatal(err)
		}
		if err := run(func([]byte) error { return closed }); !errors.Is(err, closed) {
			t.Errorf("%s: a closed stream gives %v", name, err)
		}
		if _, err := engine.(render.Streamer).Stream(render.Page{Name: "none.html"}); !errors.Is(err, render.ErrNotFound) {
			t.Errorf("%s: a page that is not there gives %v", name, err)
		}
	}
}
