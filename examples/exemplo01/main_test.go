package main

import (
	"testing"

	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/browser"
	"github.com/cantil-go/cantil/internal/testkit/flask"
)

// Every button does in Go what it does in Flask, on the same page.
func TestExemplo01(t *testing.T) {
	t.Run("cantil", func(t *testing.T) { story(t, testkit.Serve(t, criar()), "exemplo01") })
	t.Run("flask", func(t *testing.T) { story(t, flask.Run(t, "app.py"), "exemplo01_flask") })
}

func story(t *testing.T, page, screenshot string) {
	b := browser.New(t)
	b.Open(page)
	b.Expect("main", "A sessão agora: 0 chaves")
	for _, step := range []struct{ key, value, op, result, change, session string }{
		{"usuario", "Maria", "get", "não há", "não foi", "0 chaves"},
		{"usuario", "Maria", "in", "False", "não foi", "0 chaves"},
		{"usuario", "<b>Maria</b>", "set", "None", "foi", "usuario\t<b>Maria</b>"},
		{"usuario", "", "get", "<b>Maria</b>", "não foi", "1 chave"},
		{"usuario", "", "in", "True", "não foi", "1 chave"},
		{"usuario", "Ana", "setdefault", "<b>Maria</b>", "não foi", "1 chave"},
		{"cor", "azul", "setdefault", "azul", "foi", "2 chaves"},
		{"", "", "permanent", "None", "foi", "_permanent\tTrue"},
		{"usuario", "", "pop", "<b>Maria</b>", "foi", "2 chaves"},
		{"usuario", "", "pop", "None", "não foi", "2 chaves"},
		{"", "", "clear", "None", "foi", "Está vazia"},
	} {
		fill(b, "input[name=chave]", step.key)
		fill(b, "input[name=valor]", step.value)
		b.Follow("button[value=" + step.op + "]")
		b.Expect(".flash", step.op+" devolveu "+step.result+".")
		b.Expect(".flash", "A sessão "+step.change+" modificada.")
		b.Expect("main", step.session)
		if step.op == "permanent" {
			b.Screenshot(screenshot)
			b.Phone()
			b.Screenshot(screenshot + "_phone")
		}
	}
	if c := b.Cookie("session"); c != nil {
		t.Errorf("after clear the browser still has the cookie %q", c.Value)
	}
}

// fill replaces a field's text; none leaves it as it is.
func fill(b *browser.Browser, field, text string) {
	if text != "" {
		b.Clear(field)
		b.Type(field, text)
	}
}
