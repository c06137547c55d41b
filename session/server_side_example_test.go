package session_test

import (
	"fmt"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

// Any Store will do; this one is for tests. The packages redisstore,
// memcachestore and sqlstore have those for the real thing.
func ExampleNewServerSide() {
	app := cantil.New()
	app.SessionInterface = session.NewServerSide(storetest.NewMemory())

	app.Get("/login", cantil.Endpoint("login"))(func(c *cantil.Context) any {
		s := c.Session()
		s.Set("usuario", "Maria")
		s.Regenerate() // an id from before the login is worth nothing now
		return "ok"
	})
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		return fmt.Sprint("Olá, ", c.Session().Get("usuario", "visitante"))
	})

	client := app.TestClient()
	fmt.Println(client.Get("/").Text())
	client.Get("/login")
	fmt.Println(client.Get("/").Text())
	id, _ := client.Cookie("session")
	fmt.Println("the cookie holds", len(id), "characters")
	// Output:
	// Olá, visitante
	// Olá, Maria
	// the cookie holds 43 characters
}
