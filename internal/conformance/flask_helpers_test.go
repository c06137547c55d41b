package conformance

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

// urlsOf are URLs built in a request of an application with the rule /.
func urlsOf(t *testing.T, want string, build func(c *cantil.Context) string) {
	t.Helper()
	app := quietApp()
	app.Get("/", ep("index"))(gives("42"))
	app.TestRequestContext("/", func(c *cantil.Context) { is(t, build(c), want) })
}

// streamed is a generator that reads the request on its way.
func streamed(c *cantil.Context) any {
	return func(yield func(string) bool) {
		_ = yield("Hello ") && yield(c.Args().Get("name")) && yield("!")
	}
}

var flaskHelpers = append([]flaskTest{
	ported("TestSendfile.send_file", func(t *testing.T) {
		app := quietApp()
		app.Get("/", ep("i"))(func(c *cantil.Context) any { return c.SendFile("testdata/static/a.css") })
		r := app.TestClient().Get("/")
		is(t, fmt.Sprint(r.Status, r.Header("Content-Type"), len(r.Body) > 0), "200text/css; charset=utf-8true")
	}),
	ported("TestSendfile.static_file", func(t *testing.T) {
		for max, want := range map[int64]string{0: "no-cache", 3600e9: "public, max-age=3600"} {
			app := staticApp("", "")
			app.LoadMapping(map[string]any{"SEND_FILE_MAX_AGE_DEFAULT": int(max / 1e9)})
			is(t, app.TestClient().Get("/static/a.css").Header("Cache-Control"), want)
		}
	}),
	ported("TestSendfile.send_from_directory", func(t *testing.T) {
		app := quietApp()
		app.Get("/", ep("i"))(func(c *cantil.Context) any { return c.SendFromDirectory("testdata/static", "a.css") })
		is(t, app.TestClient().Get("/").Status, 200)
	}),
	ported("TestUrlFor.url_for_with_anchor", func(t *testing.T) {
		urlsOf(t, "/#x%20y", func(c *cantil.Context) string { return c.URLFor("index", "_anchor", "x y") })
	}),
	ported("TestUrlFor.url_for_with_scheme", func(t *testing.T) {
		urlsOf(t, "https://localhost/", func(c *cantil.Context) string { return c.URLFor("index", "_external", true, "_scheme", "https") })
	}),
	ported("TestUrlFor.url_for_with_scheme_not_external", func(t *testing.T) {
		urlsOf(t, "https://localhost/", func(c *cantil.Context) string { return c.URLFor("index", "_scheme", "https") })
		quietApp().TestRequestContext("/", func(c *cantil.Context) {
			panics(t, "_external=false", func() { c.URLFor("index", "_scheme", "https", "_external", false) })
		})
	}),
	ported("TestUrlFor.url_for_with_alternating_schemes", func(t *testing.T) {
		urlsOf(t, "http https http", func(c *cantil.Context) string {
			var schemes []string
			for _, values := range [][]any{{"_external", true}, {"_external", true, "_scheme", "https"}, {"_external", true}} {
				scheme, _, _ := strings.Cut(c.URLFor("index", values...), ":")
				schemes = append(schemes, scheme)
			}
			return strings.Join(schemes, " ")
		})
	}),
	ported("TestUrlFor.url_with_method", func(t *testing.T) {
		app := quietApp()
		app.MethodView("/myview/create", "myview", postOnly{})
		app.Get("/myview/<int:id>", ep("list"))(gives(""))
		app.TestRequestContext("/", func(c *cantil.Context) {
			is(t, c.URLFor("myview", "_method", "POST")+" "+c.URLFor("list", "id", 42, "_method", "GET"), "/myview/create /myview/42")
		})
	}),
	ported("TestUrlFor.url_for_with_self", func(t *testing.T) {
		app := quietApp()
		app.Get("/<self>", ep("index"))(gives("42"))
		app.TestRequestContext("/", func(c *cantil.Context) { is(t, c.URLFor("index", "self", "2"), "/2") })
	}),
	differs("redirect_no_app", "Redirect belongs to a Context", func(t *testing.T) {
		quietApp().AppContext(func(c *cantil.Context) {
			r := c.Redirect("https://localhost", 307)
			is(t, fmt.Sprint(r.Status(), r.Header().Get("Location")), "307https://localhost")
		})
	}),
	ported("abort_no_app", func(t *testing.T) {
		has(t, cantil.Abort(401).Error(), "401 Unauthorized")
		panics(t, "no such HTTP error", func() { _ = cantil.Abort(900) })
	}),
	ported("TestStreaming.streaming_with_context", func(t *testing.T) {
		app := quietApp()
		app.Get("/", ep("i"))(streamed)
		is(t, app.TestClient().Get("/?name=World").Text(), "Hello World!")
	}),
	ported("TestStreaming.streaming_with_context_as_decorator", func(t *testing.T) { // there is nothing to decorate
		app := quietApp()
		app.Get("/", ep("i"))(func(c *cantil.Context) any { return c.MakeResponse(streamed(c), 201) })
		is(t, answered(app.TestClient().Get("/?name=World")), "201 Hello World!")
	}),
	ported("TestStreaming.streaming_with_context_and_custom_close", func(t *testing.T) {
		app, closed := quietApp(), 0
		app.Get("/", ep("i"))(func(c *cantil.Context) any {
			r := c.MakeResponse(streamed(c))
			r.CallOnClose(func() { closed++ })
			return r
		})
		is(t, app.TestClient().Get("/?name=World").Text()+fmt.Sprint(closed), "Hello World!1")
	}),
	ported("TestStreaming.stream_keeps_session", func(t *testing.T) {
		app := quietApp()
		app.Get("/", ep("i"))(func(c *cantil.Context) any {
			c.Session().Set("test", "flask")
			return func(yield func(string) bool) { yield(c.Session().Must("test").(string)) }
		})
		is(t, app.TestClient().Get("/").Text(), "flask")
	}),
	ported("TestHelpers.make_response", func(t *testing.T) {
		quietApp().AppContext(func(c *cantil.Context) {
			r := c.MakeResponse("Hello")
			is(t, fmt.Sprint(r.Status(), string(r.Data()), r.Header().Get("Content-Type")), "200Hellotext/html; charset=utf-8")
		})
	}),
	ported("open_resource", func(t *testing.T) {
		f, err := quietApp().OpenResource("testdata/static/a.css")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		text, err := io.ReadAll(f)
		is(t, fmt.Sprint(err, len(text) > 0), "<nil> true")
	}),
	ported("open_resource_exceptions", func(t *testing.T) {
		if _, err := quietApp().OpenResource("no such file"); err == nil || errors.Unwrap(err) == nil {
			t.Errorf("a missing file: %v", err)
		}
	}),
}, python("an aborter or redirect of the application's own class, an import, an async view, an encoding, or what the environment says of debug",
	"redirect_with_app", "app_aborter_class", "abort_with_app", "TestNoImports.name_with_import_error", "TestStreaming.async_view",
	"TestHelpers.get_debug_flag", "open_resource_with_encoding")...)

type postOnly struct{}

func (postOnly) Post(*cantil.Context) any { return "Create" }
