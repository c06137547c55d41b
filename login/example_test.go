package login_test

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/login"
)

type User struct {
	login.UserMixin
	Name string
}

func (u *User) GetID() string { return u.Name }

// site is an application with a login view, and a page for users.
func site() (*cantil.App, *login.LoginManager) {
	app := cantil.New()
	app.SecretKey = "a key that session.GenerateKey made"
	lm := login.NewLoginManager(app)
	lm.LoginView = "entrar"
	lm.UserLoader(func(_ *cantil.Context, id string) (login.User, error) {
		if id != "maria" {
			return nil, nil
		}
		return &User{Name: "maria"}, nil
	})
	app.Route("/entrar", cantil.Methods("GET", "POST"))(entrar)
	app.Get("/conta", cantil.Decorate(login.LoginRequired))(conta)
	app.Get("/senha", cantil.Decorate(login.FreshLoginRequired))(senha)
	app.Get("/sair")(sair)
	return app, lm
}

func entrar(c *cantil.Context) any {
	if c.Method() == "GET" {
		return fmt.Sprint(c.GetFlashedMessages()...)
	}
	login.LoginUser(c, &User{Name: "maria"}, login.Remember(c.Form().Has("lembrar"))) // once the password was right
	return c.Redirect(cmp.Or(login.SafeNext(c, c.Args().Get("next")), c.URLFor("conta")))
}

func conta(c *cantil.Context) any {
	return c.RenderTemplateString("Olá, {{ current_user.name }}!")
}

func senha(c *cantil.Context) any { return "uma senha nova" }

func sair(c *cantil.Context) any {
	login.LogoutUser(c)
	return "até logo"
}

func ExampleNewLoginManager() {
	app, _ := site()
	client := app.TestClient()
	fmt.Println(client.Get("/conta").Header("Location"))
	fmt.Println(client.Get("/entrar").Text())
	fmt.Println(client.Post("/entrar?next=%2Fconta").Header("Location"))
	fmt.Println(client.Get("/conta").Text())
	// Output:
	// /entrar?next=%2Fconta
	// Please log in to access this page.
	// /conta
	// Olá, maria!
}

// The remember cookie signs the visitor in again when the browser comes back
// without its session; LogoutUser deletes it.
func ExampleRemember() {
	app, _ := site()
	client := app.TestClient()
	client.Post("/entrar", cantil.FormData("lembrar", "1"))
	client.SetCookie("session", "") // the browser was closed
	fmt.Println(client.Get("/conta").Text())
	client.Get("/sair")
	fmt.Println(client.Get("/conta").Status)
	// Output:
	// Olá, maria!
	// 302
}

// A user who was remembered is asked for the password before what matters.
func ExampleFreshLoginRequired() {
	app, lm := site()
	lm.RefreshView = "entrar"
	client := app.TestClient()
	client.Post("/entrar", cantil.FormData("lembrar", "1"))
	fmt.Println(client.Get("/senha").Text())
	client.SetCookie("session", "")
	fmt.Println(client.Get("/senha").Header("Location"))
	// Output:
	// uma senha nova
	// /entrar?next=%2Fsenha
}

// Users of an API send a key, and get no page.
func ExampleLoginManager_RequestLoader() {
	app, lm := site()
	lm.RequestLoader(func(c *cantil.Context) (login.User, error) {
		if c.Header("X-API-Key") != "chave-da-maria" {
			return nil, nil
		}
		return &User{Name: "maria"}, nil
	})
	lm.UnauthorizedHandler(func(c *cantil.Context) any {
		return c.MakeResponse(map[string]any{"erro": "sem chave"}, 401)
	})
	client := app.TestClient()
	fmt.Print(client.Get("/conta").Text())
	fmt.Println(client.Get("/conta", cantil.RequestHeader("X-API-Key", "chave-da-maria")).Text())
	// Output:
	// {"erro":"sem chave"}
	// Olá, maria!
}

func ExampleSafeNext() {
	app := cantil.New()
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		return fmt.Sprintf("%q", login.SafeNext(c, c.Args().Get("next")))
	})
	client := app.TestClient()
	for _, next := range []string{"/conta?a=1", "http://localhost/conta", "//evil.example", "https://evil.example/"} {
		fmt.Println(client.Get("/?next=" + strings.ReplaceAll(next, "?", "%3F")).Text())
	}
	// Output:
	// "/conta?a=1"
	// "/conta"
	// ""
	// ""
}

// What Flask-Login signs with the same key.
func ExampleEncodeCookie() {
	cookie, _ := login.EncodeCookie("42", "sua_chave_secreta")
	fmt.Println(cookie[:20])
	fmt.Println(login.DecodeCookie(cookie, "sua_chave_secreta"))
	// Output:
	// 42|45413b88222951be8
	// 42 true
}
