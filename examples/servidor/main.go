// Servidor é uma loja pequena cujas sessões ficam no servidor: o navegador só
// guarda o número da sessão, e o resto está onde -store disser.
//
//	go run ./examples/servidor                         # SQLite, no arquivo sessoes.db
//	go run ./examples/servidor -store redis            # em 127.0.0.1:6379
//	go run ./examples/servidor -store memcached -addr 127.0.0.1:11211
//	go run ./examples/servidor -store postgres -addr postgres://localhost/loja
//	go run ./examples/servidor -store cookie           # sem servidor, como no Flask
//
// As linhas são as da Flask-Session: um programa em Flask que use o mesmo banco
// vê as mesmas sessões.
package main

import (
	"flag"
	"log"
	"os"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

func main() {
	store := flag.String("store", "sqlite", "onde ficam as sessões: sqlite, redis, memcached, postgres ou cookie")
	addr := flag.String("addr", "", "endereço do servidor, URL do PostgreSQL ou arquivo do SQLite; vazio: o de costume")
	port := flag.String("port", "127.0.0.1:5000", "onde o programa atende")
	flag.Parse()

	sessions, err := openSessions(*store, *addr)
	if err != nil {
		log.Fatal(err)
	}
	if err := newApp(sessions).Run(*port); err != nil {
		log.Fatal(err)
	}
}

// newApp é a loja.
func newApp(sessions session.Interface) *cantil.App {
	app := cantil.New()
	app.SecretKey = os.Getenv("SECRET_KEY") // assina o cookie, se a sessão inteira estiver nele
	if app.SecretKey == "" {
		app.SecretKey = session.GenerateKey() // serve para experimentar: outra a cada partida
	}
	app.SessionInterface = sessions
	app.Get("/")(index)
	app.Post("/login")(login)
	app.Post("/carrinho")(add)
	app.Post("/logout")(logout)
	return app
}

func login(c *cantil.Context) any {
	s := c.Session()
	s.Set("usuario", c.Form().Must("usuario"))
	s.Regenerate() // um número novo: o de antes do login não vale mais
	return c.Redirect("/")
}

func add(c *cantil.Context) any {
	s := c.Session()
	cart, _ := session.Value[[]string](s, "carrinho")
	s.Set("carrinho", append(cart, c.Form().Must("item")))
	return c.Redirect("/")
}

func logout(c *cantil.Context) any {
	c.Session().Clear() // a linha e o cookie são apagados
	return c.Redirect("/")
}
