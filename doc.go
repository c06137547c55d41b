// Package cantil is a small web framework on fasthttp that feels like Flask and
// keeps Flask's sessions.
//
//	func index(c *cantil.Context) any {
//		return "Olá, " + string(cantil.Escape(c.Session().Get("usuario", "mundo"))) + "!"
//	}
//
//	func main() {
//		app := cantil.New()
//		app.SecretKey = "dev"
//		app.Route("/")(index)
//		log.Fatal(app.Run(":5000"))
//	}
//
// # Names
//
// Every name is Flask's in Go's case: url_for is URLFor, before_request is
// BeforeRequest, SESSION_COOKIE_SAMESITE is SessionCookieSameSite. What Flask
// keeps in request, session and g is reached through the [Context] that a view
// is handed. A decorator is a function that takes the view:
// app.Route("/login", cantil.Methods("GET", "POST"))(login).
//
// # The walk of a request
//
// fasthttp → the rule of the path → before_request functions → view →
// MakeResponse → error handlers → after_request functions → the session is
// saved → teardown functions. What is returned or panicked with as an error goes
// to the error handlers; what none of them takes is logged and becomes a 500. The
// session opens when it is first asked for: a request that does not ask
// costs no cryptography and no store call.
//
// # How long values live
//
// What a view is handed stays valid after the request: form values, cookies,
// parameters and the session's strings are never parts of fasthttp's buffers.
// The Context itself and the responses it makes belong to the request and must
// not be kept. [Context.RequestCtx] gives fasthttp's own context, whose bytes end
// with the view.
package cantil
