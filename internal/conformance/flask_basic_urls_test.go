package conformance

import (
	"fmt"
	"testing"

	"github.com/cantil-go/cantil"
)

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
