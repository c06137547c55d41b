package conformance

import (
	"iter"
	"slices"

	"github.com/cantil-go/cantil"
)

func responses() *cantil.App {
	app := cantil.New()
	responseValues(app)
	responseJSON(app)
	responseTuples(app)
	responseBodies(app)
	responseObjects(app)
	responseRedirects(app)
	responseErrors(app)
	return app
}

func responseValues(app *cantil.App) {
	app.Route("/str", cantil.Endpoint("str_"))(func(c *cantil.Context) any { return "<p>olá</p>" })

	app.Route("/empty")(func(c *cantil.Context) any { return "" })

	app.Route("/bytes")(func(c *cantil.Context) any { return []byte{0x00, 0xff} })

	app.Route("/dict", cantil.Endpoint("dict_"))(func(c *cantil.Context) any {
		return cantil.Map{"z": 1, "a": []any{true, nil, 1.5}, "ç": "é </script>"}
	})

	app.Route("/list")(func(c *cantil.Context) any { return []any{1, "a", cantil.Map{"b": 2}} })

	app.Route("/none", cantil.Endpoint("none"))(func(c *cantil.Context) any { return nil })

	app.Route("/int")(func(c *cantil.Context) any { return 42 })

	app.Route("/generator")(func(c *cantil.Context) any { return slices.Values([]string{"a", "b", "c"}) })

	app.Route("/stream")(func(c *cantil.Context) any {
		gen := iter.Seq[string](func(yield func(string) bool) {
			_ = yield("path=") && yield(c.Path())
		})
		r := c.MakeResponse(gen)
		r.SetMimetype("text/plain")
		return r
	})
}

func responseJSON(app *cantil.App) {
	app.Route("/jsonify-kwargs")(func(c *cantil.Context) any { return c.JSONify(cantil.Map{"b": 1, "a": "x"}) })

	app.Route("/jsonify-args")(func(c *cantil.Context) any { return c.JSONify([]int{1, 2}) })

	app.Route("/jsonify-one")(func(c *cantil.Context) any { return c.JSONify("só") })

	app.Route("/jsonify-none")(func(c *cantil.Context) any { return c.JSONify(nil) })

	app.Route("/jsonify-status")(func(c *cantil.Context) any {
		return c.MakeResponse(c.JSONify(cantil.Map{"erro": "não"}), 422)
	})
}

// responseTuples are the views that return a tuple, which Go has as MakeResponse(body, status) and headers set on it.
func responseTuples(app *cantil.App) {
	app.Route("/tuple-status")(func(c *cantil.Context) any { return c.MakeResponse("criado", 201) })

	app.Route("/tuple-status-text")(func(c *cantil.Context) any { return c.MakeResponse("chá", 418) })

	app.Route("/tuple-unknown-status")(func(c *cantil.Context) any { return c.MakeResponse("?", 799) })

	app.Route("/tuple-headers")(func(c *cantil.Context) any {
		r := c.MakeResponse("ok")
		r.Header().Set("X-A", "1")
		r.Header().Set("Content-Type", "text/plain")
		return r
	})

	app.Route("/tuple-all")(func(c *cantil.Context) any {
		r := c.MakeResponse("ok", 202)
		r.Header().Set("X-A", "1")
		return r
	})

	app.Route("/tuple-list-headers")(func(c *cantil.Context) any {
		r := c.MakeResponse("ok", 200)
		r.Header().Add("X-A", "1")
		r.Header().Add("X-A", "2")
		r.Header().Add("X-B", "é")
		return r
	})

	app.Route("/tuple-response")(func(c *cantil.Context) any {
		r := c.MakeResponse("r", 200)
		r.Header().Set("X-A", "0")
		r = c.MakeResponse(r, 203)
		r.Header().Set("X-A", "1")
		return r
	})

	app.Route("/tuple-dict")(func(c *cantil.Context) any {
		r := c.MakeResponse(cantil.Map{"a": 1}, 201)
		r.Header().Set("X-A", "1")
		return r
	})

	app.Route("/tuple-too-long")(func(c *cantil.Context) any { return pyError{"TypeError", "a tuple of four"} })

	app.Route("/tuple-one")(func(c *cantil.Context) any { return pyError{"TypeError", "a tuple of one"} })
}

func responseBodies(app *cantil.App) {
	app.Route("/no-content")(func(c *cantil.Context) any { return c.MakeResponse("", 204) })

	app.Route("/no-content-body")(func(c *cantil.Context) any { return c.MakeResponse("corpo", 204) })

	app.Route("/not-modified")(func(c *cantil.Context) any { return c.MakeResponse("corpo", 304) })
}

func responseObjects(app *cantil.App) {
	typed := func(body, mimetype string) func(*cantil.Context) any {
		return func(c *cantil.Context) any {
			r := c.MakeResponse(body)
			r.SetMimetype(mimetype)
			return r
		}
	}
	app.Route("/response", cantil.Endpoint("response"))(typed("texto", "text/plain"))

	app.Route("/response-ctype")(func(c *cantil.Context) any {
		r := c.MakeResponse("texto")
		r.Header().Set("Content-Type", "text/plain")
		return r
	})

	app.Route("/response-json-ctype", cantil.Endpoint("response_json_ctype"))(typed("{}", "application/json"))

	app.Route("/response-svg", cantil.Endpoint("response_svg"))(typed("<svg/>", "image/svg+xml"))

	app.Route("/make-response")(func(c *cantil.Context) any {
		resp := c.MakeResponse("corpo", 202)
		resp.Header().Set("X-A", "1")
		resp.Header().Add("X-A", "2")
		resp.SetMimetype("text/csv")
		return resp
	})

	app.Route("/make-response-none")(func(c *cantil.Context) any { return c.MakeResponse("") })

	app.Route("/header-delete")(func(c *cantil.Context) any {
		resp := c.MakeResponse("x")
		resp.Header().Del("Content-Type")
		return resp
	})

	app.Route("/header-newline")(func(c *cantil.Context) any {
		resp := c.MakeResponse("x")
		resp.Header().Set("X-A", c.Args().Must("v"))
		return resp
	})

	app.Route("/wsgi")(func(c *cantil.Context) any { // Go has no WSGI: the answer itself, which goes out in pieces
		r := c.MakeResponse(slices.Values([]string{"wsgi"}))
		r.Header().Set("Content-Type", "text/plain")
		r.Header().Set("X-From", "wsgi")
		return r
	})
}

func responseRedirects(app *cantil.App) {
	app.Route("/location-relative")(func(c *cantil.Context) any {
		r := c.MakeResponse("", 302)
		r.Header().Set("Location", "outro")
		return r
	})

	app.Route("/redirect")(func(c *cantil.Context) any { return c.Redirect("/str") })

	app.Route("/redirect/<int:code>")(func(c *cantil.Context) any { return c.Redirect("/str", c.ParamInt("code")) })

	app.Route("/redirect-to")(func(c *cantil.Context) any { return c.Redirect(c.Args().Must("to")) })

	app.Route("/redirect-url-for")(func(c *cantil.Context) any { return c.Redirect(c.URLFor("dict_", "q", "a b")) })
}

func responseErrors(app *cantil.App) {
	app.Route("/abort/<int:code>")(func(c *cantil.Context) any { return cantil.Abort(c.ParamInt("code")) })

	app.Route("/abort-text/<int:code>")(func(c *cantil.Context) any {
		return cantil.Abort(c.ParamInt("code"), "motivo <b>é</b>")
	})

	app.Route("/abort-response")(func(c *cantil.Context) any { return c.MakeResponse("já", 299) })

	app.Route("/abort-redirect")(func(c *cantil.Context) any { return c.Redirect("/str") })

	app.Route("/raise")(func(c *cantil.Context) any { return pyError{"ValueError", "x"} })
}
