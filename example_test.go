package cantil_test

import (
	"fmt"
	"iter"
	"strings"
	"testing/fstest"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

func Example() {
	app := cantil.New()
	app.SecretKey = "dev"
	app.Route("/")(func(c *cantil.Context) any {
		return "Olá, " + cantil.Escape(c.Args().Get("nome", "mundo")) + "!"
	})
	fmt.Println(app.TestClient().Get("/?nome=<Ana>").Text())
	// Output: Olá, &lt;Ana&gt;!
}

func ExampleApp_Route() {
	app := cantil.New()
	app.Route("/user/<int:id>", cantil.Methods("GET", "POST"), cantil.Endpoint("user"))(func(c *cantil.Context) any {
		return fmt.Sprint(c.Method(), " ", c.ParamInt("id"))
	})
	client := app.TestClient()
	fmt.Println(client.Get("/user/7").Text(), client.Post("/user/7").Text())
	fmt.Println(client.Get("/user/sete").Status, client.Do("PUT", "/user/7").Header("Allow"))
	// Output:
	// GET 7 POST 7
	// 404 GET, HEAD, OPTIONS, POST
}

func ExampleContext_Session() {
	app := cantil.New()
	app.SecretKey = "dev"
	app.Post("/login")(func(c *cantil.Context) any {
		c.Session().Set("usuario", c.Form().Must("usuario"))
		return c.Redirect("/perfil")
	})
	app.Get("/perfil")(func(c *cantil.Context) any {
		if usuario := c.Session().Get("usuario"); usuario != nil {
			return "Bem-vindo, " + cantil.Escape(usuario) + "!"
		}
		return "Nenhum usuário logado."
	})
	client := app.TestClient()
	client.FollowRedirects = true
	fmt.Println(client.Get("/perfil").Text())
	fmt.Println(client.Post("/login", cantil.FormData("usuario", "Maria")).Text())
	// Output:
	// Nenhum usuário logado.
	// Bem-vindo, Maria!
}

func ExampleContext_URLFor() {
	app := cantil.New()
	app.Get("/user/<nome>", cantil.Endpoint("user"))(func(c *cantil.Context) any {
		return c.URLFor("user", "nome", "João", "page", 2) + " " + c.URLFor("user", "nome", "Ana", "_external", true)
	})
	fmt.Println(app.TestClient().Get("/user/Zé").Text())
	// Output: /user/Jo%C3%A3o?page=2 http://localhost/user/Ana
}

func ExampleContext_MakeResponse() {
	app := cantil.New()
	app.Get("/")(func(c *cantil.Context) any {
		r := c.MakeResponse("criado", 201)
		r.Header().Set("X-Id", "7")
		r.SetCookie("tema", "escuro", cantil.Cookie{MaxAge: 60, HTTPOnly: true})
		return r
	})
	r := app.TestClient().Get("/")
	fmt.Println(r.Status, r.Text(), r.Header("X-Id"))
	// Output: 201 criado 7
}

func ExampleAbort() {
	app := cantil.New()
	app.Get("/")(func(c *cantil.Context) any { return cantil.Abort(403) })
	app.ErrorHandler(403)(func(c *cantil.Context, err error) any {
		return c.MakeResponse("não pode", 403)
	})
	r := app.TestClient().Get("/")
	fmt.Println(r.Status, r.Text())
	// Output: 403 não pode
}

type faltou struct{ what string }

func (f *faltou) Error() string { return "faltou " + f.what }

func ExampleErrorHandlerFor() {
	app := cantil.New()
	app.Get("/")(func(c *cantil.Context) any { return fmt.Errorf("no bar: %w", &faltou{"água"}) })
	cantil.ErrorHandlerFor(app, func(c *cantil.Context, err *faltou) any {
		return c.MakeResponse("sem "+err.what, 503)
	})
	r := app.TestClient().Get("/")
	fmt.Println(r.Status, r.Text())
	// Output: 503 sem água
}

func ExampleBlueprint() {
	auth := cantil.NewBlueprint("auth", cantil.URLPrefix("/auth"))
	auth.Get("/login", cantil.Endpoint("login"))(func(c *cantil.Context) any {
		return c.Endpoint() + " " + c.URLFor(".login")
	})
	app := cantil.New()
	app.RegisterBlueprint(auth)
	fmt.Println(app.TestClient().Get("/auth/login").Text())
	// Output: auth.login /auth/login
}

func ExampleContext_Flash() {
	app := cantil.New()
	app.SecretKey = "dev"
	app.Get("/salvar")(func(c *cantil.Context) any {
		c.Flash("Salvo.")
		return c.Redirect("/")
	})
	app.Get("/")(func(c *cantil.Context) any { return fmt.Sprint(c.GetFlashedMessages()) })
	client := app.TestClient()
	client.FollowRedirects = true
	fmt.Println(client.Get("/salvar").Text(), client.Get("/").Text())
	// Output: [Salvo.] []
}

func ExampleContext_RenderTemplate() {
	app := cantil.New()
	app.TemplateFS = fstest.MapFS{
		"base.html":  {Data: []byte("<title>{% block titulo %}{% endblock %}</title>{% block corpo %}{% endblock %}")},
		"nomes.html": {Data: []byte(`{% extends "base.html" %}{% block corpo %}{% for n in nomes %}<li>{{ n|grito }}{% endfor %}{% endblock %}`)},
	}
	app.TemplateFilter("grito")(func(s string) string { return strings.ToUpper(s) + "!" })
	app.Get("/")(func(c *cantil.Context) any {
		return c.RenderTemplate("nomes.html", cantil.Map{"nomes": []string{"Ana", "<Zé>"}})
	})
	fmt.Println(app.TestClient().Get("/").Text())
	// Output: <title></title><li>ANA!<li>&lt;ZÉ&gt;!
}

// A view may stream its answer: no more than one piece is in memory.
func ExampleView_streamed() {
	app := cantil.New()
	app.Get("/")(func(c *cantil.Context) any {
		return iter.Seq[string](func(yield func(string) bool) {
			for i := range 3 {
				if !yield(fmt.Sprintln("linha", i+1)) {
					return
				}
			}
		})
	})
	fmt.Print(app.TestClient().Get("/").Text())
	// Output:
	// linha 1
	// linha 2
	// linha 3
}

func ExampleClient_SessionTransaction() {
	app := cantil.New()
	app.SecretKey = "dev"
	app.Get("/")(func(c *cantil.Context) any { return c.Session().Get("usuario", "ninguém") })
	client := app.TestClient()
	client.SessionTransaction(func(s *session.Session) { s.Set("usuario", "Ana") })
	fmt.Println(client.Get("/").Text())
	// Output: Ana
}

// A test of a page, as docs/testing.md has it: a clock that the test moves, and
// a visitor with cookies.
func ExampleApp_TestClient() {
	app := cantil.New()
	app.SecretKey = "dev"
	app.Testing = true
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	app.Now = func() time.Time { return now }
	app.Post("/entrar", cantil.Endpoint("entrar"))(func(c *cantil.Context) any {
		c.Session().Set("usuario", c.Form().Must("nome"))
		c.Session().SetPermanent(true)
		return c.Redirect("/")
	})
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		return c.Session().Get("usuario", "ninguém")
	})

	ana := app.TestClient()
	ana.FollowRedirects = true
	fmt.Println(ana.Post("/entrar", cantil.FormData("nome", "Ana")).Text())
	fmt.Println(app.TestClient().Get("/").Text()) // another visitor
	fmt.Println(ana.Post("/entrar").Status)       // without the key
	now = now.Add(32 * 24 * time.Hour)
	fmt.Println(ana.Get("/").Text())
	// Output:
	// Ana
	// ninguém
	// 400
	// ninguém
}
