// Package csrf keeps other sites from sending a site's forms: with a token, as
// Flask-WTF's CSRFProtect does and in its format, so that a form that Flask
// rendered may be sent to Go and the other way round, or without one
// ([CrossOrigin]).
//
//	package main
//
//	import (
//		"log"
//
//		"github.com/cantil-go/cantil"
//		"github.com/cantil-go/cantil/csrf"
//	)
//
//	const page = `{{ csrf_meta_tag() }}
//	<form method="post">
//	  <input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
//	  <input name="texto"> <button>Enviar</button>
//	</form>`
//
//	func form(c *cantil.Context) any {
//		if c.Method() == "POST" {
//			return cantil.Escape(c.Form().Get("texto"))
//		}
//		return c.RenderTemplateString(page)
//	}
//
//	func main() {
//		app := cantil.New()
//		app.LoadEnv("FLASK") // FLASK_SECRET_KEY, FLASK_WTF_CSRF_TIME_LIMIT
//		csrf.NewCSRFProtect(app)
//		app.Route("/", cantil.Methods("GET", "POST"))(form)
//		log.Fatal(app.Run("localhost:5000"))
//	}
//
// The session holds a random value under "csrf_token"; a token is that value with
// the time and a signature. JavaScript sends it in the header X-CSRFToken, read
// from the tag of csrf_meta_tag. Both names are in every template, in imported
// macros too. With html/template they are {{call csrf_token}} and
// {{call csrf_meta_tag}}.
//
// WTForms is not part of this: where a template has {{ form.hidden_tag() }} or
// {{ form.csrf_token }}, write the hidden field as above.
//
// # Differences from Flask-WTF
//
// FallbackKeys, if set, takes tokens of an older secret key. An empty
// WTF_CSRF_SECRET_KEY or WTF_CSRF_METHODS in the environment counts as not set;
// in Flask the one signs with the empty key, and the other protects nothing. A
// Referer that cannot be read does not match; Flask answers 500 to some.
package csrf
