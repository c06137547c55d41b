package conformance

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

var flaskBasicRouting = append([]flaskTest{
	ported("options_work", func(t *testing.T) {
		app := quietApp()
		app.Route("/", cantil.Methods("GET", "POST"), ep("i"))(gives(""))
		r := app.TestClient().Do("OPTIONS", "/")
		is(t, fmt.Sprint(r.Status, r.Header("Allow"), "|", r.Text()), "200GET, HEAD, OPTIONS, POST|")
	}),
	ported("options_on_multiple_rules", func(t *testing.T) {
		app := quietApp()
		app.Route("/", cantil.Methods("GET", "POST"), ep("a"))(gives(""))
		app.Route("/", cantil.Methods("PUT"), ep("b"))(gives(""))
		is(t, app.TestClient().Do("OPTIONS", "/").Header("Allow"), "GET, HEAD, OPTIONS, POST, PUT")
	}),
	ported("method_route", func(t *testing.T) {
		app := quietApp()
		for name, route := range map[string]func(string, ...cantil.RouteOption) func(cantil.View) cantil.View{
			"GET": app.Get, "POST": app.Post, "PUT": app.Put, "PATCH": app.Patch, "DELETE": app.Delete,
		} {
			route("/", ep(name))(gives(name + "!"))
		}
		for _, name := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			is(t, app.TestClient().Do(name, "/").Text(), name+"!")
		}
	}),
	ported("method_route_no_methods", func(t *testing.T) {
		panics(t, "Methods is an option of Route alone", func() { quietApp().Get("/", cantil.Methods("GET", "POST")) })
	}),
	differs("provide_automatic_options_attr", "an option of the route, where Flask has an attribute of the view", func(t *testing.T) {
		app := quietApp()
		app.Route("/off", cantil.ProvideAutomaticOptions(false), ep("off"))(gives(""))
		app.Route("/on", cantil.Methods("POST"), cantil.ProvideAutomaticOptions(true), ep("on"))(gives(""))
		is(t, app.TestClient().Do("OPTIONS", "/off").Status, 405)
		is(t, app.TestClient().Do("OPTIONS", "/on").Header("Allow"), "OPTIONS, POST")
	}),
	ported("provide_automatic_options_kwarg", func(t *testing.T) {
		app := quietApp()
		app.Route("/", cantil.ProvideAutomaticOptions(false), ep("i"))(gives("i"))
		app.Route("/more", cantil.Methods("GET", "POST"), cantil.ProvideAutomaticOptions(false), ep("m"))(gives("m"))
		client := app.TestClient()
		r := client.Post("/")
		is(t, fmt.Sprint(r.Status, r.Header("Allow")), "405GET, HEAD")
		r = client.Do("DELETE", "/more")
		is(t, fmt.Sprint(r.Status, r.Header("Allow")), "405GET, HEAD, POST")
		is(t, client.Do("OPTIONS", "/more").Status, 405)
	}),
	ported("request_dispatching", func(t *testing.T) {
		app := quietApp()
		method := func(c *cantil.Context) any { return c.Method() }
		app.Get("/", ep("i"))(method)
		app.Route("/more", cantil.Methods("GET", "POST"), ep("m"))(method)
		client := app.TestClient()
		is(t, client.Get("/").Text(), "GET")
		is(t, client.Post("/").Status, 405)
		is(t, client.Head("/").Status, 200)
		is(t, client.Post("/more").Text(), "POST")
		is(t, client.Delete("/more").Header("Allow"), "GET, HEAD, OPTIONS, POST")
	}),
	ported("url_mapping", func(t *testing.T) {
		app := quietApp()
		app.Route("/", ep("index"))(gives("i"))
		app.Route("/more", cantil.Methods("GET", "POST"), ep("more"))(gives("m"))
		app.Route("/opt", cantil.Methods("options"), ep("options"))(gives("o"))
		client := app.TestClient()
		is(t, client.Get("/").Text()+client.Post("/more").Text()+client.Do("OPTIONS", "/opt").Text(), "imo")
		is(t, client.Get("/opt").Status, 405)
	}),
	ported("werkzeug_routing", func(t *testing.T) { // Submount is a prefix of a blueprint
		app := quietApp()
		bp := cantil.NewBlueprint("foo", cantil.URLPrefix("/foo"))
		bp.Get("/bar", ep("bar"))(gives("bar"))
		bp.Get("/", ep("index"))(gives("index"))
		app.RegisterBlueprint(bp)
		is(t, app.TestClient().Get("/foo/").Text()+app.TestClient().Get("/foo/bar").Text(), "indexbar")
	}),
	differs("endpoint_decorator", "a rule and its view are registered together: a rule without a view would be a 500 found late", func(t *testing.T) {
		app := quietApp()
		app.Get("/foo/bar")
		panics(t, "its view was never given", func() { app.Handler() })
	}),
	ported("route_decorator_custom_endpoint", func(t *testing.T) {
		app := quietApp()
		endpoint := func(c *cantil.Context) any { return c.Endpoint() }
		app.Get("/foo/", ep("foo"))(endpoint)
		app.Get("/bar/", ep("bar"))(endpoint)
		app.Get("/bar/123", ep("123"))(endpoint)
		client := app.TestClient()
		is(t, client.Get("/foo/").Text()+client.Get("/bar/").Text()+client.Get("/bar/123").Text(), "foobar123")
	}),
	ported("multi_route_rules", func(t *testing.T) {
		app := quietApp()
		view := func(c *cantil.Context) any {
			if c.Param("test") == "" {
				return "a"
			}
			return c.Param("test")
		}
		app.Get("/", ep("i"))(app.Get("/<test>/", ep("i"))(view))
		is(t, app.TestClient().Get("/").Text()+app.TestClient().Get("/b/").Text(), "ab")
	}),
	ported("multi_route_class_views", func(t *testing.T) {
		app := quietApp()
		view := &getView{}
		app.MethodView("/", "i", view)
		app.Get("/<test>/", ep("j"))(view.Get)
		is(t, app.TestClient().Get("/").Text()+app.TestClient().Get("/b/").Text(), "ab")
	}),
	ported("nonascii_pathinfo", func(t *testing.T) {
		app := quietApp()
		app.Get("/киртест", ep("i"))(gives("Hello World!"))
		is(t, app.TestClient().Get("/%D0%BA%D0%B8%D1%80%D1%82%D0%B5%D1%81%D1%82").Text(), "Hello World!")
	}),
	ported("no_setup_after_first_request", func(t *testing.T) {
		app := quietApp()
		app.Get("/", ep("i"))(gives("Awesome"))
		app.TestClient().Get("/")
		panics(t, "Route after the first request", func() { app.Get("/foo", ep("late"))(gives("Meh")) })
	}),
	ported("routing_redirect_debugging", func(t *testing.T) { // 308 keeps the form; Debug need not warn
		app := quietApp()
		app.Debug = true
		app.Route("/foo/", cantil.Methods("GET", "POST"), ep("i"))(gives("success"))
		client := app.TestClient()
		client.FollowRedirects = true
		is(t, client.Post("/foo", cantil.FormData("status", "success")).Text(), "success")
	}),
}, python("the compiler refuses a string where a list belongs", "disallow_string_for_allowed_methods")...)

// getView is a view with one method.
type getView struct{}

func (*getView) Get(c *cantil.Context) any {
	if c.Param("test") != "" {
		return c.Param("test")
	}
	return "a"
}

var flaskBasicAnswers = append([]flaskTest{
	ported("error_handling", func(t *testing.T) {
		app := quietApp()
		app.ErrorHandler(404)(func(c *cantil.Context, _ error) any { return c.MakeResponse("not found", 404) })
		app.ErrorHandler(500)(func(c *cantil.Context, _ error) any { return c.MakeResponse("internal server error", 500) })
		app.ErrorHandler(403)(func(c *cantil.Context, _ error) any { return c.MakeResponse("forbidden", 403) })
		app.Get("/", ep("i"))(gives(cantil.Abort(404)))
		app.Get("/error", ep("e"))(func(*cantil.Context) any { var zero int; return 1 / zero })
		app.Get("/forbidden", ep("f"))(gives(cantil.Abort(403)))
		client := app.TestClient()
		is(t, answered(client.Get("/")), "404 not found")
		is(t, answered(client.Get("/error")), "500 internal server error")
		is(t, answered(client.Get("/forbidden")), "403 forbidden")
	}),
	ported("error_handling_processing", func(t *testing.T) {
		app := quietApp()
		app.ErrorHandler(500)(func(c *cantil.Context, _ error) any { return c.MakeResponse("internal server error", 500) })
		app.AfterRequest(func(_ *cantil.Context, r *cantil.Response) { r.SetMimetype("text/x-special") })
		app.Get("/", ep("i"))(func(*cantil.Context) any { panic("boom") })
		r := app.TestClient().Get("/")
		is(t, answered(r)+r.Header("Content-Type"), "500 internal server errortext/x-special; charset=utf-8")
	}),
	ported("before_request_and_routing_errors", func(t *testing.T) {
		app := quietApp()
		app.BeforeRequest(func(c *cantil.Context) any { c.G()["something"] = "value"; return nil })
		app.ErrorHandler(404)(func(c *cantil.Context, _ error) any { return c.MakeResponse(c.G()["something"], 404) })
		is(t, answered(app.TestClient().Get("/")), "404 value")
	}),
	ported("user_error_handling", func(t *testing.T) {
		app := quietApp()
		cantil.ErrorHandlerFor(app, func(*cantil.Context, *myError) any { return "42" })
		app.Get("/", ep("i"))(gives(&myError{}))
		is(t, app.TestClient().Get("/").Text(), "42")
	}),
	ported("http_error_subclass_handling", func(t *testing.T) {
		app := quietApp()
		cantil.ErrorHandlerFor(app, func(*cantil.Context, subclass) any { return "banana" })
		app.ErrorHandler(403)(func(*cantil.Context, error) any { return "apple" })
		app.Get("/1", ep("1"))(gives(subclass{&cantil.HTTPError{Code: 403}}))
		app.Get("/2", ep("2"))(gives(cantil.Abort(403)))
		is(t, app.TestClient().Get("/1").Text()+app.TestClient().Get("/2").Text(), "bananaapple")
	}),
	ported("errorhandler_precedence", func(t *testing.T) { // the more special type; an interface stands for a base class
		app := quietApp()
		cantil.ErrorHandlerFor(app, func(*cantil.Context, *myError) any { return "E2" })
		cantil.ErrorHandlerFor(app, func(*cantil.Context, error) any { return "Exception" })
		app.Get("/1", ep("1"))(gives(errors.New("x")))
		app.Get("/2", ep("2"))(gives(fmt.Errorf("more: %w", &myError{})))
		is(t, app.TestClient().Get("/1").Text()+app.TestClient().Get("/2").Text(), "ExceptionE2")
	}),
	ported("trap_bad_request_key_error", func(t *testing.T) {
		for _, test := range []struct {
			debug, trap bool
			key, abort  bool // answered with a 400
		}{{false, false, true, true}, {true, false, false, true}, {false, true, false, false}} {
			app := quietApp()
			app.Testing, app.Debug, app.TrapBadRequestErrors = true, test.debug, test.trap
			app.Get("/key", ep("key"))(func(c *cantil.Context) any { return c.Form().Must("missing_key") })
			app.Get("/abort", ep("abort"))(gives(cantil.Abort(400)))
			client := app.TestClient()
			for path, answer := range map[string]bool{"/key": test.key, "/abort": test.abort} {
				if !answer {
					panics(t, "", func() { client.Get(path) })
					continue
				}
				r := client.Get(path)
				is(t, fmt.Sprint(r.Status, strings.Contains(r.Text(), "missing_key")), "400 false")
			}
		}
	}),
	ported("trapping_of_all_http_exceptions", func(t *testing.T) {
		app := quietApp()
		app.Testing, app.TrapHTTPExceptions = true, true
		app.Get("/fail", ep("i"))(gives(cantil.Abort(404)))
		panics(t, "404", func() { app.TestClient().Get("/fail") })
	}),
	ported("error_handler_after_processor_error", func(t *testing.T) {
		for _, trigger := range []string{"before", "after"} {
			app := quietApp()
			app.BeforeRequest(func(*cantil.Context) any { return boomIf(trigger == "before") })
			app.AfterRequest(func(*cantil.Context, *cantil.Response) { boomIf(trigger == "after") })
			app.Get("/", ep("i"))(gives("Foo"))
			app.ErrorHandler(500)(func(c *cantil.Context, _ error) any { trigger = ""; return c.MakeResponse("Hello Server Error", 500) })
			is(t, answered(app.TestClient().Get("/")), "500 Hello Server Error")
		}
	}),
	differs("response_types", "return rv, status and headers is MakeResponse(rv, status) and Header()", func(t *testing.T) {
		app := quietApp()
		for path, rv := range map[string]any{
			"/text": "Hällo", "/bytes": []byte("Hällo"), "/error": cantil.Abort(404), "/dict": cantil.Map{"foo": "bar"}, "/list": []string{"foo", "bar"},
		} {
			app.Get(path, ep(path[1:]))(gives(rv))
		}
		app.Get("/full", ep("full"))(func(c *cantil.Context) any {
			r := c.MakeResponse("Meh", 400)
			r.Header().Set("X-Foo", "Testing")
			r.Header().Set("Content-Type", "text/plain; charset=utf-8")
			return r
		})
		app.Get("/again", ep("again"))(func(c *cantil.Context) any { return c.MakeResponse(c.MakeResponse("Hello", 404), 500) })
		client := app.TestClient()
		is(t, client.Get("/text").Text()+client.Get("/bytes").Text(), "HälloHällo")
		has(t, answered(client.Get("/error")), "404 ")
		is(t, client.Get("/dict").Text()+client.Get("/list").Text(), "{\"foo\":\"bar\"}\n[\"foo\",\"bar\"]\n")
		r := client.Get("/full")
		is(t, answered(r)+r.Header("X-Foo")+r.Header("Content-Type"), "400 MehTestingtext/plain; charset=utf-8")
		is(t, answered(client.Get("/again")), "500 Hello")
	}),
	ported("response_type_errors", func(t *testing.T) {
		app := quietApp()
		app.Testing = true
		app.Get("/none", ep("from_none"))(gives(nil))
		app.Get("/bool", ep("from_bool"))(gives(true))
		app.Get("/func", ep("from_func"))(gives(func() {}))
		panics(t, `the view of endpoint "from_none" returned nil`, func() { app.TestClient().Get("/none") })
		panics(t, "returned a bool", func() { app.TestClient().Get("/bool") })
		panics(t, "returned a func", func() { app.TestClient().Get("/func") })
	}),
	ported("make_response", func(t *testing.T) {
		app := quietApp()
		app.TestRequestContext("/", func(c *cantil.Context) {
			r := c.MakeResponse("")
			is(t, fmt.Sprint(r.Status(), string(r.Data()), r.Header().Get("Content-Type")), "200text/html; charset=utf-8")
			r = c.MakeResponse("W00t", 404)
			is(t, fmt.Sprint(r.Status(), string(r.Data())), "404W00t")
			is(t, c.MakeResponse(io.Reader(strings.NewReader("Hello"))).IsStreamed(), true)
		})
	}),
	ported("make_response_with_response_instance", func(t *testing.T) {
		quietApp().TestRequestContext("/", func(c *cantil.Context) {
			r := c.MakeResponse(c.JSONify(cantil.Map{"msg": "W00t"}), 400)
			is(t, fmt.Sprint(r.Status(), string(r.Data()), r.Header().Get("Content-Type")), "400{\"msg\":\"W00t\"}\napplication/json")
		})
	}),
	ported("jsonify_no_prettyprint", func(t *testing.T) {
		for compact, want := range map[bool]string{true: "{\"msg\":{\"submsg\":\"W00t\"}}\n", false: "{\n  \"msg\": {\n    \"submsg\": \"W00t\"\n  }\n}\n"} {
			app := quietApp()
			app.JSONCompact = &compact
			app.TestRequestContext("/", func(c *cantil.Context) {
				is(t, string(c.JSONify(cantil.Map{"msg": cantil.Map{"submsg": "W00t"}}).Data()), want)
			})
		}
	}),
	ported("jsonify_mimetype", func(t *testing.T) {
		app := quietApp()
		app.JSONMimetype = "application/vnd.api+json"
		app.TestRequestContext("/", func(c *cantil.Context) {
			is(t, c.JSONify(cantil.Map{}).Header().Get("Content-Type"), "application/vnd.api+json")
		})
	}),
	ported("json_dump_dataclass", func(t *testing.T) {
		quietApp().TestRequestContext("/", func(c *cantil.Context) {
			is(t, string(c.JSONify(struct {
				Name string `json:"name"`
			}{"data"}).Data()), "{\"name\":\"data\"}\n")
		})
	}),
	ported("get_method_on_g", func(t *testing.T) {
		quietApp().TestRequestContext("/", func(c *cantil.Context) {
			_, ok := c.G()["x"]
			c.G()["x"] = 42
			is(t, fmt.Sprint(ok, c.G()["x"]), "false 42")
		})
	}),
	ported("g_iteration_protocol", func(t *testing.T) {
		quietApp().AppContext(func(c *cantil.Context) {
			c.G()["foo"], c.G()["bar"] = 23, 42
			_, foo := c.G()["foo"]
			_, foos := c.G()["foos"]
			is(t, fmt.Sprint(foo, foos, len(c.G())), "true false 2")
			is(t, string(c.RenderTemplateString("{{ 'foo' in g }}{{ g|list }}").Data()), "True[&#39;bar&#39;, &#39;foo&#39;]")
		})
	}),
	differs("exception_propagation", "DEBUG alone shows a page, which a browser can read; TESTING and PROPAGATE_EXCEPTIONS are Flask's, within a test client", func(t *testing.T) {
		for want, set := range map[bool]func(*cantil.App){
			false: func(a *cantil.App) { a.Debug = true }, true: func(a *cantil.App) { a.PropagateExceptions = new(true) },
		} {
			app := quietApp()
			set(app)
			app.Get("/", ep("i"))(func(*cantil.Context) any { panic("boom") })
			if want {
				panics(t, "boom", func() { app.TestClient().Get("/") })
			} else {
				is(t, app.TestClient().Get("/").Status, 500)
			}
		}
	}),
	ported("max_cookie_size", func(t *testing.T) {
		for limit, warned := range map[int]bool{4093: false, 50: true, 0: false} {
			var log strings.Builder
			app := quietApp()
			app.Logger = slog.New(slog.NewTextHandler(&log, nil))
			app.MaxCookieSize = limit
			app.Get("/", ep("i"))(func(c *cantil.Context) any { c.Session().Set("foo", "bar"); return "" })
			app.TestClient().Get("/")
			is(t, strings.Contains(log.String(), "cookie is too large"), warned)
		}
		is(t, quietApp().ConfigMap()["MAX_COOKIE_SIZE"], 4093)
	}),
	differs("run_defaults", runAddr, runRefuses("localhost", "missing port")),
	differs("run_server_port", runAddr, runRefuses("localhost:no-port", "no-port")),
	differs("run_from_config", runAddr, runRefuses("127.0.0.1", "missing port")),
}, append(missing("Files gives no error that tells of a form without multipart/form-data", "enctype_debug_helper"), python("Python's exceptions and arguments, or its memory", "baseexception_error_handling", "jsonify_args_and_kwargs_check", "request_locals",
	"werkzeug_passthrough_errors", "app_freed_on_zero_refcount")...)...)

const runAddr = "Run(addr) is told where to listen, by one text as net.Listen takes it"

func runRefuses(addr, want string) func(*testing.T) {
	return func(t *testing.T) {
		if err := quietApp().Run(addr); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Run(%q): %v", addr, err)
		}
	}
}

// subclass is an HTTP error of a program's own.
type subclass struct{ *cantil.HTTPError }

type myError struct{}

func (*myError) Error() string { return "mine" }

func boomIf(now bool) any {
	if now {
		panic("boom")
	}
	return nil
}
