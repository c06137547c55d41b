package cantil_test

import (
	"fmt"
	"log/slog"
	"net/http"

	"github.com/cantil-go/cantil"
)

// A view keeps its endpoint under a decorator.
func ExampleDecorate() {
	loginRequired := func(view cantil.View) cantil.View {
		return func(c *cantil.Context) any {
			if !c.Session().Has("usuario") {
				return cantil.Abort(401)
			}
			return view(c)
		}
	}
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"
	app.Get("/conta", cantil.Decorate(loginRequired))(conta)
	app.ServerName = "loja.example"
	fmt.Println(app.URLFor("conta"), app.TestClient().Get("/conta").Status)
	// Output: http://loja.example/conta 401
}

// An extension reads what a rule says of it.
func ExampleRouteValue() {
	type exemptKey struct{}
	exempt := func() cantil.RouteOption { return cantil.RouteValue(exemptKey{}, true) }

	app := cantil.New()
	app.BeforeRequestFirst(func(c *cantil.Context) any {
		if c.Method() == "POST" && c.RouteValue(exemptKey{}) == nil {
			return cantil.Abort(400, "No token.")
		}
		return nil
	})
	app.Post("/form", cantil.Endpoint("form"))(func(*cantil.Context) any { return "" })
	app.Post("/hook", cantil.Endpoint("hook"), exempt())(func(*cantil.Context) any { return "" })
	client := app.TestClient()
	fmt.Println(client.Post("/form").Status, client.Post("/hook").Status)
	// Output: 400 200
}

// A handler of net/http below a path, and the application as one.
func ExampleApp_Mount() {
	app := cantil.New()
	app.Mount("/healthz", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "ok ", r.URL.Path)
	}))
	fmt.Println(app.TestClient().Get("/healthz/live").Text())

	mux := http.NewServeMux()
	mux.Handle("/loja/", http.StripPrefix("/loja", app)) // URLFor's URLs begin with /loja
	// Output: ok /healthz/live
}

// A mail is rendered outside of any request.
func ExampleApp_AppContext() {
	app := cantil.New()
	app.ServerName, app.PreferredURLScheme = "loja.example", "https"
	app.Get("/pedido/<int:id>", cantil.Endpoint("pedido"))(func(*cantil.Context) any { return "" })
	app.AppContext(func(c *cantil.Context) {
		mail := c.RenderTemplateString("Olá {{ nome }}: {{ url_for('pedido', id=7) }}", cantil.Map{"nome": "Ana"})
		fmt.Println(string(mail.Data()))
	})
	// Output: Olá Ana: https://loja.example/pedido/7
}

type pedidos struct{ ids []int }

func (p *pedidos) Get(*cantil.Context) any { return p.ids }

func (p *pedidos) Post(c *cantil.Context) any {
	p.ids = append(p.ids, c.Form().Int("id"))
	return c.MakeResponse("", 201)
}

// The methods of a value are the methods of HTTP.
func ExampleApp_MethodView() {
	app := cantil.New()
	app.MethodView("/pedidos", "pedidos", &pedidos{})
	client := app.TestClient()
	fmt.Print(client.Post("/pedidos", cantil.FormData("id", "7")).Status, " ", client.Get("/pedidos").Text())
	// Output: 201 [7]
}

// Signals are for what only watches.
func ExampleApp_RequestFinished() {
	app := cantil.New()
	app.Logger = slog.New(slog.DiscardHandler)
	disconnect := app.RequestFinished(func(c *cantil.Context, r *cantil.Response) { fmt.Println(c.Path(), r.Status()) })
	defer disconnect()
	app.TestClient().Get("/nada")
	// Output: /nada 404
}
