package cantil_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

// quiet is an application that keeps its errors to itself.
func quiet() *cantil.App {
	app := cantil.New()
	app.SecretKey = "dev"
	app.Logger = slog.New(slog.DiscardHandler)
	return app
}

func TestHooksRunInFlasksOrder(t *testing.T) {
	app := quiet()
	var log []string
	note := func(text string) { log = append(log, text) }
	for _, name := range []string{"1", "2"} {
		app.BeforeRequest(func(c *cantil.Context) any { note("before" + name); return nil })
		app.AfterRequest(func(c *cantil.Context, r *cantil.Response) { note("after" + name) })
		app.TeardownRequest(func(c *cantil.Context, err error) { note("teardown" + name) })
		app.TeardownAppContext(func(c *cantil.Context, err error) { note("context" + name) })
	}
	bp := cantil.NewBlueprint("bp", cantil.URLPrefix("/bp"))
	bp.BeforeRequest(func(c *cantil.Context) any { note("before bp"); return nil })
	bp.AfterRequest(func(c *cantil.Context, r *cantil.Response) { note("after bp") })
	bp.TeardownRequest(func(c *cantil.Context, err error) { note("teardown bp") })
	bp.Route("/")(func(c *cantil.Context) any {
		c.AfterThisRequest(func(*cantil.Context, *cantil.Response) { note("this1") })
		c.AfterThisRequest(func(*cantil.Context, *cantil.Response) { note("this2") })
		note("view")
		return ""
	})
	app.RegisterBlueprint(bp)
	client := app.TestClient()

	client.Get("/bp/")
	want := "before1 before2 before bp view this1 this2 after bp after2 after1 " +
		"teardown bp teardown2 teardown1 context2 context1"
	if got := strings.Join(log, " "); got != want {
		t.Errorf("a request of the blueprint:\n%s, want\n%s", got, want)
	}
	log = nil
	client.Get("/bp/nada")
	if got := strings.Join(log, " "); strings.Contains(got, "bp") || !strings.Contains(got, "context1") {
		t.Errorf("a 404: %s", got)
	}
}

func TestTeardownHearsOfTheError(t *testing.T) {
	app := quiet()
	broken := errors.New("quebrou")
	var heard []error
	app.TeardownRequest(func(c *cantil.Context, err error) { heard = append(heard, err) })
	app.TeardownRequest(func(c *cantil.Context, err error) { panic("a teardown of its own") })
	app.Route("/ok")(func(c *cantil.Context) any { return "" })
	app.Route("/error")(func(c *cantil.Context) any { return fmt.Errorf("na view: %w", broken) })
	app.Route("/panic")(func(c *cantil.Context) any { panic(broken) })
	app.Route("/404")(func(c *cantil.Context) any { return cantil.Abort(404) })
	client := app.TestClient()
	for path, status := range map[string]int{"/ok": 200, "/error": 500, "/panic": 500, "/404": 404} {
		heard = nil
		if got := client.Get(path).Status; got != status {
			t.Errorf("%s: %d, want %d", path, got, status)
		}
		if failed := status == 500; len(heard) != 1 || errors.Is(heard[0], broken) != failed || !failed && heard[0] != nil {
			t.Errorf("%s: teardown hears of %v", path, heard)
		}
	}
}

func TestURLValues(t *testing.T) {
	app := quiet()
	site := cantil.NewBlueprint("site", cantil.URLPrefix("/<lang>"))
	site.URLValuePreprocessor(func(c *cantil.Context, endpoint string, values map[string]any) {
		c.G()["lang"] = values["lang"]
		delete(values, "lang")
		values["n"] = 7
	})
	site.URLDefaults(func(c *cantil.Context, endpoint string, values map[string]any) {
		if _, ok := values["lang"]; !ok {
			values["lang"] = c.G()["lang"]
		}
	})
	site.Get("/sobre/<pagina>", cantil.Endpoint("sobre"))(func(c *cantil.Context) any {
		return fmt.Sprint(c.G()["lang"], len(c.ViewArgs()), c.Param("lang"), c.Param("pagina"), c.ParamInt("n"), " ",
			c.URLFor(".sobre", "pagina", "x", "q", 1), " ", c.URLFor(".sobre", "pagina", "x", "lang", "ru"))
	})
	var endpoints []string
	app.URLValuePreprocessor(func(c *cantil.Context, endpoint string, values map[string]any) {
		endpoints = append(endpoints, endpoint)
	})
	app.RegisterBlueprint(site)
	client := app.TestClient()
	if got, want := client.Get("/pt/sobre/nós").Text(), "pt2nós7 /pt/sobre/x?q=1 /ru/sobre/x"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	client.Get("/")
	if got := strings.Join(endpoints, ","); got != "site.sobre," {
		t.Errorf("the application's function hears of %q", got)
	}
}

// TestLocationAlone: a Location is a URL of ASCII also where it is the only
// header.
func TestLocationAlone(t *testing.T) {
	app := cantil.New()
	app.Get("/")(func(c *cantil.Context) any {
		r := c.Redirect("/olá")
		r.Header().Del("Content-Type")
		return r
	})
	if got := app.TestClient().Get("/").Header("Location"); got != "/ol%C3%A1" {
		t.Errorf("Location %q", got)
	}
}
