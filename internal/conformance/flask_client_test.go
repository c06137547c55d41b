package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

// writeAt writes a file of a certain age.
func writeAt(t *testing.T, name, text string, at time.Time) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(name, at, at); err != nil {
		t.Fatal(err)
	}
}

func showURL(c *cantil.Context) any { return c.URL() }

var flaskTesting = append([]flaskTest{
	ported("environ_defaults_from_config", func(t *testing.T) {
		app := quietApp()
		app.ServerName, app.ApplicationRoot = "example.com:1234", "/foo"
		app.Get("/", ep("i"))(showURL)
		is(t, app.TestClient().Get("/").Text(), "http://example.com:1234/foo/")
	}),
	ported("environ_defaults", func(t *testing.T) {
		app := quietApp()
		app.Get("/", ep("i"))(showURL)
		is(t, app.TestClient().Get("/").Text(), "http://localhost/")
	}),
	ported("environ_base_default", func(t *testing.T) {
		app := quietApp()
		app.Get("/", ep("i"))(func(c *cantil.Context) any { return c.RemoteAddr() })
		is(t, app.TestClient().Get("/").Text(), "127.0.0.1")
	}),
	ported("environ_base_modified", func(t *testing.T) {
		app := quietApp()
		app.Get("/", ep("i"))(func(c *cantil.Context) any { return c.RemoteAddr() + " " + c.UserAgent() })
		client := app.TestClient()
		client.RemoteAddr = []byte{192, 168, 0, 22}
		is(t, client.Get("/", cantil.RequestHeader("User-Agent", "Foo")).Text(), "192.168.0.22 Foo")
	}),
	ported("specify_url_scheme", func(t *testing.T) {
		app := quietApp()
		app.Get("/", ep("i"))(showURL)
		is(t, app.TestClient().Get("https://localhost/").Text(), "https://localhost/")
	}),
	ported("path_is_url", func(t *testing.T) {
		quietApp().TestRequestContext("https://example.com/", func(c *cantil.Context) {
			is(t, fmt.Sprint(c.Scheme(), c.Host(), c.RootPath(), c.Path()), "httpsexample.com/")
		})
	}),
	ported("blueprint_with_subdomain", func(t *testing.T) {
		app := quietApp()
		app.SubdomainMatching, app.ServerName, app.ApplicationRoot = true, "example.com:1234", "/foo"
		with(app, "company", func(bp *cantil.Blueprint) { bp.Get("/", ep("index"))(showURL) }, cantil.BlueprintSubdomain("xxx"))
		is(t, app.TestClient().Get("http://xxx.example.com:1234/foo/").Text(), "http://xxx.example.com:1234/foo/")
	}),
	ported("redirect_session", func(t *testing.T) {
		app := quietApp()
		app.Get("/redirect", ep("r"))(func(c *cantil.Context) any { c.Session().Set("redirect", true); return c.Redirect("/target") })
		app.Get("/target", ep("t"))(func(c *cantil.Context) any { c.Session().Set("target", true); return fmt.Sprint(c.Session().Len()) })
		client := app.TestClient()
		client.FollowRedirects = true
		is(t, client.Get("/redirect").Text(), "2")
	}),
	ported("session_transactions", func(t *testing.T) {
		app := quietApp()
		app.Get("/", ep("i"))(func(c *cantil.Context) any { return fmt.Sprint(c.Session().Get("foo")) })
		client := app.TestClient()
		client.SessionTransaction(func(s *session.Session) { is(t, s.Len(), 0); s.Set("foo", []any{42}) })
		is(t, client.Get("/").Text(), "[42]")
		client.SessionTransaction(func(s *session.Session) { is(t, s.Get("foo"), "[42]") })
	}),
	ported("session_transactions_no_null_sessions", func(t *testing.T) {
		app := quietApp()
		app.SecretKey = ""
		panics(t, "there is no session", func() { app.TestClient().SessionTransaction(func(*session.Session) {}) })
	}),
	ported("session_transaction_needs_cookies", func(t *testing.T) {
		client := quietApp().TestClient()
		client.NoCookies = true
		panics(t, "keeps no cookies", func() { client.SessionTransaction(func(*session.Session) {}) })
	}),
	ported("reuse_client", func(t *testing.T) {
		client := quietApp().TestClient()
		is(t, fmt.Sprint(client.Get("/").Status, client.Get("/").Status), "404 404")
	}),
	ported("full_url_request", func(t *testing.T) {
		app := quietApp()
		app.Post("/action", ep("a"))(func(c *cantil.Context) any { return c.Form().Get("gin") + c.Args().Get("vodka") })
		is(t, app.TestClient().Post("http://domain.com/action?vodka=42", cantil.FormData("gin", "43")).Text(), "4342")
	}),
	ported("json_request_and_response", func(t *testing.T) {
		r := echoes("application/json", `{"drink": {"gin": 1, "tonic": true}, "price": 10}`)
		var v map[string]any
		is(t, fmt.Sprint(r.JSON(&v), r.Header("Content-Type"), v["price"]), "<nil>application/json10")
	}),
	ported("client_json_no_app_context", func(t *testing.T) {
		app := quietApp()
		app.Post("/hello", ep("h"))(func(c *cantil.Context) any {
			var v struct{ Name string }
			if err := c.JSON(&v); err != nil {
				return err
			}
			return "Hello, " + v.Name + "!"
		})
		is(t, app.TestClient().Post("/hello", cantil.JSONData(map[string]string{"name": "Flask"})).Text(), "Hello, Flask!")
	}),
	ported("subdomain", func(t *testing.T) {
		app := quietApp()
		app.SubdomainMatching, app.ServerName = true, "example.com"
		app.Get("/", ep("view"), cantil.Subdomain("<company_id>"))(func(c *cantil.Context) any { return c.Param("company_id") })
		app.TestRequestContext("/", func(c *cantil.Context) {
			is(t, app.TestClient().Get(c.URLFor("view", "company_id", "xxx")).Text(), "xxx")
		})
	}),
	ported("nosubdomain", func(t *testing.T) {
		app := quietApp()
		app.ServerName = "example.com"
		app.Get("/<company_id>", ep("view"))(func(c *cantil.Context) any { return c.Param("company_id") })
		app.TestRequestContext("/", func(c *cantil.Context) {
			is(t, app.TestClient().Get(c.URLFor("view", "company_id", "xxx")).Text(), "xxx")
		})
	}),
}, append(python("a WSGI environment, or a context that stays after its request", "client_open_environ", "session_transactions_keep_context",
	"test_client_context_binding", "client_pop_all_preserved", "environbuilder_json_dumps"),
	python("commands are programs of their own in Go", "cli_runner_class", "cli_invoke", "cli_custom_obj")...)...)

var flaskReqctx = append([]flaskTest{
	ported("teardown_on_pop", func(t *testing.T) { tearsDown(t, nil, "[<nil>]") }),
	ported("teardown_with_previous_exception", func(t *testing.T) {
		func() { defer func() { _ = recover() }(); panic("dummy") }()
		tearsDown(t, nil, "[<nil>]")
	}),
	ported("teardown_with_handled_exception", func(t *testing.T) {
		tearsDown(t, func() { defer func() { _ = recover() }(); panic("handled") }, "[<nil>]")
	}),
	ported("proper_test_request_context", func(t *testing.T) {
		app := quietApp()
		app.ServerName = "localhost.localdomain:5000"
		app.Get("/", ep("index"))(gives(""))
		app.TestRequestContext("/", func(c *cantil.Context) {
			is(t, c.URLFor("index", "_external", true), "http://localhost.localdomain:5000/")
		})
	}),
	ported("session_error_pops_context", func(t *testing.T) {
		app := quietApp()
		app.SessionInterface = failing{session.SecureCookie{}}
		app.Get("/", ep("i"))(func(c *cantil.Context) any { c.Session(); return "" })
		is(t, app.TestClient().Get("/").Status, 500)
	}),
	differs("bad_environ_raises_bad_request", "a server answers 400 before; a context that is reached without one has no host", func(t *testing.T) {
		app := quietApp()
		app.Get("/", ep("i"))(func(c *cantil.Context) any { return "host " + c.Host() })
		is(t, app.TestClient().Get("/", cantil.RequestHeader("Host", "\x8a")).Text(), "host ")
	}),
	ported("environ_for_valid_idna_completes", func(t *testing.T) {
		app := quietApp()
		app.Get("/", ep("index"))(gives("Hello World!"))
		is(t, app.TestClient().Get("http://xn--on-0ia.com/").Text(), "Hello World!")
	}),
	ported("normal_environ_completes", func(t *testing.T) {
		app := quietApp()
		app.Get("/", ep("index"))(gives("Hello World!"))
		is(t, app.TestClient().Get("/").Text(), "Hello World!")
	}),
}, append(python("contexts that are pushed by hand, or bound to a greenlet", "context_binding", "context_test", "manual_context_binding",
	"TestGreenletContextCopying.greenlet_context_copying", "TestGreenletContextCopying.greenlet_context_copying_api"),
	missingOne("session_dynamic_cookie_name", "a cookie's name that follows from the request"))...)

// failing is an interface whose Open fails.
type failing struct{ session.SecureCookie }

func (failing) Open(_ context.Context, _ *session.Config, _ []byte, _ time.Time) (*session.Session, error) {
	return nil, errors.New("bad session")
}

func tearsDown(t *testing.T, within func(), want string) {
	t.Helper()
	app := quietApp()
	var got []string
	app.TeardownRequest(func(_ *cantil.Context, err error) { got = append(got, strings.TrimSpace(fmt.Sprint(err))) })
	app.TestRequestContext("/", func(*cantil.Context) {
		if within != nil {
			within()
		}
	})
	is(t, got, want)
}
