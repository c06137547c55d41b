package conformance

import (
	"strings"

	"github.com/cantil-go/cantil"
)

func sessionErrors() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"

	app.Get("/set")(func(c *cantil.Context) any {
		c.Session().Set("a", 1)
		return "ok"
	})

	app.Get("/abort/<int:code>")(func(c *cantil.Context) any {
		c.Session().Set("a", c.ParamInt("code"))
		return cantil.Abort(c.ParamInt("code"))
	})

	app.Get("/read-abort/<int:code>")(func(c *cantil.Context) any {
		c.Session().Get("a")
		return cantil.Abort(c.ParamInt("code"))
	})

	app.Get("/fail")(func(c *cantil.Context) any {
		c.Session().Set("a", 1)
		return pyError{"RuntimeError", "falhou"}
	})

	app.Get("/unserializable")(func(c *cantil.Context) any {
		c.Session().Set("a", make(chan int))
		return "ok"
	})

	app.Get("/int-key")(func(c *cantil.Context) any {
		c.Session().Set("1", "um") // keys are strings
		return "ok"
	})

	app.Get("/mixed-keys")(func(c *cantil.Context) any {
		c.Session().Set("1", "um")
		c.Session().Set("a", 2)
		return "ok"
	})

	app.Get("/read")(func(c *cantil.Context) any {
		var items []string
		for k, v := range c.Session().All() {
			items = append(items, typeName(k)+":"+k+"="+str(v))
		}
		return strings.Join(items, ",")
	})

	return app
}
