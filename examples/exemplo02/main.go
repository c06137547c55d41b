// Exemplo 02 da aula de sessões: um formulário guarda nomes em uma lista na
// sessão, e a coluna Tamanho mostra o cookie session crescer a cada nome. Depois
// de dois minutos sem atividade a lista está vazia.
//
//	go run ./examples/exemplo02              (http://localhost:5000/)
//	go run ./examples/exemplo02 -lifetime 5s (para ver a lista expirar)
package main

import (
	"embed"
	"flag"
	"log"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/examples/estilo"
	"github.com/cantil-go/cantil/session"
)

//go:embed templates
var arquivos embed.FS

func criar(lifetime time.Duration) *cantil.App {
	app := cantil.New()
	app.SecretKey = session.GenerateKey() // nova a cada início; em produção, fixa e fora do código
	app.PermanentSessionLifetime = lifetime
	estilo.Usar(app, arquivos)
	app.Route("/")(index)
	app.Route("/adicionar", cantil.Methods("POST"))(adicionar)
	return app
}

// index mostra a lista.
func index(c *cantil.Context) any {
	c.Session().SetPermanent(true) // ativa o tempo de vida configurado, e o renova
	return c.RenderTemplate("form.html", cantil.Map{"nomes": medidos(c), "segundos": c.App().PermanentSessionLifetime.Seconds()})
}

// adicionar guarda mais um nome.
func adicionar(c *cantil.Context) any {
	c.Session().SetPermanent(true)
	c.Session().Set("nomes", append(medidos(c), cantil.Map{"nome": c.Form().Must("nome")}))
	return c.Redirect(c.URLFor("index"))
}

// medidos são os nomes da sessão, cada um com o tamanho do cookie que o trouxe. O
// do último só se sabe agora, que o cookie com ele voltou.
func medidos(c *cantil.Context) []cantil.Map {
	nomes, _ := session.Value[[]cantil.Map](c.Session(), "nomes")
	if n := len(nomes); n > 0 {
		nomes[n-1]["tamanho"] = len(c.Cookies().Get("session"))
	}
	return nomes
}

func main() {
	addr := flag.String("addr", "localhost:5000", "endereço do servidor")
	lifetime := flag.Duration("lifetime", 2*time.Minute, "tempo de vida da sessão sem atividade")
	flag.Parse()
	if err := criar(*lifetime).Run(*addr); err != nil {
		log.Fatal(err)
	}
}
