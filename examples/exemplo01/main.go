// Exemplo 01 da aula de sessões: cada operação da sessão em um botão, e o que ela
// deixa na sessão e no cookie.
//
//	go run ./examples/exemplo01              (http://localhost:5000/)
package main

import (
	"embed"
	"flag"
	"log"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/examples/estilo"
	"github.com/cantil-go/cantil/session"
)

//go:embed templates
var arquivos embed.FS

func criar() *cantil.App {
	app := cantil.New()
	app.SecretKey = session.GenerateKey() // a da aula está no código, onde todos a leem; esta é sorteada a cada início
	estilo.Usar(app, arquivos)
	app.Route("/", cantil.Methods("GET", "POST"))(index)
	return app
}

// index faz a operação do botão e mostra a sessão como ela ficou.
func index(c *cantil.Context) any {
	s := c.Session()
	op, chave, valor := c.Form().Get("op"), c.Form().Get("chave"), c.Form().Get("valor")
	var resultado any
	switch op {
	case "set":
		s.Set(chave, valor)
	case "get":
		resultado = s.Get(chave, "não há")
	case "in":
		resultado = s.Has(chave)
	case "setdefault":
		resultado = s.SetDefault(chave, valor)
	case "pop":
		resultado = s.Pop(chave, nil)
	case "permanent":
		s.SetPermanent(!s.Permanent())
	case "clear":
		s.Clear()
	}
	return c.RenderTemplate("index.html", cantil.Map{"op": op, "chave": chave, "valor": valor, "resultado": resultado})
}

func main() {
	addr := flag.String("addr", "localhost:5000", "endereço do servidor")
	flag.Parse()
	if err := criar().Run(*addr); err != nil {
		log.Fatal(err)
	}
}
