package recipes

import (
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/gofiber/fiber/v3"
	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/browser"
	"github.com/cantil-go/cantil/internal/testkit/flask"
	"github.com/cantil-go/cantil/internal/testkit/servers"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/httpsession"
	"github.com/cantil-go/cantil/session/redisstore"
)

// TestSharedLogin: a real Flask, a Gin, a Fiber and a Cantil are one site, and a
// visitor with a browser signs in at one of them, writes in the session of each,
// and signs out at another; with the session in the cookie, and in the rows that
// Flask-Session has in Redis.
func TestSharedLogin(t *testing.T) {
	const key = "a key that four programs share"
	for _, kept := range []string{"cookie", "redis"} {
		t.Run(kept, func(t *testing.T) {
			t.Setenv("FLASK_SECRET_KEY", key)
			var iface session.Interface = session.SecureCookie{}
			if kept == "redis" {
				flask.Python(t, "flask", "redis", "msgpack")
				addr := servers.Redis(t).Addr
				client := redis.NewClient(&redis.Options{Addr: addr, ContextTimeoutEnabled: true})
				t.Cleanup(func() { client.Close() })
				iface = session.NewServerSide(redisstore.New(client))
				rows, err := filepath.Abs("../../examples/migracao")
				if err != nil {
					t.Fatal(err)
				}
				t.Setenv("REDIS", addr)
				t.Setenv("ROWS", rows)
			}
			sharedLogin(t, map[string]string{
				"flask":  flask.Run(t, "testdata/part.py"),
				"gin":    serveHTTP(t, ginPart(key, iface)),
				"fiber":  serveFast(t, siteApp(key, iface).Sessions(fiberPart().Handler())),
				"cantil": testkit.Serve(t, cantilPart(key, iface)),
			})
		})
	}
}

// sharedLogin has each part be the first, with the rest after it in turn.
func sharedLogin(t *testing.T, parts map[string]string) {
	mux := http.NewServeMux()
	for name, addr := range parts {
		target, err := url.Parse(addr)
		if err != nil {
			t.Fatal(err)
		}
		mux.Handle("/"+name+"/", httputil.NewSingleHostReverseProxy(target))
	}
	front := httptest.NewServer(mux)
	t.Cleanup(front.Close)
	names := []string{"flask", "gin", "cantil", "fiber"}
	b := browser.New(t)
	for first := range names {
		order := append(slices.Clone(names[first:]), names[:first]...)
		page := func(name string) { b.Open(front.URL + "/" + name + "/") }
		expect := func(user, notes string) {
			t.Helper()
			for _, name := range order {
				page(name)
				b.Expect("h1", name)
				if got := b.Text("body"); !strings.HasPrefix(strings.Join(strings.Fields(got), " "), strings.TrimSpace(name+" "+user+" "+notes)) {
					t.Errorf("%s shows %q, want %s %s", name, got, user, notes)
				}
			}
		}
		expect("nobody", "")
		page(order[0])
		b.Submit("input[name=user]", "<i>João</i>")
		expect("<i>João</i>", "")
		for _, name := range order {
			page(name)
			b.Submit("input[name=note]", name)
		}
		expect("<i>João</i>", strings.Join(order, " "))
		page(order[1])
		b.Follow("button")
		expect("nobody", "")
	}
}

// The same site in Go: show is its page, and act what its forms do.

func show(name string, s *session.Session) string {
	notes, _ := session.Value[[]string](s, "notes")
	return fmt.Sprintf(`<title>%[1]s</title><h1>%[1]s</h1>
<p id="user">%[2]s</p><p id="notes">%[3]s</p>
<form method="post" action="/%[1]s/login"><input name="user"></form>
<form method="post" action="/%[1]s/note"><input name="note"></form>
<form method="post" action="/%[1]s/logout"><button>Log out</button></form>`,
		name, html.EscapeString(fmt.Sprint(s.Get("user", "nobody"))), html.EscapeString(strings.Join(notes, " ")))
}

func act(what string, s *session.Session, form func(name string) string) {
	switch what {
	case "login":
		s.Set("user", form("user"))
	case "note":
		notes, _ := session.Value[[]string](s, "notes")
		s.Set("notes", append(notes, form("note")))
	case "logout":
		s.Clear()
	}
}

func ginPart(key string, iface session.Interface) http.Handler {
	cfg := httpsession.NewConfig(key)
	cfg.Serializer = serializer(iface)
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.GET("/gin/", func(c *gin.Context) {
		c.Data(200, "text/html; charset=utf-8", []byte(show("gin", httpsession.FromContext(c.Request.Context()))))
	})
	engine.POST("/gin/:what", func(c *gin.Context) {
		act(c.Param("what"), httpsession.FromContext(c.Request.Context()), c.PostForm)
		c.Redirect(302, "/gin/")
	})
	return httpsession.New(iface, cfg)(engine)
}

func siteApp(key string, iface session.Interface) *cantil.App {
	app := cantil.New()
	app.SecretKey, app.SessionInterface, app.SessionSerializer = key, iface, serializer(iface)
	app.Logger = slog.New(slog.DiscardHandler)
	return app
}

func fiberPart() *fiber.App {
	site := fiber.New()
	site.Get("/fiber/", func(c fiber.Ctx) error {
		return c.Type("html", "utf-8").SendString(show("fiber", cantil.SessionOf(c.RequestCtx())))
	})
	site.Post("/fiber/:what", func(c fiber.Ctx) error {
		act(c.Params("what"), cantil.SessionOf(c.RequestCtx()), func(name string) string { return strings.Clone(c.FormValue(name)) })
		return c.Redirect().Status(302).To("/fiber/")
	})
	return site
}

func cantilPart(key string, iface session.Interface) *cantil.App {
	app := siteApp(key, iface)
	app.Get("/cantil/")(func(c *cantil.Context) any { return show("cantil", c.Session()) })
	app.Post("/cantil/<what>")(func(c *cantil.Context) any {
		act(c.Param("what"), c.Session(), func(name string) string { return c.Form().Get(name) })
		return c.Redirect("/cantil/")
	})
	return app
}

// serializer is what Flask reads: its tagged JSON in a cookie, msgpack in a row.
func serializer(iface session.Interface) codec.Serializer {
	if _, inCookie := iface.(session.SecureCookie); inCookie {
		return codec.TaggedJSON
	}
	return codec.Msgpack
}
