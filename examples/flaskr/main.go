// Flaskr is the blog of Flask's official tutorial: register, log in, write, edit
// and delete posts, in SQLite. Its four Python files are main.go, db.go, auth.go
// and blog.go; app.py is the same in Flask, on the same templates and database.
// The tutorial's own templates run on it unchanged.
//
//	go run ./examples/flaskr -init-db
//	FLASK_SECRET_KEY=… go run ./examples/flaskr        (http://localhost:5000/)
//
// The tutorial keeps the user in the session by hand. A real site goes on with
// package login, which is to Cantil what Flask-Login is to Flask.
package main

import (
	"cmp"
	"database/sql"
	"embed"
	"flag"
	"log"
	"os"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/csrf"
	"github.com/cantil-go/cantil/examples/estilo"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

//go:embed templates schema.sql
var files embed.FS

// flaskr is the application's state, what the tutorial keeps in current_app.
type flaskr struct{ db *sql.DB }

func createApp(db *sql.DB) *cantil.App {
	app := cantil.New()
	app.SecretKey = session.GenerateKey()
	app.SessionCookieSameSite = "Lax"
	app.SessionSerializer = codec.TaggedJSON // app.py reads it too
	app.LoadEnv("FLASK")
	estilo.Usar(app, files)
	app.BeforeRequest(csrf.CrossOrigin()) // the tutorial's forms have no token: another site could send them
	f := &flaskr{db}
	app.RegisterBlueprint(f.auth())
	app.RegisterBlueprint(f.blog())
	app.Get("/", cantil.Endpoint("index"))(f.index)
	return app
}

func main() {
	addr := flag.String("addr", "localhost:5000", "address of the server")
	empty := flag.Bool("init-db", false, "throw the tables away and make them anew")
	flag.Parse()
	db := openDB(cmp.Or(os.Getenv("DATABASE"), "flaskr.sqlite"))
	if *empty {
		initDB(db)
		log.Print("The database is empty and ready.")
		return
	}
	if err := createApp(db).Run(*addr); err != nil {
		log.Fatal(err)
	}
}
