package cantil_test

import (
	"embed"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/flask"
)

// partsApp is testdata/flask/blueprints/app.py in Go.
func partsApp() *cantil.App {
	const here = "testdata/flask/blueprints/"
	app := quiet()
	app.TemplateFolder = here + "templates"
	app.StaticFolder = here + "static"
	blueprint := func(name, folder string, options ...cantil.BlueprintOption) *cantil.Blueprint {
		bp := cantil.NewBlueprint(name, append(options, cantil.TemplateFolder(here+folder+"/templates"))...)
		bp.Get("/page/<name>", cantil.Endpoint("page"))(func(c *cantil.Context) any { return c.RenderTemplate(c.Param("name")) })
		bp.Get("/url", cantil.Endpoint("url"))(func(c *cantil.Context) any { return c.URLFor(".static", "filename", "a b.css") })
		return bp
	}
	blog := blueprint("blog", "blog", cantil.URLPrefix("/blog"), cantil.StaticFolder(here+"blog/static"))
	docs := blueprint("docs", "docs", cantil.URLPrefix("/docs"), cantil.StaticFolder(here+"docs/files"), cantil.StaticURLPath("/arquivos/"))
	blog.RegisterBlueprint(docs)
	app.RegisterBlueprint(blog)
	app.RegisterBlueprint(docs, cantil.BlueprintName("manual"), cantil.URLPrefix("/manual"))
	app.RegisterBlueprint(cantil.NewBlueprint("raiz", cantil.StaticFolder(here+"docs/files"), cantil.StaticURLPath("/static")))
	return app
}

// TestBlueprintFilesAsFlask asks both for the templates and static files of
// blueprints: nested, registered twice, with the same names.
func TestBlueprintFilesAsFlask(t *testing.T) {
	python := flask.Python(t, "flask")
	flask := "http://127.0.0.1:" + testkit.Start(t, python, "testdata/flask/blueprints/app.py")
	own := testkit.Serve(t, partsApp())
	for _, path := range []string{
		"/blog/page/post.html", "/blog/page/ambos.html", "/blog/docs/page/post.html", "/blog/docs/page/ambos.html",
		"/blog/docs/page/manual.html", "/manual/page/manual.html", "/manual/page/ambos.html", "/manual/page/nao.html",
		"/blog/url", "/blog/docs/url", "/manual/url",
		"/blog/static/blog.css", "/blog/static/nao.css", "/blog/static/../app.py", "/blog/static/", "/static/blog.css", "/static/app.css", "/static/leia.txt",
		"/blog/docs/arquivos/leia.txt", "/manual/arquivos/leia.txt", "/manual/files/leia.txt",
	} {
		for _, method := range []string{"GET", "HEAD", "POST"} {
			want, got := seen(t, method, flask+path), seen(t, method, own+path)
			if strings.HasPrefix(want, "404") || strings.HasPrefix(want, "405") || strings.HasPrefix(want, "500") {
				want, got = want[:3], got[:3] // the pages have other texts
			}
			if got != want {
				t.Errorf("%s %s:\n%s\nwant\n%s", method, path, got, want)
			}
		}
	}
}

// seen is what a visitor sees of an answer.
func seen(t *testing.T, method, url string) string {
	t.Helper()
	req, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintln(a.StatusCode, strings.TrimRight(string(body), "\n"))
	for _, name := range []string{"Content-Type", "Content-Disposition", "Cache-Control", "Last-Modified", "ETag"} {
		text += name + ": " + a.Header.Get(name) + "\n"
	}
	return text
}

//go:embed testdata/flask/blueprints/blog
var embedded embed.FS

// TestBlueprintFS: the folders may be in a file system, or be it; nothing else
// of it is served.
func TestBlueprintFS(t *testing.T) {
	for name, options := range map[string][]cantil.BlueprintOption{
		"embedded": {cantil.BlueprintFS(embedded), cantil.TemplateFolder("testdata/flask/blueprints/blog/templates"),
			cantil.StaticFolder("testdata/flask/blueprints/blog/static")},
		"the folder itself": {cantil.BlueprintFS(fstest.MapFS{
			"blog/parte.html": {Data: []byte("parte {{ request.blueprint }}")},
			"static/blog.css": {Data: []byte("body { color: green }\n")},
		}), cantil.TemplateFolder("."), cantil.StaticFolder("static")},
	} {
		app := quiet()
		bp := cantil.NewBlueprint("b", append(options, cantil.URLPrefix("/b"))...)
		bp.Get("/")(func(c *cantil.Context) any { return c.RenderTemplate("blog/parte.html") })
		app.RegisterBlueprint(bp)
		client := app.TestClient()
		if got := strings.TrimSpace(client.Get("/b/").Text()); got != "parte b" {
			t.Errorf("%s: page %q", name, got)
		}
		if got := client.Get("/b/static/blog.css").Text(); got != "body { color: green }\n" {
			t.Errorf("%s: static file %q", name, got)
		}
		if status := client.Get("/b/static/nao.css").Status; status != http.StatusNotFound {
			t.Errorf("%s: status %d of a file that is not there", name, status)
		}
	}

	app := quiet()
	app.RegisterBlueprint(cantil.NewBlueprint("b", cantil.URLPrefix("/b"), cantil.StaticFolder("statik"), cantil.BlueprintFS(fstest.MapFS{
		"templates/t.html": {Data: []byte("not for everybody")},
	})))
	if status := app.TestClient().Get("/b/statik/templates/t.html").Status; status != http.StatusNotFound {
		t.Errorf("status %d of a template", status)
	}
}
