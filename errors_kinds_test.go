package cantil_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

// forbiddenSubclass is an HTTP error of a program's own, by embedding one.
type forbiddenSubclass struct{ *cantil.HTTPError }

// wrapped is one by wrapping.
type wrapped struct{ inner error }

func (w wrapped) Error() string { return "wrapped: " + w.inner.Error() }
func (w wrapped) Unwrap() error { return w.inner }

// TestErrorHandlerForSubclass: a handler for a program's own HTTP error counts
// among those of its code, as Flask registers it (C09).
func TestErrorHandlerForSubclass(t *testing.T) {
	says := func(text string) func(*cantil.Context, error) any {
		return func(*cantil.Context, error) any { return text }
	}
	sub := func(text string) func(*cantil.Context, forbiddenSubclass) any {
		return func(*cantil.Context, forbiddenSubclass) any { return text }
	}
	forbidden := &cantil.HTTPError{Code: 403}
	for name, test := range map[string]struct {
		set  func(*cantil.App, *cantil.Blueprint)
		err  error
		want string
	}{
		"code alone": {func(a *cantil.App, _ *cantil.Blueprint) { a.ErrorHandler(403)(says("403")) }, forbiddenSubclass{forbidden}, "403"},
		"no handler": {func(*cantil.App, *cantil.Blueprint) {}, forbiddenSubclass{forbidden}, "Forbidden"},
		"the type before the code": {func(a *cantil.App, _ *cantil.Blueprint) {
			a.ErrorHandler(403)(says("403"))
			cantil.ErrorHandlerFor(a, sub("sub"))
		}, forbiddenSubclass{forbidden}, "sub"},
		"the plain error": {func(a *cantil.App, _ *cantil.Blueprint) {
			a.ErrorHandler(403)(says("403"))
			cantil.ErrorHandlerFor(a, sub("sub"))
		}, forbidden, "403"},
		"the blueprint's type": {func(a *cantil.App, b *cantil.Blueprint) {
			a.ErrorHandler(403)(says("403"))
			cantil.ErrorHandlerFor(b, sub("sub"))
		}, forbiddenSubclass{forbidden}, "sub"},
		"the blueprint's code first": {func(a *cantil.App, b *cantil.Blueprint) {
			b.ErrorHandler(403)(says("403"))
			cantil.ErrorHandlerFor(a, sub("sub"))
		}, forbiddenSubclass{forbidden}, "403"},
		"by wrapping": {func(a *cantil.App, _ *cantil.Blueprint) {
			a.ErrorHandler(403)(says("403"))
			cantil.ErrorHandlerFor(a, func(*cantil.Context, wrapped) any { return "wrapped" })
		}, wrapped{forbidden}, "wrapped"},
		"the cause of an HTTP error": {func(a *cantil.App, _ *cantil.Blueprint) {
			a.ErrorHandler(404)(says("404"))
			cantil.ErrorHandlerFor(a, func(*cantil.Context, wrapped) any { return "wrapped" })
		}, &cantil.HTTPError{Code: 404, Err: wrapped{errors.New("x")}}, "404"},
		"panicked with": {func(a *cantil.App, _ *cantil.Blueprint) {
			a.ErrorHandler(403)(says("403"))
			cantil.ErrorHandlerFor(a, sub("sub"))
		}, nil, "sub"},
	} {
		app, bp := quiet(), cantil.NewBlueprint("bp")
		test.set(app, bp)
		bp.Get("/", cantil.Endpoint("i"))(func(*cantil.Context) any {
			if test.err == nil {
				panic(forbiddenSubclass{forbidden})
			}
			return test.err
		})
		app.RegisterBlueprint(bp)
		if got := app.TestClient().Get("/").Text(); !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// TestDebugSaysMore: in Debug a missing key is raised, and bad JSON says why.
func TestDebugSaysMore(t *testing.T) {
	for debug, want := range map[bool]string{
		false: "400 400 handled", true: "500 400 unexpected end handled",
	} {
		app := quiet()
		app.Debug = debug
		app.Route("/form", cantil.Methods("POST"))(func(c *cantil.Context) any { return c.Form().Must("nada") })
		app.Post("/json", cantil.Endpoint("json"))(func(c *cantil.Context) any { var v any; return c.JSON(&v) })
		bp := cantil.NewBlueprint("bp")
		bp.ErrorHandler(400)(func(*cantil.Context, error) any { return "handled" })
		bp.Post("/bp", cantil.Endpoint("form"))(func(c *cantil.Context) any { return c.Form().Must("nada") })
		app.RegisterBlueprint(bp)
		client := app.TestClient()
		form, bad := client.Post("/form"), client.Post("/json", cantil.RequestBody("application/json", []byte("{")))
		reason := ""
		if strings.Contains(bad.Text(), "unexpected end") || strings.Contains(bad.Text(), "unexpected EOF") {
			reason = " unexpected end"
		}
		if got := fmt.Sprint(form.Status, " ", bad.Status, reason, " ", client.Post("/bp").Text()); got != want {
			t.Errorf("Debug %v: %s, want %s", debug, got, want)
		}
	}
}

// TestPropagateExceptions: what a TestClient's call panics with.
func TestPropagateExceptions(t *testing.T) {
	for _, test := range []struct {
		testing   bool
		propagate *bool
		want      bool
	}{
		{false, nil, false}, {true, nil, true}, {true, new(false), false}, {false, new(true), true},
	} {
		app := quiet()
		app.Testing, app.PropagateExceptions = test.testing, test.propagate
		app.Get("/", cantil.Endpoint("i"))(func(*cantil.Context) any { return errors.New("boom") })
		panicked := func() (panicked bool) {
			defer func() { panicked = recover() != nil }()
			app.TestClient().Get("/")
			return false
		}()
		if panicked != test.want {
			t.Errorf("%+v: panicked %v", test, panicked)
		}
	}
}

// TestConfigKnobs: MaxCookieSize, ProvideAutomaticOptions, StaticURLPath.
func TestConfigKnobs(t *testing.T) {
	for limit, want := range map[int]bool{0: false, 50: true, 4093: false} {
		var log bytes.Buffer
		app := quiet()
		app.Logger = slog.New(slog.NewTextHandler(&log, nil))
		app.MaxCookieSize = limit
		app.Get("/", cantil.Endpoint("i"))(func(c *cantil.Context) any { c.Session().Set("k", strings.Repeat("x", 50)); return "" })
		app.TestClient().Get("/")
		if got := strings.Contains(log.String(), "too large"); got != want {
			t.Errorf("MaxCookieSize %d: warned %v", limit, got)
		}
	}
	app := quiet()
	app.ProvideAutomaticOptions = false
	app.Get("/", cantil.Endpoint("i"))(func(*cantil.Context) any { return "" })
	app.Get("/on", cantil.Endpoint("on"), cantil.ProvideAutomaticOptions(true))(func(*cantil.Context) any { return "" })
	client := app.TestClient()
	if a, b := client.Do("OPTIONS", "/").Status, client.Do("OPTIONS", "/on").Status; a != 405 || b != 200 {
		t.Errorf("OPTIONS: %d, %d", a, b)
	}
	for _, test := range [][3]string{ // StaticFolder, StaticURLPath, the URL
		{"testdata/flask", "", "/flask/login.py"}, {"testdata/flask/", "/foo", "/foo/login.py"}, {"testdata/flask", "/foo/", "/foo/login.py"},
		{"testdata/flask", "/", "/login.py"},
	} {
		app := quiet()
		app.ServerName = "h"
		app.StaticFolder, app.StaticURLPath = test[0], test[1]
		early := app.URLFor("static", "filename", "login.py", "_external", false) // before the first request (C13)
		if rules := app.URLMap()["static"]; len(rules) != 1 {
			t.Errorf("%q: URLMap: %q", test, rules)
		}
		if r := app.TestClient().Get(test[2]); early != test[2] || r.Status != 200 {
			t.Errorf("%q: URLFor %q, %d", test, early, r.Status)
		}
	}
	app = quiet()
	app.ServerName = "h"
	bp := cantil.NewBlueprint("b", cantil.URLPrefix("/b"), cantil.StaticFolder("testdata/flask"))
	app.RegisterBlueprint(bp)
	if got := app.URLFor("b.static", "filename", "a", "_external", false); got != "/b/flask/a" {
		t.Errorf("a blueprint's: %q", got)
	}
	app.StaticURLPath = "foo"
	mustPanic(t, "does not begin with a slash", func() { app.Handler() })
}

// TestRedirectRefused: a host that cannot be one is a mistake of the program.
func TestRedirectRefused(t *testing.T) {
	for location, want := range map[string]int{
		"//\u3002com": 500, "http://a..b/": 500, "http://a:b/": 500, "http://[::1": 500, "http://a:99999/": 500, "http://a:-1/": 500,
		"http://" + strings.Repeat("a", 64) + ".com": 500, "http://[::1]:80/": 302, "http://a:65535/": 302, "http://é.example:80/": 302, "http://u:p@a.b/": 302,
		"/x//y": 302, "mailto:a@b..c": 302, "http://a_b.c/": 302, "http://a./": 302,
	} {
		app := quiet()
		app.Get("/", cantil.Endpoint("i"))(func(c *cantil.Context) any { return c.Redirect(location) })
		if got := app.TestClient().Get("/").Status; got != want {
			t.Errorf("%q: %d, want %d", location, got, want)
		}
	}
	for _, code := range []int{0, -1, 99, 199, 600} {
		app := quiet()
		app.Get("/", cantil.Endpoint("i"))(func(c *cantil.Context) any { return c.Redirect("/x", code) })
		if got := app.TestClient().Get("/").Status; got != 500 {
			t.Errorf("code %d: %d", code, got)
		}
	}
}
