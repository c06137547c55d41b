package conformance

import (
	"time"

	"github.com/cantil-go/cantil"
)

func coursePermanent() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta_segura"
	app.PermanentSessionLifetime = 30 * time.Minute

	app.Route("/")(func(c *cantil.Context) any {
		s := c.Session()
		s.SetPermanent(true)
		s.Set("visitas", s.Get("visitas", 0).(int)+1)
		return str(s.Must("visitas")) + " visita(s)"
	})

	app.Route("/ler")(func(c *cantil.Context) any {
		return str(c.Session().Get("visitas"))
	})

	app.Route("/parado")(func(c *cantil.Context) any {
		return "não usa a sessão"
	})

	return app
}
