package main

import (
	"html/template"
	"strings"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

// page escapa o que o visitante escreveu: html/template cuida disso.
var page = template.Must(template.New("loja").Parse(`<!doctype html>
<html lang="pt-BR">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Loja</title>
<style>
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem }
code { word-break: break-all }
</style>
<h1>Loja</h1>
{{if .User}}
<p>Olá, <b>{{.User}}</b>!
<form method="post" action="/logout"><button>Sair</button></form>
{{else}}
<form method="post" action="/login">
<label>Nome <input name="usuario" required></label> <button>Entrar</button>
</form>
{{end}}
<h2>Carrinho</h2>
<ul>{{range .Cart}}<li>{{.}}{{else}}<li>vazio{{end}}</ul>
<form method="post" action="/carrinho">
<label>Item <input name="item" required></label> <button>Pôr no carrinho</button>
</form>
<p>{{if .New}}Ainda não há sessão: nada foi guardado.
{{else if .ID}}Sessão <code>{{.ID}}</code>: nunca mostre este número num site de verdade,
pois quem o tem entra como você.
{{else}}A sessão está toda no cookie.{{end}}
`))

func index(c *cantil.Context) any {
	s := c.Session()
	cart, _ := session.Value[[]string](s, "carrinho")
	var html strings.Builder
	err := page.Execute(&html, map[string]any{
		"User": s.Get("usuario"), "Cart": cart, "New": s.New(), "ID": s.ID(),
	})
	if err != nil {
		return err
	}
	return html.String()
}
