package conformance

import (
	"fmt"

	"github.com/cantil-go/cantil"
)

func blueprints() *cantil.App {
	app := cantil.New()
	admin := blueprintAdmin()
	api := cantil.NewBlueprint("api")
	v1 := cantil.NewBlueprint("v1", cantil.URLPrefix("/v1"))

	app.Route("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		return c.URLFor("admin.index") + " " + c.URLFor("api.v1.item", "n", 3)
	})

	app.Route("/abort/<int:code>")(func(c *cantil.Context) any {
		return cantil.Abort(c.ParamInt("code"))
	})

	v1.Route("/item/<int:n>", cantil.Endpoint("item"))(func(c *cantil.Context) any {
		n := c.ParamInt("n")
		return fmt.Sprintf("%s %s %d %s", c.Endpoint(), repr(c.Blueprints()), n, c.URLFor(".item", "n", n+1))
	})

	api.Route("/ping", cantil.Endpoint("ping"))(func(c *cantil.Context) any {
		return c.Endpoint() + " " + c.URLFor(".ping")
	})

	api.URLValuePreprocessor(func(c *cantil.Context, endpoint string, values map[string]any) {
		delete(values, "lang")
	})

	api.RegisterBlueprint(v1)
	app.RegisterBlueprint(admin)
	app.RegisterBlueprint(api, cantil.URLPrefix("/api"))
	app.RegisterBlueprint(api, cantil.URLPrefix("/api2"), cantil.BlueprintName("api2"))
	return app
}

func blueprintAdmin() *cantil.Blueprint {
	admin := cantil.NewBlueprint("admin", cantil.URLPrefix("/admin"))

	admin.Route("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		return fmt.Sprintf("%s %s %s %s", c.Endpoint(), c.Blueprint(), c.URLFor(".users"), c.URLFor("index"))
	})

	admin.Route("/users", cantil.Endpoint("users"))(func(c *cantil.Context) any {
		return "users"
	})

	admin.Route("/sair")(func(c *cantil.Context) any {
		return c.Redirect(c.URLFor(".index"))
	})

	admin.BeforeRequest(func(c *cantil.Context) any {
		if c.Args().Get("negar") != "" {
			return cantil.Abort(403)
		}
		return nil
	})

	admin.AfterRequest(func(c *cantil.Context, r *cantil.Response) {
		r.Header().Set("X-Admin", "1")
	})

	admin.ErrorHandler(404)(func(c *cantil.Context, err error) any {
		return c.MakeResponse("admin não achou", 404)
	})

	admin.ErrorHandler(403)(func(c *cantil.Context, err error) any {
		return c.MakeResponse("admin negou", 403)
	})

	admin.Route("/abort/<int:code>")(func(c *cantil.Context) any {
		return cantil.Abort(c.ParamInt("code"))
	})

	admin.AppErrorHandler(410)(func(c *cantil.Context, err error) any {
		return c.MakeResponse("foi embora", 410)
	})

	return admin
}
