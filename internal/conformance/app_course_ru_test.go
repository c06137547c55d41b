package conformance

import (
	"fmt"

	"github.com/cantil-go/cantil"
)

func courseRu() *cantil.App {
	app := cantil.New()
	app.SecretKey = "_5#y2L\"F4Q8z\n\xec]/"

	app.Route("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		if c.Session().Has("username") {
			return "Вошел как " + str(c.Session().Must("username"))
		}
		return "Вы не авторизованы"
	})

	app.Route("/login", cantil.Methods("GET", "POST"))(func(c *cantil.Context) any {
		if c.Method() == "POST" {
			username := c.Form().Must("username") // Python evaluates the right side first
			c.Session().Set("username", username)
			return c.Redirect(c.URLFor("index"))
		}
		return `
        <form method="post">
            <p><input type=text name=username>
            <p><input type=submit value=Login>
        </form>
    `
	})

	app.Route("/logout")(func(c *cantil.Context) any {
		c.Session().Pop("username", nil)
		return c.Redirect(c.URLFor("index"))
	})

	app.Route("/sair")(func(c *cantil.Context) any {
		c.Session().Clear()
		return c.Redirect(c.URLFor("index"))
	})

	app.Route("/atributos")(func(c *cantil.Context) any {
		s := c.Session()
		return fmt.Sprintf("new=%s modified=%s permanent=%s", str(s.New()), str(s.Modified()), str(s.Permanent()))
	})

	return app
}
