package cantil_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

func TestNestedBlueprints(t *testing.T) {
	app := quiet()
	outer := cantil.NewBlueprint("outer", cantil.URLPrefix("/outer"))
	inner := cantil.NewBlueprint("inner", cantil.URLPrefix("/inner"))
	show := func(c *cantil.Context) any {
		return fmt.Sprint(c.Endpoint(), " ", c.Blueprint(), " ", c.Blueprints(), " ", c.URLFor(".show"))
	}
	inner.Get("/", cantil.Endpoint("show"))(show)
	inner.Post("", cantil.Endpoint("bare"))(func(c *cantil.Context) any { return c.Rule() })
	outer.Put("/x", cantil.Endpoint("put"))(show)
	outer.ErrorHandler(404)(func(c *cantil.Context, err error) any { return c.MakeResponse("outer 404", 404) })
	inner.ErrorHandler(403)(func(c *cantil.Context, err error) any { return c.MakeResponse("inner 403", 403) })
	inner.AppErrorHandler(410)(func(c *cantil.Context, err error) any { return c.MakeResponse("todos 410", 410) })
	inner.Get("/abort/<int:code>", cantil.Endpoint("abort"))(func(c *cantil.Context) any { return cantil.Abort(c.ParamInt("code")) })
	app.Get("/abort/<int:code>", cantil.Endpoint("abort"))(func(c *cantil.Context) any { return cantil.Abort(c.ParamInt("code")) })
	outer.RegisterBlueprint(inner)
	outer.RegisterBlueprint(inner, cantil.BlueprintName("again"), cantil.URLPrefix("/again"))
	app.RegisterBlueprint(outer)
	client := app.TestClient()
	for path, want := range map[string]string{
		"/outer/inner/":          "outer.inner.show outer.inner [outer.inner outer] /outer/inner/",
		"/outer/again/":          "outer.again.show outer.again [outer.again outer] /outer/again/",
		"/outer/inner/abort/404": "outer 404",
		"/outer/inner/abort/403": "inner 403",
		"/outer/again/abort/403": "inner 403",
		"/abort/410":             "todos 410",
	} {
		if got := client.Get(path).Text(); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	if got := client.Post("/outer/inner").Text(); got != "/outer/inner" {
		t.Errorf("a rule that is empty: %q", got)
	}
	if got := client.Get("/abort/403").Text(); strings.Contains(got, "inner") {
		t.Errorf("a blueprint answers for the application: %q", got)
	}
}

func TestBlueprintMistakes(t *testing.T) {
	panics := func(name, want string, f func()) {
		t.Helper()
		defer func() {
			if got := fmt.Sprint(recover()); !strings.HasPrefix(got, "cantil: ") || !strings.Contains(got, want) {
				t.Errorf("%s: %q", name, got)
			}
		}()
		f()
	}
	app := quiet()
	bp := cantil.NewBlueprint("bp")
	app.RegisterBlueprint(bp)
	panics("a name with a dot", "dots", func() { cantil.NewBlueprint("a.b") })
	panics("registered twice", "taken", func() { app.RegisterBlueprint(bp) })
	panics("files too late", "NewBlueprint", func() { app.RegisterBlueprint(cantil.NewBlueprint("f"), cantil.StaticFolder("x")) })
	panics("on itself", "itself", func() { bp.RegisterBlueprint(bp) })
	panics("a route too late", "after it was registered", func() { bp.Get("/late")(login) })
	panics("a handler too late", "after it was registered", func() { bp.AppErrorHandler(404)(nil) })
}

type notFound struct{ what string }

func (e *notFound) Error() string { return e.what + " não há" }

type temporary interface {
	error
	Temporary() bool
}

type busy struct{}

func (busy) Error() string   { return "ocupado" }
func (busy) Temporary() bool { return true }

func TestErrorHandlersByType(t *testing.T) {
	app := quiet()
	cantil.ErrorHandlerFor(app, func(c *cantil.Context, e *notFound) any { return c.MakeResponse("sem "+e.what, 404) })
	cantil.ErrorHandlerFor(app, func(c *cantil.Context, e temporary) any { return c.MakeResponse("mais tarde", 503) })
	cantil.ErrorHandlerFor(app, func(c *cantil.Context, e *cantil.HTTPError) any { return c.MakeResponse(e.Name(), e.Code) })
	cantil.ErrorHandlerFor(app, func(c *cantil.Context, e error) any {
		if e.Error() == "pior" {
			panic("no tratador")
		}
		return c.MakeResponse("outro: "+e.Error(), 500)
	})
	fails := map[string]struct {
		err  error
		want string
	}{
		"/exact":   {&notFound{"pão"}, "404 sem pão"},
		"/wrapped": {fmt.Errorf("na loja: %w", &notFound{"leite"}), "404 sem leite"},
		"/joined":  {errors.Join(errors.New("a"), &notFound{"ovo"}), "404 sem ovo"},
		"/iface":   {busy{}, "503 mais tarde"},
		"/http":    {cantil.Abort(409), "409 Conflict"},
		"/other":   {errors.New("x"), "500 outro: x"},
		"/worse":   {errors.New("pior"), "500 Internal Server Error"},
	}
	for path, f := range fails {
		app.Get(path, cantil.Endpoint(path[1:]))(func(c *cantil.Context) any { return f.err })
		app.Get(path+"/panic", cantil.Endpoint(path[1:]+"_panic"))(func(c *cantil.Context) any { panic(f.err) })
	}
	client := app.TestClient()
	for path, f := range fails {
		for _, path := range []string{path, path + "/panic"} {
			r := client.Get(path)
			got := fmt.Sprint(r.Status, " ", r.Text())
			if f.err.Error() == "pior" { // the default page
				got = strings.Replace(got, "<!doctype html>\n<html lang=en>\n<title>500 ", "", 1)
			}
			if !strings.HasPrefix(got, f.want) {
				t.Errorf("%s: %q, want %q", path, got, f.want)
			}
		}
	}
	if r := client.Get("/nada"); r.Status != 404 || r.Text() != "Not Found" {
		t.Errorf("a path without a view: %d %q", r.Status, r.Text())
	}
}
