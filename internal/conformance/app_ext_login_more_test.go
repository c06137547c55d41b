package conformance

import (
	"fmt"
	"strconv"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/login"
)

func extLoginNext() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"
	lm := login.NewLoginManager(app)
	lm.LoginView = "login"
	lm.LoginMessage, lm.LoginMessageCategory = "Entre para continuar.", "aviso"
	lm.NeedsRefreshMessage, lm.NeedsRefreshMessageCategory = "Confirme quem é.", "info"
	lm.LocalizeCallback = func(_ *cantil.Context, message string) string { return "«" + message + "»" }
	lm.BlueprintLoginViews = map[string]string{"admin": "admin.entrar", "fora": "https://sso.example.com/entrar?app=1",
		"fechado": "", "lingua": "/login?lang=pt", "local": "http://localhost/login"}
	lm.UserLoader(func(_ *cantil.Context, id string) (login.User, error) {
		if id != "1" {
			return nil, nil
		}
		return &idUser{ID: "1"}, nil
	})
	admin := nextBlueprint("admin")
	admin.Route("/entrar", cantil.Endpoint("entrar"))(func(*cantil.Context) any { return "entrada do admin" })
	admin.RegisterBlueprint(nextBlueprint("dentro"))
	for _, bp := range []*cantil.Blueprint{admin, nextBlueprint("loja"), nextBlueprint("fora"), nextBlueprint("fechado"),
		nextBlueprint("lingua"), nextBlueprint("local")} {
		app.RegisterBlueprint(bp)
	}
	nextViews(app)
	return app
}

// nextBlueprint is blueprint(name).
func nextBlueprint(name string) *cantil.Blueprint {
	bp := cantil.NewBlueprint(name, cantil.URLPrefix("/"+name))
	bp.Get("/painel", cantil.Decorate(login.LoginRequired), cantil.Endpoint("painel"))(func(c *cantil.Context) any {
		return "painel " + c.Blueprint()
	})
	return bp
}

func nextViews(app *cantil.App) {
	app.Route("/login", cantil.Methods("GET", "POST"), cantil.Endpoint("login"))(func(c *cantil.Context) any {
		if c.Method() == "POST" {
			login.LoginUser(c, &idUser{ID: "1"}, login.Fresh(!c.Form().Has("stale")))
			next, _ := c.Session().Pop("next", nil).(string)
			if next == "" {
				next = c.Args().Get("next")
			}
			if next == "" {
				next = c.URLFor("index")
			}
			return c.Redirect(next)
		}
		return c.JSONify(flashedPairs(c.GetFlashedMessagesWithCategories()))
	})
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		return "início " + boolRepr(login.CurrentUser(c).IsAuthenticated())
	})
	app.Get("/privado", cantil.Decorate(login.LoginRequired), cantil.Endpoint("privado"))(func(*cantil.Context) any { return "privado" })
	app.Get("/fresco", cantil.Decorate(login.FreshLoginRequired), cantil.Endpoint("fresco"))(func(*cantil.Context) any { return "fresco" })
	app.Get("/session", cantil.Endpoint("dump"))(dumpSession)
}

func extLoginRemember() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"
	lm := login.NewLoginManager(app)
	lm.RememberCookieName = "lembrar"
	lm.RememberCookieDuration = 7 * 24 * time.Hour
	lm.RememberCookieSecure, lm.RememberCookieHTTPOnly, lm.RememberCookieSameSite = true, false, "Lax"
	lm.UserLoader(func(_ *cantil.Context, id string) (login.User, error) { return &idUser{ID: id}, nil })
	app.Post("/login", cantil.Endpoint("login"))(func(c *cantil.Context) any {
		options := []login.Option{login.Remember(c.Form().Has("remember"))}
		if c.Form().Has("days") {
			days, _ := strconv.Atoi(c.Form().Get("days"))
			options = append(options, login.Duration(time.Duration(days)*24*time.Hour))
		}
		login.LoginUser(c, &idUser{ID: c.Form().Must("id")}, options...)
		return c.Redirect(c.URLFor("me"))
	})
	app.Get("/logout", cantil.Endpoint("logout"))(logOut)
	app.Get("/me", cantil.Decorate(login.LoginRequired), cantil.Endpoint("me"))(func(c *cantil.Context) any {
		return fmt.Sprintf("%s %s", login.CurrentUser(c).GetID(), boolRepr(login.LoginFresh(c)))
	})
	app.Get("/plain", cantil.Endpoint("plain"))(func(*cantil.Context) any { return "ok" })
	app.Get("/conta/me", cantil.Decorate(login.LoginRequired), cantil.Endpoint("account"))(func(c *cantil.Context) any {
		return login.CurrentUser(c).GetID()
	})
	app.Get("/session", cantil.Endpoint("dump"))(dumpSession)
	return app
}

func logOut(c *cantil.Context) any {
	login.LogoutUser(c)
	return "saiu"
}

func extLoginStrong() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"
	lm := login.NewLoginManager(app)
	lm.LoginView = "login"
	lm.SessionProtection = "strong"
	lm.UserLoader(loadOneOrTwo)
	app.Route("/login", cantil.Methods("GET", "POST"), cantil.Endpoint("login"))(func(c *cantil.Context) any {
		if c.Method() == "GET" {
			return "Entre, por favor."
		}
		login.LoginUser(c, &idUser{ID: c.Form().Must("id")}, login.Remember(c.Form().Has("remember")))
		return c.Redirect(c.URLFor("settings"))
	})
	app.Get("/logout", cantil.Endpoint("logout"))(logOut)
	app.Get("/settings", cantil.Decorate(login.LoginRequired), cantil.Endpoint("settings"))(func(c *cantil.Context) any {
		return "Configurações de " + login.CurrentUser(c).GetID()
	})
	app.Get("/secret", cantil.Decorate(login.FreshLoginRequired), cantil.Endpoint("secret"))(func(*cantil.Context) any { return "segredo" })
	app.Get("/confirm", cantil.Endpoint("confirm"))(func(c *cantil.Context) any {
		login.ConfirmLogin(c)
		return "ok"
	})
	app.Get("/whoami", cantil.Endpoint("whoami"))(func(c *cantil.Context) any {
		return c.JSONify(map[string]any{"id": idOrNone(login.CurrentUser(c)), "fresh": login.LoginFresh(c)})
	})
	app.Get("/session", cantil.Endpoint("dump"))(dumpSession)
	app.Get("/cart/<item>", cantil.Endpoint("cart"))(func(c *cantil.Context) any {
		c.Session().Set("cart", c.Param("item"))
		return "ok"
	})
	app.Get("/note", cantil.Endpoint("note"))(func(c *cantil.Context) any {
		c.Flash("Olá")
		return c.RenderTemplateString("{{ current_user.is_anonymous }} {{ get_flashed_messages() }}")
	})
	app.Get("/permanent", cantil.Endpoint("permanent"))(setPermanent)
	return app
}
