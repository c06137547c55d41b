package main

import (
	"crypto/subtle"

	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/examples/estilo"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/redisstore"
)

// newSite is app.py in Go: the same templates, the same session.
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
	app.ContextProcessor(func(*cantil.Context) cantil.Map { return cantil.Map{"half": "Cantil"} })
	app.Get("/")(index)
	app.Route("/login", cantil.Methods("GET", "POST"), cantil.Endpoint("login"))(login(o.password))
	app.Get("/profile")(profile)
	app.Post("/logout")(logout)
	return app
}

func index(c *cantil.Context) any {
	return c.RenderTemplate("index.html", cantil.Map{"user": c.Session().Get("user")})
}

func login(password string) cantil.View {
	return func(c *cantil.Context) any {
		if c.Method() != "POST" {
			return c.RenderTemplate("login.html")
		}
		if subtle.ConstantTimeCompare([]byte(c.Form().Must("password")), []byte(password)) != 1 {
			return c.MakeResponse(c.RenderTemplate("login.html", cantil.Map{"error": "Wrong user or password."}), 401)
		}
		s := c.Session()
		s.Clear()
		s.Regenerate() // with rows in Redis a login gets a new session id; a cookie has none
		s.Set("user", c.Form().Must("user"))
		c.Flash("Signed in by Cantil.")
		return c.Redirect(c.URLFor("index"))
	}
}

func profile(c *cantil.Context) any {
	s := c.Session()
	if !s.Has("user") {
		return c.Redirect(c.URLFor("login"))
	}
	visits, _ := session.Value[int](s, "visits")
	s.Set("visits", visits+1)
	return c.RenderTemplate("profile.html", cantil.Map{"user": s.Must("user"), "visits": visits + 1})
}

func logout(c *cantil.Context) any {
	c.Session().Clear()
	c.Flash("Signed out by Cantil.")
	return c.Redirect(c.URLFor("index"))
}
