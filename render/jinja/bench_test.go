package jinja

import (
	"bytes"
	"html/template"
	"strings"
	"testing"
)

// The same page in both languages: a layout, a loop over twenty names that
// need escaping, and an include.
var benchPage = Map{
	"base.html": `<!doctype html>
<html><head><title>{% block title %}Site{% endblock %}</title></head>
<body><header>{% include "nav.html" %}</header>
<main>{% block content %}{% endblock %}</main>
<footer>{% block footer %}&copy; Cantil{% endblock %}</footer></body></html>`,
	"nav.html": `<nav><a href="/">Home</a> <a href="/about">About</a> <span>{{ user }}</span></nav>`,
	"page.html": `{% extends "base.html" %}{% block title %}{{ title }}{% endblock %}` +
		`{% block content %}<h1>{{ title }}</h1><ul>{% for name in names %}<li>{{ loop.index }}. {{ name }}</li>{% endfor %}</ul>{% endblock %}`,
}

var benchGo = template.Must(template.New("base").Funcs(template.FuncMap{"inc": func(i int) int { return i + 1 }}).Parse(`<!doctype html>
<html><head><title>{{ block "title" . }}Site{{ end }}</title></head>
<body><header>{{ template "nav" . }}</header>
<main>{{ block "content" . }}{{ end }}</main>
<footer>{{ block "footer" . }}&copy; Cantil{{ end }}</footer></body></html>
{{- define "nav" }}<nav><a href="/">Home</a> <a href="/about">About</a> <span>{{ .user }}</span></nav>{{ end }}`))

func init() {
	template.Must(benchGo.New("title").Parse(`{{ .title }}`))
	template.Must(benchGo.New("content").Parse(`<h1>{{ .title }}</h1><ul>` +
		`{{ range $i, $name := .names }}<li>{{ inc $i }}. {{ $name }}</li>{{ end }}</ul>`))
}

func benchVars() map[string]any {
	names := make([]string, 20)
	for i := range names {
		names[i] = `Ana <b> & "Rui" ` + strings.Repeat("x", i)
	}
	return map[string]any{"title": "Names & <others>", "user": "eva", "names": names}
}

// byHand is what a program would write without any template.
func byHand(dst []byte, title, user string, names []string) []byte {
	dst = append(dst, "<!doctype html>\n<html><head><title>"...)
	dst = appendEscaped(dst, title)
	dst = append(dst, "</title></head>\n<body><header><nav><a href=\"/\">Home</a> <a href=\"/about\">About</a> <span>"...)
	dst = appendEscaped(dst, user)
	dst = append(dst, "</span></nav></header>\n<main><h1>"...)
	dst = appendEscaped(dst, title)
	dst = append(dst, "</h1><ul>"...)
	for i, name := range names {
		dst = append(dst, "<li>"...)
		dst = appendValue(dst, i+1, true)
		dst = append(dst, ". "...)
		dst = appendEscaped(dst, name)
		dst = append(dst, "</li>"...)
	}
	return append(dst, "</ul></main>\n<footer>&copy; Cantil</footer></body></html>"...)
}

// TestSamePage checks that the benchmarks compare equal work.
func TestSamePage(t *testing.T) {
	vars := benchVars()
	tmpl, err := New(benchPage).Get("page.html")
	if err != nil {
		t.Fatal(err)
	}
	got, err := tmpl.Append(nil, vars)
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := benchGo.Execute(&want, vars); err != nil {
		t.Fatal(err)
	}
	if string(got) != want.String() {
		t.Errorf("jinja and html/template differ:\n%s\n%s", got, want.String())
	}
	hand := byHand(nil, vars["title"].(string), vars["user"].(string), vars["names"].([]string))
	if string(got) != string(hand) {
		t.Errorf("jinja and plain Go differ:\n%s\n%s", got, hand)
	}
}

func BenchmarkPage(b *testing.B) {
	vars := benchVars()
	b.Run("jinja", func(b *testing.B) {
		tmpl, err := New(benchPage).Get("page.html")
		if err != nil {
			b.Fatal(err)
		}
		var buf []byte
		b.ReportAllocs()
		for b.Loop() {
			if buf, err = tmpl.Append(buf[:0], vars); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("html-template", func(b *testing.B) {
		var buf bytes.Buffer
		b.ReportAllocs()
		for b.Loop() {
			buf.Reset()
			if err := benchGo.Execute(&buf, vars); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("plain-go", func(b *testing.B) {
		var buf []byte
		b.ReportAllocs()
		for b.Loop() {
			buf = byHand(buf[:0], vars["title"].(string), vars["user"].(string), vars["names"].([]string))
		}
	})
}

func BenchmarkCompile(b *testing.B) {
	env := New(nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := env.FromString(benchPage["page.html"]); err != nil {
			b.Fatal(err)
		}
	}
}

// TestPageAllocs keeps the common page from growing expensive unnoticed.
func TestPageAllocs(t *testing.T) {
	tmpl, err := New(benchPage).Get("page.html")
	if err != nil {
		t.Fatal(err)
	}
	vars := benchVars()
	var buf []byte
	allocs := testing.AllocsPerRun(100, func() { buf, _ = tmpl.Append(buf[:0], vars) })
	if allocs > 30 {
		t.Errorf("%v allocations for the page", allocs)
	}
}
