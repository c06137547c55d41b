package main

import (
	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/security"
)

type user struct {
	ID                 int
	Username, Password string
}

func (u *user) fields() []any { return []any{&u.ID, &u.Username, &u.Password} }

// absent is checked where there is no such user: the answer takes as long.
var absent = security.GeneratePasswordHash("")

func (f *flaskr) auth() *cantil.Blueprint {
	bp := cantil.NewBlueprint("auth", cantil.URLPrefix("/auth"))
	bp.BeforeAppRequest(f.loadLoggedInUser)
	bp.Route("/register", cantil.Methods("GET", "POST"))(f.register)
	bp.Route("/login", cantil.Methods("GET", "POST"))(f.login)
	bp.Get("/logout")(f.logout)
	return bp
}

func (f *flaskr) register(c *cantil.Context) any {
	if c.Method() == "POST" {
		username, password := c.Form().Must("username"), c.Form().Must("password")
		message := ""
		switch {
		case username == "":
			message = "Username is required."
		case password == "":
			message = "Password is required."
		case execute(f.db, "INSERT INTO user (username, password) VALUES (?, ?) ON CONFLICT DO NOTHING",
			username, security.GeneratePasswordHash(password)) == 0:
			message = "User " + username + " is already registered."
		default:
			return c.Redirect(c.URLFor("auth.login"))
		}
		c.Flash(message)
	}
	return c.RenderTemplate("auth/register.html")
}

// login does not reveal whether a user exists, as the tutorial's messages do,
// neither in words nor by how long it takes.
func (f *flaskr) login(c *cantil.Context) any {
	if c.Method() == "POST" {
		user, hash := fetchone(f.db, (*user).fields, "SELECT id, username, password FROM user WHERE username = ?", c.Form().Must("username")), absent
		if user != nil {
			hash = user.Password
		}
		if security.CheckPasswordHash(hash, c.Form().Must("password")) && user != nil {
			c.Session().Clear()
			c.Session().Regenerate() // a new id, should the sessions be in a store one day
			c.Session().Set("user_id", user.ID)
			return c.Redirect(c.URLFor("index"))
		}
		c.Flash("Incorrect username or password.")
	}
	return c.RenderTemplate("auth/login.html")
}

func (f *flaskr) loadLoggedInUser(c *cantil.Context) any {
	if id := c.Session().Get("user_id"); id != nil {
		c.G()["user"] = fetchone(f.db, (*user).fields, "SELECT id, username, password FROM user WHERE id = ?", id)
	}
	return nil
}

func (f *flaskr) logout(c *cantil.Context) any {
	c.Session().Clear()
	return c.Redirect(c.URLFor("index"))
}

func loginRequired(view cantil.View) cantil.View {
	return func(c *cantil.Context) any {
		if me(c) == nil {
			return c.Redirect(c.URLFor("auth.login"))
		}
		return view(c)
	}
}

// me is g.user.
func me(c *cantil.Context) *user {
	user, _ := c.G()["user"].(*user)
	return user
}
