// Lidando com a sessão: login_submit guarda username, user_id e role; dashboard e
// perfil os leem; logout limpa tudo.
//
//	SENHA=… FLASK_SECRET_KEY=… go run ./examples/login              (http://localhost:5000/login)
//
// A lição chama o cookie de criptografado. Ele é assinado: quem o tem pode ler
// tudo o que está nele, e não pode mudar nada.
//
// A lição guarda por conta própria quem entrou. Um site de verdade continua com os
// pacotes login (é o Flask-Login: usuários, "lembrar de mim"), security (senhas
// em hash) e csrf; examples/flaskr e examples/migracao os usam.
package main

import (
	"cmp"
	"crypto/rand"
	"crypto/subtle"
	"embed"
	"flag"
	"log"
	"os"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/examples/estilo"
	"github.com/cantil-go/cantil/session"
)

//go:embed templates
var arquivos embed.FS

// senha é a de admin. A lição a tem no código, "123"; aqui ela vem do ambiente, e
// sem ele é sorteada a cada início.
var senha = cmp.Or(os.Getenv("SENHA"), rand.Text())

func criar() *cantil.App {
	app := cantil.New()
	app.SecretKey = session.GenerateKey() // a da lição está no código; esta é sorteada, e a de FLASK_SECRET_KEY fica no lugar dela
	app.LoadEnv("FLASK")
	estilo.Usar(app, arquivos)
	app.Route("/login")(login)
	app.Route("/login_submit", cantil.Methods("POST"))(login_submit)
	app.Route("/dashboard")(dashboard)
	app.Route("/perfil")(perfil)
	app.Route("/logout")(logout)
	return app
}

// login é a página que falta na lição.
func login(c *cantil.Context) any {
	return c.RenderTemplate("login.html")
}

//lint:ignore ST1003 o nome da lição é o endpoint
func login_submit(c *cantil.Context) any {
	username := c.Form().Get("username")
	password := c.Form().Get("password")
	if username == "admin" && subtle.ConstantTimeCompare([]byte(password), []byte(senha)) == 1 {
		s := c.Session()
		s.Set("username", username)
		s.Set("user_id", 12345)
		s.Set("role", "admin")
		return c.Redirect(c.URLFor("dashboard"))
	}
	return c.MakeResponse(c.RenderTemplate("login.html", cantil.Map{"erro": "Login inválido"}), 401)
}

func dashboard(c *cantil.Context) any {
	if s := c.Session(); s.Has("username") {
		username := s.Must("username")
		return c.RenderTemplate("dashboard.html", cantil.Map{"username": username, "user_id": s.Get("user_id")})
	}
	return c.Redirect(c.URLFor("login"))
}

func perfil(c *cantil.Context) any {
	if s := c.Session(); s.Has("username") {
		role := s.Get("role", "visitante")
		return c.RenderTemplate("perfil.html", cantil.Map{"role": role})
	}
	return c.Redirect(c.URLFor("login"))
}

func logout(c *cantil.Context) any {
	c.Session().Clear()
	return c.Redirect(c.URLFor("login"))
}

func main() {
	addr := flag.String("addr", "localhost:5000", "endereço do servidor")
	flag.Parse()
	if os.Getenv("SENHA") == "" {
		log.Print("SENHA não está no ambiente; a de admin é ", senha)
	}
	if err := criar().Run(*addr); err != nil {
		log.Fatal(err)
	}
}
