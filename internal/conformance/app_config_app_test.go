package conformance

import "github.com/cantil-go/cantil"

func configApp() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"

	app.Route("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		c.Session().Set("a", 1)
		return "ok"
	})

	app.Route("/url")(func(c *cantil.Context) any {
		return c.URLFor("index", "_external", true)
	})

	app.Route("/json")(func(c *cantil.Context) any {
		return c.JSONify(inOrder("b", 1, "a", "é", "c", []int{1, 2}))
	})

	app.Route("/trap", cantil.Methods("POST"))(func(c *cantil.Context) any {
		return c.Form().Must("x")
	})

	app.Route("/config")(func(c *cantil.Context) any {
		return c.JSONify(inOrder(
			"lifetime", app.PermanentSessionLifetime.Seconds(),
			"name", app.SessionCookieName,
			"max", limit(app.MaxContentLength),
			"mem", limit(app.MaxFormMemorySize),
			"parts", limit(app.MaxFormParts),
			"refresh", app.SessionRefreshEachRequest,
		))
	})

	return app
}

// limit is None for a limit that does not exist.
func limit(n int) any {
	if n == 0 {
		return nil
	}
	return n
}
