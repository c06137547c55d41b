package csrf

import (
	"errors"
	"io/fs"
	"log/slog"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/render"
	"github.com/cantil-go/cantil/session"
)

// newApp is an application with a form at "/", whose GET answers with the token.
func newApp() (*cantil.App, *CSRFProtect) {
	app := cantil.New()
	app.SecretKey = "a secret key for the tests"
	app.Logger = slog.New(slog.DiscardHandler)
	p := NewCSRFProtect(app)
	methods := cantil.Methods("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
	app.Route("/", methods, cantil.Endpoint("form"))(func(c *cantil.Context) any {
		if c.Method() == "GET" {
			return GenerateCSRF(c)
		}
		return "done"
	})
	return app, p
}

func TestWhereTheTokenIsLookedFor(t *testing.T) {
	app, _ := newApp()
	client := app.TestClient()
	token := client.Get("/").Text()
	file := []byte("--b\r\nContent-Disposition: form-data; name=\"csrf_token\"\r\n\r\n" + token + "\r\n--b--\r\n")
	for name, test := range map[string]struct {
		target  string
		options []cantil.RequestOption
		status  int
	}{
		"form":               {"/", []cantil.RequestOption{cantil.FormData("csrf_token", token)}, 200},
		"multipart":          {"/", []cantil.RequestOption{cantil.RequestBody("multipart/form-data; boundary=b", file)}, 200},
		"prefixed":           {"/", []cantil.RequestOption{cantil.FormData("a-csrf_token", token)}, 200},
		"first is empty":     {"/", []cantil.RequestOption{cantil.FormData("csrf_token", "", "a-csrf_token", token)}, 200},
		"header":             {"/", []cantil.RequestOption{cantil.RequestHeader("X-CSRFToken", token)}, 200},
		"other header":       {"/", []cantil.RequestOption{cantil.RequestHeader("x-csrf-token", token)}, 200},
		"header with JSON":   {"/", []cantil.RequestOption{cantil.JSONData(1), cantil.RequestHeader("X-CSRFToken", token)}, 200},
		"none":               {"/", nil, 400},
		"query":              {"/?csrf_token=" + token, nil, 400},
		"JSON":               {"/", []cantil.RequestOption{cantil.JSONData(map[string]string{"csrf_token": token})}, 400},
		"cookie":             {"/", []cantil.RequestOption{cantil.RequestHeader("Cookie", "csrf_token="+token)}, 400},
		"another name":       {"/", []cantil.RequestOption{cantil.FormData("csrf_token2", token)}, 400},
		"changed":            {"/", []cantil.RequestOption{cantil.FormData("csrf_token", token+"A")}, 400},
		"form before header": {"/", []cantil.RequestOption{cantil.FormData("csrf_token", "x"), cantil.RequestHeader("X-CSRFToken", token)}, 400},
	} {
		if r := client.Post(test.target, test.options...); r.Status != test.status {
			t.Errorf("%s: %d, want %d: %s", name, r.Status, test.status, r.Text())
		}
	}
	other := app.TestClient()
	other.Get("/")
	if r := other.Post("/", cantil.FormData("csrf_token", token)); r.Status != 400 || !strings.Contains(r.Text(), "The CSRF tokens do not match.") {
		t.Errorf("a token of another visitor: %d %s", r.Status, r.Text())
	}
}

func TestMethods(t *testing.T) {
	app, p := newApp()
	for method, status := range map[string]int{"POST": 400, "PUT": 400, "PATCH": 400, "DELETE": 400, "OPTIONS": 200} {
		if r := app.TestClient().Do(method, "/"); r.Status != status {
			t.Errorf("%s: %d, want %d", method, r.Status, status)
		}
	}
	p.Methods = nil // FLASK_WTF_CSRF_METHODS=
	if r := app.TestClient().Post("/"); r.Status != 400 {
		t.Errorf("an empty list of methods protects nothing: %d", r.Status)
	}
	p.Methods = []string{"delete"}
	if r := app.TestClient().Do("DELETE", "/"); r.Status != 400 {
		t.Errorf("a method in lower case protects nothing: %d", r.Status)
	}
	p.CheckDefault = false
	if r := app.TestClient().Do("DELETE", "/"); r.Status != 200 {
		t.Errorf("without CheckDefault: %d", r.Status)
	}
}

func TestExempt(t *testing.T) {
	app, p := newApp()
	view := func(*cantil.Context) any { return "done" }
	app.Post("/option", Exempt(), cantil.Endpoint("option"))(view)
	app.Post("/named", cantil.Endpoint("named"))(view)
	p.Exempt("named", "api.inner.named")
	inner := cantil.NewBlueprint("inner", cantil.URLPrefix("/inner"))
	inner.Post("/named", cantil.Endpoint("named"))(view)
	inner.Post("/other", cantil.Endpoint("other"))(view)
	api := cantil.NewBlueprint("api", cantil.URLPrefix("/api"))
	api.Post("/x", cantil.Endpoint("x"))(view)
	api.RegisterBlueprint(inner)
	p.ExemptBlueprint(api)
	app.RegisterBlueprint(api)
	deep := cantil.NewBlueprint("deep", cantil.URLPrefix("/deep"))
	deep.Post("/x", cantil.Endpoint("x"))(view)
	around := cantil.NewBlueprint("around", cantil.URLPrefix("/around"))
	around.RegisterBlueprint(deep)
	app.RegisterBlueprint(around)
	app.RegisterBlueprint(deep, cantil.BlueprintName("again"), cantil.URLPrefix("/again"))
	namesake := cantil.NewBlueprint("deep", cantil.URLPrefix("/namesake"))
	namesake.Post("/x", cantil.Endpoint("x"))(view)
	app.RegisterBlueprint(namesake)
	p.ExemptBlueprint(deep)
	client := app.TestClient()
	for path, status := range map[string]int{"/around/deep/x": 200, "/again/x": 200, "/namesake/x": 400, "/option": 200, "/named": 200, "/api/x": 200, "/api/inner/named": 200, "/api/inner/other": 400, "/": 400, "/nowhere": 404} {
		if r := client.Post(path); r.Status != status {
			t.Errorf("%s: %d, want %d", path, r.Status, status)
		}
	}
}

// TestReferrer: over HTTPS the Referer must be of this host and port.
func TestReferrer(t *testing.T) {
	app, p := newApp()
	client := app.TestClient()
	client.BaseURL = "https://example.com"
	token := client.Get("/").Text()
	for referrer, status := range map[string]int{
		"":                         400,
		"https://example.com/":     200,
		"https://example.com":      200,
		"https://EXAMPLE.com/a?b#": 200,
		"https://example.com/%zz":  200,
		"https://example.com?x":    200,
		"https://u:p@example.com/": 200,
		"http://example.com/":      400,
		"https://example.com:8443": 400,
		"https://example.com.evil": 400,
		"https://example.com@evil": 400,
		"https://evil/example.com": 400,
		"https://[::1]/":           400,
		"https://[::1":             400,
		"//example.com/":           400,
		"example.com":              400,
		"null":                     400,
	} {
		options := []cantil.RequestOption{cantil.FormData("csrf_token", token)}
		if referrer != "" {
			options = append(options, cantil.RequestHeader("Referer", referrer))
		}
		if r := client.Post("/", options...); r.Status != status {
			t.Errorf("%q: %d, want %d", referrer, r.Status, status)
		}
	}
	p.SSLStrict = false
	if r := client.Post("/", cantil.FormData("csrf_token", token)); r.Status != 200 {
		t.Errorf("without SSLStrict: %d", r.Status)
	}
}

// TestErrors: a CSRFError is an HTTP error of 400, and one of its own.
func TestErrors(t *testing.T) {
	app, _ := newApp()
	app.ErrorHandler(400)(func(c *cantil.Context, err error) any {
		var he *cantil.HTTPError
		var ce *CSRFError
		if !errors.As(err, &he) || !errors.As(err, &ce) || he.Code != 400 {
			t.Errorf("%T %v", err, err)
		}
		return c.MakeResponse("400: "+ce.Description, 400)
	})
	if r := app.TestClient().Post("/"); r.Text() != "400: The CSRF token is missing." {
		t.Errorf("%d %s", r.Status, r.Text())
	}
	app, _ = newApp()
	app.ErrorHandler(400)(func(c *cantil.Context, err error) any { return c.MakeResponse("of all", 400) }) // less special
	cantil.ErrorHandlerFor(app, func(c *cantil.Context, err *CSRFError) any { return c.MakeResponse("own: "+err.Error(), err.Code) })
	if r := app.TestClient().Post("/"); r.Status != 400 || r.Text() != "own: csrf: The CSRF token is missing." {
		t.Errorf("%d %s", r.Status, r.Text())
	}
}

// TestNoKey: nothing is signed with the empty key.
func TestNoKey(t *testing.T) {
	app, _ := newApp()
	app.SecretKey = ""
	if r := app.TestClient().Get("/"); r.Status != 500 {
		t.Errorf("%d %s", r.Status, r.Text())
	}
	if r := app.TestClient().Post("/", cantil.FormData("csrf_token", "x.y.z")); r.Status != 500 {
		t.Errorf("%d %s", r.Status, r.Text())
	}
}

// TestFallbackKeys: open forms outlive a new secret key if they are to.
func TestFallbackKeys(t *testing.T) {
	const held = "9b1f0c7de2a4583b6c0f1e2d3a4b5c6d7e8f9a0b"
	seed := func(app *cantil.App) *cantil.Client {
		client := app.TestClient()
		client.SessionTransaction(func(s *session.Session) { s.Set("csrf_token", held) })
		return client
	}
	old, _ := newApp()
	token := seed(old).Get("/").Text()
	for _, takes := range []bool{false, true} {
		app, p := newApp()
		app.SecretKeyFallbacks = []string{app.SecretKey}
		app.SecretKey = "the new secret key"
		p.FallbackKeys = takes
		status := 400
		if takes {
			status = 200
		}
		if r := seed(app).Post("/", cantil.FormData("csrf_token", token)); r.Status != status {
			t.Errorf("FallbackKeys %v: %d", takes, r.Status)
		}
	}
}

var anyToken = regexp.MustCompile(`\.?[\w-]+\.[\w-]+\.[\w-]{27}`)

// TestTemplates: both names are there in imported macros too, and under
// html/template.
func TestTemplates(t *testing.T) {
	files := fstest.MapFS{
		"forms.html": {Data: []byte("{% macro field() %}<{{ csrf_token() }}>{% endmacro %}")},
		"page.html":  {Data: []byte("{% import 'forms.html' as forms %}{{ forms.field() }} {{ csrf_meta_tag() }} {{ csrf_meta_tag(name='<x>') }} {{ csrf_meta_tag('y') }}")},
		"go.html":    {Data: []byte(`[{{call csrf_token}}] {{call csrf_meta_tag}} {{call csrf_meta_tag "<x>"}}`)},
	}
	const tag = `<meta name="csrf-token" content="T"> <meta name="&lt;x&gt;" content="T">`
	for name, test := range map[string]struct {
		engine render.Engine
		want   string
	}{
		"page.html": {nil, "<T> " + tag + ` <meta name="y" content="T">`},
		"go.html":   {&render.HTML{FS: only(files, "go.html")}, "[T] " + tag},
	} {
		app, _ := newApp()
		app.TemplateFS, app.TemplateFolder, app.TemplateEngine = files, ".", test.engine
		app.Get("/page", cantil.Endpoint("page"))(func(c *cantil.Context) any { return c.RenderTemplate(name) })
		client := app.TestClient()
		page := client.Get("/page").Text()
		token := anyToken.FindString(page)
		if got := strings.ReplaceAll(page, token, "T"); token == "" || got != test.want {
			t.Errorf("%s: %s, want %s", name, page, test.want)
		}
		if r := client.Post("/", cantil.FormData("csrf_token", token)); r.Status != 200 {
			t.Errorf("%s: the token is not good: %s", name, r.Text())
		}
	}
}

// only is a file system with one of the files.
func only(files fstest.MapFS, name string) fs.FS { return fstest.MapFS{name: files[name]} }

func TestLoadEnv(t *testing.T) {
	for name, value := range map[string]string{"ENABLED": "false", "CHECK_DEFAULT": "false", "SECRET_KEY": "k", "METHODS": "POST,DELETE",
		"FIELD_NAME": "f", "HEADERS": `["X-A"]`, "META_NAME": "m", "TIME_LIMIT": "60", "SSL_STRICT": "false"} {
		t.Setenv("FLASK_WTF_CSRF_"+name, value)
	}
	app, p := newApp()
	app.LoadEnv("FLASK")
	if p.Enabled || p.CheckDefault || p.SSLStrict || p.SecretKey != "k" || !slices.Equal(p.Methods, []string{"POST", "DELETE"}) ||
		p.FieldName != "f" || !reflect.DeepEqual(p.Headers, []string{"X-A"}) || p.MetaName != "m" || p.TimeLimit != time.Minute {
		t.Errorf("%+v", p)
	}
	for value, want := range map[string]time.Duration{"null": NoTimeLimit, "": time.Hour, "1.5": 1500 * time.Millisecond, "1e300": 9e9 * time.Second, "-1": -time.Second} {
		t.Setenv("FLASK_WTF_CSRF_TIME_LIMIT", value)
		app, p := newApp()
		app.LoadEnv("FLASK")
		if p.TimeLimit != want {
			t.Errorf("TIME_LIMIT=%s: %v, want %v", value, p.TimeLimit, want)
		}
	}
}

// TestTimeLimit: a token is good up to its limit, and as long as the session
// without one.
func TestTimeLimit(t *testing.T) {
	for _, test := range []struct {
		limit, age time.Duration
		status     int
	}{
		{time.Hour, time.Hour, 200}, {time.Hour, time.Hour + time.Second, 400}, {NoTimeLimit, 30 * 24 * time.Hour, 200}, {time.Hour, -time.Second, 400},
	} {
		app, p := newApp()
		now := time.Unix(1735689600, 0)
		app.Now = func() time.Time { return now }
		p.TimeLimit = test.limit
		client := app.TestClient()
		token := client.Get("/").Text()
		now = now.Add(test.age)
		if r := client.Post("/", cantil.FormData("csrf_token", token)); r.Status != test.status {
			t.Errorf("limit %v, age %v: %d %s", test.limit, test.age, r.Status, r.Text())
		}
	}
}

// TestConcurrent: the first tokens are asked for by many at once.
func TestConcurrent(t *testing.T) {
	app, _ := newApp()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			client := app.TestClient()
			for range 20 {
				token := client.Get("/").Text()
				if r := client.Post("/", cantil.FormData("csrf_token", token)); r.Status != 200 {
					t.Errorf("%d %s", r.Status, r.Text())
				}
			}
		})
	}
	wg.Wait()
}
