package conformance

import (
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

func courseNames() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta_segura"
	app.PermanentSessionLifetime = 2 * time.Minute

	app.Route("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		c.Session().SetPermanent(true)
		if !c.Session().Has("nomes") {
			c.Session().Set("nomes", []any{})
		}
		return c.RenderTemplate("course_names_form.html", cantil.Map{"nomes": c.Session().Must("nomes")})
	})

	app.Route("/adicionar", cantil.Methods("POST"), cantil.Endpoint("adicionar"))(func(c *cantil.Context) any {
		c.Session().SetPermanent(true)
		nomes, _ := session.Value[[]any](c.Session(), "nomes")
		nomes = append(nomes, c.Form().Must("nome"))
		c.Session().Set("nomes", nomes)
		return c.Redirect(c.URLFor("index"))
	})

	app.Route("/sobre")(func(c *cantil.Context) any {
		return "Esta página não usa a sessão."
	})

	return app
}
