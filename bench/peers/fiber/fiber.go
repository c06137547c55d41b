// Package fiber is Fiber v3 with its session middleware.
package fiber

import (
	"net"
	"net/http"
	"strconv"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/recover"
	"github.com/gofiber/fiber/v3/middleware/session"
	"github.com/gofiber/storage/redis/v3"
	"github.com/gofiber/template/html/v2"

	"github.com/cantil-go/cantil/bench/internal/site"
)

// App is the application as a [site.Server].
type App struct{ *fiber.App }

// Serve serves without the banner.
func (a App) Serve(ln net.Listener) error {
	return a.Listener(ln, fiber.ListenConfig{DisableStartupMessage: true})
}

// New returns the server, with its sessions in memory or in Redis.
func New(cfg site.Config) (App, error) {
	sessions, err := newSessions(cfg)
	if err != nil {
		return App{}, err
	}
	app := fiber.New(fiber.Config{
		Views: html.NewFileSystem(http.FS(site.Templates("fiber")), ".html"),
	})
	app.Use(recover.New())
	app.Get("/", func(c fiber.Ctx) error { return text(c, site.Hello) })
	app.Get("/count", sessions, count)
	app.Get("/perfil", sessions, perfil)
	app.Get("/nomes", sessions, nomes)
	app.Get("/entrar", sessions, set("username", site.Username))
	app.Get("/lista", sessions, set("nomes", site.Names))
	return App{app}, nil
}

func newSessions(cfg site.Config) (fiber.Handler, error) {
	var config session.Config
	switch cfg.Store {
	case site.Memory:
	case site.Redis:
		config.Storage = redis.New(redis.Config{Addrs: []string{cfg.Redis}})
	default:
		return nil, site.Unknown(cfg)
	}
	return session.New(config), nil
}

func text(c fiber.Ctx, s string) error {
	c.Set(fiber.HeaderContentType, site.HTML)
	return c.SendString(s)
}

func count(c fiber.Ctx) error {
	s := session.FromContext(c)
	n, _ := s.Get("n").(int)
	s.Set("n", n+1)
	return text(c, strconv.Itoa(n+1))
}

func perfil(c fiber.Ctx) error {
	username, _ := session.FromContext(c).Get("username").(string)
	return text(c, username)
}

func nomes(c fiber.Ctx) error {
	names, _ := session.FromContext(c).Get("nomes").([]string)
	return c.Render("nomes", fiber.Map{"titulo": "Nomes", "nomes": names}, "layout")
}

func set(key string, value any) fiber.Handler {
	return func(c fiber.Ctx) error {
		session.FromContext(c).Set(key, value)
		return text(c, site.OK)
	}
}
