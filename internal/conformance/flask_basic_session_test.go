package conformance

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session/codec"
)

// setsSession is a view that writes the session.
func setsSession(c *cantil.Context) any { c.Session().Set("testing", 42); return "Hello World" }

// cookieOf is the Set-Cookie line of a session that was written.
func cookieOf(set func(*cantil.App)) string {
	app := quietApp()
	set(app)
	app.Get("/", ep("i"))(setsSession)
	return app.TestClient().Get("/").Header("Set-Cookie")
}

var flaskBasicSession = []flaskTest{
	ported("session_accessed", func(t *testing.T) {
		app := quietApp()
		app.Get("/get", ep("get"))(func(c *cantil.Context) any { return c.Session().Get("value", "None") })
		app.Get("/set", ep("set"))(func(c *cantil.Context) any {
			c.Session().Set("value", c.Args().Get("v"))
			return fmt.Sprint(c.Session().Accessed(), c.Session().Modified())
		})
		client := app.TestClient()
		is(t, client.Get("/get").Text(), "None")
		is(t, client.Get("/set?v=42").Text(), "true true")
		is(t, client.Get("/get").Text(), "42")
	}),
	ported("session_path", func(t *testing.T) {
		has(t, cookieOf(func(a *cantil.App) { a.ApplicationRoot = "/foo" }), "Path=/foo")
	}),
	ported("session_using_application_root", func(t *testing.T) {
		app := quietApp()
		app.ApplicationRoot = "/bar"
		app.ProxyFix(cantil.ProxyFix{Prefix: 1})
		app.Get("/", ep("i"))(setsSession)
		has(t, app.TestClient().Get("/", cantil.RequestHeader("X-Forwarded-Prefix", "/foo")).Header("Set-Cookie"), "Path=/bar")
	}),
	ported("session_using_session_settings", func(t *testing.T) {
		line := cookieOf(func(a *cantil.App) {
			a.SessionCookieDomain, a.SessionCookieHTTPOnly, a.SessionCookieSecure = ".example.com", false, true
			a.SessionCookiePartitioned, a.SessionCookieSameSite, a.SessionCookiePath = true, "Lax", "/"
		})
		for _, want := range []string{"Domain=example.com", "Path=/", "Secure", "SameSite=Lax", "Partitioned"} {
			has(t, line, want)
		}
		is(t, strings.Contains(line, "HttpOnly"), false)
	}),
	ported("session_using_samesite_attribute", func(t *testing.T) {
		panics(t, "SameSite", func() { cookieOf(func(a *cantil.App) { a.SessionCookieSameSite = "invalid" }) })
		is(t, strings.Contains(cookieOf(func(*cantil.App) {}), "SameSite"), false)
		for _, value := range []string{"Strict", "Lax"} {
			has(t, cookieOf(func(a *cantil.App) { a.SessionCookieSameSite = value }), "SameSite="+value)
		}
	}),
	ported("missing_session", func(t *testing.T) {
		app := quietApp()
		app.SecretKey = ""
		app.TestRequestContext("/", func(c *cantil.Context) {
			is(t, c.Session().Get("missing_key"), nil)
			panics(t, "SecretKey", func() { c.Session().Set("foo", 42) })
			panics(t, "SecretKey", func() { c.Session().Pop("foo") })
		})
	}),
	ported("session_secret_key_fallbacks", func(t *testing.T) {
		made := func(key string, fallbacks ...string) *cantil.App {
			app := quietApp()
			app.SecretKey, app.SecretKeyFallbacks = key, fallbacks
			app.Get("/set", ep("set"))(func(c *cantil.Context) any { c.Session().Set("a", 1); return "" })
			app.Get("/get", ep("get"))(func(c *cantil.Context) any { return fmt.Sprint(c.Session().Get("a")) })
			return app
		}
		client := made("0 test key").TestClient()
		client.Get("/set")
		cookie, _ := client.Cookie("session")
		send := cantil.RequestHeader("Cookie", "session="+cookie)
		is(t, made("new test key").TestClient().Get("/get", send).Text(), "<nil>")
		is(t, made("new test key", "0 test key").TestClient().Get("/get", send).Text(), "1")
	}),
	ported("session_expiration", func(t *testing.T) {
		app, now := quietApp(), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		app.Now = func() time.Time { return now }
		permanent := true
		app.Get("/", ep("i"))(func(c *cantil.Context) any {
			c.Session().Set("test", 42)
			c.Session().SetPermanent(permanent)
			return ""
		})
		app.Get("/test", ep("t"))(func(c *cantil.Context) any { return fmt.Sprint(c.Session().Permanent()) })
		client := app.TestClient()
		has(t, client.Get("/").Header("Set-Cookie"), "Expires=Sun, 01 Feb 2026 00:00:00 GMT")
		is(t, client.Get("/test").Text(), "true")
		permanent = false
		is(t, strings.Contains(client.Get("/").Header("Set-Cookie"), "Expires"), false)
	}),
	ported("session_stored_last", func(t *testing.T) {
		app := quietApp()
		app.AfterRequest(func(c *cantil.Context, _ *cantil.Response) { c.Session().Set("foo", 42) })
		app.Get("/", ep("i"))(func(c *cantil.Context) any { return fmt.Sprint(c.Session().Get("foo")) })
		client := app.TestClient()
		is(t, client.Get("/").Text()+client.Get("/").Text(), "<nil>42")
	}),
	differs("session_special_types", "with Flask's own serializer, codec.TaggedJSON; msgpack has no HTML and no tuples", func(t *testing.T) {
		app := quietApp()
		app.SessionSerializer = codec.TaggedJSON
		at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		id := codec.UUID{1, 2, 3}
		app.Get("/", ep("i"))(func(c *cantil.Context) any {
			c.Session().Update(map[string]any{"t": codec.Tuple{1, 2, 3}, "b": []byte{0xff}, "m": cantil.Markup("<html>"), "u": id, "d": at, "l": []any{"a", codec.Tuple{1}}})
			return ""
		})
		app.Get("/get", ep("g"))(func(c *cantil.Context) any {
			s := c.Session()
			return fmt.Sprintf("%T%v %v %T%v %v %v %v", s.Get("t"), s.Get("t"), s.Get("b"), s.Get("m"), s.Get("m"), s.Get("u") == any(id), s.Get("d"), s.Get("l"))
		})
		client := app.TestClient()
		client.Get("/")
		is(t, client.Get("/get").Text(), "pyvalue.Tuple[1 2 3] [255] pyvalue.Markup<html> true 2026-01-02 03:04:05 +0000 UTC [a [1]]")
	}),
	ported("session_cookie_setting", func(t *testing.T) {
		for _, refresh := range []bool{true, false} {
			app := quietApp()
			app.SessionRefreshEachRequest = refresh
			app.Get("/bump", ep("bump"))(func(c *cantil.Context) any {
				n, _ := c.Session().Get("foo", 0).(int)
				c.Session().Set("foo", n+1)
				c.Session().SetPermanent(true)
				return fmt.Sprint(n + 1)
			})
			app.Get("/read", ep("read"))(func(c *cantil.Context) any { return fmt.Sprint(c.Session().Get("foo", 0)) })
			client := app.TestClient()
			is(t, client.Get("/bump").Text()+client.Get("/read").Text()+client.Get("/bump").Text(), "112")
			is(t, client.Get("/read").Header("Set-Cookie") != "", refresh)
		}
	}),
	ported("session_vary_cookie", func(t *testing.T) {
		app := quietApp()
		for path, f := range map[string]func(*cantil.Context) any{
			"/set":        func(c *cantil.Context) any { c.Session().Set("test", "test"); return "" },
			"/get":        func(c *cantil.Context) any { return c.Session().Get("test", "") },
			"/getitem":    func(c *cantil.Context) any { return c.Session().Must("test") },
			"/setdefault": func(c *cantil.Context) any { return c.Session().SetDefault("test", "default") },
			"/clear":      func(c *cantil.Context) any { c.Session().Clear(); return "" },
			"/vary": func(c *cantil.Context) any {
				c.Session().Get("x")
				r := c.MakeResponse("")
				r.AddVary("Accept-Encoding", "Accept-Language")
				return r
			},
			"/no": gives(""),
		} {
			app.Get(path, ep(path[1:]))(f)
		}
		client := app.TestClient()
		for _, path := range []string{"/set", "/get", "/getitem", "/setdefault", "/clear"} {
			is(t, client.Get(path).HeaderAll("Vary"), "[Cookie]")
		}
		is(t, client.Get("/vary").HeaderAll("Vary"), "[Accept-Encoding, Accept-Language, Cookie]")
		is(t, client.Get("/no").HeaderAll("Vary"), "[]")
	}),
	ported("session_refresh_vary", func(t *testing.T) {
		app := quietApp()
		app.Get("/login", ep("login"))(func(c *cantil.Context) any { c.Session().Set("user", 1); c.Session().SetPermanent(true); return "" })
		app.Get("/ignored", ep("ignored"))(gives(""))
		client := app.TestClient()
		is(t, client.Get("/login").Header("Vary")+client.Get("/ignored").Header("Vary"), "CookieCookie")
	}),
	ported("flashes", func(t *testing.T) {
		app := quietApp()
		app.TestRequestContext("/", func(c *cantil.Context) {
			c.Session().SetModified(false)
			c.Flash("Zap")
			is(t, c.Session().Modified(), true)
			c.Flash("Zip")
			is(t, c.GetFlashedMessages(), "[Zap Zip]")
		})
	}),
	differs("extended_flashing", "with Flask's own serializer, codec.TaggedJSON, for a message that is Markup; filters and categories with any", func(t *testing.T) {
		app := quietApp()
		app.SessionSerializer = codec.TaggedJSON
		app.Get("/", ep("i"))(func(c *cantil.Context) any {
			c.Flash("Hello World")
			c.Flash("Hello World", "error")
			c.Flash(cantil.Markup("<em>Testing</em>"), "warning")
			return ""
		})
		for path, f := range map[string]func(*cantil.Context) any{
			"/all":    func(c *cantil.Context) any { return fmt.Sprint(c.GetFlashedMessages()) },
			"/pairs":  func(c *cantil.Context) any { return fmt.Sprint(c.GetFlashedMessagesWithCategories()) },
			"/filter": func(c *cantil.Context) any { return fmt.Sprint(c.GetFlashedMessages("message", "warning")) },
		} {
			app.Get(path, ep(path[1:]))(f)
		}
		for path, want := range map[string]string{
			"/all": "[Hello World Hello World <em>Testing</em>]", "/pairs": "[{message Hello World} {error Hello World} {warning <em>Testing</em>}]",
			"/filter": "[Hello World <em>Testing</em>]",
		} {
			client := app.TestClient()
			client.Get("/")
			is(t, client.Get(path).Text(), want)
		}
	}),
}

var flaskBasicHooks = []flaskTest{
	ported("request_processing", func(t *testing.T) {
		app := quietApp()
		var order []string
		app.BeforeRequest(func(*cantil.Context) any { order = append(order, "before"); return nil })
		app.AfterRequest(func(_ *cantil.Context, r *cantil.Response) {
			order = append(order, "after")
			r.SetData(append(r.Data(), "|after"...))
		})
		app.Get("/", ep("i"))(func(*cantil.Context) any { order = append(order, "view"); return "request" })
		is(t, app.TestClient().Get("/").Text(), "request|after")
		is(t, order, "[before view after]")
	}),
	ported("request_preprocessing_early_return", func(t *testing.T) {
		app := quietApp()
		var order []int
		app.BeforeRequest(func(*cantil.Context) any { order = append(order, 1); return nil })
		app.BeforeRequest(func(*cantil.Context) any { order = append(order, 2); return "hello" })
		app.BeforeRequest(func(*cantil.Context) any { order = append(order, 3); return "bye" })
		app.Get("/", ep("i"))(gives("damnit"))
		is(t, app.TestClient().Get("/").Text(), "hello")
		is(t, order, "[1 2]")
	}),
	ported("after_request_processing", func(t *testing.T) {
		app := quietApp()
		app.Get("/", ep("i"))(func(c *cantil.Context) any {
			c.AfterThisRequest(func(_ *cantil.Context, r *cantil.Response) { r.Header().Set("X-Foo", "a header") })
			return "Test"
		})
		is(t, answered(app.TestClient().Get("/"))+app.TestClient().Get("/").Header("X-Foo"), "200 Testa header")
	}),
	ported("teardown_request_handler", func(t *testing.T) { teardownCalled(t, false) }),
	ported("teardown_request_handler_debug_mode", func(t *testing.T) { teardownCalled(t, true) }),
	ported("teardown_request_handler_error", func(t *testing.T) {
		app := quietApp()
		var got []string
		for range 2 {
			app.TeardownRequest(func(_ *cantil.Context, err error) { got = append(got, err.Error()); panic("ignored") })
		}
		app.Get("/", ep("i"))(gives(errors.New("division by zero")))
		r := app.TestClient().Get("/")
		has(t, answered(r), "500 ")
		is(t, got, "[division by zero division by zero]")
	}),
	ported("before_after_request_order", func(t *testing.T) {
		app := quietApp()
		var order []int
		note := func(n int) { order = append(order, n) }
		app.BeforeRequest(func(*cantil.Context) any { note(1); return nil })
		app.BeforeRequest(func(*cantil.Context) any { note(2); return nil })
		app.AfterRequest(func(*cantil.Context, *cantil.Response) { note(4) })
		app.AfterRequest(func(*cantil.Context, *cantil.Response) { note(3) })
		app.TeardownRequest(func(*cantil.Context, error) { note(6) })
		app.TeardownRequest(func(*cantil.Context, error) { note(5) })
		app.Get("/", ep("i"))(gives("42"))
		is(t, app.TestClient().Get("/").Text(), "42")
		is(t, order, "[1 2 3 4 5 6]")
	}),
}

func teardownCalled(t *testing.T, debug bool) {
	app := quietApp()
	app.Debug = debug
	var called []bool
	app.TeardownRequest(func(_ *cantil.Context, err error) { called = append(called, err == nil) })
	app.Get("/", ep("i"))(gives("Response"))
	is(t, app.TestClient().Get("/").Text(), "Response")
	is(t, called, "[true]")
}

var flaskBasicURLs = []flaskTest{
	ported("url_generation", func(t *testing.T) {
		app := quietApp()
		app.Get("/hello/<name>", ep("hello"))(gives(""))
		app.TestRequestContext("/", func(c *cantil.Context) {
			is(t, c.URLFor("hello", "name", "test x"), "/hello/test%20x")
			is(t, c.URLFor("hello", "name", "test x", "_external", true), "http://localhost/hello/test%20x")
		})
	}),
	differs("build_error_handler", "URLFor panics with the reason; a handler returns a URL, or false to leave it to the next", func(t *testing.T) {
		app := quietApp()
		app.URLBuildErrorHandler(func(_ *cantil.Context, _ error, endpoint string, _ map[string]any) (string, bool) {
			return "/test_handler/", endpoint == "spam"
		})
		app.TestRequestContext("/", func(c *cantil.Context) {
			is(t, c.URLFor("spam"), "/test_handler/")
			panics(t, "eggs", func() { c.URLFor("eggs") })
		})
	}),
	ported("build_error_handler_reraise", func(t *testing.T) {
		app := quietApp()
		app.URLBuildErrorHandler(func(_ *cantil.Context, err error, _ string, _ map[string]any) (string, bool) { panic(err) })
		app.TestRequestContext("/", func(c *cantil.Context) { panics(t, "not.existing", func() { c.URLFor("not.existing") }) })
	}),
	ported("url_for_passes_special_values_to_build_error_handler", func(t *testing.T) {
		app := quietApp()
		app.URLBuildErrorHandler(func(_ *cantil.Context, _ error, _ string, v map[string]any) (string, bool) {
			is(t, fmt.Sprint(v["_external"], v["_anchor"], v["_method"], v["_scheme"]), "trueaPOSThttps")
			return "handled", true
		})
		app.TestRequestContext("/", func(c *cantil.Context) {
			is(t, c.URLFor("/", "_external", true, "_anchor", "a", "_method", "POST", "_scheme", "https"), "handled")
		})
	}),
	ported("static_files", func(t *testing.T) {
		app := staticApp("", "")
		is(t, app.TestClient().Get("/static/a.css").Status, 200)
		app.TestRequestContext("/", func(c *cantil.Context) { is(t, c.URLFor("static", "filename", "a.css"), "/static/a.css") })
	}),
	ported("static_url_path", func(t *testing.T) { servesAt(t, staticApp("", "/foo"), "/foo/a.css") }),
	ported("static_url_path_with_ending_slash", func(t *testing.T) { servesAt(t, staticApp("", "/foo/"), "/foo/a.css") }),
	differs("static_url_empty_path", `StaticURLPath is "/" for the root, as "" stands for the default`, func(t *testing.T) {
		servesAt(t, staticApp("", "/"), "/a.css")
	}),
	differs("static_url_empty_path_default", `StaticFolder "" serves none, and the folder's name is part of the URL`, func(t *testing.T) {
		is(t, quietApp().TestClient().Get("/static/a.css").Status, 404)
	}),
	ported("static_folder_with_pathlib_path", func(t *testing.T) { servesAt(t, staticApp("testdata/static", ""), "/static/a.css") }),
	ported("static_folder_with_ending_slash", func(t *testing.T) { servesAt(t, staticApp("testdata/static/", ""), "/static/a.css") }),
	ported("url_processors", func(t *testing.T) {
		app := quietApp()
		app.URLDefaults(func(c *cantil.Context, endpoint string, values map[string]any) {
			if lang := c.G()["lang"]; lang != nil && endpoint != "something" {
				if _, ok := values["lang_code"]; !ok {
					values["lang_code"] = lang
				}
			}
		})
		app.URLValuePreprocessor(func(c *cantil.Context, _ string, values map[string]any) {
			c.G()["lang"] = values["lang_code"]
			delete(values, "lang_code")
		})
		app.Get("/<lang_code>/", ep("index"))(func(c *cantil.Context) any { return c.URLFor("about") })
		app.Get("/<lang_code>/about", ep("about"))(func(c *cantil.Context) any { return c.URLFor("something") })
		app.Get("/foo", ep("something"))(func(c *cantil.Context) any { return c.URLFor("about", "lang_code", "en") })
		client := app.TestClient()
		is(t, client.Get("/de/").Text()+" "+client.Get("/de/about").Text()+" "+client.Get("/foo").Text(), "/de/about /foo /en/about")
	}),
	ported("inject_blueprint_url_defaults", func(t *testing.T) {
		app := quietApp()
		bp := cantil.NewBlueprint("foo")
		bp.URLDefaults(func(_ *cantil.Context, _ string, values map[string]any) { values["page"] = "login" })
		bp.Get("/<page>", ep("view"))(gives(""))
		app.RegisterBlueprint(bp)
		app.TestRequestContext("/", func(c *cantil.Context) { is(t, c.URLFor("foo.view"), "/login") })
	}),
	ported("server_name_matching", func(t *testing.T) { // SERVER_NAME alone refuses no host
		app := quietApp()
		app.ServerName = "localhost.localdomain:5000"
		app.Get("/", ep("i"))(gives("ok"))
		client := app.TestClient()
		client.BaseURL = "http://example.com"
		is(t, answered(client.Get("/")), "200 ok")
	}),
	ported("subdomain_matching_other_name", func(t *testing.T) {
		for matching, status := range map[bool]int{false: 200, true: 404} {
			app := quietApp()
			app.SubdomainMatching, app.ServerName = matching, "localhost.localdomain:3000"
			app.Get("/", ep("i"))(gives("ok"))
			is(t, app.TestClient().Get("http://127.0.0.1:3000/").Status, status)
			is(t, app.TestClient().Get("http://www.localhost.localdomain:3000/").Status, status)
		}
	}),
	ported("static_route_with_host_matching", func(t *testing.T) {
		app := staticApp("", "")
		app.HostMatching, app.StaticHost = true, "example.com"
		is(t, app.TestClient().Get("http://example.com/static/a.css").Status, 200)
		is(t, app.TestClient().Get("http://other.com/static/a.css").Status, 404)
		app.TestRequestContext("/", func(c *cantil.Context) {
			is(t, c.URLFor("static", "filename", "a.css", "_external", true), "http://example.com/static/a.css")
			is(t, c.URLFor("static", "filename", "a.css"), "http://example.com/static/a.css") // it is another host
		})
		app = staticApp("", "")
		app.StaticHost = "example.com"
		panics(t, "StaticHost needs HostMatching", func() { app.Handler() })
		app = staticApp("", "")
		app.HostMatching = true
		panics(t, "HostMatching needs StaticHost", func() { app.Handler() })
		app = quietApp()
		app.HostMatching = true
		app.Handler()
	}),
	ported("server_name_subdomain", func(t *testing.T) {
		for _, test := range [][3]string{
			{"dev.local:5000", "http://dev.local:5000/", "default"}, {"dev.local:5000", "https://dev.local:5000/", "default"},
			{"dev.local:443", "https://dev.local/", "default"}, {"dev.local", "https://dev.local/", "default"},
			{"dev.local", "http://foo.localhost/", "404"}, {"dev.local", "http://foo.dev.local/", "subdomain"}, {"dev.local", "http://FOO.Dev.local/", "subdomain"},
			{"dev.local", "http://foodev.local/", "404"}, {"", "http://anything/", "default"},
		} {
			app := quietApp()
			app.SubdomainMatching, app.ServerName = true, test[0]
			app.Get("/", ep("index"))(gives("default"))
			app.Get("/", ep("subdomain"), cantil.Subdomain("foo"))(gives("subdomain"))
			has(t, answered(app.TestClient().Get(test[1])), test[2])
		}
	}),
	ported("subdomain_basic_support", func(t *testing.T) {
		app := quietApp()
		app.SubdomainMatching, app.ServerName = true, "localhost.localdomain"
		app.Get("/", ep("normal"))(gives("normal index"))
		app.Get("/", ep("test"), cantil.Subdomain("test"))(func(c *cantil.Context) any { return c.URLFor("normal") + " " + c.URLFor("test") })
		client := app.TestClient()
		is(t, client.Get("http://localhost.localdomain/").Text(), "normal index")
		is(t, client.Get("http://test.localhost.localdomain/").Text(), "http://localhost.localdomain/ /")
	}),
	ported("subdomain_matching", func(t *testing.T) { userSubdomain(t, "localhost.localdomain") }),
	ported("subdomain_matching_with_ports", func(t *testing.T) { userSubdomain(t, "localhost.localdomain:3000") }),
}

// userSubdomain has a rule whose subdomain is a variable, and a redirect there.
func userSubdomain(t *testing.T, server string) {
	app := quietApp()
	app.SubdomainMatching, app.ServerName = true, server
	app.Get("/", ep("index"), cantil.Subdomain("<user>"))(func(c *cantil.Context) any { return "index for " + c.Param("user") })
	app.Get("/x/", ep("x"), cantil.Subdomain("<user>"))(func(c *cantil.Context) any {
		return c.URLFor("index", "user", "ana") + " " + c.URLFor("index", "user", "bob")
	})
	client := app.TestClient()
	is(t, client.Get("http://ana."+server+"/").Text(), "index for ana")
	is(t, client.Get("http://ana."+server+"/x/").Text(), "/ http://bob."+server+"/")
	is(t, client.Get("http://ana."+server+"/x?q=1").Header("Location"), "http://ana."+server+"/x/?q=1")
	is(t, client.Do("OPTIONS", "http://ana."+server+"/").Header("Allow"), "GET, HEAD, OPTIONS")
	is(t, client.Get("http://"+server+"/").Status, 404)
	is(t, app.URLFor("index", "user", "eve"), "http://eve."+server+"/")
}

// staticApp serves testdata/static, or the folder that is named.
func staticApp(folder, url string) *cantil.App {
	app := quietApp()
	app.StaticFolder, app.StaticURLPath = "testdata/static", url
	if folder != "" {
		app.StaticFolder = folder
	}
	return app
}

func servesAt(t *testing.T, app *cantil.App, path string) {
	t.Helper()
	is(t, app.TestClient().Get(path).Status, 200)
	app.TestRequestContext("/", func(c *cantil.Context) { is(t, c.URLFor("static", "filename", "a.css"), path) })
}
