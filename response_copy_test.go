package cantil_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/cantil-go/cantil"
)

// keepers are views and hooks that use one Response for all visitors.
var keepers = map[string]func(app *cantil.App, kept *cantil.Response){
	"returned": func(app *cantil.App, kept *cantil.Response) {
		app.Get("/x")(func(c *cantil.Context) any { return kept })
	},
	"copied": func(app *cantil.App, kept *cantil.Response) {
		app.Get("/x")(func(c *cantil.Context) any { cp := *kept; return &cp })
	},
	"copied and changed": func(app *cantil.App, kept *cantil.Response) {
		app.Get("/x")(func(c *cantil.Context) any {
			cp := *kept
			cp.Header().Add("X-User", c.Header("X-User"))
			cp.Header().Set("X-User", c.Header("X-User"))
			return &cp
		})
	},
	"given a status": func(app *cantil.App, kept *cantil.Response) {
		app.Get("/x")(func(c *cantil.Context) any { return c.MakeResponse(kept, 201) })
	},
	"replaces another": func(app *cantil.App, kept *cantil.Response) {
		app.Get("/x")(func(c *cantil.Context) any { return "outra" })
		app.AfterRequest(func(c *cantil.Context, r *cantil.Response) { *r = *kept })
	},
	"of before_request": func(app *cantil.App, kept *cantil.Response) {
		app.BeforeRequest(func(c *cantil.Context) any { return kept })
	},
	"of an error handler": func(app *cantil.App, kept *cantil.Response) {
		app.ErrorHandler(404)(func(c *cantil.Context, err error) any { return kept })
	},
	"made by the first visitor": func(app *cantil.App, _ *cantil.Response) {
		var once sync.Once
		var first *cantil.Response
		app.Get("/x")(func(c *cantil.Context) any {
			once.Do(func() { first = c.MakeResponse("guardada") })
			return first
		})
	},
	"kept by a hook": func(app *cantil.App, _ *cantil.Response) {
		var mu sync.Mutex
		var saved *cantil.Response
		app.Get("/x")(func(c *cantil.Context) any {
			mu.Lock()
			defer mu.Unlock()
			if saved != nil {
				return saved
			}
			return "guardada"
		})
		app.AfterRequest(func(c *cantil.Context, r *cantil.Response) {
			mu.Lock()
			defer mu.Unlock()
			if saved == nil {
				saved = c.MakeResponse(r)
			}
		})
	},
	"a copy kept by a hook": func(app *cantil.App, _ *cantil.Response) {
		var mu sync.Mutex
		var saved []cantil.Response
		seen := 0
		app.Get("/x")(func(c *cantil.Context) any {
			mu.Lock()
			defer mu.Unlock()
			if len(saved) > 0 {
				return &saved[0]
			}
			return "guardada"
		})
		app.AfterRequest(func(c *cantil.Context, r *cantil.Response) {
			mu.Lock()
			defer mu.Unlock()
			if seen++; seen == 5 { // in a list of headers that has grown
				saved = append(saved, *r)
			}
		})
	},
}

// TestKeptResponse: a Response that a program keeps hands no visitor what was
// added for another, one after the other or 50 at once (with -race).
func TestKeptResponse(t *testing.T) {
	for name, keep := range keepers {
		for _, kept := range []*cantil.Response{keptResponse(), cantil.Abort(410).(*cantil.HTTPError).Response()} {
			app := quiet()
			app.AfterRequest(func(c *cantil.Context, r *cantil.Response) { // runs last
				r.SetCookie("v", c.Header("X-User"))
				r.AddVary("X-User")
				if c.Args().Has("304") {
					r.SetStatus(304)
				}
			})
			keep(app, kept)
			for i := range 10 {
				if r := app.TestClient().Get("/x?304="); r.Status != 304 || r.Header("Content-Type") != "" {
					t.Fatalf("%s: %d", name, r.Status)
				}
				visit(t, app, name, i)
			}
			var wg sync.WaitGroup
			for i := range 50 {
				wg.Go(func() { visit(t, app, name, i) })
			}
			wg.Wait()
		}
	}
}

// keptResponse has room in its list of headers, which copies share.
func keptResponse() *cantil.Response {
	r := cantil.Abort(404).(*cantil.HTTPError).Response()
	r.SetStatus(200)
	r.Header().Set("X-A", "1")
	r.Header().Set("X-B", "2")
	return r
}

func visit(t *testing.T, app *cantil.App, name string, i int) {
	t.Helper()
	user := fmt.Sprintf("u%d", i)
	r := app.TestClient().Get("/x", cantil.RequestHeader("X-User", user))
	cookies := strings.Join(r.HeaderAll("Set-Cookie"), " | ")
	if cookies != "v="+user+"; Path=/" || r.Header("Vary") != "X-User" || r.Header("Content-Type") == "" {
		t.Errorf("%s: %s gets %q, Vary %q, Content-Type %q", name, user, cookies, r.Header("Vary"), r.Header("Content-Type"))
	}
	if users := r.HeaderAll("X-User"); len(users) > 1 || len(users) == 1 && users[0] != user {
		t.Errorf("%s: %s gets X-User %q", name, user, users)
	}
}

// TestCopiedHeader: a copy and what it was copied from do not share lines.
func TestCopiedHeader(t *testing.T) {
	for name, change := range map[string]func(r *cantil.Response){
		"Add":       func(r *cantil.Response) { r.Header().Add("X-User", "bia") },
		"Set":       func(r *cantil.Response) { r.Header().Set("X-A", "bia") },
		"Del":       func(r *cantil.Response) { r.Header().Del("X-A") },
		"Vary":      func(r *cantil.Response) { r.AddVary("X-User") },
		"SetCookie": func(r *cantil.Response) { r.SetCookie("v", "bia") },
	} {
		kept := keptResponse()
		kept.AddVary("Accept")
		kept.Header().Del("X-B") // there is room
		first, second := *kept, *kept
		first.Header().Add("X-User", "ana")
		before := lines(&first) + lines(kept)
		change(&second)
		if after := lines(&first) + lines(kept); after != before {
			t.Errorf("%s changed another's lines: %q, before it %q", name, after, before)
		}
	}
}

func lines(r *cantil.Response) string {
	var b strings.Builder
	for name, value := range r.Header().All() {
		b.WriteString(name + ": " + value + "\n")
	}
	return b.String()
}

// TestKeptBody: what cannot be sent twice is refused and not sent empty, or with
// the text of another visitor's page.
func TestKeptBody(t *testing.T) {
	for name, make := range map[string]func(c *cantil.Context) *cantil.Response{
		"a stream": func(c *cantil.Context) *cantil.Response {
			return c.MakeResponse(strings.NewReader("de " + c.Header("X-User")))
		},
		"a rendered page": func(c *cantil.Context) *cantil.Response {
			return c.RenderTemplateString("de {{ user }}", cantil.Map{"user": c.Header("X-User")})
		},
	} {
		for _, hook := range []bool{false, true} {
			var log bytes.Buffer
			var kept *cantil.Response
			app := quiet()
			app.Logger = slog.New(slog.NewTextHandler(&log, nil))
			app.Get("/kept")(func(c *cantil.Context) any {
				if kept == nil {
					kept = make(c)
				}
				if hook {
					return "outra"
				}
				return kept
			})
			app.Get("/own")(func(c *cantil.Context) any { return make(c) })
			if hook {
				app.AfterRequest(func(c *cantil.Context, r *cantil.Response) {
					if c.Path() == "/kept" && c.Endpoint() != "" {
						*r = *kept
					}
				})
			}
			get := func(path, user string) *cantil.ClientResponse {
				return app.TestClient().Get(path, cantil.RequestHeader("X-User", user))
			}
			if r := get("/kept", "ana"); r.Text() != "de ana" {
				t.Fatalf("%s: %d %q", name, r.Status, r.Text())
			}
			if r := get("/own", "bia"); r.Text() != "de bia" {
				t.Errorf("%s: %d %q", name, r.Status, r.Text())
			}
			if r := get("/kept", "eva"); r.Status != 500 || strings.Contains(r.Text(), "de ") || !strings.Contains(log.String(), "was returned") {
				t.Errorf("%s, hook %v: kept, it is a %d %q: %s", name, hook, r.Status, r.Text(), log.String())
			}
		}
	}
}
