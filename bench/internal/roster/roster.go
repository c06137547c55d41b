// Package roster lists the peers: what they are, what they can do, and how they
// are started.
package roster

import (
	"slices"

	"github.com/cantil-go/cantil/bench/internal/site"
)

// Peer is one way to serve the site.
type Peer struct {
	Name  string // as -peers takes it
	Title string // as the report names it
	Dir   string // below peers; Flask's and Go's programs differ in how they start
	Store string // where its sessions are
	Works []string
	Skip  string // why it cannot run anywhere, if it cannot
}

// All lists the peers in the order of the report.
var All = []Peer{
	{Name: "bare", Title: "fasthttp alone", Dir: "bare", Store: site.Cookie, Works: []string{"plain"}},
	{Name: "limits", Title: "fasthttp, time limits", Dir: "limits", Store: site.Cookie, Works: []string{"plain"}},
	{Name: "floor", Title: "floor: by hand", Dir: "floor", Store: site.Cookie, Works: pages},
	{Name: "guarded", Title: "floor, Cantil's door", Dir: "guarded", Store: site.Cookie, Works: pages},
	{Name: "cantil", Title: "Cantil", Dir: "cantil", Store: site.Cookie, Works: pages},
	{Name: "cantil-json", Title: "Cantil, tagged JSON", Dir: "cantil", Store: site.JSON, Works: sessions},
	{Name: "fiber", Title: "Fiber v3, in memory", Dir: "fiber", Store: site.Memory, Works: pages},
	{Name: "gin", Title: "Gin, gin-contrib/sessions", Dir: "gin", Store: site.Cookie, Works: pages},
	{Name: "echo", Title: "Echo, gorilla/sessions", Dir: "echo", Store: site.Cookie, Works: pages},
	{Name: "scs", Title: "chi, scs in memory", Dir: "scs", Store: site.Memory, Works: pages},
	{Name: "fasthttp-session", Title: "fasthttp/session", Works: sessions,
		Skip: "the Go module proxy did not serve github.com/fasthttp/session when the suite was written"},
	{Name: "flask", Title: "Flask, gunicorn", Dir: flaskDir, Store: site.Cookie, Works: pages},

	{Name: "minimal", Title: "minimal client", Dir: "minimal", Store: site.Redis, Works: redis},
	{Name: "cantil-redis", Title: "Cantil", Dir: "cantil", Store: site.Redis, Works: redis},
	{Name: "fiber-redis", Title: "Fiber v3", Dir: "fiber", Store: site.Redis, Works: redis},
	{Name: "gin-redis", Title: "Gin, gin-contrib/sessions", Dir: "gin", Store: site.Redis, Works: redis},
	{Name: "echo-redis", Title: "Echo, redistore", Dir: "echo", Store: site.Redis, Works: redis},
	{Name: "scs-redis", Title: "chi, scs", Dir: "scs", Store: site.Redis, Works: redis},
	{Name: "flask-session", Title: "Flask-Session, gunicorn", Dir: flaskDir, Store: site.Redis, Works: redis},
}

var (
	pages    = []string{"plain", "count", "perfil", "nomes"}
	sessions = []string{"count", "perfil"}
	redis    = []string{"count-redis", "perfil-redis", "hot-redis"}
)

// Find returns the peer of a name.
func Find(name string) (Peer, bool) {
	i := slices.IndexFunc(All, func(p Peer) bool { return p.Name == name })
	if i < 0 {
		return Peer{}, false
	}
	return All[i], true
}

// Does tells whether the peer offers the work.
func (p Peer) Does(work string) bool { return slices.Contains(p.Works, work) }

// InGo tells whether the peer is a Go program of this module.
func (p Peer) InGo() bool { return p.Dir != "" && p.Dir != flaskDir }
