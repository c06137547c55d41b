package cors_test

import (
	"fmt"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/cors"
)

func itens(*cantil.Context) any { return []string{"caneca"} }

// Two sites may call what is below /api, and act as the visitor there.
func ExampleNewCORS() {
	app := cantil.New()
	cors.NewCORS(app, cors.Resource("/api/.*", cors.Origins("https://loja.example", `https://\w+\.loja\.example`),
		cors.SupportsCredentials(true), cors.MaxAge(10*time.Minute)))
	app.Get("/api/itens")(itens)

	for _, origin := range []string{"https://app.loja.example", "https://loja.example.evil.test"} {
		r := app.TestClient().Get("/api/itens", cantil.RequestHeader("Origin", origin))
		fmt.Printf("%s: %q %q\n", origin, r.Header("Access-Control-Allow-Origin"), r.Header("Access-Control-Allow-Credentials"))
	}
	// Output:
	// https://app.loja.example: "https://app.loja.example" "true"
	// https://loja.example.evil.test: "" ""
}

// One view, and the request that a browser makes before a PUT.
func ExampleCrossOrigin() {
	app := cantil.New()
	app.Put("/itens", cors.CrossOrigin(cors.Origins("https://loja.example")))(itens)

	r := app.TestClient().Do("OPTIONS", "/itens", cantil.RequestHeader("Origin", "https://loja.example"),
		cantil.RequestHeader("Access-Control-Request-Method", "PUT"), cantil.RequestHeader("Access-Control-Request-Headers", "x-token"))
	fmt.Println(r.Status, r.Header("Access-Control-Allow-Origin"), r.Header("Access-Control-Allow-Headers"))
	fmt.Println(r.Header("Access-Control-Allow-Methods"))
	// Output:
	// 200 https://loja.example x-token
	// DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT
}

// The same by the environment: FLASK_CORS_ORIGINS=["https://loja.example"].
func ExampleNewCORS_configuration() {
	app := cantil.New()
	app.Extra = map[string]any{"CORS_ORIGINS": []string{"https://loja.example"}} // as LoadEnv sets it
	cors.NewCORS(app)
	app.Get("/itens")(itens)

	r := app.TestClient().Get("/itens", cantil.RequestHeader("Origin", "https://loja.example"))
	fmt.Println(r.Header("Access-Control-Allow-Origin"))
	// Output: https://loja.example
}
