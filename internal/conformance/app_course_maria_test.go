package conformance

import "github.com/cantil-go/cantil"

func courseMaria() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta_segura"

	app.Route("/login")(func(c *cantil.Context) any {
		c.Session().Set("usuario", "Maria")
		return "Usuário logado!"
	})

	app.Route("/perfil")(func(c *cantil.Context) any {
		usuario := c.Session().Get("usuario")
		if usuario != nil {
			return "Bem-vindo, " + str(usuario) + "!"
		}
		return "Nenhum usuário logado."
	})

	app.Route("/logout")(func(c *cantil.Context) any {
		c.Session().Pop("usuario", nil)
		return "Usuário deslogado."
	})

	return app
}
