package cantil_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit"
)

// exchange sends one raw request to a server at url and returns the answer's
// status, Location and body.
func exchange(t *testing.T, url, request string) (status int, location, body string) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("%q: %v", request, err)
	}
	defer r.Body.Close()
	page, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatalf("%q: %v", request, err)
	}
	return r.StatusCode, r.Header.Get("Location"), string(page)
}

// foreign serves the handler on a fasthttp server that is not Cantil's own.
func foreign(t *testing.T, handler fasthttp.RequestHandler) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &fasthttp.Server{Handler: handler, ReadTimeout: 10 * time.Second}
	done := make(chan error, 1)
	go func() { done <- server.Serve(ln) }()
	t.Cleanup(func() {
		if err := server.Shutdown(); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return "http://" + ln.Addr().String()
}

// targetApp says what a view knows of its request's target.
func targetApp() *cantil.App {
	app := quiet()
	about := func(c *cantil.Context) any {
		return strings.Join([]string{c.Endpoint(), c.Path(), c.FullPath(), c.Host(), c.URL(), c.Args().Get("u", "-"),
			c.URLFor("about", "_external", true)}, "|")
	}
	for endpoint, rule := range map[string]string{"index": "/", "admin": "/admin", "about": "/about/", "any": "/<path:p>/"} {
		app.Get(rule, cantil.Endpoint(endpoint))(about)
	}
	return app
}

// TestTargets: what begins with a slash is a path, of a whole URL the host counts
// (RFC 9112, 3.2), and routing and view read the same path, as Flask's do. The
// answers are Werkzeug's own, but for the URL without a path, which it redirects.
func TestTargets(t *testing.T) {
	app := targetApp()
	for name, url := range map[string]string{"Serve": testkit.Serve(t, app), "a foreign server": foreign(t, targetApp().Handler())} {
		t.Run(name, func(t *testing.T) {
			for _, test := range []struct{ target, want string }{
				{"/admin", "admin|/admin|/admin?|site|http://site/admin|-|http://site/about/"},
				{"//admin", "admin|/admin|/admin?|site|http://site/admin|-|http://site/about/"},
				{"///admin?u=1", "admin|/admin|/admin?u=1|site|http://site/admin?u=1|1|http://site/about/"},
				{"//admin?u=http://y", "admin|/admin|/admin?u=http://y|site|http://site/admin?u=http://y|http://y|http://site/about/"},
				{"//x?u=http://y/admin", "308 http://site/x/?u=http://y/admin"},
				{"//x/admin?u=http://y", "308 http://site/x/admin/?u=http://y"},
				{"//x/admin/?u=http://y", "any|/x/admin/|/x/admin/?u=http://y|site|http://site/x/admin/?u=http://y|http://y|http://site/about/"},
				{"//x/admin/#://", "any|/x/admin/|/x/admin/?|site|http://site/x/admin/|-|http://site/about/"},
				{"//x:1/admin/?://", "any|/x:1/admin/|/x:1/admin/?://|site|http://site/x:1/admin/?://|-|http://site/about/"},
				{"//u@x/admin/?://", "any|/u@x/admin/|/u@x/admin/?://|site|http://site/u@x/admin/?://|-|http://site/about/"},
				{"/%2fadmin", "admin|/admin|/admin?|site|http://site/admin|-|http://site/about/"},
				{"/%2F%2fx/", "any|/x/|/x/?|site|http://site/x/|-|http://site/about/"},
				{"/%2fevil.example", "308 http://site/evil.example/"},
				{"http://good/admin?u=1", "admin|/admin|/admin?u=1|good|http://good/admin?u=1|1|http://good/about/"},
				{"http://GOOD:81/admin", "admin|/admin|/admin?|GOOD:81|http://good:81/admin|-|http://good:81/about/"},
				{"http://[::1]:8080/admin", "admin|/admin|/admin?|[::1]:8080|http://[::1]:8080/admin|-|http://[::1]:8080/about/"},
				{"HTTPS://good:80/admin", "admin|/admin|/admin?|good|http://good/admin|-|http://good/about/"},
				{"http://good//admin", "admin|/admin|/admin?|good|http://good/admin|-|http://good/about/"},
				{"http://good/x", "308 http://good/x/"},
				{"http://good", "index|/|/?|good|http://good/|-|http://good/about/"},
				{"http://good?u=1", "index|/|/?u=1|good|http://good/?u=1|1|http://good/about/"},
				{"http://good#/admin", "index|/|/?|good|http://good/|-|http://good/about/"},
				{"http://good?u=/admin", "index|/|/?u=/admin|good|http://good/?u=/admin|/admin|http://good/about/"},
			} {
				status, location, body := exchange(t, url, "GET "+test.target+" HTTP/1.1\r\nHost: site\r\n\r\n")
				got := body
				if status == http.StatusPermanentRedirect {
					got = "308 " + location
				}
				if got != test.want {
					t.Errorf("%s: %d\n%s, want\n%s", test.target, status, got, test.want)
				}
			}
		})
	}
}

// TestTargetsWithoutHost: HTTP/1.0 needs no Host. The address that was
// connected to stands for it, as SERVER_NAME and SERVER_PORT do in Flask.
func TestTargetsWithoutHost(t *testing.T) {
	url := testkit.Serve(t, targetApp())
	addr := strings.TrimPrefix(url, "http://")
	for _, test := range []struct{ target, want string }{
		{"/admin", "admin|/admin|/admin?|{addr}|http://{addr}/admin|-|http://{addr}/about/"},
		{"//x/admin", "308 http://{addr}/x/admin/"},
		{"//x/admin/", "any|/x/admin/|/x/admin/?|{addr}|http://{addr}/x/admin/|-|http://{addr}/about/"},
		{"//x", "308 http://{addr}/x/"},
		{"/evil.example", "308 http://{addr}/evil.example/"},
		{"http://good/x", "308 http://good/x/"},
	} {
		status, location, body := exchange(t, url, "GET "+test.target+" HTTP/1.0\r\n\r\n")
		got := body
		if status == http.StatusPermanentRedirect {
			got = "308 " + location
		}
		if want := strings.ReplaceAll(test.want, "{addr}", addr); got != want {
			t.Errorf("%s: %d\n%s, want\n%s", test.target, status, got, want)
		}
	}
}

// TestGuardByPathAndMethod: a hook that looks at path or method sees what is
// routed, however the client spells it.
func TestGuardByPathAndMethod(t *testing.T) {
	app := quiet()
	app.BeforeRequest(func(c *cantil.Context) any {
		if strings.HasPrefix(c.Path(), "/admin") {
			return cantil.Abort(403)
		}
		if c.Method() == "POST" && c.Values().Get("csrf") != "tok" {
			return cantil.Abort(400)
		}
		return nil
	})
	app.Route("/admin", cantil.Endpoint("admin"), cantil.Methods("GET", "POST"))(func(c *cantil.Context) any { return "ADMIN" })
	app.Post("/transfer", cantil.Endpoint("transfer"))(func(c *cantil.Context) any { return "TRANSFER " + c.Form().Get("csrf") })
	url := foreign(t, app.Handler()) // which lets methods pass that Serve refuses
	const form = "Host: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\n\r\n"
	for request, want := range map[string]string{
		"GET /admin HTTP/1.1\r\nHost: a\r\n\r\n":               "403",
		"GET //admin HTTP/1.1\r\nHost: a\r\n\r\n":              "403",
		"GET /%2fadmin HTTP/1.1\r\nHost: a\r\n\r\n":            "403",
		"GET http://a//admin HTTP/1.1\r\nHost: a\r\n\r\n":      "403",
		"GET //admin?u=http://y HTTP/1.1\r\nHost: a\r\n\r\n":   "403",
		"GET //x/admin?u=http://y HTTP/1.1\r\nHost: a\r\n\r\n": "404",
		"post /transfer HTTP/1.1\r\n" + form + "csrf=xxx":      "400",
		"Post /transfer HTTP/1.1\r\n" + form + "csrf=xxx":      "400",
		"post /transfer HTTP/1.1\r\n" + form + "csrf=tok":      "200 TRANSFER tok",
		"POST /transfer HTTP/1.1\r\n" + form + "csrf=tok":      "200 TRANSFER tok",
		"options /transfer HTTP/1.1\r\nHost: a\r\n\r\n":        "200 ",
	} {
		status, _, body := exchange(t, url, request)
		got := strconv.Itoa(status)
		if status == http.StatusOK {
			got += " " + body
		}
		if got != want {
			t.Errorf("%q: %d %q, want %s", request, status, body, want)
		}
	}
}

// TestTargetsThatNoHostRules: what has neither a slash nor a host is a path.
func TestTargetsThatNoHostRules(t *testing.T) {
	handler := targetApp().Handler()
	for target, want := range map[string]string{"admin": "/admin", "*": "/*", "a:443": "/a:443", "http:/admin": "/http:/admin", "://x/y": "/://x/y"} {
		var ctx fasthttp.RequestCtx
		ctx.Init(&fasthttp.Request{}, nil, nil)
		ctx.Request.Header.SetHost("site")
		ctx.Request.SetRequestURI(target)
		handler(&ctx)
		if got := string(ctx.Request.URI().PathOriginal()); got != want {
			t.Errorf("%q is the path %q, want %q", target, got, want)
		}
	}
}
