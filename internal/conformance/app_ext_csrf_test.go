package conformance

import (
	"fmt"
	"strings"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/csrf"
)

const csrfForm = `{{ csrf_meta_tag() }}<form method="post"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}">` +
	`<input name="texto"></form>{% if csrf_token() == csrf_token() %}igual{% endif %}`

// csrfValid is g.get('csrf_valid', False).
func csrfValid(c *cantil.Context) string {
	valid, _ := c.G()["csrf_valid"].(bool)
	return boolRepr(valid)
}

func extCSRF() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"
	protect := csrf.NewCSRFProtect(app)
	cantil.ErrorHandlerFor(app, func(c *cantil.Context, err *csrf.CSRFError) any {
		return c.MakeResponse(fmt.Sprintf("CSRF: %s (%d)", err.Description, err.Code), err.Code)
	})
	csrfForms(app, protect)
	csrfExempt(app, protect)
	return app
}

func csrfForms(app *cantil.App, protect *csrf.CSRFProtect) {
	app.Get("/seed/<token>", cantil.Endpoint("seed"))(func(c *cantil.Context) any {
		c.Session().Set(protect.FieldName, c.Param("token"))
		return "ok"
	})
	methods := cantil.Methods("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
	app.Route("/form", methods, cantil.Endpoint("form"))(func(c *cantil.Context) any {
		if c.Method() == "GET" {
			return c.RenderTemplateString(csrfForm)
		}
		return fmt.Sprintf("%s %s %s", c.Method(), str(optional(c.Form(), "texto")), csrfValid(c))
	})
	app.Get("/token", cantil.Endpoint("token"))(func(c *cantil.Context) any { return csrf.GenerateCSRF(c) })
	app.Post("/json", cantil.Endpoint("json"))(func(c *cantil.Context) any {
		var v any
		if err := c.JSON(&v); err != nil {
			return err
		}
		return c.JSONify(v)
	})
	app.Post("/upload", cantil.Endpoint("upload"))(func(c *cantil.Context) any { return c.Files("arquivo")[0].Filename })
	app.Post("/sair", cantil.Endpoint("sair"))(func(c *cantil.Context) any {
		c.Session().Clear()
		return c.Redirect(c.URLFor("form"))
	})
	app.Post("/proibido", cantil.Endpoint("proibido"))(func(c *cantil.Context) any { return cantil.Abort(403) })
	app.Get("/session", cantil.Endpoint("dump"))(dumpSession)
}

// dumpSession is jsonify(dict(session)).
func dumpSession(c *cantil.Context) any {
	all := map[string]any{}
	for key, value := range c.Session().All() {
		all[key] = value
	}
	return c.JSONify(all)
}

func csrfExempt(app *cantil.App, protect *csrf.CSRFProtect) {
	app.Post("/livre", csrf.Exempt(), cantil.Endpoint("livre"))(func(c *cantil.Context) any { return "livre " + csrfValid(c) })
	app.Post("/manual", cantil.Endpoint("manual"))(func(c *cantil.Context) any {
		if err := protect.Protect(c); err != nil {
			return err
		}
		return "conferido"
	})
	protect.Exempt("manual_livre")
	app.Post("/manual-livre", cantil.Endpoint("manual_livre"))(func(c *cantil.Context) any {
		if err := protect.Protect(c, csrf.ApplyExemptions()); err != nil {
			return err
		}
		return "não conferido"
	})
	api := cantil.NewBlueprint("api", cantil.URLPrefix("/api"))
	protect.ExemptBlueprint(api)
	api.Post("/dados", cantil.Endpoint("dados"))(func(c *cantil.Context) any { return "dados" })
	site := cantil.NewBlueprint("site", cantil.URLPrefix("/site"))
	site.Post("/dados", cantil.Endpoint("site_dados"))(func(c *cantil.Context) any { return "dados do site" })
	app.RegisterBlueprint(api)
	app.RegisterBlueprint(site)
}

func extCSRFPlain() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"
	var log []string
	app.BeforeRequest(func(c *cantil.Context) any {
		log = append(log, c.Path())
		return nil
	})
	protect := csrf.NewCSRFProtect(app)
	protect.SecretKey = "chave_dos_formularios"
	protect.FieldName = "_csrf"
	protect.Headers = []string{"X-XSRF-Token"}
	protect.Methods = []string{"POST", "DELETE"}
	protect.MetaName = "meu-csrf"
	protect.TimeLimit = time.Minute
	app.BeforeRequest(func(c *cantil.Context) any {
		if c.Endpoint() == "" {
			log = append(log, "None")
		} else {
			log = append(log, c.Endpoint())
		}
		return nil
	})
	app.Get("/seed/<token>", cantil.Endpoint("seed"))(func(c *cantil.Context) any {
		c.Session().Set("_csrf", c.Param("token"))
		return "ok"
	})
	app.Route("/form", cantil.Methods("GET", "POST", "PUT", "DELETE"), cantil.Endpoint("form"))(func(c *cantil.Context) any {
		if c.Method() == "GET" {
			return c.RenderTemplateString("{{ csrf_meta_tag() }}{{ csrf_meta_tag(name='<x>') }}{{ csrf_token() }}")
		}
		return c.Method()
	})
	app.Post("/outro", cantil.Endpoint("outro"))(func(c *cantil.Context) any { return c.Redirect(c.URLFor("form"), 303) })
	app.Get("/log", cantil.Endpoint("show_log"))(func(c *cantil.Context) any { return strings.Join(log, " ") })
	return app
}
