package cantil_test

import (
	"bytes"
	"errors"
	"log"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

// visitor is what no page may show. The debug page shows lines of this file, so
// it does not stand in one.
const visitor = "do-" + "visitante"

func failing(debug bool) (*cantil.Client, *bytes.Buffer) {
	var log bytes.Buffer
	app := quiet()
	app.Debug = debug
	app.Logger = slog.New(slog.NewTextHandler(&log, nil))
	app.Get("/panic")(func(c *cantil.Context) any { panic("<segredo>") })
	app.Get("/error")(func(c *cantil.Context) any { return errors.New("<segredo>") })
	app.Get("/form")(func(c *cantil.Context) any { return c.Args().Must("campo") })
	client := app.TestClient()
	client.SetCookie("session", "chave-"+visitor)
	return client, &log
}

func TestDebugPage(t *testing.T) {
	client, log := failing(true)
	page := client.Get("/panic").Text()
	for _, want := range []string{"&lt;segredo&gt;", "logging_test.go", "/panic", "Never turn it on"} {
		if !strings.Contains(page, want) {
			t.Errorf("the debug page lacks %q", want)
		}
	}
	if strings.Contains(page, "<segredo>") || strings.Contains(page, "chave-"+visitor) {
		t.Error("the debug page shows text as HTML, or the visitor's cookies")
	}
	if r := client.Get("/form"); r.Status != 500 || !strings.Contains(r.Text(), "campo") { // raised, as in Flask
		t.Errorf("a missing key in Debug: %d %q", r.Status, r.Text())
	}
	if !strings.Contains(log.String(), "logging_test.go") {
		t.Error("the log has no stack")
	}
}

// TestDebugPageHidesSecrets: screenshots of the page are shared.
func TestDebugPageHidesSecrets(t *testing.T) {
	client, _ := failing(true)
	for _, name := range []string{"Authorization", "authorization", "Proxy-Authorization", "Cookie", "X-Api-Key", "X-Auth-Token", "X-CSRF-Token",
		"X-Amz-Security-Token", "X-Hub-Signature-256", "X-Client-Secret"} {
		page := client.Get("/panic", cantil.RequestHeader(name, "chave-"+visitor)).Text()
		if strings.Contains(page, visitor) || !strings.Contains(page, "(not shown)") {
			t.Errorf("the debug page shows %s", name)
		}
	}
	if page := client.Get("/panic", cantil.RequestHeader("X-Pedido", "visto")).Text(); !strings.Contains(page, "X-Pedido: visto") {
		t.Error("the debug page hides what is no secret")
	}
}

func TestNoDebugPageWithoutDebug(t *testing.T) {
	client, log := failing(false)
	for _, path := range []string{"/panic", "/error"} {
		if r := client.Get(path); r.Status != 500 || strings.Contains(r.Text(), "segredo") || strings.Contains(r.Text(), ".go") {
			t.Errorf("%s: %d %s", path, r.Status, r.Text())
		}
	}
	if r := client.Get("/form"); r.Status != 400 || strings.Contains(r.Text(), "campo") {
		t.Errorf("a missing key: %d %s", r.Status, r.Text())
	}
	if n := strings.Count(log.String(), "segredo"); n != 2 {
		t.Errorf("the log tells of %d errors, want 2", n)
	}
}

func TestTestingLetsErrorsOut(t *testing.T) {
	app := quiet()
	app.Testing = true
	broken := errors.New("quebrou")
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return broken })
	app.Get("/404")(func(c *cantil.Context) any { return cantil.Abort(404) })
	if r := app.TestClient().Get("/404"); r.Status != 404 {
		t.Errorf("an HTTP error: %d", r.Status)
	}
	defer func() {
		if err, _ := recover().(error); !errors.Is(err, broken) {
			t.Errorf("out came %v", err)
		}
	}()
	app.TestClient().Get("/")
	t.Error("the error did not come out")
}

func TestTrappedErrors(t *testing.T) {
	for _, test := range []struct {
		badRequest, all bool
		form, gone      int
	}{{false, false, 400, 410}, {true, false, 500, 410}, {false, true, 500, 500}} {
		app := quiet()
		app.TrapBadRequestErrors, app.TrapHTTPExceptions = test.badRequest, test.all
		app.Get("/form")(func(c *cantil.Context) any { return c.Args().Must("campo") })
		app.Get("/gone")(func(c *cantil.Context) any { return cantil.Abort(410) })
		client := app.TestClient()
		if form, gone := client.Get("/form").Status, client.Get("/gone").Status; form != test.form || gone != test.gone {
			t.Errorf("%+v: %d and %d", test, form, gone)
		}
	}
}

// TestLogLinesAreWhole: nothing in a path ends the line of Go's own log, which
// quotes no messages, nor steers the terminal that shows it.
func TestLogLinesAreWhole(t *testing.T) {
	var out bytes.Buffer
	log.SetOutput(&out)
	defer log.SetOutput(os.Stderr)
	app := cantil.New()
	app.AccessLog = true
	app.Get("/<p>")(func(c *cantil.Context) any {
		if c.QueryString() != "" {
			return errors.New("broken")
		}
		return ""
	})
	client := app.TestClient()
	for path, want := range map[string]string{
		"/a%0A2026/11/27%20INFO%20GET%20/evil": "GET /a%0A2026/11/27 INFO GET /evil status=404",
		"/%0D%1B[31m%C2%9B%E2%80%AE%E2%80%A8":  "GET /%0D%1B[31m%C2%9B%E2%80%AE%E2%80%A8 status=200",
		"/%FFa%C3%A9":                          "GET /\ufffda\u00e9 status=200",
		"/b%0Ac?fail=1":                        "exception on /b%0Ac method=GET",
	} {
		out.Reset()
		client.Get(path)
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		if !strings.Contains(out.String(), want) || strings.ContainsAny(out.String(), "\r\x1b\u009b\u202e\u2028") || len(lines) != 1+strings.Count(path, "fail") {
			t.Errorf("%s:\n%q, want %q", path, out.String(), want)
		}
	}
}
