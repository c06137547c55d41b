package conformance

import (
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

// triedApp makes one of the programs that the cases are for.
func triedApp(t *testing.T, name string, cases []*tried) *cantil.App {
	app := cantil.New()
	app.Logger = slog.New(slog.DiscardHandler)
	app.SecretKey = "dev"
	app.StaticFolder = "testdata/static"
	switch name {
	case "guard":
		guardRoutes(app)
		return app
	case "tr":
		app.Post("/tr", cantil.Endpoint("tr"))(seenTwice)
		return app
	case "base":
	case "small":
		app.MaxContentLength = 1000
	case "before":
		app.BeforeRequest(func(c *cantil.Context) any {
			if c.Method() == "POST" {
				return c.Redirect("/login")
			}
			return nil
		})
	case "broken":
		app.SessionInterface = brokenSessions{}
	case "proxy":
		app.ProxyFix(cantil.ProxyFix{For: 1, Proto: 1, Host: 1, Port: 1, Prefix: 1})
	case "trusted":
		app.TrustedHosts = []string{"good.example", "::1x", "[::1]"}
	case "trusted2":
		app.TrustedHosts = []string{"localhost:5000", ".exemplo.com:8080", "münchen.example", "::1"}
	default:
		t.Fatalf("there is no program %q", name)
	}
	served := map[string][]string{}
	route := func(rule, endpoint string, view cantil.View, methods ...string) {
		app.Route(rule, cantil.Endpoint(endpoint), cantil.Methods(methods...))(view)
		served[rule] = append(served[rule], methods...)
	}
	baseRoutes(route)
	declaredRoutes(t, route, served, name, cases)
	return app
}

// routeFunc registers a view.
type routeFunc func(rule, endpoint string, view cantil.View, methods ...string)

// baseRoutes registers what all programs serve but guard and tr.
func baseRoutes(route routeFunc) {
	text := func(text string) cantil.View { return func(*cantil.Context) any { return text } }
	route("/", "index", func(c *cantil.Context) any { return "ok args=" + c.Args().Get("x") }, "GET")
	route("/evil", "evil", text("EVIL"), "GET")
	route("/login", "lg", text("login"), "GET")
	route("/about", "about", text("about"), "GET")
	route("/<n>/", "n", func(c *cantil.Context) any { return "n=" + c.Param("n") }, "GET")
	route("/ignore", "ignore", text("x"), "POST")
	route("/redir", "redir", func(c *cantil.Context) any { return c.Redirect("/login") }, "POST")
	route("/loginredir", "loginredir", func(c *cantil.Context) any { return c.Redirect(c.URLFor("lg")) }, "GET")
	route("/abort", "abort", func(*cantil.Context) any { return cantil.Abort(413) }, "GET", "POST")
	route("/panic", "panic", func(*cantil.Context) any { panic("as the route says") }, "GET", "POST")
	route("/partial", "partial", partial, "POST")
	route("/stream", "stream", func(*cantil.Context) any { return threeTimesS() }, "GET", "POST")
	route("/echo", "echo", func(c *cantil.Context) any { return c.Data() }, "GET", "POST", "PUT", "DELETE")
	route("/form", "form", func(c *cantil.Context) any { return fmt.Sprint("form ", c.Form().ToMap()) }, "POST")
	route("/json", "json", jsonView, "GET", "POST", "PUT", "PATCH", "DELETE")
	route("/session", "session", sessionView, "GET", "POST")
	route("/host", "host", func(c *cantil.Context) any {
		return c.Host() + "|" + c.URL() + "|" + c.URLFor("about", "_external", true)
	}, "GET")
	route("/admin", "admin", func(c *cantil.Context) any { return fmt.Sprintf("ADMIN path=%q", c.Path()) }, "GET")
}

// partial leaves most of the body where it is.
func partial(c *cantil.Context) any {
	body := c.RequestCtx().RequestBodyStream()
	if body == nil { // it was short, and is in memory
		return "read nothing"
	}
	n, _ := io.ReadFull(body, make([]byte, 10))
	return fmt.Sprintf("read %d", n)
}

func threeTimesS() iter.Seq[string] {
	return func(yield func(string) bool) {
		for range 3 {
			if !yield("s") {
				return
			}
		}
	}
}

func jsonView(c *cantil.Context) any {
	var v any
	if err := c.JSON(&v); err != nil {
		return err
	}
	return cantil.Map{"json": v}
}

func sessionView(c *cantil.Context) any {
	n, _ := session.Value[int](c.Session(), "n")
	c.Session().Set("n", n+1)
	return fmt.Sprint("n=", n)
}

// guardRoutes are pages that a before_request function guards by path and method.
func guardRoutes(app *cantil.App) {
	app.BeforeRequest(func(c *cantil.Context) any {
		switch {
		case strings.HasPrefix(c.Path(), "/admin"):
			return cantil.Abort(403)
		case c.Method() == "POST" && c.Values().Get("csrf") != "tok":
			return cantil.Abort(400)
		}
		return nil
	})
	methods := cantil.Methods("GET", "POST", "PATCH")
	app.Route("/admin", cantil.Endpoint("admin"), methods)(func(*cantil.Context) any { return "ADMIN" })
	app.Route("/transfer", cantil.Endpoint("transfer"), methods)(func(*cantil.Context) any { return "TRANSFER" })
}

// seenTwice answers with headers as they are before and after the body is read:
// a chunked body may end in a trailer, which is no header.
func seenTwice(c *cantil.Context) any {
	seen := func() string {
		var all []string
		for _, name := range []string{"X-Remote-User", "Origin", "Authorization", "Cookie", "X-Forwarded-For", "Host"} {
			all = append(all, fmt.Sprintf("%s=%q", name, c.Header(name)))
		}
		return strings.Join(all, " ")
	}
	before := seen()
	body := c.Data()
	return fmt.Sprintf("before %s\nafter %s\nbody=%q", before, seen(), body)
}

// brokenSessions is a session interface whose store never answers.
type brokenSessions struct{}

func (brokenSessions) Open(context.Context, *session.Config, []byte, time.Time) (*session.Session, error) {
	return nil, fmt.Errorf("the store is broken: %w", session.ErrUnavailable)
}

func (brokenSessions) Save(context.Context, *session.Config, *session.Session, []byte, time.Time) ([]byte, session.Action, error) {
	return nil, session.KeepCookie, session.ErrUnavailable
}
