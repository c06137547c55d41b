// Desafio final: uma loja pequena. O carrinho, as mensagens e o login vivem na
// sessão; a página "O cookie" mostra o que ele guarda, e que não se pode mudá-lo.
//
//	SENHA=… FLASK_SECRET_KEY=… go run ./examples/desafio              (http://localhost:5000/)
//
// Com a mesma chave, o login e o carrinho sobrevivem também a um reinício do
// servidor. Depois de -lifetime sem atividade, ou de fechada a sessão, acabam.
//
// A loja fala português, russo e inglês: o idioma é o do navegador, até que o
// visitante escolha outro, o que fica na sessão. Os textos dos modelos são os
// originais; as traduções estão em translations, e docs/translations.md diz como
// o pybabel as faz.
//
// A loja tem uma senha só. Uma loja de verdade, com clientes em uma tabela,
// continua com os pacotes login, security e csrf: veja os exemplos flaskr e
// migracao.
package main

import (
	"cmp"
	"crypto/rand"
	"embed"
	"flag"
	"log"
	"os"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/babel"
	"github.com/cantil-go/cantil/examples/estilo"
	"github.com/cantil-go/cantil/session"
)

//go:embed templates translations
var arquivos embed.FS

// senha é a dos clientes: a de SENHA, ou uma sorteada a cada início.
var senha = cmp.Or(os.Getenv("SENHA"), rand.Text())

func criar() *cantil.App {
	app := cantil.New()
	app.SecretKey = session.GenerateKey() // uma chave fixa no código seria conhecida por quem o lê; a de FLASK_SECRET_KEY fica no lugar desta
	app.PermanentSessionLifetime = 30 * time.Minute
	app.SessionCookieSameSite = "Lax" // o formulário de outro site chega sem a sessão: não compra nem sai por ninguém
	app.LoadEnv("FLASK")
	estilo.Usar(app, arquivos)
	babel.NewBabel(app, babel.DefaultLocale("pt"), babel.LocaleSelector(idioma), babel.TranslationFS(arquivos))
	app.ContextProcessor(dosIdiomas)
	app.Get("/")(loja)
	app.Post("/adicionar/<slug>")(adicionar)
	app.Get("/carrinho")(carrinho)
	app.Post("/carrinho", cantil.Endpoint("atualizar"))(atualizar)
	app.Post("/comprar")(comprar)
	app.Route("/login", cantil.Methods("GET", "POST"))(login)
	app.Post("/logout")(logout)
	app.Post("/idioma")(escolher)
	app.Route("/cookie", cantil.Methods("GET", "POST"))(cookie)
	return app
}

func main() {
	addr := flag.String("addr", "localhost:5000", "endereço do servidor")
	lifetime := flag.Duration("lifetime", 30*time.Minute, "tempo de vida da sessão sem atividade")
	flag.Parse()
	if os.Getenv("SENHA") == "" {
		log.Print("SENHA não está no ambiente; a dos clientes é ", senha)
	}
	app := criar()
	app.PermanentSessionLifetime = *lifetime
	if err := app.Run(*addr); err != nil {
		log.Fatal(err)
	}
}
