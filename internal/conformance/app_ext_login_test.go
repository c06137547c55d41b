package conformance

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/login"
)

const loginPage = "{% for category, message in get_flashed_messages(with_categories=true) %}[{{ category }}: {{ message }}] {% endfor %}" +
	"{% if current_user.is_authenticated %}Olá, {{ current_user.name }}!{% else %}Olá, visitante!{% endif %}"

// loginUser is User of ext_login.py.
type loginUser struct {
	login.UserMixin
	ID, Name string
}

func (u *loginUser) GetID() string { return u.ID }

// loginName is current_user.name.
func loginName(c *cantil.Context) string { return login.CurrentUser(c).(*loginUser).Name }

func extLogin() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"
	lm := login.NewLoginManager(app)
	lm.LoginView, lm.RefreshView = "login", "reauth"
	users := map[string]*loginUser{}
	for _, u := range []*loginUser{{ID: "1", Name: "Maria"}, {ID: "2", Name: "João"}, {login.UserMixin{Inactive: true}, "3", "Rui"},
		{ID: "a|b", Name: "Ana"}, {ID: "ção", Name: "Bia <b>"}} {
		users[u.ID] = u
	}
	lm.UserLoader(func(_ *cantil.Context, id string) (login.User, error) { return users[id], nil })
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return c.RenderTemplateString(loginPage) })
	app.Route("/login", cantil.Methods("GET", "POST"), cantil.Endpoint("login"))(func(c *cantil.Context) any {
		if c.Method() == "GET" {
			return c.RenderTemplateString(loginPage + " Entre, por favor. {{ request.args.next }}")
		}
		return signIn(c, users[c.Form().Must("id")])
	})
	loginPages(app)
	loginSessions(app)
	loginInOne(app, users)
	return app
}

// signIn is login() of a POST.
func signIn(c *cantil.Context, user *loginUser) any {
	if user == nil {
		return c.MakeResponse("Usuário desconhecido", 401)
	}
	form := c.Form()
	options := []login.Option{login.Remember(form.Has("remember")), login.Fresh(!form.Has("stale"))}
	if form.Has("seconds") {
		seconds, _ := strconv.ParseFloat(form.Get("seconds"), 64)
		options = append(options, login.Duration(time.Duration(seconds*float64(time.Second))))
	}
	if form.Has("force") {
		options = append(options, login.Force())
	}
	if !login.LoginUser(c, user, options...) {
		return c.MakeResponse("Conta inativa", 403)
	}
	target := c.Args().Get("next")
	if !strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") || strings.HasPrefix(target, `/\`) {
		target = c.URLFor("index")
	}
	return c.Redirect(target)
}

func loginPages(app *cantil.App) {
	app.Get("/logout", cantil.Endpoint("logout"))(func(c *cantil.Context) any {
		login.LogoutUser(c)
		return c.Redirect(c.URLFor("index"))
	})
	required := cantil.Decorate(login.LoginRequired)
	app.Get("/settings", required, cantil.Endpoint("settings"))(func(c *cantil.Context) any { return "Configurações de " + loginName(c) })
	app.Get("/pagina/<path:name>", required, cantil.Endpoint("page"))(func(c *cantil.Context) any { return c.Param("name") })
	app.Route("/api", required, cantil.Methods("GET", "POST", "OPTIONS"), cantil.Endpoint("api"))(func(c *cantil.Context) any {
		return c.Method()
	})
	app.Get("/secret", cantil.Decorate(login.FreshLoginRequired), cantil.Endpoint("secret"))(func(c *cantil.Context) any {
		return "Segredo de " + loginName(c)
	})
	app.Route("/reauth", cantil.Methods("GET", "POST"), cantil.Endpoint("reauth"))(func(c *cantil.Context) any {
		if c.Method() == "GET" {
			return c.RenderTemplateString(loginPage + " Confirme a senha. {{ request.args.next }}")
		}
		login.ConfirmLogin(c)
		if next := c.Args().Get("next"); next != "" {
			return c.Redirect(next)
		}
		return c.Redirect(c.URLFor("index"))
	})
	app.Get("/whoami", cantil.Endpoint("whoami"))(func(c *cantil.Context) any {
		user := login.CurrentUser(c)
		return c.JSONify(map[string]any{"id": idOrNone(user), "active": user.IsActive(), "anonymous": user.IsAnonymous(),
			"authenticated": user.IsAuthenticated(), "fresh": login.LoginFresh(c), "remembered": login.LoginRemembered(c)})
	})
}

// idOrNone is current_user.get_id().
func idOrNone(user login.User) any {
	if user.IsAnonymous() {
		return nil
	}
	return user.GetID()
}

func loginSessions(app *cantil.App) {
	app.Get("/session", cantil.Endpoint("dump"))(dumpSession)
	app.Get("/set/<key>/<value>", cantil.Endpoint("set_"))(func(c *cantil.Context) any {
		c.Session().Set(c.Param("key"), c.Param("value"))
		return "ok"
	})
	app.Get("/permanent", cantil.Endpoint("permanent"))(setPermanent)
	app.Get("/clear", cantil.Endpoint("clear"))(func(c *cantil.Context) any {
		c.Session().Clear()
		return "ok"
	})
	app.Get("/plain", cantil.Endpoint("plain"))(func(*cantil.Context) any { return "ok" })
}

func setPermanent(c *cantil.Context) any {
	c.Session().SetPermanent(true)
	return "ok"
}

func loginInOne(app *cantil.App, users map[string]*loginUser) {
	app.Get("/forget/<user_id>", cantil.Endpoint("forget"))(func(c *cantil.Context) any {
		delete(users, c.Param("user_id"))
		return "ok"
	})
	app.Get("/login-then-fail", cantil.Endpoint("login_then_fail"))(func(c *cantil.Context) any {
		login.LoginUser(c, users["1"], login.Remember(true))
		panic("ZeroDivisionError")
	})
	app.Get("/login-then-logout", cantil.Endpoint("login_then_logout"))(func(c *cantil.Context) any {
		login.LoginUser(c, users["1"], login.Remember(true))
		login.LogoutUser(c)
		if login.CurrentUser(c).IsAnonymous() {
			return "anônimo"
		}
		return "identificado"
	})
	app.Get("/switch", cantil.Endpoint("switch"))(func(c *cantil.Context) any {
		before := login.CurrentUser(c)
		login.LoginUser(c, users["2"])
		return str(idOrNone(before)) + " " + login.CurrentUser(c).GetID()
	})
}

// idUser is the User of the other programs, who has nothing but an id.
type idUser struct {
	login.UserMixin
	ID string
}

func (u *idUser) GetID() string { return u.ID }

// loadOneOrTwo is the user_loader of two programs.
func loadOneOrTwo(_ *cantil.Context, id string) (login.User, error) {
	if id != "1" && id != "2" {
		return nil, nil
	}
	return &idUser{ID: id}, nil
}

func extLoginAPI() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"
	lm := login.NewLoginManager(app)
	lm.LoginView = "login"
	keys := map[string]string{"chave-da-maria": "1", "chave-do-joao": "2"}
	lm.UserLoader(loadOneOrTwo)
	lm.RequestLoader(func(c *cantil.Context) (login.User, error) {
		key := c.Args().Get("key")
		if c.HasHeader("X-API-Key") {
			key = c.Header("X-API-Key")
		}
		if scheme, token, _ := strings.Cut(c.Header("Authorization"), " "); strings.EqualFold(scheme, "bearer") {
			key = token
		}
		if id := keys[key]; id != "" {
			return &idUser{ID: id}, nil
		}
		return nil, nil
	})
	lm.UnauthorizedHandler(func(c *cantil.Context) any {
		return c.MakeResponse(map[string]any{"error": "não autorizado"}, 401)
	})
	lm.NeedsRefreshHandler(func(c *cantil.Context) any { return c.MakeResponse(map[string]any{"error": "entre de novo"}, 403) })
	loginAPIViews(app, lm)
	return app
}

func loginAPIViews(app *cantil.App, lm *login.LoginManager) {
	app.Post("/login", cantil.Endpoint("login"))(func(c *cantil.Context) any {
		var form struct {
			ID       json.RawMessage
			Remember bool
		}
		if err := c.JSON(&form); err != nil {
			return err
		}
		id := strings.Trim(string(form.ID), `"`)
		return c.JSONify(map[string]any{"ok": login.LoginUser(c, &idUser{ID: id}, login.Remember(form.Remember))})
	})
	app.Post("/logout", cantil.Endpoint("logout"))(func(c *cantil.Context) any {
		login.LogoutUser(c)
		return c.JSONify(map[string]any{"ok": true})
	})
	app.Get("/me", cantil.Decorate(login.LoginRequired), cantil.Endpoint("me"))(func(c *cantil.Context) any {
		return c.JSONify(map[string]any{"id": login.CurrentUser(c).GetID()})
	})
	app.Get("/secret", cantil.Decorate(login.FreshLoginRequired), cantil.Endpoint("secret"))(func(c *cantil.Context) any {
		return c.JSONify(map[string]any{"secret": true})
	})
	app.Get("/whoami", cantil.Endpoint("whoami"))(func(c *cantil.Context) any {
		return c.JSONify(map[string]any{"id": idOrNone(login.CurrentUser(c)), "fresh": login.LoginFresh(c), "remembered": login.LoginRemembered(c)})
	})
	app.Get("/manual", cantil.Endpoint("manual"))(func(c *cantil.Context) any {
		if !login.CurrentUser(c).IsAuthenticated() {
			return lm.Unauthorized(c)
		}
		return "ok"
	})
	app.Get("/session", cantil.Endpoint("dump"))(dumpSession)
}
