// Урок о сессиях: атрибуты new, modified и permanent, методы get, pop и clear, и
// список в сессии, который меняют на месте, с session.modified и без него.
//
//	go run ./examples/uroki              (http://localhost:5000/)
//
// Вход в уроке ничего не проверяет. Настоящему сайту нужны пакеты login,
// security и csrf: смотрите пример flaskr.
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
var files embed.FS

func create() *cantil.App {
	app := cantil.New()
	app.SecretKey = session.GenerateKey() // ключ из урока опубликован, и его знают все; этот — новый при каждом запуске
	estilo.Usar(app, files)
	app.Route("/")(index)
	app.Route("/login", cantil.Methods("POST"))(login)
	app.Route("/logout", cantil.Methods("POST"))(logout)
	app.Route("/data", cantil.Methods("POST"))(data)
	app.Route("/append", cantil.Methods("POST"), cantil.Endpoint("append"))(appendOnly)
	app.Route("/append_modified", cantil.Methods("POST"), cantil.Endpoint("append_modified"))(appendModified)
	app.Route("/permanent", cantil.Methods("POST"))(permanent)
	app.Route("/clear", cantil.Methods("POST"), cantil.Endpoint("clear"))(clearAll)
	return app
}

func index(c *cantil.Context) any {
	return c.RenderTemplate("index.html", cantil.Map{"username": c.Session().Get("username")})
}

// login верит имени на слово, как в уроке: это пример сессии, а не пароля.
func login(c *cantil.Context) any {
	c.Session().Set("username", c.Form().Must("username"))
	return c.Redirect(c.URLFor("index"))
}

// logout удаляет имя пользователя из сессии, если оно есть.
func logout(c *cantil.Context) any {
	c.Session().Pop("username", nil)
	return c.Redirect(c.URLFor("index"))
}

// data кладёт в сессию пустой список.
func data(c *cantil.Context) any {
	c.Session().Set("data", []int{})
	return c.Redirect(c.URLFor("index"))
}

// appendOnly меняет список на месте. Сессия этого не замечает: к следующему
// запросу список прежний.
func appendOnly(c *cantil.Context) any {
	data, _ := session.Value[*[]int](c.Session(), "data") // указатель: список самой сессии, а не его копия
	*data = append(*data, 8)
	return c.RenderTemplate("index.html", cantil.Map{"step": "append", "username": c.Session().Get("username")})
}

// appendModified говорит сессии, что она изменилась, и список сохраняется.
func appendModified(c *cantil.Context) any {
	data, _ := session.Value[*[]int](c.Session(), "data")
	*data = append(*data, 8)
	if s := c.Session(); !s.Modified() {
		s.SetModified(true)
	}
	return c.RenderTemplate("index.html", cantil.Map{"step": "append_modified", "username": c.Session().Get("username")})
}

func permanent(c *cantil.Context) any {
	c.Session().SetPermanent(!c.Session().Permanent())
	return c.Redirect(c.URLFor("index"))
}

func clearAll(c *cantil.Context) any {
	c.Session().Clear()
	return c.Redirect(c.URLFor("index"))
}

func main() {
	addr := flag.String("addr", "localhost:5000", "адрес сервера")
	flag.Parse()
	if err := create().Run(*addr); err != nil {
		log.Fatal(err)
	}
}
