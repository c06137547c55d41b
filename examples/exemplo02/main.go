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
	"io/fs"
	"log"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/examples/estilo"
	"github.com/cantil-go/cantil/session"
)

//go:embed templates
var arquivos embed.FS

// Nome é um nome da lista. Tamanho são os bytes do cookie que o trouxe, 0 até
// que o navegador o mande pela primeira vez.
type Nome struct {
	Nome    string
	Tamanho int
}

// index mostra a lista.
func index(c *cantil.Context) any {
	s := c.Session()
	s.SetPermanent(true) // ativa o tempo de vida configurado, e o renova
	return c.RenderTemplate("form.html", cantil.Map{"nomes": medidos(c, s), "segundos": c.App().PermanentSessionLifetime.Seconds()})
}

// adicionar guarda mais um nome.
func adicionar(c *cantil.Context) any {
	s := c.Session()
	s.SetPermanent(true)
	s.Set("nomes", append(medidos(c, s), Nome{Nome: c.Form().Must("nome")}))
	return c.Redirect(c.URLFor("index"))
}

// medidos são os nomes da sessão. O tamanho do último só se sabe agora, que o
// cookie com ele voltou.
func medidos(c *cantil.Context, s *session.Session) []Nome {
	nomes, _ := session.Value[[]Nome](s, "nomes")
	if n := len(nomes); n > 0 {
		nomes[n-1].Tamanho = len(c.Cookies().Get("session"))
	}
	return nomes
}

func criar(lifetime time.Duration) *cantil.App {
	app := cantil.New()
	app.SecretKey = session.GenerateKey() // nova a cada início; em produção, fixa e fora do código
	app.PermanentSessionLifetime = lifetime
	app.TemplateFS, _ = fs.Sub(arquivos, "templates")
	app.StaticFS = estilo.FS
	app.Route("/")(index)
	app.Route("/adicionar", cantil.Methods("POST"))(adicionar)
	return app
}

func main() {
	addr := flag.String("addr", "localhost:5000", "endereço do servidor")
	lifetime := flag.Duration("lifetime", 2*time.Minute, "tempo de vida da sessão sem atividade")
	flag.Parse()
	if err := criar(*lifetime).Run(*addr); err != nil {
		log.Fatal(err)
	}
}
