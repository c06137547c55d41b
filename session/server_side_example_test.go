package session_test

import (
	"fmt"
	"sync"

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

// Two tabs of one visitor put something into the cart at the same time.
func ExampleSession_Change() {
	app := cantil.New()
	app.SessionInterface = session.NewServerSide(storetest.NewMemory())
	bothOpen := make(chan bool)
	app.Get("/comprar/<item>", cantil.Endpoint("comprar"))(func(c *cantil.Context) any {
		s := c.Session()
		if s.Has("cart") {
			bothOpen <- true // until the other tab has its session too
		}
		s.Change("cart", func(old any) any {
			cart, _ := old.([]any)
			return append(cart, c.Param("item"))
		})
		return "ok"
	})
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		cart, _ := session.Value[[]string](c.Session(), "cart")
		return fmt.Sprint(len(cart), " in the cart")
	})

	client := app.TestClient()
	client.Get("/comprar/pão")
	id, _ := client.Cookie("session")
	var tabs sync.WaitGroup
	for _, item := range []string{"leite", "ovos"} {
		tabs.Go(func() {
			tab := app.TestClient()
			tab.SetCookie("session", id)
			tab.Get("/comprar/" + item)
		})
	}
	<-bothOpen
	<-bothOpen
	tabs.Wait()
	fmt.Println(client.Get("/").Text())
	// Output: 3 in the cart
}
