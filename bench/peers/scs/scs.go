// Package scs is net/http and chi with alexedwards/scs.
package scs

import (
	"html/template"
	"net/http"
	"strconv"

	"github.com/alexedwards/scs/goredisstore"
	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil/bench/internal/site"
)

type app struct {
	sessions *scs.SessionManager
	pages    *template.Template
}

// New returns the server, with its sessions in memory or in Redis.
func New(cfg site.Config) (*http.Server, error) {
	a := &app{
		sessions: scs.New(), // in memory
		pages:    template.Must(template.ParseFS(site.Templates("html"), "*.html")),
	}
	switch cfg.Store {
	case site.Memory:
	case site.Redis:
		a.sessions.Store = goredisstore.New(redis.NewClient(&redis.Options{Addr: cfg.Redis}))
	default:
		return nil, site.Unknown(cfg)
	}
	return &http.Server{Handler: a.routes()}, nil
}

func (a *app) routes() http.Handler {
	r := chi.NewRouter()
	r.Use(middleware.Recoverer)
	r.Get("/", func(w http.ResponseWriter, _ *http.Request) { text(w, site.Hello) })
	r.Group(func(r chi.Router) {
		r.Use(a.sessions.LoadAndSave)
		r.Get("/count", a.count)
		r.Get("/perfil", a.perfil)
		r.Get("/nomes", a.nomes)
		r.Get("/entrar", a.set("username", site.Username))
		r.Get("/lista", a.set("nomes", site.Names))
	})
	return r
}

func text(w http.ResponseWriter, s string) {
	w.Header().Set("Content-Type", site.HTML)
	w.Write([]byte(s))
}

func (a *app) count(w http.ResponseWriter, r *http.Request) {
	n := a.sessions.GetInt(r.Context(), "n") + 1
	a.sessions.Put(r.Context(), "n", n)
	text(w, strconv.Itoa(n))
}

func (a *app) perfil(w http.ResponseWriter, r *http.Request) {
	text(w, a.sessions.GetString(r.Context(), "username"))
}

func (a *app) nomes(w http.ResponseWriter, r *http.Request) {
	names, _ := a.sessions.Get(r.Context(), "nomes").([]string)
	w.Header().Set("Content-Type", site.HTML)
	if err := a.pages.ExecuteTemplate(w, "nomes.html", map[string]any{"nomes": names}); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (a *app) set(key string, value any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a.sessions.Put(r.Context(), key, value)
		text(w, site.OK)
	}
}
