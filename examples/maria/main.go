// Aula de sessões, os slides de Maria: /login guarda 'usuario' na sessão, /perfil
// o lê, /logout o remove.
//
//	go run ./examples/maria              (http://localhost:5000/perfil)
//
// O login da aula não pede senha. Um site de verdade continua com os pacotes
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
	app.SecretKey = session.GenerateKey() // a do slide está no código, onde todos a leem; esta é sorteada a cada início
	estilo.Vestir(app, "pt-BR", "A sessão de Maria", "login", "perfil", "logout")
	app.Route("/login")(login)
	app.Route("/perfil")(perfil)
	app.Route("/logout")(logout)
	return app
}

func login(c *cantil.Context) any {
	c.Session().Set("usuario", "Maria")
	return "Usuário logado!"
}

func perfil(c *cantil.Context) any {
	usuario := c.Session().Get("usuario") // nil se não existe, como o None do Python
	if usuario != nil {
		return fmt.Sprintf("Bem-vindo, %s!", cantil.Escape(usuario))
	}
	return "Nenhum usuário logado."
}

func logout(c *cantil.Context) any {
	c.Session().Pop("usuario", nil) // o nil é para o caso de não haver o que remover
	return "Usuário deslogado."
}

func main() {
	addr := flag.String("addr", "localhost:5000", "endereço do servidor")
	flag.Parse()
	if err := criar().Run(*addr); err != nil {
		log.Fatal(err)
	}
}
