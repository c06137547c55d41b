package conformance

import (
	"fmt"

	"github.com/cantil-go/cantil"
)

func routing() *cantil.App {
	app := cantil.New()
	routingMethods(app)
	routingSlashes(app)
	routingConverters(app)
	routingMore(app)
	return app
}

// says is a view that always says the same.
func says(text string) cantil.View {
	return func(c *cantil.Context) any { return text }
}

// showsParam is a view that says prefix and the variable.
func showsParam(prefix, variable string) cantil.View {
	return func(c *cantil.Context) any { return prefix + c.Param(variable) }
}

func routingMethods(app *cantil.App) {
	method := func(c *cantil.Context) any { return c.Method() }

	app.Route("/", cantil.Endpoint("index"))(says("raiz"))
	app.Route("/get-only", cantil.Endpoint("get_only"))(says("get"))
	app.Route("/post-only", cantil.Methods("POST"), cantil.Endpoint("post_only"))(says("post"))
	app.Route("/both", cantil.Methods("GET", "POST"), cantil.Endpoint("both"))(method)
	app.Route("/lower", cantil.Methods("put", "delete"), cantil.Endpoint("lower"))(method)
	app.Get("/split", cantil.Endpoint("split_get"))(says("split get"))
	app.Post("/split", cantil.Endpoint("split_post"))(says("split post"))
	app.Patch("/patch", cantil.Endpoint("patch"))(says("patch"))
	app.Route("/own-options", cantil.Methods("GET", "OPTIONS"), cantil.Endpoint("own_options"))(says("meu options"))
	app.Route("/no-options", cantil.ProvideAutomaticOptions(false), cantil.Endpoint("no_options"))(says("ok"))
}

func routingSlashes(app *cantil.App) {
	app.Route("/leaf", cantil.Endpoint("leaf"))(says("folha"))
	app.Route("/branch/", cantil.Endpoint("branch"))(says("ramo"))
	app.Route("/branch-post/", cantil.Methods("POST"), cantil.Endpoint("branch_post"))(says("ramo post"))
	app.Route("/loose/", cantil.StrictSlashes(false), cantil.Endpoint("loose"))(says("solto"))
	app.Route("/user/<name>", cantil.Endpoint("user"))(showsParam("user ", "name"))
	app.Route("/user/<name>/posts/", cantil.Endpoint("user_posts"))(showsParam("posts de ", "name"))
	app.Route("/user/me", cantil.Endpoint("user_me"))(says("eu"))
}

func routingConverters(app *cantil.App) {
	app.Route("/int/<int:n>", cantil.Endpoint("int_"))(showsParam("int ", "n"))
	app.Route("/int-signed/<int(signed=True):n>", cantil.Endpoint("int_signed"))(showsParam("", "n"))
	app.Route("/int-range/<int(min=1,max=9):n>", cantil.Endpoint("int_range"))(showsParam("", "n"))
	app.Route("/int-fixed/<int(fixed_digits=3):n>", cantil.Endpoint("int_fixed"))(showsParam("", "n"))
	app.Route("/float/<float:x>", cantil.Endpoint("float_"))(showsParam("float ", "x"))
	app.Route("/path/<path:p>", cantil.Endpoint("path"))(showsParam("path ", "p"))
	app.Route("/path-edit/<path:p>/edit", cantil.Endpoint("path_edit"))(showsParam("edit ", "p"))
	app.Route("/uuid/<uuid:u>", cantil.Endpoint("uuid_"))(showsParam("UUID ", "u"))
	app.Route("/any/<any(sobre, ajuda):p>", cantil.Endpoint("any_"))(showsParam("any ", "p"))
	app.Route("/len/<string(length=2):s>", cantil.Endpoint("len_"))(showsParam("len ", "s"))
	app.Route("/minmax/<string(minlength=2,maxlength=4):s>", cantil.Endpoint("minmax"))(showsParam("minmax ", "s"))
	app.Route("/num/<int:n>", cantil.Endpoint("num_int"))(showsParam("int ", "n"))
	app.Route("/num/<float:n>", cantil.Endpoint("num_float"))(showsParam("float ", "n"))
	app.Route("/num/<n>", cantil.Endpoint("num_str"))(showsParam("str ", "n"))
}

func routingMore(app *cantil.App) {
	app.Route("/two/<a>/<int:b>", cantil.Endpoint("two"))(func(c *cantil.Context) any {
		return c.Param("a") + "|" + c.Param("b")
	})
	app.Route("/mixed/<a>-<b>.html", cantil.Endpoint("mixed"))(func(c *cantil.Context) any {
		return c.Param("a") + "|" + c.Param("b")
	})

	page := app.Route("/page/<int:page>", cantil.Endpoint("page"))(showsParam("page ", "page"))
	app.Route("/page/", cantil.Defaults(cantil.Map{"page": 1}), cantil.Endpoint("page"))(page)

	app.Route("/ação/<nome>", cantil.Endpoint("acao"))(showsParam("ação ", "nome"))
	app.Route("/old", cantil.RedirectTo("/leaf"), cantil.Endpoint("old"))(says("never"))
	app.Route("/star/<path:p>", cantil.Endpoint("star"))(showsParam("", "p"))
	app.Route("/endpoint", cantil.Endpoint("outro_nome"))(func(c *cantil.Context) any {
		return c.Endpoint()
	})
	app.Route("/rule/<x>", cantil.Endpoint("rule"))(func(c *cantil.Context) any {
		return fmt.Sprintf("%s %s %s", c.Endpoint(), c.Rule(), repr(c.ViewArgs()))
	})
}
