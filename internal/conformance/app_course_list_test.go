package conformance

import (
	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

func courseList() *cantil.App {
	app := cantil.New()
	app.SecretKey = "os.urandom(30).hex()"

	app.Route("/novo")(func(c *cantil.Context) any {
		c.Session().Set("data", []any{})
		return "lista vazia"
	})

	app.Route("/sem")(func(c *cantil.Context) any {
		data := list(c.Session(), "data")
		*data = append(*data, 8)
		return repr(*data)
	})

	app.Route("/com")(func(c *cantil.Context) any {
		s := c.Session()
		data := list(s, "data")
		*data = append(*data, 8)
		if !s.Modified() {
			s.SetModified(true)
		}
		return repr(*data)
	})

	app.Route("/ler")(func(c *cantil.Context) any {
		return repr(c.Session().Get("data"))
	})

	app.Route("/reatribuir")(func(c *cantil.Context) any {
		s := c.Session()
		s.Set("data", append(*list(s, "data"), 9))
		return repr(s.Must("data"))
	})

	courseNested(app)
	return app
}

// list is session[key] where a list is expected, to be changed in place.
func list(s *session.Session, key string) *[]any {
	s.Must(key)
	data, ok := session.Value[*[]any](s, key)
	if !ok {
		panic(pyError{"AttributeError", "no list"})
	}
	return data
}

func courseNested(app *cantil.App) {
	app.Route("/aninhado")(func(c *cantil.Context) any {
		c.Session().Set("carrinho", map[string]any{"itens": map[string]any{}})
		return "ok"
	})

	app.Route("/aninhado/sem")(func(c *cantil.Context) any {
		carrinho := c.Session().Must("carrinho").(map[string]any)
		carrinho["itens"].(map[string]any)["pão"] = 1
		return repr(carrinho)
	})

	app.Route("/aninhado/com")(func(c *cantil.Context) any {
		carrinho := c.Session().Must("carrinho").(map[string]any)
		carrinho["itens"].(map[string]any)["pão"] = 1
		c.Session().SetModified(true)
		return repr(carrinho)
	})

	app.Route("/aninhado/ler")(func(c *cantil.Context) any {
		return repr(c.Session().Get("carrinho"))
	})
}
