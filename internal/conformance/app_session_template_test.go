package conformance

import "github.com/cantil-go/cantil"

func sessionTemplate() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"

	app.Get("/set/<name>")(func(c *cantil.Context) any {
		c.Session().Set("usuario", c.Param("name"))
		return "ok"
	})

	app.Get("/uses")(func(c *cantil.Context) any {
		return c.RenderTemplateString("{% if session.usuario %}Olá, {{ session.usuario }}!{% else %}Entre.{% endif %}")
	})

	app.Get("/item")(func(c *cantil.Context) any {
		return c.RenderTemplateString("{{ session['usuario'] }}|{{ session.get('nada', '-') }}|{{ 'usuario' in session }}")
	})

	app.Get("/mentions-not")(func(c *cantil.Context) any {
		return c.RenderTemplateString("{{ request.path }}")
	})

	app.Get("/plain")(func(c *cantil.Context) any {
		return c.RenderTemplateString("{{ x }}", cantil.Map{"x": "<b>"})
	})

	return app
}
