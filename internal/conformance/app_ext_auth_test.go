package conformance

import (
	"fmt"
	"strings"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/security"
	"github.com/cantil-go/cantil/session"
)

// authMethod is METHOD.
const authMethod = "pbkdf2:sha256:1"

// authPage is PAGE.
const authPage = "{% for message in get_flashed_messages() %}<p>{{ message }}</p>{% endfor %}" +
	"{% if g.user %}{{ g.user.name }}{% else %}visitante{% endif %}: "

type authUser struct {
	ID             int
	Name, Password string
}

type authPost struct {
	Title, Author string
	AuthorID      int
}

// authSite is the module's state.
type authSite struct {
	users map[int]*authUser
	posts []*authPost
}

func extAuth() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"
	site := &authSite{users: map[int]*authUser{
		1: {1, "ana", "scrypt:1024:8:1$aMZ0Xc7LhQ2sVd9K$069ed98d1d05ae97c314a9d9ddff017e273c342c66c4fe6efbbf95bb9aabce7d" +
			"f6d1183330ac1346aecf9f19daf970587f19a1d9951ea6990b882e340d3c3c0a"},
		2: {2, "bia", "pbkdf2:sha256:1000$a1B2c3D4$f77ea153a63cf516db7fdc33a8246af7fe6b0f459c132be5dc2c5cbe4656d505"},
		3: {3, "rui", "sha1$a1B2c3D4$" + strings.Repeat("0", 40)},
		4: {4, "ivo", "segredo"},
	}}
	site.addAuth(app)
	site.addPosts(app)
	return app
}

// find is the user of a name, or nil.
func (site *authSite) find(name string) *authUser {
	for _, u := range site.users {
		if u.Name == name {
			return u
		}
	}
	return nil
}

// missing is what speaks against a new account.
func (site *authSite) missing(name, password string) string {
	switch {
	case name == "":
		return "Falta o nome."
	case password == "":
		return "Falta a senha."
	case site.find(name) != nil:
		return name + " já existe."
	}
	return ""
}

// wrong is what speaks against letting somebody in.
func wrong(user *authUser, password string) string {
	switch {
	case user == nil:
		return "Nome errado."
	case !security.CheckPasswordHash(user.Password, password):
		return "Senha errada."
	}
	return ""
}

// membersOnly is @members_only.
func membersOnly(view cantil.View) cantil.View {
	return func(c *cantil.Context) any {
		if me(c) == nil {
			return c.Redirect(c.URLFor("auth.login"))
		}
		return view(c)
	}
}

func me(c *cantil.Context) *authUser {
	user, _ := c.G()["user"].(*authUser)
	return user
}

func (site *authSite) addAuth(app *cantil.App) {
	bp := cantil.NewBlueprint("auth", cantil.URLPrefix("/auth"))
	bp.BeforeAppRequest(func(c *cantil.Context) any {
		c.G()["user"] = nil
		id, _ := session.Value[int](c.Session(), "user_id")
		if user := site.users[id]; user != nil {
			c.G()["user"] = user
		}
		return nil
	})
	both := cantil.Methods("GET", "POST")
	bp.Route("/register", both, cantil.Endpoint("register"))(site.register)
	bp.Route("/login", both, cantil.Endpoint("login"))(site.login)
	bp.Get("/logout", cantil.Endpoint("logout"))(func(c *cantil.Context) any {
		c.Session().Clear()
		return c.Redirect(c.URLFor("index"))
	})
	bp.Post("/password", cantil.Decorate(membersOnly), cantil.Endpoint("password"))(changePassword)
	bp.Get("/hashes", cantil.Endpoint("hashes"))(func(c *cantil.Context) any {
		out := map[string]any{}
		for _, u := range site.users {
			method, rest, _ := strings.Cut(u.Password, "$")
			salt, digest, _ := strings.Cut(rest, "$")
			out[u.Name] = []any{method, len(salt), len(digest)}
		}
		return c.JSONify(out)
	})
	app.RegisterBlueprint(bp)
}

func (site *authSite) register(c *cantil.Context) any {
	if c.Method() == "POST" {
		name, password := c.Form().Must("username"), c.Form().Must("password")
		problem := site.missing(name, password)
		if problem == "" {
			id := len(site.users) + 1
			site.users[id] = &authUser{id, name, security.GeneratePasswordHash(password, security.Method(authMethod))}
			return c.Redirect(c.URLFor("auth.login"))
		}
		c.Flash(problem)
	}
	return c.RenderTemplateString(authPage + "cadastro")
}

func (site *authSite) login(c *cantil.Context) any {
	if c.Method() == "POST" {
		user := site.find(c.Form().Must("username"))
		problem := wrong(user, c.Form().Must("password"))
		if problem == "" {
			c.Session().Clear()
			c.Session().Set("user_id", user.ID)
			return c.Redirect(c.URLFor("index"))
		}
		c.Flash(problem)
	}
	return c.RenderTemplateString(authPage + "entrada")
}

func changePassword(c *cantil.Context) any {
	if !security.CheckPasswordHash(me(c).Password, c.Form().Must("old")) {
		return cantil.Abort(403)
	}
	me(c).Password = security.GeneratePasswordHash(c.Form().Must("new"), security.Method(c.Form().Get("method", authMethod)))
	return "senha trocada"
}

func (site *authSite) addPosts(app *cantil.App) {
	both, members := cantil.Methods("GET", "POST"), cantil.Decorate(membersOnly)
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		return c.RenderTemplateString(authPage+"{% for post in posts %}({{ loop.index }} {{ post.title }} de {{ post.author }})"+
			"{% if g.user and g.user.id == post.author_id %}*{% endif %} {% endfor %}", cantil.Map{"posts": site.posts})
	})
	app.Route("/create", both, members, cantil.Endpoint("create"))(func(c *cantil.Context) any {
		if c.Method() == "POST" {
			if title := c.Form().Must("title"); title != "" {
				site.posts = append(site.posts, &authPost{title, me(c).Name, me(c).ID})
				return c.Redirect(c.URLFor("index"))
			}
			c.Flash("Falta o título.")
		}
		return c.RenderTemplateString(authPage + "novo")
	})
	app.Route("/<int:id>/update", both, members, cantil.Endpoint("update"))(func(c *cantil.Context) any {
		id := c.ParamInt("id")
		if id <= 0 || id > len(site.posts) {
			return cantil.Abort(404, fmt.Sprintf("Não há texto %d.", id))
		}
		post := site.posts[id-1]
		if post.AuthorID != me(c).ID {
			return cantil.Abort(403)
		}
		if c.Method() == "POST" {
			post.Title = c.Form().Must("title")
			return c.Redirect(c.URLFor("index"))
		}
		return c.RenderTemplateString(authPage+"{{ post.title }}", cantil.Map{"post": post})
	})
}
