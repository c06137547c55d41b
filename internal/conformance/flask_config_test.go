package conformance

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
)

// configured checks what the files of these tests hold.
func configured(t *testing.T, app *cantil.App) {
	t.Helper()
	is(t, fmt.Sprint(app.SecretKey, " ", app.Extra["TEST_KEY"]), "config foo")
}

// writeFile writes a file for one test.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// tomlLines reads NAME = "value", the part of TOML that is needed.
func tomlLines(r io.Reader) (map[string]any, error) {
	text, err := io.ReadAll(r)
	values := map[string]any{}
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " = ")
		values[key] = strings.Trim(value, `"`)
	}
	return values, err
}

var flaskConfig = append([]flaskTest{
	ported("config_from_file_json", func(t *testing.T) {
		app := quietApp()
		if err := app.LoadFile(writeFile(t, "config.json", `{"TEST_KEY": "foo", "SECRET_KEY": "config"}`)); err != nil {
			t.Fatal(err)
		}
		configured(t, app)
	}),
	ported("config_from_file_toml", func(t *testing.T) {
		app := quietApp()
		if err := app.LoadFile(writeFile(t, "config.toml", "TEST_KEY = \"foo\"\nSECRET_KEY = \"config\"\n"), tomlLines); err != nil {
			t.Fatal(err)
		}
		configured(t, app)
	}),
	ported("from_prefixed_env", func(t *testing.T) {
		for key, value := range map[string]string{"STRING": "value", "BOOL": "true", "INT": "1", "FLOAT": "1.2", "LIST": "[1, 2]", "DICT": `{"k": "v"}`} {
			t.Setenv("FLASK_"+key, value)
		}
		t.Setenv("NOT_FLASK_OTHER", "other")
		app := quietApp()
		app.LoadEnv("FLASK")
		is(t, app.Extra, "map[BOOL:true DICT:map[k:v] FLOAT:1.2 INT:1 LIST:[1 2] STRING:value]")
	}),
	ported("from_prefixed_env_custom_prefix", func(t *testing.T) {
		t.Setenv("FLASK_A", "a")
		t.Setenv("NOT_FLASK_A", "b")
		app := quietApp()
		app.LoadEnv("NOT_FLASK")
		is(t, app.Extra["A"], "b")
	}),
	ported("from_prefixed_env_nested", func(t *testing.T) {
		t.Setenv("FLASK_EXIST__ok", "other")
		t.Setenv("FLASK_EXIST__inner__ik", "2")
		t.Setenv("FLASK_EXIST__new__more", `{"k": false}`)
		t.Setenv("FLASK_NEW__K", "v")
		app := quietApp()
		app.Extra = map[string]any{"EXIST": map[string]any{"ok": "value", "flag": true, "inner": map[string]any{"ik": 1}}}
		app.LoadEnv("FLASK")
		is(t, app.Extra, "map[EXIST:map[flag:true inner:map[ik:2] new:map[more:map[k:false]] ok:other] NEW:map[K:v]]")
	}),
	ported("config_from_mapping", func(t *testing.T) {
		app := quietApp()
		app.LoadMapping(map[string]any{"SECRET_KEY": "config", "TEST_KEY": "foo", "skip_key": "skip"})
		configured(t, app)
		is(t, len(app.Extra), 1)
	}),
	differs("config_missing", "an error of LoadFile, which the program may pass over", func(t *testing.T) {
		is(t, errors.Is(quietApp().LoadFile("missing.cfg"), os.ErrNotExist), true)
	}),
	differs("config_missing_file", "an error of LoadFile, which the program may pass over", func(t *testing.T) {
		is(t, errors.Is(quietApp().LoadFile("missing.json", tomlLines), os.ErrNotExist), true)
	}),
	ported("session_lifetime", func(t *testing.T) {
		app := quietApp()
		app.LoadMapping(map[string]any{"PERMANENT_SESSION_LIFETIME": 42})
		is(t, app.PermanentSessionLifetime, 42*time.Second)
	}),
	differs("get_namespace", "always in lower case and without the prefix", func(t *testing.T) {
		app := quietApp()
		app.LoadMapping(map[string]any{"FOO_OPTION_1": "foo option 1", "FOO_OPTION_2": "foo option 2", "BAR_STUFF_1": "bar"})
		is(t, app.GetNamespace("FOO_"), "map[option_1:foo option 1 option_2:foo option 2]")
	}),
}, python("a file or an object of Python is the configuration, or its class another one", "config_from_pyfile", "config_from_object", "config_from_class",
	"config_from_envvar", "config_from_envvar_missing", "custom_config_class", "from_pyfile_weird_encoding")...)

var flaskSignals = []flaskTest{
	ported("template_rendered", func(t *testing.T) {
		app := quietApp()
		var got []string
		app.TemplateRendered(func(_ *cantil.Context, name string, v cantil.Map) { got = append(got, fmt.Sprint(name, v["whiskey"])) })
		app.TestRequestContext("/", func(c *cantil.Context) { c.RenderTemplateString("{{ whiskey }}", cantil.Map{"whiskey": 42}) })
		is(t, got, "[42]")
	}),
	ported("before_render_template", func(t *testing.T) {
		app := quietApp()
		app.BeforeRenderTemplate(func(_ *cantil.Context, _ string, v cantil.Map) { v["whiskey"] = 43 })
		given := cantil.Map{"whiskey": 42}
		app.TestRequestContext("/", func(c *cantil.Context) {
			is(t, string(c.RenderTemplateString("<h1>{{ whiskey }}</h1>", given).Data()), "<h1>43</h1>")
		})
		is(t, given["whiskey"], 42) // the program's own map stays
	}),
	ported("request_signals", func(t *testing.T) {
		app := quietApp()
		var calls []string
		app.RequestStarted(func(*cantil.Context) { calls = append(calls, "before-signal") })
		app.RequestFinished(func(_ *cantil.Context, r *cantil.Response) { calls = append(calls, "after-signal "+string(r.Data())) })
		app.BeforeRequest(func(*cantil.Context) any { calls = append(calls, "before-handler"); return nil })
		app.AfterRequest(func(_ *cantil.Context, r *cantil.Response) {
			calls = append(calls, "after-handler")
			r.SetData([]byte("stuff"))
		})
		app.Get("/", ep("i"))(func(*cantil.Context) any { calls = append(calls, "handler"); return "ignored" })
		is(t, app.TestClient().Get("/").Text(), "stuff")
		is(t, calls, "[before-signal before-handler handler after-handler after-signal stuff]")
	}),
	ported("request_exception_signal", func(t *testing.T) {
		app := quietApp()
		var got []error
		app.GotRequestException(func(_ *cantil.Context, err error) { got = append(got, err) })
		app.Get("/", ep("i"))(gives(&myError{}))
		is(t, app.TestClient().Get("/").Status, 500)
		is(t, got, "[mine]")
	}),
	differs("appcontext_signals", "a request and its application context begin and end as one", func(t *testing.T) {
		app := quietApp()
		var got []string
		app.RequestStarted(func(*cantil.Context) { got = append(got, "push") })
		app.RequestTearingDown(func(*cantil.Context, error) { got = append(got, "pop") })
		app.Get("/", ep("i"))(gives("Hello"))
		is(t, app.TestClient().Get("/").Text()+fmt.Sprint(got), "Hello[push pop]")
	}),
	ported("flash_signal", func(t *testing.T) {
		app := quietApp()
		var got []string
		app.MessageFlashed(func(_ *cantil.Context, m any, category string) { got = append(got, fmt.Sprint(m, "/", category)) })
		app.Get("/", ep("i"))(func(c *cantil.Context) any { c.Flash("This is a flash message", "notice"); return c.Redirect("/other") })
		app.TestClient().Get("/")
		is(t, got, "[This is a flash message/notice]")
	}),
	differs("appcontext_tearing_down_signal", "it is RequestTearingDown: a request and its application context end as one", func(t *testing.T) {
		app := quietApp()
		var got []error
		app.RequestTearingDown(func(_ *cantil.Context, err error) { got = append(got, err) })
		app.Get("/", ep("i"))(gives(&myError{}))
		is(t, app.TestClient().Get("/").Status, 500)
		is(t, got, "[mine]")
	}),
}

var flaskRequests = []flaskTest{
	ported("max_content_length", func(t *testing.T) {
		app := quietApp()
		app.MaxContentLength = 64
		app.BeforeRequest(func(c *cantil.Context) any { c.Form().Get("myfile"); return nil })
		app.Post("/accept", ep("a"))(func(c *cantil.Context) any { c.Form().Must("myfile"); return "" })
		app.ErrorHandler(413)(func(*cantil.Context, error) any { return "42" })
		is(t, app.TestClient().Post("/accept", cantil.FormData("myfile", strings.Repeat("foo", 50))).Text(), "42")
	}),
	ported("limit_config", func(t *testing.T) {
		app := quietApp()
		app.MaxContentLength, app.MaxFormMemorySize, app.MaxFormParts = 100, 50, 3
		app.Post("/", ep("i"))(func(c *cantil.Context) any {
			if c.Args().Has("own") {
				c.SetMaxContentLength(10)
				c.SetMaxFormMemorySize(0)
			}
			return fmt.Sprint(c.Form().Len())
		})
		client := app.TestClient()
		is(t, client.Post("/", cantil.FormData("a", strings.Repeat("x", 20))).Status, 200)
		is(t, client.Post("/?own=1", cantil.FormData("a", strings.Repeat("x", 20))).Status, 413)
		is(t, client.Post("/", cantil.FormData("a", strings.Repeat("x", 60))).Status, 413)
	}),
	ported("trusted_hosts_config", func(t *testing.T) {
		app := quietApp()
		app.TrustedHosts = []string{"example.test", ".other.test"}
		app.Get("/", ep("i"))(gives(""))
		for host, status := range map[string]int{"example.test": 200, "a.other.test": 200, "bad.test": 400} {
			is(t, app.TestClient().Get("http://"+host+"/").Status, status)
		}
	}),
}

var flaskSmallFiles = [][]flaskTest{
	{ // test_converters.py
		ported("custom_converters", func(t *testing.T) {
			app := quietApp()
			app.Converter("list", cantil.Converter{
				ToGo: func(text string) (any, error) { return strings.Split(text, ","), nil },
				ToURL: func(value any) (string, error) {
					list, ok := value.([]string)
					if !ok {
						return "", cantil.ErrValidation
					}
					return strings.Join(list, ","), nil
				},
			})
			app.Get("/<list:args>", ep("index"))(func(c *cantil.Context) any {
				return strings.Join(c.ViewArgs()["args"].([]string), "|") + c.URLFor("index", "args", []string{"4", "5"})
			})
			is(t, app.TestClient().Get("/1,2,3").Text(), "1|2|3/4,5")
		}),
		missingOne("context_available", "a converter sees no request"),
	},
	{ // test_regression.py
		ported("aborting", func(t *testing.T) {
			app := quietApp()
			cantil.ErrorHandlerFor(app, func(*cantil.Context, *myError) any { return "handled" })
			app.Get("/", ep("i"))(func(c *cantil.Context) any { return cantil.AbortWith(c.Redirect(c.URLFor("test"))) })
			app.Get("/test", ep("test"))(gives(&myError{}))
			client := app.TestClient()
			is(t, client.Get("/").Header("Location")+client.Get("/test").Text(), "/testhandled")
		}),
	},
}

func missingOne(name, why string) flaskTest { return flaskTest{name, noneHere, why, nil} }
