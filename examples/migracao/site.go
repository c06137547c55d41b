package main

import (
	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/csrf"
	"github.com/cantil-go/cantil/examples/estilo"
	"github.com/cantil-go/cantil/login"
	"github.com/cantil-go/cantil/security"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/redisstore"
)

// newSite is app.py in Go: the same templates, the same session, the same users.
func newSite(o options) *cantil.App {
	app := cantil.New()
	app.SecretKey = o.key
	app.SessionCookieSameSite = "Lax"
	app.SessionSerializer = codec.TaggedJSON // what an unmodified Flask reads; codec.Msgpack once the last one is gone
	if o.redis != "" {
		client := redis.NewClient(&redis.Options{Addr: o.redis, ContextTimeoutEnabled: true})
		app.SessionInterface = session.NewServerSide(redisstore.New(client))
	}
	estilo.Usar(app, files)
	app.ProxyFix(cantil.ProxyFix{For: 1, Proto: 1, Host: 1})
	csrf.NewCSRFProtect(app)
	lm := login.NewLoginManager(app)
	lm.LoginView, lm.RememberCookieSameSite = "login", "Lax"
	lm.UserLoader(func(_ *cantil.Context, id string) (login.User, error) { return &user{ID: id}, nil })
	app.ContextProcessor(func(*cantil.Context) cantil.Map { return cantil.Map{"half": "Cantil"} })
	app.Get("/")(index)
	app.Route("/login", cantil.Methods("GET", "POST"), cantil.Endpoint("login"))(signIn(o.hash))
	app.Get("/profile", cantil.Decorate(login.LoginRequired))(profile)
	app.Post("/note", cantil.Decorate(login.LoginRequired))(note)
	app.Post("/logout")(logout)
	return app
}

type user struct {
	login.UserMixin
	ID string
}

func (u *user) GetID() string { return u.ID }

func index(c *cantil.Context) any {
	return c.RenderTemplate("index.html")
}

func signIn(hash string) cantil.View {
	return func(c *cantil.Context) any {
		if c.Method() != "POST" {
			return c.RenderTemplate("login.html")
		}
		if !security.CheckPasswordHash(hash, c.Form().Must("password")) {
			return c.MakeResponse(c.RenderTemplate("login.html", cantil.Map{"error": "Wrong user or password."}), 401)
		}
		login.LoginUser(c, &user{ID: c.Form().Must("user")}, login.Remember(c.Form().Has("remember")))
		c.Flash("Signed in by Cantil.")
		return c.Redirect(c.URLFor("index"))
	}
}

func profile(c *cantil.Context) any {
	s := c.Session()
	visits, _ := session.Value[int](s, "visits")
	s.Set("visits", visits+1)
	return c.RenderTemplate("profile.html", cantil.Map{"visits": visits + 1})
}

func note(c *cantil.Context) any {
	c.Session().Set("note", c.Form().Must("note"))
	c.Flash("Noted by Cantil.")
	return c.Redirect(c.URLFor("profile"))
}

func logout(c *cantil.Context) any {
	c.Session().Clear()
	login.LogoutUser(c)
	c.Flash("Signed out by Cantil.")
	return c.Redirect(c.URLFor("index"))
}
