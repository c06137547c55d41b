package cantil_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

// echo tells what came with the request.
func echo(c *cantil.Context) any {
	var files []string
	for _, f := range c.AllFiles() {
		files = append(files, fmt.Sprintf("%s:%s:%s:%s", f.Name, f.Filename, f.ContentType(), f.Bytes()))
	}
	var form []string
	for key, value := range c.Form().Items() {
		form = append(form, key+"="+value)
	}
	return fmt.Sprintf("%s %s|%s|%s|%d|%s|%s", c.Method(), c.FullPath(), strings.Join(form, "&"), files, c.ContentLength(),
		c.Header("X-A"), c.Header("Authorization"))
}

func TestClientRequests(t *testing.T) {
	app := quiet()
	app.Route("/e", cantil.Methods("GET", "POST", "PUT", "PATCH", "DELETE"))(echo)
	app.Route("/go/<int:code>", cantil.Methods("GET", "POST"))(func(c *cantil.Context) any {
		return c.Redirect("/e?a=1", c.ParamInt("code"))
	})
	app.Get("/away", cantil.Endpoint("away"))(func(c *cantil.Context) any { return c.Redirect("https://evil.example/") })
	client := app.TestClient()
	header := cantil.RequestHeader("X-A", "h")
	for _, test := range []struct {
		r    *cantil.ClientResponse
		want string
	}{
		{client.Get("/e"), "GET /e?||[]|-1||"},
		{client.Post("/e", cantil.FormData("z", "1", "a", "é ", "z", "2")), "POST /e?|z=1&z=2&a=é |[]|17||"},
		{client.Post("/e", cantil.FormData("a", "1"), cantil.FormData("b", "2")), "POST /e?|a=1&b=2|[]|7||"},
		{client.Put("/e", cantil.RequestBody("text/plain", nil)), "PUT /e?||[]|-1||"},
		{client.Patch("/e", header), "PATCH /e?||[]|-1|h|"},
		{client.Delete("/e?x=1", cantil.QueryString("q", "ü&")), "DELETE /e?x=1&q=%C3%BC%26||[]|-1||"},
		{client.Get("/e", cantil.QueryString("a", "1", "b", "2")), "GET /e?a=1&b=2||[]|-1||"},
		{client.Get("/e", cantil.BasicAuth("ana", "senha")), "GET /e?||[]|-1||Basic YW5hOnNlbmhh"},
	} {
		if got := test.r.Text(); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
	r := client.Post("/e", cantil.FileData("f", "a.txt", []byte("abc")), cantil.FormData("n", "1"), cantil.FileData("f", `b"c`, []byte("x"), "a/b"))
	if got := r.Text(); !strings.HasPrefix(got, `POST /e?|n=1|[f:a.txt:text/plain:abc f:b"c:a/b:x]|`) {
		t.Errorf("files: %s", got)
	}
	client.FollowRedirects = true
	body, auth := cantil.FormData("a", "1"), cantil.BasicAuth("ana", "s")
	for code, want := range map[int]string{
		302: "GET /e?a=1||[]|-1|h|Basic YW5hOnM=", 303: "GET /e?a=1||[]|-1|h|Basic YW5hOnM=",
		307: "POST /e?a=1|a=1|[]|3|h|Basic YW5hOnM=", 308: "POST /e?a=1|a=1|[]|3|h|Basic YW5hOnM=",
	} {
		r := client.Post(fmt.Sprint("/go/", code), body, header, auth)
		if got := r.Text(); got != want || len(r.History) != 1 || r.History[0].Status != code {
			t.Errorf("%d: %q %v, want %q", code, got, r.History, want)
		}
	}
	mustPanic(t, "a redirect to another host", func() { client.Get("/away") })
	odd := []string{"a"}
	mustPanic(t, "has no value", func() { cantil.QueryString(odd...) })
}

// TestClientBase: the environment of a request follows from the configuration.
func TestClientBase(t *testing.T) {
	app := quiet()
	app.ServerName, app.ApplicationRoot, app.PreferredURLScheme = "loja.example:8000", "/app", "https"
	app.Get("/", cantil.Endpoint("i"))(func(c *cantil.Context) any {
		return fmt.Sprint(c.URL(), " ", c.RootPath(), " ", c.Path(), " ", c.URLFor("i"))
	})
	app.Get("/go", cantil.Endpoint("go"))(func(c *cantil.Context) any { return c.Redirect(c.URLFor("i")) })
	client := app.TestClient()
	client.FollowRedirects = true
	for _, path := range []string{"/", "/go", "https://loja.example:8000/app/go"} {
		if got := client.Get(path).Text(); got != "https://loja.example:8000/app/ /app / /app/" {
			t.Errorf("%s: %s", path, got)
		}
	}
	client.BaseURL = "http://x"
	if got := client.Get("/").Text(); got != "http://x/  / /" {
		t.Errorf("another base: %s", got)
	}
}

// TestClientCookies: what browsers drop is dropped, and a cookie without a path
// belongs to its folder.
func TestClientCookies(t *testing.T) {
	app := quiet()
	lines := []string{
		"ok=1; Path=/", "folder=1", "none=1; Path=/; SameSite=None", "__Secure-a=1; Path=/", "__Host-b=1; Path=/; Secure; Domain=localhost",
		"__host-c=1; Path=/x; Secure", "large=" + strings.Repeat("x", 4096) + "; Path=/", "other=1; Path=/; Domain=example.org",
	}
	app.Get("/a/b", cantil.Endpoint("set"))(func(c *cantil.Context) any {
		r := c.MakeResponse("")
		for _, line := range lines {
			r.Header().Add("Set-Cookie", line)
		}
		return r
	})
	app.Get("/<path:p>", cantil.Endpoint("get"))(func(c *cantil.Context) any { return c.Header("Cookie") })
	client := app.TestClient()
	client.Get("/a/b")
	for path, want := range map[string]string{"/a/x": "ok=1; folder=1", "/x": "ok=1"} {
		if got := client.Get(path).Text(); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	client.DeleteCookie("ok")
	if got := client.Get("/x", cantil.RequestHeader("Cookie", "own=1")).Text(); got != "own=1" {
		t.Errorf("after the deletion: %q", got)
	}
	client = app.TestClient()
	client.NoCookies = true
	client.Get("/a/b")
	if got := client.Get("/a/x").Text(); got != "" {
		t.Errorf("a client without cookies sends %q", got)
	}
	app = cantil.New()
	mustPanic(t, "SecretKey is not set", func() { app.TestClient().SessionTransaction(nil) })
}
