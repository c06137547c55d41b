// Aula 23, primeira parte: o nome de quem entra fica na sessão.
//
//	go run ./examples/sessoes              (http://localhost:5000/)
//
// A aula diz que os dados ficam no servidor. No Flask, como aqui, ficam no cookie:
// assinados, e por isso ninguém os muda, mas não cifrados, e por isso qualquer um
// os lê. Veja o exemplo desafio, que mostra o cookie por dentro.
//
// Quem entra aqui não prova quem é. Um site de verdade continua com os pacotes
// login, security e csrf: veja o exemplo flaskr.
package main

import (
	"flag"
	"fmt"
	"log"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/examples/estilo"
	"github.com/cantil-go/cantil/session"
)

func criar() *cantil.App {
	app := cantil.New()
	app.SecretKey = session.GenerateKey() // a da aula está no código, onde todos a leem; esta é sorteada a cada início
	estilo.Vestir(app, "pt-BR", "Aula 23: sessões", "index", "login", "logout")
	app.Route("/")(index)
	app.Route("/login", cantil.Methods("GET", "POST"))(login)
	app.Route("/logout")(logout)
	return app
}

func index(c *cantil.Context) any {
	if s := c.Session(); s.Has("username") {
		return fmt.Sprintf("Bem-vindo, %s!", cantil.Escape(s.Must("username"))) // a aula o imprime sem Escape: um nome com <script> seria executado
	}
	return "Você não está logado."
}

func login(c *cantil.Context) any {
	if c.Method() == "POST" {
		c.Session().Set("username", c.Form().Must("username")) // armazena o nome na sessão
		return c.Redirect(c.URLFor("index"))
	}
	return `
        <form method="POST">
            <label>Nome <input type="text" name="username" placeholder="Digite seu nome" required autofocus></label>
            <button>Login</button>
        </form>
    `
}

func logout(c *cantil.Context) any {
	c.Session().Pop("username", nil) // remove o nome da sessão
	return c.Redirect(c.URLFor("index"))
}

func main() {
	addr := flag.String("addr", "localhost:5000", "endereço do servidor")
	flag.Parse()
	if err := criar().Run(*addr); err != nil {
		log.Fatal(err)
	}
}
