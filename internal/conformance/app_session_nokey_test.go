package conformance

import "github.com/cantil-go/cantil"

func sessionNokey() *cantil.App {
	app := cantil.New()

	app.Get("/untouched")(func(c *cantil.Context) any { return "ok" })

	app.Get("/read")(func(c *cantil.Context) any { return str(c.Session().Get("a")) })

	app.Get("/in")(func(c *cantil.Context) any { return str(c.Session().Has("a")) })

	app.Get("/len")(func(c *cantil.Context) any { return str(c.Session().Len()) })

	app.Get("/getitem")(func(c *cantil.Context) any { return c.Session().Must("a") })

	sessionNokeyWrites(app)

	app.Get("/permanent")(func(c *cantil.Context) any { return str(c.Session().Permanent()) })

	app.Get("/permanent/on")(func(c *cantil.Context) any {
		c.Session().SetPermanent(true)
		return "ok"
	})

	app.Get("/modified")(func(c *cantil.Context) any {
		c.Session().SetModified(true)
		return "ok"
	})

	app.Get("/flash")(func(c *cantil.Context) any {
		c.Flash("x")
		return "ok"
	})

	app.Get("/flashed")(func(c *cantil.Context) any { return repr(c.GetFlashedMessages()) })

	return app
}

func sessionNokeyWrites(app *cantil.App) {
	app.Get("/set")(func(c *cantil.Context) any {
		c.Session().Set("a", 1)
		return "ok"
	})

	app.Get("/pop")(func(c *cantil.Context) any { return str(c.Session().Pop("a", nil)) })

	app.Get("/clear")(func(c *cantil.Context) any {
		c.Session().Clear()
		return "ok"
	})

	app.Get("/del")(func(c *cantil.Context) any {
		c.Session().Delete("a")
		return "ok"
	})

	app.Get("/update")(func(c *cantil.Context) any {
		c.Session().Update(map[string]any{"a": 1})
		return "ok"
	})

	app.Get("/setdefault")(func(c *cantil.Context) any { return str(c.Session().SetDefault("a", 1)) })
}
