// Package echo is Echo with gorilla/sessions, which Echo's own session
// middleware wraps.
package echo

import (
	"html/template"
	"net/http"
	"strconv"

	"github.com/boj/redistore"
	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/middleware"

	"github.com/cantil-go/cantil/bench/internal/site"
)

type app struct{ store sessions.Store }

// New returns the server, with its sessions in the cookie or in Redis.
func New(cfg site.Config) (*http.Server, error) {
	store, err := newStore(cfg)
	if err != nil {
		return nil, err
	}
	a := &app{store: store}
	e := echo.New()
	e.Use(middleware.Recover())
	e.Renderer = &echo.TemplateRenderer{
		Template: template.Must(template.ParseFS(site.Templates("html"), "*.html")),
	}
	e.GET("/", func(c *echo.Context) error { return c.HTML(http.StatusOK, site.Hello) })
	e.GET("/count", a.count)
	e.GET("/perfil", a.perfil)
	e.GET("/nomes", a.nomes)
	e.GET("/entrar", a.set("username", site.Username))
	e.GET("/lista", a.set("nomes", site.Names))
	return &http.Server{Handler: e}, nil
}

func newStore(cfg site.Config) (sessions.Store, error) {
	switch cfg.Store {
	case site.Cookie:
		return sessions.NewCookieStore([]byte(site.Secret)), nil
	case site.Redis:
		return redistore.NewRediStore(10, "tcp", cfg.Redis, "", "", []byte(site.Secret))
	}
	return nil, site.Unknown(cfg)
}

func (a *app) count(c *echo.Context) error {
	s, err := a.store.Get(c.Request(), "session")
	if err != nil {
		return err
	}
	n, _ := s.Values["n"].(int)
	s.Values["n"] = n + 1
	if err := s.Save(c.Request(), c.Response()); err != nil {
		return err
	}
	return c.HTML(http.StatusOK, strconv.Itoa(n+1))
}

func (a *app) perfil(c *echo.Context) error {
	s, err := a.store.Get(c.Request(), "session")
	if err != nil {
		return err
	}
	username, _ := s.Values["username"].(string)
	return c.HTML(http.StatusOK, username)
}

func (a *app) nomes(c *echo.Context) error {
	s, err := a.store.Get(c.Request(), "session")
	if err != nil {
		return err
	}
	names, _ := s.Values["nomes"].([]string)
	return c.Render(http.StatusOK, "nomes.html", map[string]any{"nomes": names})
}

func (a *app) set(key string, value any) echo.HandlerFunc {
	return func(c *echo.Context) error {
		s, err := a.store.Get(c.Request(), "session")
		if err != nil {
			return err
		}
		s.Values[key] = value
		if err := s.Save(c.Request(), c.Response()); err != nil {
			return err
		}
		return c.HTML(http.StatusOK, site.OK)
	}
}
