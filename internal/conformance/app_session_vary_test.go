package conformance

import "github.com/cantil-go/cantil"

func sessionVary() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"

	app.Get("/one")(func(c *cantil.Context) any {
		resp := c.MakeResponse("ok")
		resp.Header().Set("Vary", c.Args().Get("vary", ""))
		if c.Args().Has("read") {
			c.Session().Get("a")
		}
		if c.Args().Has("write") {
			c.Session().Set("a", 1)
		}
		return resp
	})

	app.Get("/two")(func(c *cantil.Context) any {
		resp := c.MakeResponse("ok")
		resp.Header().Add("Vary", "Accept-Encoding")
		resp.Header().Add("Vary", "Accept-Language")
		if c.Args().Has("read") {
			c.Session().Get("a")
		}
		return resp
	})

	app.Get("/set")(func(c *cantil.Context) any {
		resp := c.MakeResponse("ok")
		resp.AddVary("Accept")
		resp.AddVary("X-A", "accept", "X-B")
		c.Session().Set("a", 1)
		return resp
	})

	return app
}
