package cantil_test

import (
	"bytes"
	"cmp"
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit"
)

// What no page may show. The page shows lines of this file, so neither stands in
// one.
const (
	pageKey = "uma chave " + "muito secreta"
	hidden  = "segr" + "edo"
)

// broken is an application whose pages fail in several ways.
func broken() (*cantil.App, *bytes.Buffer) {
	var log bytes.Buffer
	app := quiet()
	app.Debug, app.SecretKey = true, pageKey
	app.Logger = slog.New(slog.NewTextHandler(&log, nil))
	app.Extra = map[string]any{"MAIL": map[string]any{"PORT": 25, "PASSWORD": hidden}, "BANCO": "postgres://loja:" + hidden + "@db/loja"}
	app.TemplateFS = fstest.MapFS{"ruim.html": {Data: []byte("um\ndois\n{{ 1 / 0 }}\nquatro\n")}}
	app.Get("/panic")(func(c *cantil.Context) any {
		c.Session().Set("usuario", "Maria")
		c.Session().Set("csrf_token", hidden)
		panic("a chave é " + pageKey) // this line is shown
	})
	app.Get("/template")(func(c *cantil.Context) any { return c.RenderTemplate("ruim.html") })
	app.Get("/error", cantil.Endpoint("devolve"))(func(*cantil.Context) any { return errors.New("dial postgres://loja:" + hidden + "@db/loja") })
	return app, &log
}

// TestDebugPageShows: what a developer looks for.
func TestDebugPageShows(t *testing.T) {
	app, _ := broken()
	client := app.TestClient()
	html := cantil.RequestHeader("Accept", "text/html")
	for path, wants := range map[string][]string{
		"/panic?a=1&token=" + hidden: {"500 Internal Server Error", "debug_page_test.go", "this line is shown", `class="here"`, "usuario", "Maria",
			"new; modified", "SESSION_COOKIE_NAME", "a=1&amp;token=(not shown)", "textarea readonly", "light-dark(", "<details><summary>All"},
		"/template": {"ruim.html:3", "dois", "quatro", "ZeroDivisionError"},
		"/error":    {"devolve"},
		"/nowhere":  {"404 Not Found", "Rules that were tried", "/template"},
	} {
		page := client.Get(path, html).Text()
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page lacks %q", path, want)
			}
		}
		if strings.Contains(page, "<script") || strings.Contains(page, hidden) || strings.Contains(page, pageKey) {
			t.Errorf("%s: the page has a script or a secret:\n%s", path, page)
		}
	}
	checkFolded(t, client.Get("/panic", html).Text())
	text := client.Get("/panic", cantil.RequestHeader("Accept", "*/*")).Text()
	if !strings.HasPrefix(text, "500 Internal Server Error\n") || !strings.Contains(text, "this line is shown") || strings.Contains(text, hidden) {
		t.Errorf("as text:\n%s", text)
	}
	if r := client.Get("/nowhere", cantil.RequestHeader("Accept", "application/json")); r.Status != 404 || strings.Contains(r.Text(), "/template") {
		t.Errorf("a 404 for a program: %s", r.Text())
	}
}

// checkFolded fails if a call of Go or of the framework has lines on the page, or
// is not in the list of all calls.
func checkFolded(t *testing.T, page string) {
	t.Helper()
	own := regexp.MustCompile(`<h3>([^ <]*) <small>`).FindAllStringSubmatch(page, -1)
	if len(own) == 0 || !strings.HasSuffix(own[0][1], "cantil_test.broken.func1") {
		t.Errorf("the first calls are %q", own)
	}
	for _, call := range own {
		if !strings.Contains(call[1], "cantil_test.") {
			t.Errorf("%s has lines", call[1])
		}
	}
	if _, all, _ := strings.Cut(page, "<details><summary>All"); !strings.Contains(all, "<span>github.com/cantil-go/cantil.(*App).dispatch") {
		t.Error("the framework's calls are not in the list of all")
	}
}

// TestDebugPageIsLocal: a proxy on this machine, and a name of another site that
// leads here, make strangers look local.
func TestDebugPageIsLocal(t *testing.T) {
	for _, test := range []struct {
		name, host string
		header     [2]string
		remote     bool
		shown      bool
	}{
		{"the loopback", "", [2]string{}, false, true},
		{"its name", "localhost:5000", [2]string{}, false, true},
		{"a name below it", "loja.localhost", [2]string{}, false, true},
		{"IPv6", "[::1]:5000", [2]string{}, false, true},
		{"a proxy for this machine", "", [2]string{"X-Forwarded-For", "127.0.0.1, ::1"}, false, true},
		{"a proxy", "", [2]string{"X-Forwarded-For", "203.0.113.9"}, false, false},
		{"a proxy behind another", "", [2]string{"X-Forwarded-For", "127.0.0.1, 203.0.113.9"}, false, false},
		{"Forwarded", "", [2]string{"Forwarded", "for=203.0.113.9"}, false, false},
		{"X-Real-IP", "", [2]string{"X-Real-IP", "203.0.113.9"}, false, false},
		{"nginx as it comes", "127.0.0.1:5000", [2]string{"", "HTTP/1.0"}, false, false},
		{"Via", "", [2]string{"Via", "1.1 proxy"}, false, false},
		{"a proxy that keeps the host to itself", "", [2]string{"X-Forwarded-Host", "loja.example"}, false, false},
		{"a page of a site", "", [2]string{"Referer", "https://loja.example/"}, false, false},
		{"a form of a site", "", [2]string{"Origin", "https://loja.example"}, false, false},
		{"its own page", "", [2]string{"Referer", "http://localhost:5000/a"}, false, true},
		{"cantil run --proxy", "", [2]string{"X-Forwarded-Host", "localhost:5000"}, false, true},
		{"DNS rebinding", "evil.example:5000", [2]string{}, false, false},
		{"a name that only begins so", "localhost.evil.example", [2]string{}, false, false},
		{"DebugRemote", "evil.example", [2]string{"X-Forwarded-For", "203.0.113.9"}, true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			app, _ := broken()
			app.DebugRemote = test.remote
			url := testkit.Serve(t, app)
			version := "HTTP/1.1"
			lines := "Accept: text/html\r\nConnection: close\r\nHost: " + cmp.Or(test.host, strings.TrimPrefix(url, "http://")) + "\r\n"
			if test.header[0] != "" {
				lines += test.header[0] + ": " + test.header[1] + "\r\n"
			} else {
				version = cmp.Or(test.header[1], version)
			}
			status, _, page := exchange(t, url, "GET /panic "+version+"\r\n"+lines+"\r\n")
			if shown := strings.Contains(page, "debug_page_test.go"); shown != test.shown || status != 500 {
				t.Errorf("%d, shown is %v", status, shown)
			}
		})
	}
}

// TestDebugPageOfAnAbort: a status without a cause that ends the walk late has a
// page too.
func TestDebugPageOfAnAbort(t *testing.T) {
	app, log := broken()
	app.AfterRequest(func(*cantil.Context, *cantil.Response) { panic(cantil.Abort(503)) })
	app.Get("/ok")(func(*cantil.Context) any { return "ok" })
	r := app.TestClient().Get("/ok", cantil.RequestHeader("Accept", "text/html"))
	if r.Status != 503 || !strings.Contains(r.Text(), "503 Service Unavailable") || !strings.Contains(r.Text(), "<details>") {
		t.Errorf("%d\n%s", r.Status, r.Text())
	}
	if strings.Contains(log.String(), "nil pointer") {
		t.Errorf("%s", log)
	}
}

// TestErrorInTheLog: the program's own calls alone.
func TestErrorInTheLog(t *testing.T) {
	app, log := broken()
	app.TestClient().Get("/panic")
	if text := log.String(); !strings.Contains(text, "debug_page_test.go:") || strings.Contains(text, "dispatch.go") || !strings.Contains(text, "calls of Go and of libraries") {
		t.Errorf("%s", text)
	}
}

// TestAccessLog: a line a request, and what became of the session.
func TestAccessLog(t *testing.T) {
	var log bytes.Buffer
	app := quiet()
	app.SecretKey, app.AccessLog = pageKey, true
	app.Logger = slog.New(slog.NewTextHandler(&log, nil))
	app.Get("/none")(func(*cantil.Context) any { return "abc" })
	app.Get("/read")(func(c *cantil.Context) any { c.Session().Get("a"); return "" })
	app.Get("/save")(func(c *cantil.Context) any { c.Session().Set("a", 1); return "" })
	app.Get("/clear")(func(c *cantil.Context) any { c.Session().Clear(); return "" })
	app.Get("/panic")(func(*cantil.Context) any { panic("x") })
	client := app.TestClient()
	line := func(path string, options ...cantil.RequestOption) string {
		log.Reset()
		client.Get(path, options...)
		return log.String()
	}
	for _, test := range []struct{ path, want string }{
		{"/none", `msg="GET /none" status=200 bytes=3 ms=`}, {"/none?a=1&token=x", `msg="GET /none?a=1&token=(not shown)"`},
		{"/none", "session=none"}, {"/nowhere", "status=404"},
		{"/read", "session=read"}, {"/save", "session=saved"}, {"/read", "session=read"}, {"/clear", "session=deleted"},
	} {
		if got := line(test.path); !strings.Contains(got, test.want) {
			t.Errorf("%s: %s\nwant %s", test.path, got, test.want)
		}
	}
	client.SetCookie("session", "eyJhIjoxfQ.aPq5NA.AAAAAAAAAAAAAAAAAAAAAAAAAAA")
	if got := line("/read"); !strings.Contains(got, `session=refused session_error="itsdangerous: signature does not match"`) {
		t.Errorf("a refused session: %s", got)
	}
	got := line("/panic", cantil.RequestHeader("X-Request-ID", "pedido-7"))
	if strings.Count(got, "request_id=pedido-7") != 2 {
		t.Errorf("the lines of one request: %s", got)
	}
	if got := line("/none", cantil.RequestHeader("X-Request-ID", "a b")); strings.Contains(got, "a b") || !strings.Contains(got, "request_id=") {
		t.Errorf("an id with a space: %s", got)
	}
}
