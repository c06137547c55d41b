package conformance

import "github.com/cantil-go/cantil"

func sessionFlash() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"

	app.Get("/flash/<message>")(func(c *cantil.Context) any {
		c.Flash(c.Param("message"))
		return c.Redirect(c.URLFor("show"))
	})

	app.Get("/flash/<category>/<message>")(func(c *cantil.Context) any {
		c.Flash(c.Param("message"), c.Param("category"))
		return c.Redirect(c.URLFor("show"))
	})

	app.Get("/many")(func(c *cantil.Context) any {
		c.Flash("um")
		c.Flash("dois", "error")
		c.Flash("três", "info")
		c.Flash("quatro", "error")
		return c.Redirect(c.URLFor("show"), 303)
	})

	app.Get("/stay/<message>")(func(c *cantil.Context) any {
		c.Flash(c.Param("message"))
		return "ok"
	})

	app.Get("/show", cantil.Endpoint("show"))(func(c *cantil.Context) any {
		return c.JSONify(c.GetFlashedMessages())
	})

	flashedViews(app)
	return app
}

func flashedViews(app *cantil.App) {
	app.Get("/show-categories")(func(c *cantil.Context) any {
		return c.JSONify(flashedPairs(c.GetFlashedMessagesWithCategories()))
	})

	app.Get("/show-errors")(func(c *cantil.Context) any {
		return c.JSONify(c.GetFlashedMessages("error"))
	})

	app.Get("/show-errors-categories")(func(c *cantil.Context) any {
		return c.JSONify(flashedPairs(c.GetFlashedMessagesWithCategories("error", "info")))
	})

	app.Get("/show-twice")(func(c *cantil.Context) any {
		return c.JSONify([]any{c.GetFlashedMessages(), flashedPairs(c.GetFlashedMessagesWithCategories())})
	})

	app.Get("/flash-and-show")(func(c *cantil.Context) any {
		c.Flash("agora")
		return c.JSONify(c.GetFlashedMessages())
	})

	app.Get("/template")(func(c *cantil.Context) any {
		return c.RenderTemplateString(
			"{% with messages = get_flashed_messages(with_categories=true) %}" +
				"{% for category, message in messages %}<p class={{ category }}>{{ message }}</p>{% endfor %}" +
				"{% endwith %}")
	})

	app.Get("/raw")(func(c *cantil.Context) any {
		return repr(c.Session().Get("_flashes"))
	})

	app.Get("/nothing")(func(c *cantil.Context) any {
		return "ok"
	})
}

// flashedPairs are the (category, message) pairs that Flask returns.
func flashedPairs(flashed []cantil.Flashed) [][]any {
	list := [][]any{}
	for _, f := range flashed {
		list = append(list, []any{f.Category, f.Message})
	}
	return list
}
