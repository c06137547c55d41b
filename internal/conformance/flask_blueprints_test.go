package conformance

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cantil-go/cantil"
)

// with registers what set puts on a blueprint.
func with(app *cantil.App, name string, set func(*cantil.Blueprint), options ...cantil.BlueprintOption) *cantil.Blueprint {
	bp := cantil.NewBlueprint(name, options...)
	set(bp)
	app.RegisterBlueprint(bp)
	return bp
}

// tells is an error handler that answers with a text and the status 403.
func tells(text string) cantil.ErrorHandlerFunc {
	return func(c *cantil.Context, _ error) any { return c.MakeResponse(text, 403) }
}

var flaskBlueprints = []flaskTest{
	ported("blueprint_specific_error_handling", func(t *testing.T) {
		app := quietApp()
		app.ErrorHandler(403)(tells("application itself says no"))
		for _, name := range []string{"frontend", "backend", "sideend"} {
			with(app, name, func(bp *cantil.Blueprint) {
				if name != "sideend" {
					bp.ErrorHandler(403)(tells(name + " says no"))
				}
				bp.Get("/"+name, ep("no"))(gives(cantil.Abort(403)))
			})
		}
		client := app.TestClient()
		is(t, client.Get("/frontend").Text()+"|"+client.Get("/backend").Text()+"|"+client.Get("/sideend").Text(),
			"frontend says no|backend says no|application itself says no")
	}),
	ported("blueprint_specific_user_error_handling", func(t *testing.T) {
		app := quietApp()
		with(app, "blue", func(bp *cantil.Blueprint) {
			cantil.ErrorHandlerFor(bp, func(*cantil.Context, *myError) any { return "boom" })
			cantil.ErrorHandlerFor(bp, func(*cantil.Context, subclass) any { return "bang" })
			bp.Get("/decorator", ep("d"))(gives(&myError{}))
			bp.Get("/function", ep("f"))(gives(subclass{&cantil.HTTPError{Code: 400}}))
		})
		is(t, app.TestClient().Get("/decorator").Text()+app.TestClient().Get("/function").Text(), "boombang")
	}),
	ported("blueprint_app_error_handling", func(t *testing.T) {
		app := quietApp()
		with(app, "errors", func(bp *cantil.Blueprint) {
			bp.AppErrorHandler(403)(tells("you shall not pass"))
			cantil.AppErrorHandlerFor(bp, func(*cantil.Context, *myError) any { return "mine" })
		})
		app.Get("/forbidden", ep("f"))(gives(cantil.Abort(403)))
		app.Get("/mine", ep("m"))(gives(&myError{}))
		with(app, "other", func(bp *cantil.Blueprint) { bp.Get("/nope", ep("n"))(gives(cantil.Abort(403))) })
		client := app.TestClient()
		is(t, answered(client.Get("/forbidden"))+answered(client.Get("/nope"))+answered(client.Get("/mine")), "403 you shall not pass403 you shall not pass200 mine")
	}),
	ported("blueprint_prefix_slash", func(t *testing.T) {
		for _, test := range [][3]string{
			{"", "/", "/"}, {"/", "", "/"}, {"/", "/", "/"}, {"/foo", "", "/foo"}, {"/foo/", "", "/foo/"}, {"", "/bar", "/bar"},
			{"/foo/", "/bar", "/foo/bar"}, {"/foo/", "bar", "/foo/bar"}, {"/foo", "/bar", "/foo/bar"}, {"/foo/", "//bar", "/foo/bar"}, {"/foo//", "/bar", "/foo/bar"},
		} {
			app := quietApp()
			with(app, "test", func(bp *cantil.Blueprint) { bp.Get(test[1], ep("i"))(gives(cantil.Map{})) }, cantil.URLPrefix(test[0]))
			is(t, fmt.Sprint(test, app.TestClient().Get(test[2]).Status), fmt.Sprint(test, 200))
		}
	}),
	ported("blueprint_url_defaults", func(t *testing.T) {
		app := quietApp()
		bp := cantil.NewBlueprint("test")
		bp.Get("/foo", ep("foo"), cantil.Defaults(cantil.Map{"baz": 42}))(func(c *cantil.Context) any {
			return fmt.Sprintf("%s/%d", c.Param("bar"), c.ParamInt("baz"))
		})
		bp.Get("/bar", ep("bar"))(func(c *cantil.Context) any { return c.Param("bar") })
		app.RegisterBlueprint(bp, cantil.URLPrefix("/1"), cantil.URLDefaults(cantil.Map{"bar": 23}))
		app.RegisterBlueprint(bp, cantil.BlueprintName("test2"), cantil.URLPrefix("/2"), cantil.URLDefaults(cantil.Map{"bar": 19}))
		client := app.TestClient()
		is(t, client.Get("/1/foo").Text()+" "+client.Get("/2/foo").Text()+" "+client.Get("/1/bar").Text()+" "+client.Get("/2/bar").Text(), "23/42 19/42 23 19")
	}),
	ported("blueprint_url_processors", func(t *testing.T) {
		app := quietApp()
		with(app, "frontend", func(bp *cantil.Blueprint) {
			bp.URLDefaults(func(c *cantil.Context, _ string, values map[string]any) {
				if values["lang_code"] == nil {
					values["lang_code"] = c.G()["lang"]
				}
			})
			bp.URLValuePreprocessor(func(c *cantil.Context, _ string, values map[string]any) {
				c.G()["lang"] = values["lang_code"]
				delete(values, "lang_code")
			})
			bp.Get("/", ep("index"))(func(c *cantil.Context) any { return c.URLFor(".about") })
			bp.Get("/about", ep("about"))(func(c *cantil.Context) any { return c.URLFor(".index") })
		}, cantil.URLPrefix("/<lang_code>"))
		is(t, app.TestClient().Get("/de/").Text()+" "+app.TestClient().Get("/de/about").Text(), "/de/about /de/")
	}),
	ported("templates_and_static", func(t *testing.T) {
		app := quietApp()
		files := fstest.MapFS{
			"templates/admin/index.html": {Data: []byte("Hello from the Admin")}, "static/test.txt": {Data: []byte("Admin File")}, "static/css/test.css": {Data: []byte("/* nested file */")},
		}
		with(app, "admin", func(bp *cantil.Blueprint) {
			bp.Get("/", ep("index"))(func(c *cantil.Context) any { return c.RenderTemplate("admin/index.html") })
			bp.Get("/index2", ep("index2"))(func(c *cantil.Context) any { return c.RenderTemplate("./admin/index.html") })
		}, cantil.URLPrefix("/admin"), cantil.BlueprintFS(files), cantil.TemplateFolder("templates"), cantil.StaticFolder("static"))
		client := app.TestClient()
		for path, want := range map[string]string{
			"/admin/": "Hello from the Admin", "/admin/index2": "Hello from the Admin", "/admin/static/test.txt": "Admin File", "/admin/static/css/test.css": "/* nested file */",
		} {
			is(t, client.Get(path).Text(), want)
		}
		app.TestRequestContext("/", func(c *cantil.Context) {
			is(t, c.URLFor("admin.static", "filename", "test.txt"), "/admin/static/test.txt")
		})
		app.AppContext(func(c *cantil.Context) { panics(t, "missing.html", func() { c.RenderTemplate("missing.html") }) })
	}),
	ported("dotted_name_not_allowed", func(t *testing.T) { panics(t, "without dots", func() { cantil.NewBlueprint("my.blueprint") }) }),
	ported("empty_name_not_allowed", func(t *testing.T) { panics(t, "a name is needed", func() { cantil.NewBlueprint("") }) }),
	ported("dotted_names_from_app", func(t *testing.T) {
		app := quietApp()
		app.Get("/", ep("app_index"))(func(c *cantil.Context) any { return c.URLFor("test.index") })
		with(app, "test", func(bp *cantil.Blueprint) {
			bp.Get("/test/", ep("index"))(func(c *cantil.Context) any { return c.URLFor("app_index") })
		})
		is(t, app.TestClient().Get("/").Text(), "/test/")
	}),
	ported("empty_url_defaults", func(t *testing.T) {
		app := quietApp()
		with(app, "bp", func(bp *cantil.Blueprint) {
			view := func(c *cantil.Context) any { return fmt.Sprint(c.ParamInt("page")) }
			bp.Get("/", ep("something"), cantil.Defaults(cantil.Map{"page": 1}))(view)
			bp.Get("/page/<int:page>", ep("more"))(view)
		})
		is(t, app.TestClient().Get("/").Text()+app.TestClient().Get("/page/2").Text(), "12")
	}),
	ported("route_decorator_custom_endpoint", func(t *testing.T) {
		app := quietApp()
		with(app, "bp", func(bp *cantil.Blueprint) {
			for _, name := range []string{"foo", "bar", "123"} {
				bp.Get("/"+name, ep(name))(func(c *cantil.Context) any { return c.Endpoint() })
			}
		}, cantil.URLPrefix("/py"))
		client := app.TestClient()
		is(t, client.Get("/py/foo").Text()+client.Get("/py/bar").Text()+client.Get("/py/123").Text(), "bp.foobp.barbp.123")
	}),
	ported("route_decorator_custom_endpoint_with_dots", func(t *testing.T) {
		bp := cantil.NewBlueprint("bp")
		bp.Get("/", ep("foo.bar"))(gives(""))
		panics(t, "must not contain a dot", func() { quietApp().RegisterBlueprint(bp) })
	}),
	differs("endpoint_decorator", "a rule and its view are registered together", func(t *testing.T) {
		app := quietApp()
		with(app, "bp", func(bp *cantil.Blueprint) { bp.Get("/foo") })
		panics(t, "its view was never given", func() { app.Handler() })
	}),
	ported("context_processing", func(t *testing.T) {
		app := quietApp()
		page := func(c *cantil.Context) any { return c.RenderTemplateString("{{ answer }}|{{ a }}") }
		app.Get("/", ep("i"))(page)
		with(app, "bp", func(bp *cantil.Blueprint) {
			bp.ContextProcessor(func(*cantil.Context) cantil.Map { return cantil.Map{"answer": 42} })
			bp.AppContextProcessor(func(*cantil.Context) cantil.Map { return cantil.Map{"a": 43} })
			bp.Get("/bp", ep("i"))(page)
		})
		is(t, app.TestClient().Get("/").Text()+" "+app.TestClient().Get("/bp").Text(), "|43 42|43")
	}),
	ported("request_processing", func(t *testing.T) {
		app := quietApp()
		var order []string
		with(app, "bp", func(bp *cantil.Blueprint) {
			bp.BeforeRequest(func(*cantil.Context) any { order = append(order, "before"); return nil })
			bp.AfterRequest(func(_ *cantil.Context, r *cantil.Response) {
				order = append(order, "after")
				r.SetData(append(r.Data(), "|after"...))
			})
			bp.TeardownRequest(func(*cantil.Context, error) { order = append(order, "teardown") })
			bp.Get("/bp", ep("i"))(gives("request"))
		})
		is(t, app.TestClient().Get("/bp").Text(), "request|after")
		is(t, order, "[before after teardown]")
	}),
	ported("app_request_processing", func(t *testing.T) {
		app := quietApp()
		var order []string
		with(app, "bp", func(bp *cantil.Blueprint) {
			bp.BeforeAppRequest(func(*cantil.Context) any { order = append(order, "before"); return nil })
			bp.AfterAppRequest(func(_ *cantil.Context, r *cantil.Response) {
				order = append(order, "after")
				r.SetData(append(r.Data(), "|after"...))
			})
			bp.TeardownAppRequest(func(*cantil.Context, error) { order = append(order, "teardown") })
		})
		app.Get("/", ep("i"))(gives("request"))
		is(t, app.TestClient().Get("/").Text(), "request|after")
		app.TestClient().Get("/nowhere")
		is(t, order, "[before after teardown before after teardown]")
	}),
	ported("app_url_processors", func(t *testing.T) {
		app := quietApp()
		with(app, "app", func(bp *cantil.Blueprint) {
			bp.AppURLDefaults(func(c *cantil.Context, _ string, values map[string]any) { values["lang_code"] = c.G()["lang"] })
			bp.AppURLValuePreprocessor(func(c *cantil.Context, _ string, values map[string]any) {
				c.G()["lang"] = values["lang_code"]
				delete(values, "lang_code")
			})
		})
		app.Get("/<lang_code>/", ep("index"))(func(c *cantil.Context) any { return c.URLFor("about") })
		app.Get("/<lang_code>/about", ep("about"))(func(c *cantil.Context) any { return c.URLFor("index") })
		is(t, app.TestClient().Get("/de/").Text()+" "+app.TestClient().Get("/de/about").Text(), "/de/about /de/")
	}),
	ported("nested_blueprint", func(t *testing.T) {
		app, parent, child, grandchild := quietApp(), cantil.NewBlueprint("parent"), cantil.NewBlueprint("child"), cantil.NewBlueprint("grandchild")
		parent.ErrorHandler(403)(tells("Parent no"))
		child.Get("/no", ep("no"))(gives(cantil.Abort(403)))
		grandchild.ErrorHandler(403)(tells("Grandchild no"))
		for name, bp := range map[string]*cantil.Blueprint{"Parent": parent, "Child": child, "Grandchild": grandchild} {
			bp.Get("/", ep("index"))(gives(name + " yes"))
			if bp != child {
				bp.Get("/no", ep("no"))(gives(cantil.Abort(403)))
			}
		}
		child.RegisterBlueprint(grandchild, cantil.URLPrefix("/grandchild"))
		parent.RegisterBlueprint(child, cantil.URLPrefix("/child"))
		app.RegisterBlueprint(parent, cantil.URLPrefix("/parent"))
		for path, want := range map[string]string{
			"/parent/": "Parent yes", "/parent/child/": "Child yes", "/parent/child/grandchild/": "Grandchild yes",
			"/parent/no": "Parent no", "/parent/child/no": "Parent no", "/parent/child/grandchild/no": "Grandchild no",
		} {
			is(t, app.TestClient().Get(path).Text(), want)
		}
	}),
	ported("nested_callback_order", func(t *testing.T) {
		app, parent, child := quietApp(), cantil.NewBlueprint("parent"), cantil.NewBlueprint("child")
		var order []string
		note := func(text string) { order = append(order, text) }
		before := func(text string) func(*cantil.Context) any {
			return func(*cantil.Context) any { note(text); return nil }
		}
		teardown := func(text string) func(*cantil.Context, error) { return func(*cantil.Context, error) { note(text) } }
		app.BeforeRequest(before("app"))
		parent.BeforeRequest(before("parent"))
		child.BeforeRequest(before("child"))
		app.TeardownRequest(teardown("-app"))
		parent.TeardownRequest(teardown("-parent"))
		child.TeardownRequest(teardown("-child"))
		child.Get("/a", ep("a"))(gives(""))
		parent.RegisterBlueprint(child)
		app.RegisterBlueprint(parent)
		app.TestClient().Get("/a")
		is(t, strings.Join(order, " "), "app parent child -child -parent -app")
	}),
	ported("nesting_url_prefixes", func(t *testing.T) {
		for _, test := range [][4]string{ // of parent and child, as they are made and as they are registered
			{"/parent", "/child", "", ""}, {"/parent", "", "", "/child"}, {"", "/child", "/parent", ""}, {"", "", "/parent", "/child"},
			{"/other", "/something", "/parent", "/child"},
		} {
			option := func(prefix string) []cantil.BlueprintOption {
				if prefix == "" {
					return nil
				}
				return []cantil.BlueprintOption{cantil.URLPrefix(prefix)}
			}
			app, parent, child := quietApp(), cantil.NewBlueprint("parent", option(test[0])...), cantil.NewBlueprint("child", option(test[1])...)
			child.Get("/", ep("index"))(gives("index"))
			parent.RegisterBlueprint(child, option(test[3])...)
			app.RegisterBlueprint(parent, option(test[2])...)
			is(t, app.TestClient().Get("/parent/child/").Status, 200)
		}
	}),
	ported("unique_blueprint_names", func(t *testing.T) {
		app, bp := quietApp(), cantil.NewBlueprint("bp")
		app.RegisterBlueprint(bp)
		panics(t, `the name "bp" is taken`, func() { app.RegisterBlueprint(bp) })
		app.RegisterBlueprint(bp, cantil.BlueprintName("again"))
		panics(t, `the name "bp" is taken`, func() { app.RegisterBlueprint(cantil.NewBlueprint("bp")) })
		app.RegisterBlueprint(cantil.NewBlueprint("bp"), cantil.BlueprintName("alt"))
	}),
	ported("self_registration", func(t *testing.T) {
		bp, other := cantil.NewBlueprint("bp"), cantil.NewBlueprint("other")
		panics(t, "cannot be registered on itself", func() { bp.RegisterBlueprint(bp) })
		bp.RegisterBlueprint(other)
		other.RegisterBlueprint(bp)
		panics(t, "nested in itself", func() { quietApp().RegisterBlueprint(bp) })
	}),
	ported("blueprint_renaming", func(t *testing.T) {
		app, bp, inner := quietApp(), cantil.NewBlueprint("bp"), cantil.NewBlueprint("bp2")
		endpoint := func(c *cantil.Context) any { return c.Endpoint() }
		bp.Get("/", ep("index"))(endpoint)
		bp.Get("/error", ep("error"))(gives(cantil.Abort(403)))
		bp.ErrorHandler(403)(tells("Error"))
		inner.Get("/", ep("index2"))(endpoint)
		bp.RegisterBlueprint(inner, cantil.URLPrefix("/a"), cantil.BlueprintName("sub"))
		app.RegisterBlueprint(bp, cantil.URLPrefix("/a"))
		app.RegisterBlueprint(bp, cantil.URLPrefix("/b"), cantil.BlueprintName("alt"))
		client := app.TestClient()
		for path, want := range map[string]string{
			"/a/": "bp.index", "/b/": "alt.index", "/a/a/": "bp.sub.index2", "/b/a/": "alt.sub.index2", "/a/error": "Error", "/b/error": "Error",
		} {
			is(t, client.Get(path).Text(), want)
		}
	}),
	differs("default_static_max_age", "a blueprint's static files follow App.SendFileMaxAge; a view of its own with SendFromDirectory says otherwise", func(t *testing.T) {
		app := quietApp()
		with(app, "bp", func(bp *cantil.Blueprint) {
			bp.Get("/own/<path:filename>", ep("own"))(func(c *cantil.Context) any {
				return c.SendFromDirectory(".", c.Param("filename"), cantil.SendFileOptions{MaxAge: 100e9})
			})
		})
		has(t, app.TestClient().Get("/own/flask_test.go").Header("Cache-Control"), "max-age=100")
	}),
	ported("nesting_subdomains", func(t *testing.T) {
		app, parent, child := quietApp(), cantil.NewBlueprint("parent"), cantil.NewBlueprint("child")
		app.SubdomainMatching, app.ServerName = true, "example.test"
		child.Get("/child/", ep("index"))(gives("child"))
		parent.RegisterBlueprint(child)
		app.RegisterBlueprint(parent, cantil.BlueprintSubdomain("api"))
		is(t, app.TestClient().Get("http://api.example.test/child/").Status, 200)
		is(t, app.TestClient().Get("http://example.test/child/").Status, 404)
	}),
	ported("child_and_parent_subdomain", func(t *testing.T) {
		app, parent, child := quietApp(), cantil.NewBlueprint("parent"), cantil.NewBlueprint("child", cantil.BlueprintSubdomain("api"))
		app.SubdomainMatching, app.ServerName = true, "example.test"
		child.Get("/", ep("index"))(gives("child"))
		parent.RegisterBlueprint(child)
		app.RegisterBlueprint(parent, cantil.BlueprintSubdomain("parent"))
		is(t, app.TestClient().Get("http://api.parent.example.test/").Status, 200)
		is(t, app.TestClient().Get("http://parent.example.test/").Status, 404)
	}),
}

var flaskBlueprintTemplates = append(append([]flaskTest{
	ported("template_global", func(t *testing.T) {
		app := quietApp()
		with(app, "bp", func(bp *cantil.Blueprint) { bp.AppTemplateGlobal("get_answer")(func() int { return 42 }) })
		app.AppContext(func(c *cantil.Context) { is(t, string(c.RenderTemplateString("{{ get_answer() }}").Data()), "42") })
	}),
}, onTemplates("filter")...), append(onTemplates("test"), missing("the names of all templates", "templates_list")...)...)

// onTemplates are the tests of template_filter and of template_test: eight ways to
// say the same.
func onTemplates(what string) (all []flaskTest) {
	names := []string{"", "add_", "_with_name", "add__with_name", "_with_template", "_after_route_with_template", "add__with_template", "_with_name_and_template", "add__with_name_and_template"}
	for _, name := range names {
		prefix, suffix := "", name
		if rest, ok := strings.CutPrefix(name, "add_"); ok {
			prefix, suffix = "add_", rest
		}
		all = append(all, ported(prefix+"template_"+what+suffix, func(t *testing.T) { blueprintExtends(t, what) }))
	}
	return all
}

// blueprintExtends registers a filter or test by a blueprint.
func blueprintExtends(t *testing.T, what string) {
	app, source, want := quietApp(), "{{ 'abcd'|strrev }}", "dcba"
	if what == "test" {
		source, want = "{% if value is boolean_ %}Success!{% endif %}", "Success!"
	}
	app.Get("/before", ep("before"))(func(c *cantil.Context) any { return c.RenderTemplateString(source, cantil.Map{"value": false}) })
	with(app, "bp", func(bp *cantil.Blueprint) {
		if what == "test" {
			bp.AppTemplateTest("boolean_")(func(v any) bool { _, ok := v.(bool); return ok })
		} else {
			bp.AppTemplateFilter("strrev")(reversed)
		}
	}, cantil.URLPrefix("/py"))
	is(t, app.TestClient().Get("/before").Text(), want)
}

func reversed(text string) (string, error) {
	if text == "" {
		return "", errors.New("nothing to reverse")
	}
	runes := []rune(text)
	for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
		runes[i], runes[j] = runes[j], runes[i]
	}
	return string(runes), nil
}
