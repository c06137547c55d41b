package cantil_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/render"
	"github.com/cantil-go/cantil/render/jinja"
)

// guarded is a decorator as an extension has one. (Inlined, each call of it would
// be a piece of code of its own.)
//
//go:noinline
func guarded(view cantil.View) cantil.View {
	return func(c *cantil.Context) any {
		if c.Args().Get("user") == "" {
			return cantil.Abort(401)
		}
		return view(c)
	}
}

// marked is a decorator with an argument.
//
//go:noinline
func marked(with string) func(cantil.View) cantil.View {
	return func(view cantil.View) cantil.View {
		return func(c *cantil.Context) any { return with + view(c).(string) }
	}
}

func conta(*cantil.Context) any  { return "conta" }
func perfil(*cantil.Context) any { return "perfil" }

// TestDecorate: the endpoint stays that of the view, and the first decorator is
// the outermost.
func TestDecorate(t *testing.T) {
	app := cantil.New()
	app.Get("/conta", cantil.Decorate(guarded))(conta)
	app.Get("/perfil", cantil.Decorate(guarded, marked("a")), cantil.Decorate(marked("b")))(perfil)
	app.Get("/perfil/2", cantil.Decorate(guarded))(perfil) // the same view by another path
	app.ServerName = "x"
	if got := app.URLFor("conta", "_external", false); got != "/conta" {
		t.Errorf("URLFor(conta) = %q", got)
	}
	client := app.TestClient()
	for path, want := range map[string]string{
		"/conta": "401", "/conta?user=ana": "200 conta", "/perfil": "401", "/perfil?user=ana": "200 abperfil", "/perfil/2?user=x": "200 perfil",
	} {
		r := client.Get(path)
		if got := fmt.Sprintf("%d %s", r.Status, r.Text()); !strings.HasPrefix(got, want) {
			t.Errorf("GET %s: %s, want %s", path, got, want)
		}
	}
	mustPanic(t, "a decorator returned nil", func() {
		cantil.New().Get("/", cantil.Decorate(func(cantil.View) cantil.View { return nil }))(conta)
	})
}

type site struct{ name string }

func (s *site) Index(*cantil.Context) any { return s.name }

// TestViewsOfOneDecorator: what a decorator returns for two views has one piece
// of code; the second view is another one all the same.
func TestViewsOfOneDecorator(t *testing.T) {
	app := cantil.New()
	app.Get("/conta")(guarded(conta))
	mustPanic(t, "is that of another view already", func() { app.Get("/perfil")(guarded(perfil)) })
	mustPanic(t, "cantil.Decorate keeps the name", func() {
		inner := marked("x")
		app.Get("/a")(inner(conta))
		app.Get("/b")(inner(conta))
	})
	app.Get("/perfil", cantil.Endpoint("perfil"))(guarded(perfil))

	// One view by several rules stays one.
	view := guarded(conta)
	app.Get("/c", cantil.Endpoint("c"))(view)
	app.Get("/d", cantil.Endpoint("c"))(view)
	app.Route("/e")(app.Route("/f")(func(*cantil.Context) any { return "" }))
	s := &site{"s"}
	app.Get("/g")(s.Index)
	app.Get("/h")(s.Index)
	if got := app.URLMap()["Index"]; len(got) != 2 {
		t.Errorf("the rules of Index: %q", got)
	}
}

type limitKey struct{}

// limit is an option as another package makes one.
func limit(n int) cantil.RouteOption {
	return cantil.RouteOptions(cantil.RouteValue(limitKey{}, n), cantil.Decorate(marked(fmt.Sprint(n, " "))))
}

func TestRouteValue(t *testing.T) {
	app := cantil.New()
	app.BeforeRequest(func(c *cantil.Context) any {
		if c.RouteValue(limitKey{}) == 0 {
			return "none"
		}
		return nil
	})
	app.Get("/conta", limit(5))(conta)
	app.Get("/zero", limit(0), cantil.Endpoint("zero"))(conta)
	app.Get("/perfil")(perfil)
	client := app.TestClient()
	for path, want := range map[string]string{"/conta": "5 conta", "/zero": "none", "/perfil": "perfil"} {
		if got := client.Get(path).Text(); got != want {
			t.Errorf("GET %s: %q, want %q", path, got, want)
		}
	}
	if r := client.Get("/nowhere"); r.Status != 404 {
		t.Errorf("without a rule: %d", r.Status)
	}
	if got := app.RouteValue("conta", limitKey{}); got != 5 {
		t.Errorf("RouteValue(conta) = %v", got)
	}
	if got := app.RouteValue("perfil", limitKey{}); got != nil {
		t.Errorf("RouteValue(perfil) = %v", got)
	}
}

// TestOuterHooks: an extension that comes late checks first all the same.
func TestOuterHooks(t *testing.T) {
	app := cantil.New()
	var got []string
	note := func(what string) { got = append(got, what) }
	bp := cantil.NewBlueprint("bp")
	bp.BeforeRequest(func(*cantil.Context) any { note("bp before"); return nil })
	bp.AfterRequest(func(*cantil.Context, *cantil.Response) { note("bp after") })
	bp.Get("/")(conta)
	app.BeforeRequest(func(*cantil.Context) any { note("app before"); return nil })
	app.AfterRequest(func(*cantil.Context, *cantil.Response) { note("app after") })
	app.TeardownRequest(func(*cantil.Context, error) { note("app teardown") })
	app.RegisterBlueprint(bp)
	app.BeforeRequestFirst(func(c *cantil.Context) any {
		note("first")
		if c.Args().Has("bad") {
			return cantil.Abort(400)
		}
		return nil
	})
	app.AfterRequestLast(func(_ *cantil.Context, r *cantil.Response) { note("last " + fmt.Sprint(r.Status())) })
	app.TeardownRequestLast(func(*cantil.Context, error) { note("teardown last") })
	client := app.TestClient()
	for path, want := range map[string]string{
		"/":        "first, app before, bp before, bp after, app after, last 200, app teardown, teardown last",
		"/?bad=1":  "first, bp after, app after, last 400, app teardown, teardown last",
		"/nowhere": "first, app before, app after, last 404, app teardown, teardown last",
	} {
		got = nil
		client.Get(path)
		if joined := strings.Join(got, ", "); joined != want {
			t.Errorf("GET %s: %s\nwant %s", path, joined, want)
		}
	}
}

// TestTemplateContextGlobal: the name is seen where a template is imported
// without context too, and its value is made when it is asked for.
func TestTemplateContextGlobal(t *testing.T) {
	files := fstest.MapFS{
		"m.html": {Data: []byte(`{% macro f() %}{{ csrf_token() }} {{ current_user.nome }}{% endmacro %}`)},
		"p.html": {Data: []byte(`{% from "m.html" import f %}{{ f() }}`)},
		"q.html": {Data: []byte(`none`)},
		"r.html": {Data: []byte(`{{ current_user }}`)},
	}
	html := fstest.MapFS{
		"p.html": {Data: []byte(`{{define "f"}}{{call csrf_token}} {{current_user.nome}}{{end}}{{template "f" 1}}`)},
		"q.html": {Data: []byte(`none`)},
		"r.html": {Data: []byte(`{{.current_user}}`)},
	}
	for name, set := range map[string]func(*cantil.App){
		"jinja": func(app *cantil.App) { app.TemplateFS = files },
		"html":  func(app *cantil.App) { app.TemplateEngine = &render.HTML{FS: html} },
	} {
		app := cantil.New()
		set(app)
		made := 0
		app.TemplateContextGlobal("csrf_token", func(c *cantil.Context) any {
			return func() string { return "token of " + c.Args().Get("n") }
		})
		app.TemplateContextGlobal("current_user", func(c *cantil.Context) any {
			made++
			return map[string]any{"nome": "Ana " + c.Args().Get("n")}
		})
		app.Get("/<name>")(func(c *cantil.Context) any {
			if c.Param("name") == "s" {
				if name == "html" {
					return c.RenderTemplateString(`{{call csrf_token}}`)
				}
				return c.RenderTemplateString(`{{ csrf_token() }}`)
			}
			return c.RenderTemplate(c.Param("name")+".html", cantil.Map{"x": 1})
		})
		app.Get("/own", cantil.Endpoint("own"))(func(c *cantil.Context) any {
			return c.RenderTemplate("r.html", cantil.Map{"current_user": "own"})
		})
		client := app.TestClient()
		for _, test := range [][2]string{
			{"/p?n=1", "token of 1 Ana 1"}, {"/p?n=2", "token of 2 Ana 2"}, {"/q", "none"}, {"/s?n=3", "token of 3"}, {"/own", "own"},
		} {
			if got := client.Get(test[0]).Text(); got != test[1] {
				t.Errorf("%s: GET %s: %q, want %q", name, test[0], got, test[1])
			}
		}
		if made != 2 {
			t.Errorf("%s: current_user was made %d times, want 2", name, made)
		}
	}
}

// TestConfigKeys: an extension's keys are set whether it comes before or after
// the environment was read.
func TestConfigKeys(t *testing.T) {
	t.Setenv("T_REMEMBER_COOKIE_NAME", "lembrar")
	t.Setenv("T_REMEMBER_COOKIE_DURATION", "3600")
	t.Setenv("T_WTF_CSRF_METHODS", "POST,PUT")
	t.Setenv("T_WTF_CSRF_ENABLED", "false")
	t.Setenv("T_WTF_CSRF_TIME_LIMIT", "null")
	t.Setenv("T_SAME_SITE", `"Lax"`)
	for _, late := range []bool{false, true} {
		app := cantil.New()
		name, duration, methods, enabled, limit, sameSite := "remember_token", time.Minute, []string(nil), true, 60, ""
		keys := map[string]any{"REMEMBER_COOKIE_NAME": &name, "REMEMBER_COOKIE_DURATION": &duration, "WTF_CSRF_METHODS": &methods,
			"WTF_CSRF_ENABLED": &enabled, "WTF_CSRF_TIME_LIMIT": &limit,
			"SAME_SITE": func(v any) error { sameSite = fmt.Sprint(v); return nil }}
		if late {
			app.LoadEnv("T")
			app.ConfigKeys(keys)
		} else {
			app.ConfigKeys(keys)
			app.LoadEnv("T")
		}
		if got := fmt.Sprint(name, duration, methods, enabled, limit, sameSite); got != "lembrar1h0m0s [POST PUT] false 0Lax" {
			t.Errorf("late %v: %s", late, got)
		}
		all := app.ConfigMap()
		if all["REMEMBER_COOKIE_NAME"] != "lembrar" || all["WTF_CSRF_TIME_LIMIT"] != nil {
			t.Errorf("late %v: ConfigMap: %v, %v", late, all["REMEMBER_COOKIE_NAME"], all["WTF_CSRF_TIME_LIMIT"])
		}
	}
	app := cantil.New()
	mustPanic(t, "has a key SECRET_KEY already", func() { app.ConfigKeys(map[string]any{"SECRET_KEY": new(string)}) })
	mustPanic(t, "is kept in a *float64", func() { app.ConfigKeys(map[string]any{"X": new(float64)}) })
	t.Setenv("U_WTF_CSRF_ENABLED", "5x")
	app.ConfigKeys(map[string]any{"WTF_CSRF_ENABLED": new(bool)})
	mustPanic(t, "U_WTF_CSRF_ENABLED is neither true nor false", func() { app.LoadEnv("U") })
}

// TestSetupAfterTheStart: what would have no effect panics, as Flask asserts.
func TestSetupAfterTheStart(t *testing.T) {
	app := cantil.New()
	bp := cantil.NewBlueprint("bp")
	app.RegisterBlueprint(bp)
	app.Handler()
	before := func(*cantil.Context) any { return nil }
	after := func(*cantil.Context, *cantil.Response) {}
	teardown := func(*cantil.Context, error) {}
	urls := func(*cantil.Context, string, map[string]any) {}
	handle := func(*cantil.Context, error) any { return "" }
	for name, call := range map[string]func(){
		"BeforeRequest":         func() { app.BeforeRequest(before) },
		"AfterRequest":          func() { app.AfterRequest(after) },
		"TeardownRequest":       func() { app.TeardownRequest(teardown) },
		"TeardownAppContext":    func() { app.TeardownAppContext(teardown) },
		"ContextProcessor":      func() { app.ContextProcessor(func(*cantil.Context) cantil.Map { return nil }) },
		"URLValuePreprocessor":  func() { app.URLValuePreprocessor(urls) },
		"URLDefaults":           func() { app.URLDefaults(urls) },
		"ErrorHandler":          func() { app.ErrorHandler(404)(handle) },
		"ErrorHandlerFor":       func() { cantil.ErrorHandlerFor(app, handle) },
		"Route":                 func() { app.Route("/")(conta) },
		"TemplateFilter":        func() { app.TemplateFilter("f")(strings.ToUpper) },
		"TemplateContextGlobal": func() { app.TemplateContextGlobal("f", func(*cantil.Context) any { return nil }) },
		"Converter":             func() { app.Converter("c", cantil.Converter{}) },
		"ProxyFix":              func() { app.ProxyFix(cantil.ProxyFix{}) },
		"RegisterBlueprint":     func() { app.RegisterBlueprint(cantil.NewBlueprint("late")) },
		"LoadEnv":               func() { app.LoadEnv("T") },
		"ConfigKeys":            func() { app.ConfigKeys(map[string]any{"X": new(int)}) },
		"BeforeRequestFirst":    func() { app.BeforeRequestFirst(before) },
		"AfterRequestLast":      func() { app.AfterRequestLast(after) },
		"TeardownRequestLast":   func() { app.TeardownRequestLast(teardown) },
		"Wrap":                  func() { app.Wrap(nil) },
		"Mount":                 func() { app.Mount("/x", nil) },
	} {
		mustPanic(t, name+" after the first request", call)
	}
	for name, call := range map[string]func(){
		"BeforeRequest":        func() { bp.BeforeRequest(before) },
		"AfterRequest":         func() { bp.AfterRequest(after) },
		"TeardownRequest":      func() { bp.TeardownRequest(teardown) },
		"ContextProcessor":     func() { bp.ContextProcessor(func(*cantil.Context) cantil.Map { return nil }) },
		"URLValuePreprocessor": func() { bp.URLValuePreprocessor(urls) },
		"URLDefaults":          func() { bp.URLDefaults(urls) },
		"ErrorHandler":         func() { bp.ErrorHandler(404)(handle) },
		"ErrorHandlerFor":      func() { cantil.ErrorHandlerFor(bp, handle) },
		"Route":                func() { bp.Route("/")(conta) },
		"BeforeAppRequest":     func() { bp.BeforeAppRequest(before) },
	} {
		mustPanic(t, name+` on the blueprint "bp" after it was registered`, call)
	}
}

// TestMethodsOfGet: an option without effect is a mistake (C24), and a circle of
// blueprints one that can be read (C28).
func TestMethodsOfGet(t *testing.T) {
	app := cantil.New()
	for name, call := range map[string]func(string, ...cantil.RouteOption) func(cantil.View) cantil.View{
		"Get": app.Get, "Post": app.Post, "Put": app.Put, "Patch": app.Patch, "Delete": app.Delete,
	} {
		mustPanic(t, name+`("/"): Methods is an option of Route alone`, func() { call("/", cantil.Methods("GET")) })
	}
	x, y := cantil.NewBlueprint("x"), cantil.NewBlueprint("y")
	x.RegisterBlueprint(y)
	y.RegisterBlueprint(x)
	mustPanic(t, "nested in itself", func() { app.RegisterBlueprint(x) })
}

// mustPanic fails unless call panics with a text that holds want.
func mustPanic(t *testing.T, want string, call func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if got := fmt.Sprint(recover()); !strings.Contains(got, want) {
			t.Errorf("the panic is %q, want %q in it", got, want)
		}
	}()
	call()
}

// TestJinjaOptions: an application sets up the environment of its templates.
func TestJinjaOptions(t *testing.T) {
	own := &render.Jinja{Env: jinja.New(jinja.Map{"a.html": "{% do 1 %}own"})}
	for _, c := range []struct {
		engine render.Engine
		want   string
	}{{nil, "[1, 2]"}, {own, "[1, 2]"}} {
		app := cantil.New()
		app.TemplateEngine, app.Testing = c.engine, true
		app.JinjaOptions(func(env *jinja.Env) { env.AddExtension(jinja.Do{}) })
		app.Get("/")(func(c *cantil.Context) any {
			return c.RenderTemplateString("{% set l = [1] %}{% do l.append(2) %}{{ l }}")
		})
		if got := string(app.TestClient().Get("/").Body); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestRequiredMethods: a decorator answers OPTIONS for its view, and the methods
// of the path are at its hand.
func TestRequiredMethods(t *testing.T) {
	app := cantil.New()
	answering := cantil.RouteOptions(cantil.RequiredMethods("OPTIONS"), cantil.ProvideAutomaticOptions(false),
		cantil.Decorate(func(view cantil.View) cantil.View {
			return func(c *cantil.Context) any {
				if c.Method() != "OPTIONS" {
					return view(c)
				}
				r := c.MakeDefaultOptionsResponse()
				r.Header().Set("X-Mine", "yes")
				return r
			}
		}))
	app.Put("/conta", answering)(conta)
	app.Get("/conta", cantil.Endpoint("other"))(perfil)
	r := app.TestClient().Do("OPTIONS", "/conta")
	if r.Status != 200 || r.Header("X-Mine") != "yes" || r.Header("Allow") != "GET, HEAD, OPTIONS, PUT" {
		t.Errorf("OPTIONS: %d %q %q", r.Status, r.Header("X-Mine"), r.Header("Allow"))
	}
	if r := app.TestClient().Do("PUT", "/conta"); r.Text() != "conta" {
		t.Errorf("PUT: %d %q", r.Status, r.Text())
	}
}

// TestAddRouteValue: an option that is given several times keeps all its values.
func TestAddRouteValue(t *testing.T) {
	type key struct{}
	app := cantil.New()
	twice := cantil.RouteOptions(cantil.AddRouteValue(key{}, 1), cantil.AddRouteValue(key{}, 2))
	app.Get("/conta", twice, cantil.AddRouteValue(key{}, 3))(conta)
	app.Get("/perfil", twice)(perfil)
	if got := fmt.Sprint(app.RouteValue("conta", key{}), app.RouteValue("perfil", key{})); got != "[1 2 3] [1 2]" {
		t.Error(got)
	}
}
