package session_test

import (
	"fmt"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

// A session in the cookie cannot be ended, but what it says can: all sessions of an
// account end when it gets another alternative id.
func Example_alternativeID() {
	accounts := map[string]*struct{ alternative string }{"maria": {session.GenerateKey()}}
	app := cantil.New()
	app.SecretKey = session.GenerateKey()
	app.BeforeRequest(func(c *cantil.Context) any {
		s := c.Session()
		if id, ok := s.Get("user").(string); ok {
			account := accounts[id]
			if account == nil || s.Get("alternative") != account.alternative {
				s.Clear()
			}
		}
		return nil
	})
	app.Get("/login", cantil.Endpoint("login"))(func(c *cantil.Context) any {
		c.Session().Set("user", "maria")
		c.Session().Set("alternative", accounts["maria"].alternative)
		return "in"
	})
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return fmt.Sprint(c.Session().Get("user")) })
	app.Get("/end-all", cantil.Endpoint("end_all"))(func(c *cantil.Context) any {
		accounts["maria"].alternative = session.GenerateKey()
		c.Session().Set("alternative", accounts["maria"].alternative) // all but this one
		return "ended"
	})
	home, library := app.TestClient(), app.TestClient()
	home.Get("/login")
	library.Get("/login")
	fmt.Println(home.Get("/").Text(), library.Get("/").Text())
	home.Get("/end-all")
	fmt.Println(home.Get("/").Text(), library.Get("/").Text())
	delete(accounts, "maria")
	fmt.Println(home.Get("/").Text())
	// Output:
	// maria maria
	// maria <nil>
	// <nil>
}
