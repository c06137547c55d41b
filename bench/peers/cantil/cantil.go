// Package cantil is Cantil as a program would use it: nothing is set for the
// comparison but where the sessions are.
package cantil

import (
	"strconv"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/bench/internal/site"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

// New returns the application, with its sessions in the cookie, as msgpack or
// tagged JSON, or in Redis.
func New(cfg site.Config) (*cantil.App, error) {
	app := cantil.New()
	app.SecretKey = site.Secret
	app.TemplateFS = site.Templates("jinja")
	switch cfg.Store {
	case site.Cookie:
	case site.JSON:
		app.SessionSerializer = codec.TaggedJSON
	case site.Redis:
		useRedis(app, cfg.Redis)
	default:
		return nil, site.Unknown(cfg)
	}
	app.Get("/")(index)
	app.Get("/count")(count)
	app.Get("/perfil")(perfil)
	app.Get("/nomes")(nomes)
	app.Get("/entrar")(entrar)
	app.Get("/lista")(lista)
	return app, nil
}

func index(c *cantil.Context) any { return site.Hello }

func count(c *cantil.Context) any {
	s := c.Session()
	n := s.Get("n", 0).(int) + 1
	s.Set("n", n)
	return strconv.Itoa(n)
}

func perfil(c *cantil.Context) any {
	return c.Session().Get("username", "")
}

func nomes(c *cantil.Context) any {
	names, _ := session.Value[[]string](c.Session(), "nomes")
	return c.RenderTemplate("nomes.html", cantil.Map{"nomes": names})
}

func entrar(c *cantil.Context) any {
	c.Session().Set("username", site.Username)
	return site.OK
}

func lista(c *cantil.Context) any {
	c.Session().Set("nomes", site.Names)
	return site.OK
}
