package csrf_test

import (
	"fmt"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/csrf"
)

func newApp() *cantil.App {
	app := cantil.New()
	app.SecretKey = "a key that session.GenerateKey made"
	app.Route("/", cantil.Methods("GET", "POST"), cantil.Endpoint("form"))(func(c *cantil.Context) any {
		if c.Method() == "POST" {
			return "enviado"
		}
		return c.RenderTemplateString("{{ csrf_token() }}") // in a field of the form
	})
	return app
}

func ExampleNewCSRFProtect() {
	app := newApp()
	csrf.NewCSRFProtect(app)
	client := app.TestClient()
	token := client.Get("/").Text()
	fmt.Println(client.Post("/").Status)
	fmt.Println(client.Post("/", cantil.FormData("csrf_token", token)).Text())
	fmt.Println(client.Post("/", cantil.RequestHeader("X-CSRFToken", token)).Text())
	// Output:
	// 400
	// enviado
	// enviado
}

// A page of one's own for forms that were open too long.
func ExampleCSRFError() {
	app := newApp()
	csrf.NewCSRFProtect(app)
	cantil.ErrorHandlerFor(app, func(c *cantil.Context, err *csrf.CSRFError) any {
		return c.MakeResponse("Volte e tente de novo. ("+err.Description+")", err.Code)
	})
	fmt.Println(app.TestClient().Post("/").Text())
	// Output: Volte e tente de novo. (The CSRF token is missing.)
}

// A webhook has a signature of its own.
func ExampleExempt() {
	app := newApp()
	csrf.NewCSRFProtect(app)
	app.Post("/webhook", csrf.Exempt(), cantil.Endpoint("webhook"))(func(*cantil.Context) any { return "recebido" })
	fmt.Println(app.TestClient().Post("/webhook").Text())
	// Output: recebido
}

// Without tokens: browsers say where a request comes from.
func ExampleCrossOrigin() {
	app := newApp()
	app.BeforeRequest(csrf.CrossOrigin())
	client := app.TestClient()
	fmt.Println(client.Post("/", cantil.RequestHeader("Sec-Fetch-Site", "same-origin")).Text())
	fmt.Println(client.Post("/", cantil.RequestHeader("Sec-Fetch-Site", "cross-site")).Status)
	// Output:
	// enviado
	// 403
}
