package conformance

import (
	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session/codec"
)

func urlFor() *cantil.App {
	app := cantil.New()
	urlTargets(app)

	cases := map[string]func(c *cantil.Context) string{}
	urlCases(cases)
	urlQueryCases(cases)
	app.Route("/case/<name>", cantil.Endpoint("case"))(func(c *cantil.Context) any {
		url := cases[c.Param("name")]
		if url == nil {
			return keyError{c.Param("name")}
		}
		return url(c)
	})

	app.Route("/self", cantil.Endpoint("self_"))(func(c *cantil.Context) any {
		var values []any
		for _, name := range c.Args().Keys() {
			values = append(values, name, c.Args().Get(name))
		}
		return c.URLFor(c.Endpoint(), values...)
	})

	return app
}

func urlTargets(app *cantil.App) {
	app.Route("/", cantil.Endpoint("index"))(says("raiz"))
	app.Route("/user/<name>", cantil.Endpoint("user"))(showsParam("", "name"))
	app.Route("/item/<int:n>", cantil.Endpoint("item"))(showsParam("", "n"))
	app.Route("/float/<float:x>", cantil.Endpoint("float_"))(showsParam("", "x"))
	app.Route("/path/<path:p>", cantil.Endpoint("path"))(showsParam("", "p"))
	app.Route("/uuid/<uuid:u>", cantil.Endpoint("uuid_"))(showsParam("", "u"))
	app.Route("/branch/", cantil.Endpoint("branch"))(says("ramo"))
	page := app.Route("/page/<int:page>", cantil.Endpoint("page"))(showsParam("", "page"))
	app.Route("/page/", cantil.Defaults(cantil.Map{"page": 1}), cantil.Endpoint("page"))(page)
	app.Route("/form", cantil.Methods("GET"), cantil.Endpoint("form_get"))(says("get"))
	app.Route("/submit", cantil.Methods("POST"), cantil.Endpoint("submit"))(says("post"))
}

// to is a case that calls url_for(endpoint, **values).
func to(endpoint string, values ...any) func(*cantil.Context) string {
	return func(c *cantil.Context) string { return c.URLFor(endpoint, values...) }
}

func urlCases(cases map[string]func(*cantil.Context) string) {
	cases["plain"] = to("index")
	cases["arg"] = to("user", "name", "Maria")
	cases["arg-space"] = to("user", "name", "Ana Maria")
	cases["arg-unicode"] = to("user", "name", "João/Zé")
	cases["arg-reserved"] = to("user", "name", "a?b#c%d&e=f;g:h@i")
	cases["int"] = to("item", "n", 5)
	cases["int-str"] = to("item", "n", "5")
	cases["int-bad"] = to("item", "n", "x")
	cases["int-negative"] = to("item", "n", -5)
	cases["float"] = to("float_", "x", 1.5)
	cases["float-int"] = to("float_", "x", 2)
	cases["path"] = to("path", "p", "a/b c/ç")
	cases["uuid"] = to("uuid_", "u", codec.UUID{15: 1})
	cases["branch"] = to("branch")
	cases["default"] = to("page", "page", 1)
	cases["default-other"] = to("page", "page", 2)
	cases["missing-endpoint"] = to("nada")
	cases["missing-arg"] = to("user")
	cases["static"] = to("static", "filename", "style.css")
	cases["static-sub"] = to("static", "filename", "sub/a b.txt")
	cases["relative-dot"] = to(".index")
}

func urlQueryCases(cases map[string]func(*cantil.Context) string) {
	cases["extra"] = to("index", "q", "busca", "n", 1)
	cases["extra-order"] = to("index", "z", 1, "a", 2, "m", 3)
	cases["extra-list"] = to("index", "x", []string{"a", "b"})
	cases["extra-none"] = to("index", "x", nil, "y", 1)
	cases["extra-bool"] = to("index", "x", true)
	cases["extra-escape"] = to("index", "q", "a b&c=d/ç?+%")
	cases["extra-empty"] = to("index", "q", "")
	cases["arg-and-extra"] = to("user", "name", "Ana", "tab", "fotos")
	cases["anchor"] = to("index", "_anchor", "topo da página")
	cases["anchor-query"] = to("index", "q", 1, "_anchor", "x")
	cases["external"] = to("user", "name", "Ana", "_external", true)
	cases["external-scheme"] = to("index", "_external", true, "_scheme", "https")
	cases["scheme-only"] = to("index", "_scheme", "https")
	cases["method"] = to("submit", "_method", "POST")
}
