package cantil_test

import (
	"bytes"
	"fmt"
	"iter"
	"log/slog"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

// flashApp has pages that hold their session until they are let go on.
func flashApp(iface session.Interface) (app *cantil.App, opened, release chan struct{}) {
	app = cantil.New()
	app.SecretKey, app.SessionInterface = "uma chave para as mensagens", iface
	app.Logger = slog.New(slog.DiscardHandler)
	opened, release = make(chan struct{}), make(chan struct{})
	slow := func(c *cantil.Context) {
		c.Session().Get("user")
		opened <- struct{}{}
		<-release
	}
	app.Get("/flash/<text>", cantil.Endpoint("flash"))(func(c *cantil.Context) any {
		c.Flash(c.Param("text"), "info")
		return "ok"
	})
	app.Get("/slow/flash/<text>", cantil.Endpoint("slow-flash"))(func(c *cantil.Context) any {
		slow(c)
		c.Flash(c.Param("text"), "info")
		return "ok"
	})
	app.Get("/slow/show", cantil.Endpoint("slow-show"))(func(c *cantil.Context) any {
		slow(c)
		return fmt.Sprint(c.GetFlashedMessages())
	})
	app.Get("/slow/both/<text>", cantil.Endpoint("slow-both"))(func(c *cantil.Context) any {
		slow(c)
		c.Flash(c.Param("text"))
		return fmt.Sprint(c.GetFlashedMessages())
	})
	app.Get("/show", cantil.Endpoint("show"))(func(c *cantil.Context) any { return fmt.Sprint(c.GetFlashedMessages()) })
	return app, opened, release
}

// TestFlashesOfTwoTabs: a page that is under way while another one flashes or
// shows messages loses none of them, and none is shown again.
func TestFlashesOfTwoTabs(t *testing.T) {
	for _, c := range []struct{ name, slow, slowShows, meanwhile, meanwhileShows, then string }{
		{"both flash", "/slow/flash/b", "ok", "/flash/c", "ok", "[a c b]"},
		{"both flash the same", "/slow/flash/a", "ok", "/flash/a", "ok", "[a a a]"},
		{"one shows, one flashes", "/slow/show", "[a]", "/flash/b", "ok", "[b]"},
		{"one shows, one flashes the same", "/slow/show", "[a]", "/flash/a", "ok", "[a]"},
		{"one flashes, one shows", "/slow/flash/b", "ok", "/show", "[a]", "[b]"},
		{"both show", "/slow/show", "[a]", "/show", "[a]", "[]"},
		{"flashed and shown at once", "/slow/both/b", "[a b]", "/flash/c", "ok", "[c]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			app, opened, release := flashApp(session.NewServerSide(storetest.NewMemory()))
			first := app.TestClient()
			first.SessionTransaction(func(s *session.Session) { s.Set("user", "maria") })
			first.Get("/flash/a")
			cookie, _ := first.Cookie("session")
			second := app.TestClient()
			second.SetCookie("session", cookie)
			done := make(chan string)
			go func() { done <- first.Get(c.slow).Text() }()
			<-opened
			if got := second.Get(c.meanwhile).Text(); got != c.meanwhileShows {
				t.Errorf("meanwhile: %s", got)
			}
			close(release)
			if got := <-done; got != c.slowShows {
				t.Errorf("slow: %s", got)
			}
			if got := second.Get("/show").Text(); got != c.then {
				t.Errorf("then %s, want %s", got, c.then)
			}
			if got := second.Get("/show").Text(); got != "[]" {
				t.Errorf("shown again: %s", got)
			}
		})
	}
}

// TestLateChanges: what changes a session after its answer began is lost, which
// the log says once for each request.
func TestLateChanges(t *testing.T) {
	for name, iface := range map[string]session.Interface{
		"cookie":    session.SecureCookie{},
		"encrypted": session.EncryptedCookie{},
		"store":     session.NewServerSide(storetest.NewMemory()),
	} {
		for _, c := range []struct {
			path string
			want int
		}{
			{"/set", 1}, {"/flashes", 1}, {"/opened-late", 1}, {"/opened-late-to-read", 0}, {"/in-place", 1},
			{"/read", 0}, {"/teardown", 1}, {"/in-time", 0}, {"/set-false", 0},
		} {
			log := new(bytes.Buffer)
			client := lateApp(iface, log).TestClient()
			client.SessionTransaction(func(s *session.Session) { s.Set("list", []any{1}) })
			if r := client.Get(c.path); r.Status != 200 || r.Text() == "" {
				t.Fatalf("%s: %d %q", c.path, r.Status, r.Text())
			}
			if n := strings.Count(log.String(), "changed after the answer began"); n != c.want {
				t.Errorf("%s, %s: logged %d times, want %d: %s", name, c.path, n, c.want, log)
			}
		}
	}
}

func lateApp(iface session.Interface, log *bytes.Buffer) *cantil.App {
	app := cantil.New()
	app.SecretKey, app.SessionInterface = "uma chave para o que vem tarde", iface
	app.Logger = slog.New(slog.NewTextHandler(log, nil))
	stream := func(path string, before, inside func(c *cantil.Context)) {
		app.Get(path, cantil.Endpoint(path[1:]))(func(c *cantil.Context) any {
			before(c)
			return iter.Seq[string](func(yield func(string) bool) {
				inside(c)
				yield("ok")
			})
		})
	}
	nothing := func(*cantil.Context) {}
	open := func(c *cantil.Context) { c.Session().Set("k", 1) }
	stream("/set", open, func(c *cantil.Context) { c.Session().Set("late", 1); c.Session().Set("later", 1) })
	stream("/flashes", func(c *cantil.Context) { open(c); c.Flash("a") }, func(c *cantil.Context) { c.GetFlashedMessages() })
	stream("/opened-late", nothing, func(c *cantil.Context) { c.Session().Set("late", 1) })
	stream("/opened-late-to-read", nothing, func(c *cantil.Context) { c.Session().Get("late") })
	stream("/in-place", open, func(c *cantil.Context) { c.Session().Get("list").([]any)[0] = 2; c.Session().SetModified(true) })
	stream("/read", open, func(c *cantil.Context) { c.Session().Get("k") })
	stream("/in-time", func(c *cantil.Context) { open(c); c.Session().Set("k", 2) }, nothing)
	stream("/set-false", open, func(c *cantil.Context) { c.Session().SetModified(false) })
	app.Get("/teardown", cantil.Endpoint("teardown"))(func(c *cantil.Context) any { open(c); return "ok" })
	app.TeardownRequest(func(c *cantil.Context, _ error) {
		if c.Endpoint() == "teardown" {
			c.Session().Pop("k")
		}
	})
	return app
}
