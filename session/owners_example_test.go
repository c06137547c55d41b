package session_test

import (
	"context"
	"fmt"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

// An account's sessions are listed, and all but one ended.
func ExampleServerSide_RevokeOwner() {
	side := session.NewServerSide(storetest.NewMemory()) // or redisstore's, or sqlstore's
	app := cantil.New()
	app.SessionInterface = side
	app.Get("/login", cantil.Endpoint("login"))(func(c *cantil.Context) any {
		s := c.Session()
		s.Set("user", "maria")
		s.SetOwner("42")
		s.SetLabel(c.Header("User-Agent"))
		s.Regenerate()
		return "in"
	})
	app.Get("/sessions", cantil.Endpoint("sessions"))(func(c *cantil.Context) any {
		all, err := side.Owned(c.Context(), "42")
		if err != nil {
			return err
		}
		text := fmt.Sprint(len(all), " sessions")
		for _, o := range all {
			if o.ID == c.Session().Handle() {
				text += ", this one: " + o.Label
			}
		}
		return text
	})
	app.Get("/end-others", cantil.Endpoint("end_others"))(func(c *cantil.Context) any {
		n, err := side.RevokeOwner(c.Context(), "42", c.Session().ID())
		if err != nil {
			return err
		}
		return fmt.Sprint(n, " ended")
	})
	home, library := app.TestClient(), app.TestClient()
	home.Get("/login", cantil.RequestHeader("User-Agent", "at home"))
	library.Get("/login", cantil.RequestHeader("User-Agent", "in the library"))
	fmt.Println(home.Get("/sessions").Text())
	fmt.Println(home.Get("/end-others").Text())
	fmt.Println(home.Get("/sessions").Text())
	all, err := side.Owned(context.Background(), "42") // as an administrator
	fmt.Println(len(all), err)
	// Output:
	// 2 sessions, this one: at home
	// 1 ended
	// 1 sessions, this one: at home
	// 1 <nil>
}
