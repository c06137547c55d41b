package cantil_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/render"
)

func TestLoadMappingAndFile(t *testing.T) {
	app := quiet()
	count := 0
	app.ConfigKeys(map[string]any{"MY_COUNT": &count})
	app.LoadMapping(map[string]any{"SECRET_KEY": []byte("raw"), "PERMANENT_SESSION_LIFETIME": time.Minute, "SESSION_COOKIE_SECURE": true,
		"MAX_CONTENT_LENGTH": 5, "SECRET_KEY_FALLBACKS": []string{"a"}, "PROPAGATE_EXCEPTIONS": false, "MY_COUNT": 3, "OWN_A": 1, "OWN_B": "b", "lower": 1})
	got := fmt.Sprint(app.SecretKey, app.PermanentSessionLifetime, app.SessionCookieSecure, app.MaxContentLength, app.SecretKeyFallbacks,
		*app.PropagateExceptions, count, app.Extra)
	if got != "raw1m0s true 5 [a] false 3 map[OWN_A:1 OWN_B:b]" {
		t.Error(got)
	}
	if ns := app.GetNamespace("OWN_"); fmt.Sprint(ns) != "map[a:1 b:b]" {
		t.Errorf("GetNamespace: %v", ns)
	}
	mustPanic(t, "LoadMapping: MAX_CONTENT_LENGTH is not a whole number", func() { app.LoadMapping(map[string]any{"MAX_CONTENT_LENGTH": "x"}) })

	name := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(name, []byte(`{"SECRET_KEY": "file", "PERMANENT_SESSION_LIFETIME": 90, "BIG": 10000000000000000000000, "n": 1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := app.LoadFile(name); err != nil || app.SecretKey != "file" || app.PermanentSessionLifetime != 90*time.Second || fmt.Sprint(app.Extra["BIG"]) != "10000000000000000000000" {
		t.Errorf("LoadFile: %v %q %v %v", err, app.SecretKey, app.PermanentSessionLifetime, app.Extra)
	}
	lines := func(r io.Reader) (map[string]any, error) { return map[string]any{"SECRET_KEY": "own reader"}, nil }
	if err := app.LoadFile(name, lines); err != nil || app.SecretKey != "own reader" {
		t.Errorf("a reader of one's own: %v %q", err, app.SecretKey)
	}
	if err := app.LoadFile("no such file"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

// TestContextsOutside: an application context has no request, and a request that
// is not answered no view.
func TestContextsOutside(t *testing.T) {
	app := quiet()
	app.ServerName = "loja.example"
	var order []string
	note := func(s string) { order = append(order, s) }
	app.BeforeRequest(func(*cantil.Context) any { note("before"); return nil })
	app.TeardownRequest(func(_ *cantil.Context, err error) { note(fmt.Sprint("teardown ", err)) })
	app.TeardownAppContext(func(_ *cantil.Context, err error) { note(fmt.Sprint("context ", err)) })
	app.ContextProcessor(func(*cantil.Context) cantil.Map { return cantil.Map{"site": "Loja"} })
	app.Route("/item/<int:id>", ep("item"), cantil.Methods("POST", "GET"))(func(*cantil.Context) any { note("view"); return "" })
	app.AppContext(func(c *cantil.Context) {
		c.G()["user"] = "Ana"
		mail := string(c.RenderTemplateString(`{{ site }} {{ g.user }} {{ url_for("item", id=1) }} {{ request is defined }}{{ session is defined }} {{ config.SERVER_NAME }}`).Data())
		if mail != "Loja Ana http://loja.example/item/1 FalseFalse loja.example" {
			t.Error(mail)
		}
		mustPanic(t, "no session", func() { c.Session() })
	})
	if got := strings.Join(order, ","); got != "context <nil>" {
		t.Errorf("AppContext: %s", got)
	}
	order = nil
	app.TestRequestContext("/item/7?q=1", func(c *cantil.Context) {
		got := fmt.Sprint(c.Method(), c.Endpoint(), c.ParamInt("id"), c.Args().Get("q"), c.Form().Get("a"), c.URLFor("item", "id", 2), c.Session().New())
		if got != "POSTitem71x/item/2true" {
			t.Error(got)
		}
	}, cantil.RequestMethod("POST"), cantil.FormData("a", "x"))
	if got := strings.Join(order, ","); got != "teardown <nil>,context <nil>" {
		t.Errorf("TestRequestContext: %s", got)
	}
	order = nil
	mustPanic(t, "inside", func() { app.AppContext(func(*cantil.Context) { panic("inside") }) })
	if got := strings.Join(order, ","); got != "context panic: inside" {
		t.Errorf("after a panic: %s", got)
	}
}

func ep(name string) cantil.RouteOption { return cantil.Endpoint(name) }

func TestTemplatesOfSeveralNames(t *testing.T) {
	for name, set := range map[string]func(*cantil.App){
		"jinja": func(a *cantil.App) {
			a.TemplateFS = fstest.MapFS{"b.html": {Data: []byte("b {{ x }}")}, "bad.html": {Data: []byte(`{% include "no.html" %}`)}}
		},
		"html": func(a *cantil.App) {
			a.TemplateEngine = &render.HTML{FS: fstest.MapFS{"b.html": {Data: []byte("b {{.x}}")}, "bad.html": {Data: []byte(`{{.x.y.z}}`)}}}
		},
	} {
		app := quiet()
		set(app)
		app.TestRequestContext("/", func(c *cantil.Context) {
			if got := string(c.RenderFirstTemplate([]string{"a.html", "b.html"}, cantil.Map{"x": 1}).Data()); got != "b 1" {
				t.Errorf("%s: %q", name, got)
			}
			mustPanic(t, "c.html", func() { c.RenderFirstTemplate([]string{"a.html", "c.html"}) })
			mustPanic(t, "no names", func() { c.RenderFirstTemplate(nil) })
			mustPanic(t, "", func() { c.RenderFirstTemplate([]string{"bad.html", "b.html"}, cantil.Map{"x": 1}) })
			r := c.StreamTemplate("b.html", cantil.Map{"x": 1})
			got := string(r.Data()) // of an engine that does not stream
			if r.IsStreamed() {
				got = string(readAll(t, r))
			}
			if got != "b 1" {
				t.Errorf("%s: a stream: %q", name, got)
			}
		})
	}
}

// readAll sends a response to a client of its own.
func readAll(t *testing.T, r *cantil.Response) []byte {
	t.Helper()
	app := quiet()
	app.Get("/", ep("i"))(func(*cantil.Context) any { return r })
	return app.TestClient().Get("/").Body
}

// TestStreamTemplate: pieces go out as they are made, and an error breaks off.
func TestStreamTemplate(t *testing.T) {
	app := quiet()
	app.Get("/", ep("i"))(func(c *cantil.Context) any {
		return c.StreamTemplateString(`{% macro m(x) %}<{{ x }}>{% endmacro %}{% set s %}{{ "y" * 9000 }}{% endset %}`+
			`{% for i in range(3000) %}{{ m(i) }}{% endfor %}{{ s|length }} {{ request.path }}`, nil)
	})
	app.Get("/bad", ep("bad"))(func(c *cantil.Context) any {
		return c.StreamTemplateString(`{{ "x" * 5000 }}{{ nada.b }}`)
	})
	app.Get("/missing", ep("missing"))(func(c *cantil.Context) any { return c.StreamTemplate("missing.html") })
	var want strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&want, "&lt;%d&gt;", i)
	}
	got := app.TestClient().Get("/").Text()
	if strings.ReplaceAll(strings.ReplaceAll(got, "<", "&lt;"), ">", "&gt;") != want.String()+"9000 /" {
		t.Errorf("%.60q … %.60q", got, got[max(0, len(got)-60):])
	}
	if r := app.TestClient().Get("/missing"); r.Status != 500 {
		t.Errorf("a missing template: %d", r.Status)
	}
	rendered := 0
	app.TemplateRendered(func(*cantil.Context, string, cantil.Map) { rendered++ })
	conn := serveIt(t, app)()
	fmt.Fprint(conn, "GET /bad HTTP/1.1\r\nHost: h\r\n\r\n")
	data, _ := io.ReadAll(conn)
	if !strings.Contains(string(data), "xxxx") || strings.HasSuffix(string(data), "0\r\n\r\n") {
		t.Errorf("a stream that fails looks whole: %.80q", data)
	}
	app.TestClient().Get("/")
	if rendered != 1 {
		t.Errorf("template_rendered was sent %d times", rendered)
	}
}

func TestResponseConditions(t *testing.T) {
	app := quiet()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	app.Route("/", ep("i"), cantil.Methods("GET", "POST"))(func(c *cantil.Context) any {
		r := c.MakeResponse("0123456789")
		r.AddETag()
		r.SetLastModified(at)
		cc := r.CacheControl()
		cc.Set("public")
		cc.SetSeconds("max-age", time.Minute)
		r.SetCacheControl(cc)
		return r.MakeConditional(c, true)
	})
	client := app.TestClient()
	tag := client.Get("/").Header("ETag")
	if tag != `"87acec17cd9dcd20a716cc2cf67417b71c8a7016"` || client.Get("/").Header("Cache-Control") != "public, max-age=60" {
		t.Errorf("%s %s", tag, client.Get("/").Header("Cache-Control"))
	}
	for _, test := range [][3]string{
		{"If-None-Match", tag, "304 "}, {"If-None-Match", `"other"`, "200 0123456789"}, {"If-Modified-Since", "Fri, 02 Jan 2026 03:04:05 GMT", "304 "},
		{"If-Match", `"other"`, "412 0123456789"}, {"Range", "bytes=2-4", "206 234"}, {"Range", "bytes=-3", "206 789"}, {"X", "y", "200 0123456789"},
	} {
		r := client.Get("/", cantil.RequestHeader(test[0], test[1]))
		if got := fmt.Sprint(r.Status, " ", r.Text()); got != test[2] {
			t.Errorf("%s: %s: %q, want %q", test[0], test[1], got, test[2])
		}
	}
	if r := client.Get("/", cantil.RequestHeader("Range", "bytes=20-")); r.Status != 416 || r.Header("Content-Range") != "bytes */10" {
		t.Errorf("a range outside: %d %q", r.Status, r.Header("Content-Range"))
	}
	if r := client.Post("/", cantil.RequestHeader("If-None-Match", tag)); r.Status != 200 {
		t.Errorf("POST: %d", r.Status)
	}
	app.TestRequestContext("/", func(c *cantil.Context) {
		r := c.MakeResponse("")
		r.SetETag("a b", true)
		got, weak := r.ETag()
		if got != "a b" || !weak || r.Header().Get("ETag") != `W/"a b"` || !r.LastModified().IsZero() {
			t.Errorf("%q %v", got, weak)
		}
		mustPanic(t, "no quotes", func() { r.SetETag(`a"b`) })
		mustPanic(t, "is a stream", func() { c.MakeResponse(strings.NewReader("x")).AddETag() })
	})
}

// TestCallOnClose: after the answer, once for each request, whatever the body.
func TestCallOnClose(t *testing.T) {
	app := quiet()
	var closed []string
	kept := false
	var keep *cantil.Response
	app.Get("/<kind>", ep("i"))(func(c *cantil.Context) any {
		var r *cantil.Response
		switch kind := c.Param("kind"); kind {
		case "stream":
			r = c.MakeResponse(strings.NewReader("x"))
		case "kept":
			if kept {
				return keep
			}
			kept = true
			r = c.MakeResponse("x")
			keep = r
		case "panic":
			r = c.MakeResponse("x")
			r.CallOnClose(func() { panic("ignored") })
		default:
			r = c.MakeResponse("x")
		}
		r.CallOnClose(func() { closed = append(closed, c.Param("kind")) })
		return r
	})
	kind := ""
	app.TeardownRequest(func(*cantil.Context, error) { kind = "torn" })
	client := app.TestClient()
	for _, path := range []string{"/text", "/stream", "/kept", "/kept", "/panic", "/none"} {
		closed = nil
		client.Get(path)
		if len(closed) != 1 || kind != "torn" {
			t.Errorf("%s: %q", path, closed)
		}
	}
	closed = nil
	client.Head("/stream")
	if len(closed) != 1 {
		t.Errorf("HEAD of a stream: %q", closed)
	}
}

// closing notes that it was closed.
type closing struct {
	io.Reader
	closed *int
}

func (c closing) Close() error { *c.closed++; return nil }

func TestSendReader(t *testing.T) {
	app := quiet()
	closed := 0
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for path, f := range map[string]func(*cantil.Context) any{
		"/seek": func(c *cantil.Context) any {
			r := strings.NewReader("__0123456789")
			r.Seek(2, io.SeekStart)
			return c.SendReader(r, cantil.SendFileOptions{DownloadName: "a.txt", ETag: "tag", LastModified: at, AsAttachment: true})
		},
		"/stream": func(c *cantil.Context) any {
			return c.SendReader(closing{io.MultiReader(strings.NewReader("abc")), &closed}, cantil.SendFileOptions{Mimetype: "text/csv"})
		},
		"/bytes": func(c *cantil.Context) any {
			return c.SendReader(bytes.NewReader([]byte("%PDF")), cantil.SendFileOptions{Mimetype: "application/pdf"})
		},
		"/nothing": func(c *cantil.Context) any { return c.SendReader(strings.NewReader(""), cantil.SendFileOptions{}) },
		"/unnamed": func(c *cantil.Context) any {
			return c.SendReader(strings.NewReader(""), cantil.SendFileOptions{Mimetype: "a/b", AsAttachment: true})
		},
	} {
		app.Get(path, ep(path[1:]))(f)
	}
	client := app.TestClient()
	r := client.Get("/seek")
	got := fmt.Sprint(r.Text(), r.Header("ETag"), r.Header("Content-Type"), r.Header("Content-Disposition"), r.Header("Last-Modified"), r.Header("Content-Length"))
	if got != `0123456789"tag"text/plain; charset=utf-8attachment; filename=a.txtFri, 02 Jan 2026 03:04:05 GMT10` {
		t.Error(got)
	}
	r = client.Get("/seek", cantil.RequestHeader("Range", "bytes=1-2"))
	if r.Status != 206 || r.Text() != "12" || r.Header("Content-Range") != "bytes 1-2/10" {
		t.Errorf("a range: %d %q %q", r.Status, r.Text(), r.Header("Content-Range"))
	}
	if r := client.Get("/seek", cantil.RequestHeader("If-None-Match", `"tag"`)); r.Status != 304 {
		t.Errorf("the tag: %d", r.Status)
	}
	r = client.Get("/stream", cantil.RequestHeader("Range", "bytes=1-2"))
	if r.Status != 200 || r.Text() != "abc" || r.Header("Content-Type") != "text/csv; charset=utf-8" || closed != 1 || r.Header("ETag")+r.Header("Content-Disposition") != "" {
		t.Errorf("a stream: %d %q %q, closed %d times", r.Status, r.Text(), r.Header("Content-Type"), closed)
	}
	if r := client.Get("/bytes"); r.Text() != "%PDF" || r.Header("Content-Type") != "application/pdf" {
		t.Errorf("bytes: %q %q", r.Text(), r.Header("Content-Type"))
	}
	if a, b := client.Get("/nothing").Status, client.Get("/unnamed").Status; a != 500 || b != 500 {
		t.Errorf("without a name: %d, %d", a, b)
	}
}
