package cantil_test

import (
	"fmt"
	"testing"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

func TestClientFollowsAndRemembers(t *testing.T) {
	app := quiet()
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		return fmt.Sprint(c.Method(), c.Session().Get("n", 0), c.Cookies().Get("a"))
	})
	app.Route("/to/<int:code>", cantil.Methods("GET", "POST"))(func(c *cantil.Context) any {
		c.Session().Set("n", c.ParamInt("code"))
		r := c.Redirect("/echo", c.ParamInt("code"))
		r.SetCookie("a", "1")
		return r
	})
	app.Route("/echo", cantil.Methods("GET", "POST"), cantil.Endpoint("echo"))(func(c *cantil.Context) any {
		return fmt.Sprint(c.Method(), " ", c.Form().Get("x"), " ", c.Session().Get("n"), " ", c.Cookies().Get("a"))
	})
	client := app.TestClient()
	client.FollowRedirects = true
	for code, want := range map[int]string{302: "GET  302 1", 303: "GET  303 1", 307: "POST y 307 1", 308: "POST y 308 1"} {
		if got := client.Post(fmt.Sprint("/to/", code), cantil.FormData("x", "y")).Text(); got != want {
			t.Errorf("%d: %q, want %q", code, got, want)
		}
	}
	client.SessionTransaction(func(s *session.Session) { s.Set("n", 7) })
	if got := client.Get("/").Text(); got != "GET71" {
		t.Errorf("after the transaction: %q", got)
	}
	if got := app.TestClient().Get("/").Text(); got != "GET0" {
		t.Errorf("another client: %q", got)
	}
}
