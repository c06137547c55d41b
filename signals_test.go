package cantil_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

// TestSignals: when each signal comes among the steps of a request, Flask's order.
func TestSignals(t *testing.T) {
	app := quiet()
	var got []string
	note := func(format string, args ...any) { got = append(got, fmt.Sprintf(format, args...)) }
	app.BeforeRequest(func(*cantil.Context) any { note("before"); return nil })
	app.AfterRequest(func(*cantil.Context, *cantil.Response) { note("after") })
	app.TeardownRequest(func(_ *cantil.Context, err error) { note("teardown %v", err != nil) })
	app.Get("/")(func(c *cantil.Context) any {
		c.Flash("oi", "info")
		return c.RenderTemplateString("{{ x }}", cantil.Map{"x": 1})
	})
	app.Get("/boom", cantil.Endpoint("boom"))(func(*cantil.Context) any { return errors.New("boom") })
	client := app.TestClient()
	disconnect := []func(){
		app.RequestStarted(func(c *cantil.Context) { note("started %s", c.Path()) }),
		app.RequestFinished(func(_ *cantil.Context, r *cantil.Response) { note("finished %d", r.Status()) }),
		app.RequestTearingDown(func(_ *cantil.Context, err error) { note("tearing %v", err != nil) }),
		app.GotRequestException(func(_ *cantil.Context, err error) { note("exception %v", err) }),
		app.BeforeRenderTemplate(func(_ *cantil.Context, name string, v cantil.Map) { note("rendering %q %v", name, v["x"]) }),
		app.TemplateRendered(func(_ *cantil.Context, name string, v cantil.Map) { note("rendered %q %v", name, v["x"]) }),
		app.MessageFlashed(func(_ *cantil.Context, m any, kind string) { note("flashed %v %s", m, kind) }),
	}
	for path, want := range map[string]string{
		"/":     `started /, before, flashed oi info, rendering "" 1, rendered "" 1, after, finished 200, teardown false, tearing false`,
		"/boom": "started /boom, before, exception boom, after, finished 500, teardown true, tearing true",
		"/no":   "started /no, before, after, finished 404, teardown false, tearing false",
	} {
		got = nil
		client.Get(path)
		if all := strings.Join(got, ", "); all != want {
			t.Errorf("GET %s: %s\nwant %s", path, all, want)
		}
	}
	for _, end := range disconnect {
		end()
	}
	got = nil
	client.Get("/")
	if all := strings.Join(got, ", "); all != "before, after, teardown false" {
		t.Errorf("disconnected: %s", all)
	}
}

// TestSignalPanics: a panic of a function that only watches ends its request in a
// 500, and nothing else.
func TestSignalPanics(t *testing.T) {
	app := quiet()
	app.Get("/")(conta)
	app.Get("/boom", cantil.Endpoint("boom"))(func(*cantil.Context) any { return errors.New("boom") })
	client := app.TestClient()
	fails := func() { panic("signal") }
	for name, connect := range map[string]func() func(){
		"RequestStarted":      func() func() { return app.RequestStarted(func(*cantil.Context) { fails() }) },
		"RequestFinished":     func() func() { return app.RequestFinished(func(*cantil.Context, *cantil.Response) { fails() }) },
		"RequestTearingDown":  func() func() { return app.RequestTearingDown(func(*cantil.Context, error) { fails() }) },
		"GotRequestException": func() func() { return app.GotRequestException(func(*cantil.Context, error) { fails() }) },
	} {
		end := connect()
		for path, want := range map[string]int{"/": 500, "/boom": 500} {
			if name == "RequestTearingDown" || name == "GotRequestException" {
				want = map[string]int{"/": 200, "/boom": 500}[path]
			}
			if r := client.Get(path); r.Status != want {
				t.Errorf("%s: GET %s: %d, want %d", name, path, r.Status, want)
			}
		}
		end()
		if r := client.Get("/"); r.Status != 200 {
			t.Errorf("after %s: %d", name, r.Status)
		}
	}
}
