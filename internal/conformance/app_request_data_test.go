package conformance

import (
	"fmt"

	"github.com/cantil-go/cantil"
)

func requestData() *cantil.App {
	app := cantil.New()
	requestArgs(app)
	requestJSON(app)
	requestBodies(app)
	requestHeaders(app)
	return app
}

func requestArgs(app *cantil.App) {
	app.Route("/args")(func(c *cantil.Context) any {
		return c.JSONify(pairs(c.Args()))
	})

	app.Route("/args-get")(func(c *cantil.Context) any {
		a := c.Args()
		list := a.All("a")
		if list == nil {
			list = []string{}
		}
		var n any // None unless it is a number
		if a.Int("n", 0) == a.Int("n", 1) {
			n = a.Int("n")
		}
		return c.JSONify(cantil.Map{"a": optional(a, "a"), "d": a.Get("a", "padrão"), "n": n, "nd": a.Int("n", 7), "list": list})
	})

	app.Route("/args-required")(func(c *cantil.Context) any {
		return c.Args().Must("a")
	})

	app.Route("/form", cantil.Methods("POST", "PUT", "GET"))(func(c *cantil.Context) any {
		return c.JSONify(pairs(c.Form()))
	})

	app.Route("/form-required", cantil.Methods("POST"))(func(c *cantil.Context) any {
		return c.Form().Must("nome")
	})

	app.Route("/values", cantil.Methods("GET", "POST"))(func(c *cantil.Context) any {
		return c.JSONify(pairs(c.Values()))
	})
}

func requestJSON(app *cantil.App) {
	app.Route("/json", cantil.Methods("POST"))(func(c *cantil.Context) any {
		var recebido any
		if err := c.JSON(&recebido); err != nil {
			return err
		}
		return c.JSONify(cantil.Map{"recebido": recebido})
	})

	app.Route("/json-silent", cantil.Methods("POST"))(func(c *cantil.Context) any {
		var recebido any
		if c.JSON(&recebido) != nil {
			recebido = nil
		}
		return c.JSONify(cantil.Map{"recebido": recebido})
	})

	app.Route("/json-force", cantil.Methods("POST"))(func(c *cantil.Context) any {
		var recebido any
		if err := c.ForceJSON(&recebido); err != nil {
			return err
		}
		return c.JSONify(cantil.Map{"recebido": recebido})
	})

	app.Route("/is-json", cantil.Methods("POST"))(func(c *cantil.Context) any {
		return c.JSONify(cantil.Map{"is_json": c.IsJSON(), "mimetype": c.Mimetype(), "params": c.MimetypeParams()})
	})
}

func requestBodies(app *cantil.App) {
	app.Route("/data", cantil.Methods("POST"))(func(c *cantil.Context) any {
		return c.Data()
	})

	app.Route("/data-after-form", cantil.Methods("POST"))(func(c *cantil.Context) any {
		n := c.Form().Len()
		return fmt.Sprintf("%d %d", n, len(c.Data()))
	})

	app.Route("/ignore", cantil.Methods("POST"))(func(c *cantil.Context) any {
		return "não li"
	})

	app.Route("/files", cantil.Methods("POST"))(func(c *cantil.Context) any {
		files := [][]any{}
		for _, f := range c.AllFiles() {
			files = append(files, []any{f.Name, f.Filename, f.Mimetype(), f.Size()})
		}
		return c.JSONify(cantil.Map{"files": files, "form": pairs(c.Form())})
	})
}

func requestHeaders(app *cantil.App) {
	app.Route("/headers")(func(c *cantil.Context) any {
		list := []string{} // one line at most: WSGI joins several with commas
		if c.HasHeader("X-A") {
			list = append(list, c.Header("X-A"))
		}
		return c.JSONify(cantil.Map{"a": header(c, "X-A", nil), "b": header(c, "x-b", "-"), "ua": header(c, "User-Agent", nil), "list": list})
	})

	app.Route("/info/<path:p>", cantil.Methods("GET", "POST", "DELETE"), cantil.Endpoint("info"))(func(c *cantil.Context) any {
		return c.JSONify(cantil.Map{"method": c.Method(), "path": c.Path(), "full_path": c.FullPath(), "url": c.URL(), "base_url": c.BaseURL(),
			"host": c.Host(), "host_url": c.HostURL(), "root_path": c.RootPath(), "scheme": c.Scheme(), "secure": c.IsSecure(),
			"endpoint": c.Endpoint(), "view_args": c.ViewArgs(), "query": c.QueryString(),
			"content_length": contentLength(c), "content_type": header(c, "Content-Type", nil)})
	})

	app.Route("/auth")(func(c *cantil.Context) any {
		a := c.Authorization()
		if a == nil {
			return c.JSONify(nil)
		}
		if a.Parameters == nil {
			return c.JSONify([]any{a.Type, nil, nil, a.Token})
		}
		return c.JSONify([]any{a.Type, parameter(a, "username"), parameter(a, "password"), nil})
	})

	app.Route("/accept")(func(c *cantil.Context) any {
		best := c.AcceptMimetypes().BestMatch("application/json", "text/html")
		if best == "" {
			return "None"
		}
		return best
	})

	app.Route("/remote")(func(c *cantil.Context) any {
		return c.JSONify(c.AccessRoute())
	})
}

// parameter is a.username, None if there is none.
func parameter(a *cantil.Authorization, name string) any {
	if value, ok := a.Parameters[name]; ok {
		return value
	}
	return nil
}

// header is request.headers.get(name, def).
func header(c *cantil.Context, name string, def any) any {
	if !c.HasHeader(name) {
		return def
	}
	return c.Header(name)
}

// contentLength is request.content_length: None if the request does not say it.
func contentLength(c *cantil.Context) any {
	if n := c.ContentLength(); n >= 0 {
		return n
	}
	return nil
}
