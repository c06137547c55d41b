package conformance

import "github.com/cantil-go/cantil"

func courseCookiesSecure() *cantil.App {
	app := cantil.New()

	app.Route("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		return c.Cookies().Get("username", "ninguém")
	})

	app.Route("/login", cantil.Methods("GET", "POST"))(func(c *cantil.Context) any {
		if c.Method() == "POST" {
			username := c.Form().Must("username")
			resp := c.MakeResponse(c.Redirect(c.URLFor("index")))
			resp.SetCookie("username", username, cantil.Cookie{MaxAge: 60 * 60 * 24 * 7, Secure: true, HTTPOnly: true})
			return resp
		}
		return nil // as the lesson has it: a GET falls off the end
	})

	return app
}
