package conformance

import "github.com/cantil-go/cantil"

func courseLoginIncomplete() *cantil.App {
	app := cantil.New()
	app.SecretKey = "uma_chave_secreta_muito_forte_e_dificil_de_adivinhar"

	app.Route("/dashboard", cantil.Endpoint("dashboard"))(func(c *cantil.Context) any {
		if c.Session().Has("username") {
			return "Bem-vindo, " + str(c.Session().Must("username")) + "!"
		}
		return c.Redirect(c.URLFor("login"))
	})

	app.Route("/logout", cantil.Endpoint("logout"))(func(c *cantil.Context) any {
		c.Session().Clear()
		return c.Redirect(c.URLFor("login"))
	})

	return app
}
