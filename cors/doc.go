// Package cors lets pages of other sites call the application from a browser, as
// Flask-CORS does: its options, its defaults and its CORS_* keys.
//
//	package main
//
//	import (
//		"log"
//		"time"
//
//		"github.com/cantil-go/cantil"
//		"github.com/cantil-go/cantil/cors"
//	)
//
//	func main() {
//		app := cantil.New()
//		cors.NewCORS(app, // CORS(app, resources={r"/api/.*": {...}})
//			cors.Resource("/api/.*", cors.Origins("https://loja.example", `https://\w+\.loja\.example`),
//				cors.SupportsCredentials(true), cors.MaxAge(10*time.Minute)))
//		app.Get("/api/itens")(itens)
//		app.Get("/fonte", cors.CrossOrigin(cors.SendWildcard(true)))(fonte) // @cross_origin(send_wildcard=True)
//		if err := app.Run("localhost:5000"); err != nil {
//			log.Fatal(err)
//		}
//	}
//
//	func itens(*cantil.Context) any { return []string{"caneca"} }
//	func fonte(c *cantil.Context) any { return c.SendFile("fonte.woff2") }
//
// A blueprint is given to [NewCORS] as an application is; then its own routes
// alone are open. Options are looked for where they are the closest: of the
// resource, of NewCORS or [CrossOrigin], of the configuration, and then the
// defaults. The configuration is App.Extra, where LoadEnv puts the keys:
// CORS_ORIGINS, CORS_METHODS, CORS_ALLOW_HEADERS, CORS_EXPOSE_HEADERS,
// CORS_SUPPORTS_CREDENTIALS, CORS_MAX_AGE, CORS_SEND_WILDCARD, CORS_VARY_HEADER,
// CORS_AUTOMATIC_OPTIONS, CORS_ALWAYS_SEND, CORS_ALLOW_PRIVATE_NETWORK,
// CORS_RESOURCES.
//
// # Patterns
//
// An origin, a header or a path is text, of which a "*" alone stands for all, or
// a regular expression: a *regexp.Regexp, or text with one of the characters
// * \ [ ] ? $ ^ ( ). Texts and their expressions do not see the case of an origin
// or a header; of a path they do. An expression for a path matches its beginning,
// one for an origin or a header all of it.
//
// # What differs from Flask-CORS, on purpose
//
//   - Credentials are never given to every site: SupportsCredentials with origins
//     that take any, "*" or "https?://.*", panics. Flask-CORS hands the visitor's
//     session to whoever asks there, unless send_wildcard is set.
//   - An expression for an origin must match the whole of it. By Flask-CORS'
//     re.match `https://loja\.example` lets https://loja.example.evil.test in.
//     Write "http://localhost:.*" for every port.
//   - An answer without headers, for an origin that is refused, has Vary: Origin
//     too: a cache must not keep it for the others.
//   - The errors of a view that CrossOrigin decorates have the headers too, so the
//     calling page can read what went wrong; in Flask they need CORS(app).
//   - A method is allowed if it is in the list, not if its letters are.
//
// intercept_exceptions has no counterpart: after_request functions see the pages
// of all errors.
package cors
