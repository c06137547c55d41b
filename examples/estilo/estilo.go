// Package estilo is the look that the examples share. It is compiled in, so that
// an example finds it wherever its binary runs.
package estilo

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"strings"

	"github.com/cantil-go/cantil"
)

// FS holds estilo.css: app.StaticFS = estilo.FS serves it at /static/estilo.css.
//
//go:embed estilo.css
var FS embed.FS

// Usar gives an example its embedded folder "templates", and the stylesheet. A
// program that always runs from its source needs neither: it finds both folders.
func Usar(app *cantil.App, files fs.FS) {
	app.TemplateFS, app.StaticFS = files, FS
}

// page is what Vestir puts around a view's text.
var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="{{.Lang}}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<link rel="stylesheet" href="{{.Style}}">
<main>
  <h1>{{.Title}}</h1>
  <nav>{{range .Links}}<a href="{{.}}"{{if eq . $.Path}} aria-current="page"{{end}}>{{.}}</a>{{end}}</nav>
  {{.Text}}
</main>
</html>
`))

// Vestir lets the views of a lesson return a line of text, as they do there, and
// shows it as a page: with a title, with links to the endpoints named, in the
// lesson's language.
func Vestir(app *cantil.App, lang, title string, endpoints ...string) {
	app.StaticFS = FS
	app.AfterRequest(func(c *cantil.Context, r *cantil.Response) {
		text := strings.TrimSpace(string(r.Data()))
		if !bare(r, text) {
			return
		}
		if !strings.HasPrefix(text, "<") {
			text = "<p>" + text + "</p>"
		}
		links := make([]string, len(endpoints))
		for i, endpoint := range endpoints {
			links[i] = c.URLFor(endpoint)
		}
		var out bytes.Buffer
		err := page.Execute(&out, map[string]any{
			"Lang": lang, "Title": title, "Links": links, "Path": c.Path(),
			"Style": c.URLFor("static", "filename", "estilo.css"), "Text": template.HTML(text),
		})
		if err != nil { // the template is a constant: nothing that a visitor sends
			panic(err)
		}
		r.SetData(out.Bytes())
	})
}

// bare tells a view's text from pages that are whole, as redirects and errors
// are, and from what is no page.
func bare(r *cantil.Response, text string) bool {
	return text != "" && strings.HasPrefix(r.Header().Get("Content-Type"), "text/html") &&
		!strings.HasPrefix(strings.ToLower(text), "<!doctype")
}
