package conformance

import "github.com/cantil-go/cantil"

func courseSessions() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"

	app.Route("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		if c.Session().Has("username") {
			return "Bem-vindo, " + str(c.Session().Must("username")) + "!"
		}
		return "Você não está logado."
	})

	app.Route("/login", cantil.Methods("GET", "POST"))(func(c *cantil.Context) any {
		if c.Method() == "POST" {
			username := c.Form().Must("username") // Python evaluates the right side first
			c.Session().Set("username", username)
			return c.Redirect(c.URLFor("index"))
		}
		return `
        <form method="POST">
            <p><input type="text" name="username" placeholder="Digite seu nome">
            <p><input type="submit" value="Login">
        </form>
    `
	})

	app.Route("/logout")(func(c *cantil.Context) any {
		c.Session().Pop("username", nil)
		return c.Redirect(c.URLFor("index"))
	})

	return app
}
