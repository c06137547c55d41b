// Aula 23, segunda parte: o nome fica em um cookie próprio, por sete dias.
//
//	go run ./examples/cookies              (http://localhost:5000/)
//
// Secure deixa o cookie só para HTTPS. Os navegadores abrem uma exceção para
// localhost; em outro endereço, sem HTTPS, o nome não volta.
package main

import (
	"flag"
	"fmt"
	"log"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/examples/estilo"
)

func criar() *cantil.App {
	app := cantil.New()
	estilo.Vestir(app, "pt-BR", "Aula 23: cookies", "index", "login", "logout")
	app.Route("/")(index)
	app.Route("/login", cantil.Methods("GET", "POST"))(login)
	app.Route("/logout")(logout)
	return app
}

// Ao contrário da sessão, este cookie não é assinado: quem o recebe pode trocar o
// nome. Ele serve para saudar alguém, nunca para saber quem é.
func index(c *cantil.Context) any {
	username := c.Cookies().Get("username")
	if username != "" {
		return fmt.Sprintf("Bem-vindo novamente, %s!", cantil.Escape(username)) // a aula o imprime sem Escape: um nome com <script> seria executado
	}
	return "Bem-vindo! Por favor, faça login."
}

func login(c *cantil.Context) any {
	if c.Method() == "POST" {
		username := c.Form().Must("username")
		resp := c.MakeResponse(c.Redirect(c.URLFor("index")))
		resp.SetCookie("username", username, cantil.Cookie{MaxAge: 60 * 60 * 24 * 7, Secure: true, HTTPOnly: true})
		return resp
	}
	return `
        <form method="POST">
            <label>Nome <input type="text" name="username" placeholder="Digite seu nome" required autofocus></label>
            <button>Login</button>
        </form>
    `
}

func logout(c *cantil.Context) any {
	resp := c.MakeResponse(c.Redirect(c.URLFor("index")))
	resp.SetCookie("username", "", cantil.Cookie{Expires: time.Unix(0, 0)}) // expires=0: acabou em 1970, e o navegador o remove
	return resp
}

func main() {
	addr := flag.String("addr", "localhost:5000", "endereço do servidor")
	flag.Parse()
	if err := criar().Run(*addr); err != nil {
		log.Fatal(err)
	}
}
