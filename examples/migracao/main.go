// Migracao is one site that is half Flask, half Cantil, behind one proxy: the
// paths of -go are answered by Cantil, all others still by Flask, and both know
// who is signed in. README.md is the guide to moving a live site this way.
//
//	go run ./examples/migracao                           (http://localhost:5000/)
//	go run ./examples/migracao -go "/ /login /profile"   (another route moved)
//	go run ./examples/migracao -sessions redis           (rows of Flask-Session)
//
// It needs Python with Flask, Flask-Login and Flask-WTF, and for -sessions redis
// its packages redis and msgpack, and a redis-server unless -redis names one that
// runs.
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"embed"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/cantil-go/cantil/security"
	"github.com/cantil-go/cantil/session"
)

// files are those of both halves.
//
//go:embed app.py rows.py templates
var files embed.FS

// options is what the flags and the environment say.
type options struct {
	addr     string   // where the proxy serves
	proxy    string   // "nginx" or "go"; empty: nginx if it is installed
	moved    []string // the paths that are Cantil's
	sessions string   // "cookie" or "redis"
	redis    string   // address of the Redis with the sessions
	python   string
	key      string
	password string
	hash     string // of the password, as Werkzeug's table of users would hold it
}

func main() {
	var o options
	flag.StringVar(&o.addr, "addr", "localhost:5000", "address of the site")
	flag.StringVar(&o.proxy, "proxy", "", "nginx or go; nginx if it is installed unless given")
	moved := flag.String("go", "/profile /logout", "the paths that are Cantil's")
	flag.StringVar(&o.sessions, "sessions", "cookie", "where the sessions are: cookie or redis")
	flag.StringVar(&o.redis, "redis", "", "address of a running Redis; one is started unless given")
	flag.StringVar(&o.python, "python", "python3", "a Python with Flask")
	flag.Parse()
	o.moved = strings.Fields(*moved)
	o.key = cmp.Or(os.Getenv("FLASK_SECRET_KEY"), session.GenerateKey())
	o.password = cmp.Or(os.Getenv("PASSWORD"), rand.Text())
	o.hash = security.GeneratePasswordHash(o.password, security.Method("pbkdf2:sha256:600000")) // Werkzeug 2 knows no scrypt
	if err := run(o); err != nil {
		log.Fatal(err)
	}
}

// run serves until Ctrl-C, and stops what it started.
func run(o options) error {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	s := &site{}
	defer s.stop()
	if err := s.start(o); err != nil {
		return err
	}
	fmt.Printf("http://%s/ is served; the password is %s\n", o.addr, o.password)
	<-ctx.Done()
	return nil
}
