package conformance

import (
	"slices"
	"strings"

	"github.com/cantil-go/cantil"
)

func sessionHooks() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"
	sessionHooksAround(app)
	sessionHooksErrors(app)

	app.Get("/")(func(c *cantil.Context) any { return "ok" })

	app.Get("/set")(func(c *cantil.Context) any {
		c.Session().Set("a", 1)
		return "ok"
	})

	app.Get("/read")(func(c *cantil.Context) any {
		var items []string
		for k, v := range c.Session().All() {
			items = append(items, k+"="+str(v))
		}
		slices.Sort(items)
		return strings.Join(items, ",")
	})

	app.Get("/fail")(func(c *cantil.Context) any {
		c.Session().Set("antes", 1)
		zero := 0
		return str(1 / zero)
	})

	app.Get("/denied")(func(c *cantil.Context) any { return permissionError{} })

	app.Get("/abort/<int:code>")(func(c *cantil.Context) any {
		c.Session().Set("aborto", c.ParamInt("code"))
		return cantil.Abort(c.ParamInt("code"))
	})

	app.Route("/only-post", cantil.Methods("POST"))(func(c *cantil.Context) any { return "ok" })

	return app
}

// permissionError is Python's PermissionError.
type permissionError struct{}

func (permissionError) Error() string { return "" }

func sessionHooksAround(app *cantil.App) {
	app.BeforeRequest(func(c *cantil.Context) any {
		if c.Args().Has("before") {
			c.Session().Set("before", 1)
		}
		if c.Args().Has("short") {
			return c.MakeResponse("curto", 202)
		}
		return nil
	})

	app.AfterRequest(func(c *cantil.Context, r *cantil.Response) {
		if c.Args().Has("after") {
			c.Session().Set("after", 1)
		}
		if c.Args().Has("after-read") {
			r.Header().Set("X-Read", str(c.Session().Get("a")))
		}
		if c.Args().Has("after-clear") {
			c.Session().Clear()
		}
		if c.Args().Has("after-fail") {
			panic(pyError{"RuntimeError", "after falhou"})
		}
	})

	app.TeardownRequest(func(c *cantil.Context, err error) {
		if c.Args().Has("teardown") {
			c.Session().Set("teardown", 1)
		}
	})
}

func sessionHooksErrors(app *cantil.App) {
	app.ErrorHandler(404)(func(c *cantil.Context, err error) any {
		s := c.Session()
		s.Set("perdido", s.Get("perdido", 0).(int)+1)
		return c.MakeResponse("não achei ("+str(s.Must("perdido"))+")", 404)
	})

	app.ErrorHandler(500)(func(c *cantil.Context, err error) any {
		s := c.Session()
		s.Set("erros", s.Get("erros", 0).(int)+1)
		return c.MakeResponse("erro "+str(s.Must("erros")), 500)
	})

	cantil.ErrorHandlerFor(app, func(c *cantil.Context, e permissionError) any {
		c.Session().Set("negado", true)
		return c.MakeResponse("negado", 403)
	})
}
