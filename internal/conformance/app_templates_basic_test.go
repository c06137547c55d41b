package conformance

import (
	"strings"

	"github.com/cantil-go/cantil"
)

func templatesBasic() *cantil.App {
	app := cantil.New()
	templateSetup(app)

	app.Route("/file", cantil.Endpoint("file"))(func(c *cantil.Context) any {
		return c.RenderTemplate("basic.html", cantil.Map{"nome": optional(c.Args(), "nome"), "itens": []any{"a", "<b>", "ç"}})
	})

	app.Route("/text")(func(c *cantil.Context) any {
		return c.RenderTemplate("basic.txt", cantil.Map{"nome": "<b>"})
	})

	app.Route("/missing")(func(c *cantil.Context) any {
		return c.RenderTemplate("nada.html")
	})

	app.Route("/string")(func(c *cantil.Context) any {
		return c.RenderTemplateString("{{ x }}|{{ x|safe }}|{{ y }}|{{ site }}", cantil.Map{"x": `<i>&"'</i>`, "y": cantil.Markup("<u>")})
	})

	app.Route("/undefined")(func(c *cantil.Context) any {
		return c.RenderTemplateString("[{{ nada }}]")
	})

	app.Route("/undefined-attr")(func(c *cantil.Context) any {
		return c.RenderTemplateString("[{{ nada.x }}]")
	})

	app.Route("/filter")(func(c *cantil.Context) any {
		return c.RenderTemplateString("{{ 'olá'|grito }} {{ [3,1,2]|sort|join('-') }} {{ none|default('x') }} {{ {'b':1,'a':'<'}|tojson }}")
	})

	app.Route("/globals")(func(c *cantil.Context) any {
		c.G()["valor"] = 5
		return c.RenderTemplateString("{{ g.valor }} {{ request.path }} {{ url_for('file') }} {{ config.SECRET_KEY }}")
	})

	app.Route("/escape/<name>")(func(c *cantil.Context) any {
		return "Olá, " + string(cantil.Escape(c.Param("name")))
	})

	return app
}

func templateSetup(app *cantil.App) {
	app.ContextProcessor(func(c *cantil.Context) cantil.Map {
		return cantil.Map{"site": "Meu <site>"}
	})

	app.TemplateFilter("grito")(func(s string) string {
		return strings.ToUpper(s) + "!"
	})
}
