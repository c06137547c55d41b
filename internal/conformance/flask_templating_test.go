package conformance

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/render"
	"github.com/cantil-go/cantil/render/jinja"
	"github.com/cantil-go/cantil/session/codec"
)

// rendered renders a source in a request.
func rendered(app *cantil.App, source string, vars ...cantil.Map) (text string) {
	app.TestRequestContext("/?foo=42", func(c *cantil.Context) {
		text = string(c.RenderTemplateString(source, vars...).Data())
	})
	return text
}

var flaskTemplating = append(append(append([]flaskTest{
	ported("context_processing", func(t *testing.T) {
		app := quietApp()
		app.ContextProcessor(func(*cantil.Context) cantil.Map { return cantil.Map{"injected_value": 42} })
		is(t, rendered(app, "<p>{{ value }}|{{ injected_value }}", cantil.Map{"value": 23}), "<p>23|42")
	}),
	ported("original_win", func(t *testing.T) {
		is(t, rendered(quietApp(), "{{ config }}", cantil.Map{"config": 42}), "42")
	}),
	ported("simple_stream", func(t *testing.T) {
		app := quietApp()
		app.Get("/", ep("i"))(func(c *cantil.Context) any {
			return c.StreamTemplateString("{{ config.APPLICATION_ROOT }}{{ session.a }}", nil)
		})
		is(t, app.TestClient().Get("/").Text(), "/")
	}),
	ported("request_less_rendering", func(t *testing.T) {
		app := quietApp()
		app.Extra = map[string]any{"WORLD_NAME": "Special World"}
		app.ContextProcessor(func(*cantil.Context) cantil.Map { return cantil.Map{"foo": 42} })
		app.AppContext(func(c *cantil.Context) {
			is(t, string(c.RenderTemplateString("Hello {{ config.WORLD_NAME }} {{ foo }}").Data()), "Hello Special World 42")
		})
	}),
	ported("standard_context", func(t *testing.T) {
		app := quietApp()
		app.TestRequestContext("/?foo=42", func(c *cantil.Context) {
			c.G()["foo"] = 23
			c.Session().Set("test", "aha")
			is(t, string(c.RenderTemplateString("{{ request.args.foo }}|{{ g.foo }}|{{ config.DEBUG }}|{{ session.test }}").Data()), "42|23|False|aha")
		})
	}),
	ported("escaping", func(t *testing.T) {
		app := quietApp()
		text := "<p>Hello World!"
		app.TemplateFS = fstest.MapFS{"escaping.html": {Data: []byte("{{ text }} {{ html }} {% autoescape false %}{{ text }} {{ html }}{% endautoescape %} {% autoescape true %}{{ text }}{% endautoescape %}")}}
		app.TestRequestContext("/", func(c *cantil.Context) {
			is(t, string(c.RenderTemplate("escaping.html", cantil.Map{"text": text, "html": cantil.Markup(text)}).Data()),
				"&lt;p&gt;Hello World! <p>Hello World! <p>Hello World! <p>Hello World! &lt;p&gt;Hello World!")
		})
	}),
	ported("no_escaping", func(t *testing.T) {
		app := quietApp()
		app.TemplateFS = fstest.MapFS{"a.txt": {Data: []byte("{{ foo }}<test>")}}
		app.TestRequestContext("/", func(c *cantil.Context) {
			is(t, string(c.RenderTemplate("a.txt", cantil.Map{"foo": "<test>"}).Data()), "<test><test>")
		})
	}),
	ported("escaping_without_template_filename", func(t *testing.T) {
		is(t, rendered(quietApp(), "{{ foo }}", cantil.Map{"foo": "<test>"}), "&lt;test&gt;")
	}),
	differs("macros", "a macro is called by a template; there is no get_template_attribute", func(t *testing.T) {
		app := quietApp()
		app.TemplateFS = fstest.MapFS{"_macro.html": {Data: []byte("{% macro hello(name) %}Hello {{ name }}!{% endmacro %}")}}
		is(t, rendered(app, `{% from "_macro.html" import hello %}{{ hello("World") }}`), "Hello World!")
	}),
	ported("add_template_global", func(t *testing.T) {
		app := quietApp()
		app.TemplateGlobal("get_stuff")(func() int { return 42 })
		is(t, rendered(app, "{{ get_stuff() }}"), "42")
	}),
	ported("custom_template_loader", func(t *testing.T) {
		app := quietApp()
		app.TemplateEngine = &render.Jinja{Env: jinja.New(jinja.Map{"index.html": "Hello Custom World!"})}
		app.TestRequestContext("/", func(c *cantil.Context) { is(t, string(c.RenderTemplate("index.html").Data()), "Hello Custom World!") })
	}),
	ported("iterable_loader", func(t *testing.T) {
		app := quietApp()
		app.TemplateFS = fstest.MapFS{"context_template.html": {Data: []byte("<h1>{{ whiskey }}</h1>")}}
		app.TestRequestContext("/", func(c *cantil.Context) {
			is(t, string(c.RenderFirstTemplate([]string{"no_template.xml", "simple.html", "context_template.html"}, cantil.Map{"whiskey": "Jameson"}).Data()), "<h1>Jameson</h1>")
		})
	}),
	ported("templates_auto_reload", func(t *testing.T) {
		for _, test := range []struct {
			debug  bool
			reload *bool
			want   string
		}{{false, nil, "one one"}, {true, nil, "one two"}, {true, new(false), "one one"}, {false, new(true), "one two"}} {
			app, folder := quietApp(), t.TempDir()
			app.Debug, app.TemplatesAutoReload, app.TemplateFolder = test.debug, test.reload, folder
			show := func(text string, at int64) (got string) {
				writeAt(t, folder+"/a.html", text, time.Unix(at, 0))
				app.TestRequestContext("/", func(c *cantil.Context) { got = string(c.RenderTemplate("a.html").Data()) })
				return got
			}
			is(t, show("one", 1_000_000)+" "+show("two", 2_000_000), test.want)
		}
	}),
	ported("custom_jinja_env", func(t *testing.T) {
		app := quietApp()
		env := jinja.New(jinja.Map{})
		env.Globals["own"] = "env"
		app.TemplateEngine = &render.Jinja{Env: env}
		is(t, rendered(app, "{{ own }}"), "env")
	}),
}, appExtends("filter")...), appExtends("test")...), append(missing("EXPLAIN_TEMPLATE_LOADING", "template_loader_debugging"),
	python("the environment is made before app.run sets debug", "templates_auto_reload_debug_run")...)...)

// appExtends are the eight ways to register a filter or a test on an application.
func appExtends(what string) (all []flaskTest) {
	for _, name := range []string{"", "_with_name", "_with_template", "_with_name_and_template"} {
		for _, prefix := range []string{"", "add_"} {
			all = append(all, ported(prefix+"template_"+what+name, func(t *testing.T) {
				app := quietApp()
				app.TemplateFilter("strrev")(reversed)
				app.TemplateTest("boolean")(func(v any) bool { _, ok := v.(bool); return ok })
				is(t, rendered(app, "{{ 'abcd'|strrev }}{% if value is boolean %}Success!{% endif %}", cantil.Map{"value": false}), "dcbaSuccess!")
			}))
		}
	}
	return all
}

var flaskJSON = append([]flaskTest{
	ported("bad_request_debug_message", func(t *testing.T) {
		for _, debug := range []bool{true, false} {
			app := quietApp()
			app.Debug = debug
			app.Post("/json", ep("j"))(func(c *cantil.Context) any { var v any; return c.JSON(&v) })
			r := app.TestClient().Post("/json", cantil.RequestBody("application/json", nil))
			is(t, fmt.Sprint(r.Status, " ", strings.Contains(r.Text(), "is not JSON")), fmt.Sprint("400 ", debug))
		}
	}),
	ported("json_bad_requests", func(t *testing.T) { is(t, echoes("application/json", "malformed").Status, 400) }),
	ported("json_custom_mimetypes", func(t *testing.T) { is(t, echoes("application/x+json", `"foo"`).Text(), "\"foo\"\n") }),
	ported("json_as_unicode", func(t *testing.T) {
		for ascii, want := range map[bool]string{true: `"\u2603"`, false: `"☃"`} {
			app := quietApp()
			app.JSONASCII = ascii
			is(t, dumps(app, "\u2603"), want)
		}
	}),
	ported("jsonify_basic_types", func(t *testing.T) {
		for want, v := range map[string]any{"0": 0, "-1": -1, "3.14": 3.14, `"s"`: "s", "true": true, "null": nil} {
			is(t, dumps(quietApp(), v), want)
		}
	}),
	ported("jsonify_dicts", func(t *testing.T) {
		is(t, dumps(quietApp(), cantil.Map{"b": []any{"test list", 10, false}, "a": cantil.Map{"test": "dict"}}), `{"a":{"test":"dict"},"b":["test list",10,false]}`)
	}),
	ported("jsonify_arrays", func(t *testing.T) {
		is(t, dumps(quietApp(), []any{0, "t", true, []int{2}, cantil.Map{"test": "dict"}}), `[0,"t",true,[2],{"test":"dict"}]`)
	}),
	ported("jsonify_datetime", func(t *testing.T) {
		is(t, dumps(quietApp(), time.Date(1973, 3, 11, 6, 30, 45, 0, time.UTC)), `"Sun, 11 Mar 1973 06:30:45 GMT"`)
	}),
	ported("jsonify_aware_datetimes", func(t *testing.T) {
		is(t, dumps(quietApp(), time.Date(2017, 1, 1, 12, 34, 56, 0, time.FixedZone("", 7200))), `"Sun, 01 Jan 2017 10:34:56 GMT"`)
	}),
	ported("jsonify_uuid_types", func(t *testing.T) {
		is(t, dumps(quietApp(), codec.UUID{0xde, 0xad, 0xbe, 0xef}), `"deadbeef-0000-0000-0000-000000000000"`)
	}),
	ported("json_attr", func(t *testing.T) {
		app := quietApp()
		app.Post("/add", ep("add"))(func(c *cantil.Context) any {
			var v struct{ A, B int }
			if err := c.JSON(&v); err != nil {
				return err
			}
			return fmt.Sprint(v.A + v.B)
		})
		is(t, app.TestClient().Post("/add", cantil.JSONData(map[string]int{"a": 1, "b": 2})).Text(), "3")
	}),
	ported("tojson_filter", func(t *testing.T) {
		is(t, rendered(quietApp(), "const data = {{ data|tojson }};", cantil.Map{"data": cantil.Map{"name": "</script>", "time": 1}}),
			`const data = {"name": "\u003c/script\u003e", "time": 1};`)
	}),
	ported("json_customization", func(t *testing.T) {
		app := quietApp()
		app.JSONProvider = swapping{}
		is(t, dumps(app, "x"), "<x>")
	}),
	ported("json_key_sorting", func(t *testing.T) {
		is(t, dumps(quietApp(), cantil.Map{"b": 1, "a": 2, "c": 3}), `{"a":2,"b":1,"c":3}`)
	}),
	ported("html_method", func(t *testing.T) { is(t, dumps(quietApp(), cantil.Markup("<em>")), `"<em>"`) }),
}, append(python("a file object of json.dump", "json_dump_to_file"), missing("Go has no decimal type", "json_decimal")...)...)

// swapping is a JSON provider of a program's own.
type swapping struct{}

func (swapping) Dumps(v any) ([]byte, error) { return []byte(fmt.Sprintf("<%v>", v)), nil }
func (swapping) Loads([]byte, any) error     { return errors.New("none") }

// dumps is a value as a JSON answer.
func dumps(app *cantil.App, v any) (text string) {
	app.TestRequestContext("/", func(c *cantil.Context) { text = string(bytes.TrimSpace(c.JSONify(v).Data())) })
	return text
}

// echoes answers with the JSON of a request.
func echoes(kind, body string) *cantil.ClientResponse {
	app := quietApp()
	app.Post("/json", ep("j"))(func(c *cantil.Context) any {
		var v any
		if err := c.JSON(&v); err != nil {
			return err
		}
		return c.JSONify(v)
	})
	return app.TestClient().Post("/json", cantil.RequestBody(kind, []byte(body)))
}
