package conformance

import "github.com/cantil-go/cantil"

func sessionBlueprint() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"
	auth := cantil.NewBlueprint("auth", cantil.URLPrefix("/auth"))
	site := cantil.NewBlueprint("site")

	auth.BeforeAppRequest(func(c *cantil.Context) any {
		c.Session().Set("pedidos", c.Session().Get("pedidos", 0).(int)+1)
		return nil
	})

	auth.Get("/login/<name>")(func(c *cantil.Context) any {
		c.Session().Set("usuario", c.Param("name"))
		return c.Redirect(c.URLFor("site.index"))
	})

	auth.Get("/logout")(func(c *cantil.Context) any {
		c.Session().Pop("usuario", nil)
		return c.Redirect(c.URLFor(".ola"))
	})

	auth.Get("/ola", cantil.Endpoint("ola"))(func(c *cantil.Context) any {
		return "até logo"
	})

	site.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		return str(c.Session().Get("usuario", "ninguém")) + " " + str(c.Session().Must("pedidos"))
	})

	app.RegisterBlueprint(auth)
	app.RegisterBlueprint(site)
	return app
}
