package conformance

import (
	"fmt"
	"strings"

	"github.com/cantil-go/cantil"
)

func errorsHTTP() *cantil.App {
	app := cantil.New()

	cantil.ErrorHandlerFor(app, func(c *cantil.Context, e *cantil.HTTPError) any {
		response := e.Response()
		dumps := func(text string) string { return strings.TrimSuffix(string(c.JSONify(text).Data()), "\n") }
		response.SetData(fmt.Appendf(nil, `{"code": %d, "description": %s, "name": %s}`, e.Code, dumps(e.Text()), dumps(e.Name())))
		response.Header().Set("Content-Type", "application/json")
		return response
	})

	cantil.ErrorHandlerFor(app, func(c *cantil.Context, e error) any {
		return c.MakeResponse("outra: "+exceptionName(e), 500)
	})

	app.Route("/abort/<int:code>")(func(c *cantil.Context) any {
		return cantil.Abort(c.ParamInt("code"))
	})

	app.Route("/zero")(func(c *cantil.Context) any {
		zero := 0
		return str(1 / zero)
	})

	app.Route("/branch/")(func(c *cantil.Context) any {
		return "ramo"
	})

	app.Route("/form", cantil.Methods("POST"))(func(c *cantil.Context) any {
		return c.Form().Must("campo")
	})

	return app
}
