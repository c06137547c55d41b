package conformance

import (
	"fmt"

	"github.com/cantil-go/cantil"
)

func courseLoginSubmit() *cantil.App {
	app := cantil.New()
	app.SecretKey = "uma_chave_secreta_muito_forte_e_dificil_de_adivinhar"

	app.Route("/login", cantil.Endpoint("login"))(func(c *cantil.Context) any {
		return "Formulário de login"
	})

	app.Route("/login_submit", cantil.Methods("POST"))(func(c *cantil.Context) any {
		username := c.Form().Get("username")
		password := c.Form().Get("password")
		if username == "admin" && password == "123" {
			c.Session().Set("username", username)
			c.Session().Set("user_id", 12345)
			c.Session().Set("role", "admin")
			return c.Redirect(c.URLFor("dashboard"))
		}
		return c.MakeResponse("Login inválido", 401)
	})

	app.Route("/dashboard", cantil.Endpoint("dashboard"))(func(c *cantil.Context) any {
		if c.Session().Has("username") {
			username := c.Session().Must("username")
			userID := c.Session().Get("user_id")
			return fmt.Sprintf("Bem-vindo, %s! Seu ID é: %s", str(username), str(userID))
		}
		return c.Redirect(c.URLFor("login"))
	})

	app.Route("/perfil")(func(c *cantil.Context) any {
		if c.Session().Has("username") {
			role := c.Session().Get("role", "visitante")
			return "Seu perfil. Cargo: " + str(role)
		}
		return c.Redirect(c.URLFor("login"))
	})

	app.Route("/logout")(func(c *cantil.Context) any {
		c.Session().Clear()
		return c.Redirect(c.URLFor("login"))
	})

	return app
}
