package conformance

import (
	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

func sessionRequestCycle() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"

	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		return c.JSONify(c.Session())
	})

	app.Post("/login")(func(c *cantil.Context) any {
		c.Session().Clear()
		c.Session().Set("usuario", c.Form().Must("usuario"))
		if c.Form().Get("lembrar") == "sim" {
			c.Session().SetPermanent(true)
		}
		return c.Redirect(c.URLFor("index"), 303)
	})

	app.Post("/carrinho")(func(c *cantil.Context) any {
		if !c.Session().Has("usuario") {
			return cantil.Abort(401)
		}
		item := c.Form().Must("item")
		carrinho := cart(c)
		qtd, _ := carrinho.Get(item)
		n, _ := qtd.(int)
		carrinho.Set(item, n+pyInt(c.Form().Get("qtd", "1")))
		c.Session().Set("carrinho", carrinho)
		return c.JSONify(carrinho)
	})

	app.Delete("/carrinho/<item>")(func(c *cantil.Context) any {
		carrinho := cart(c)
		if !carrinho.Delete(c.Param("item")) {
			return cantil.Abort(404)
		}
		c.Session().Set("carrinho", carrinho)
		return c.MakeResponse("", 204)
	})

	app.Post("/logout")(func(c *cantil.Context) any {
		c.Session().Clear()
		return c.Redirect(c.URLFor("index"), 303)
	})

	return app
}

// cart is session.get("carrinho", {}): a dict, whose order is seen in the cookie.
func cart(c *cantil.Context) *codec.Dict {
	if carrinho, ok := session.Value[*codec.Dict](c.Session(), "carrinho"); ok {
		return carrinho
	}
	return &codec.Dict{}
}
