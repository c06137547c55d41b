package conformance

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session/codec"
)

// setsSession is a view that writes the session.
func setsSession(c *cantil.Context) any { c.Session().Set("testing", 42); return "Hello World" }

// cookieOf is the Set-Cookie line of a session that was written.
func cookieOf(set func(*cantil.App)) string {
	app := quietApp()
	set(app)
	app.Get("/", ep("i"))(setsSession)
	return app.TestClient().Get("/").Header("Set-Cookie")
}

var flaskBasicSession = []flaskTest{
	ported("session_accessed", func(t *testing.T) {
		app := quietApp()
		app.Get("/get", ep("get"))(func(c *cantil.Context) any { return c.Session().Get("value", "None") })
		app.Get("/set", ep("set"))(func(c *cantil.Context) any {
			c.Session().Set("value", c.Args().Get("v"))
			return fmt.Sprint(c.Session().Accessed(), c.Session().Modified())
		})
		client := app.TestClient()
		is(t, client.Get("/get").Text(), "None")
		is(t, client.Get("/set?v=42").Text(), "true true")
		is(t, client.Get("/get").Text(), "42")
	}),
	ported("session_path", func(t *testing.T) {
		has(t, cookieOf(func(a *cantil.App) { a.ApplicationRoot = "/foo" }), "Path=/foo")
	}),
	ported("session_using_application_root", func(t *testing.T) {
		app := quietApp()
		app.ApplicationRoot = "/bar"
		app.ProxyFix(cantil.ProxyFix{Prefix: 1})
		app.Get("/", ep("i"))(setsSession)
		has(t, app.TestClient().Get("/", cantil.RequestHeader("X-Forwarded-Prefix", "/foo")).Header("Set-Cookie"), "Path=/bar")
	}),
	ported("session_using_session_settings", func(t *testing.T) {
		line := cookieOf(func(a *cantil.App) {
			a.SessionCookieDomain, a.SessionCookieHTTPOnly, a.SessionCookieSecure = ".example.com", false, true
			a.SessionCookiePartitioned, a.SessionCookieSameSite, a.SessionCookiePath = true, "Lax", "/"
		})
		for _, want := range []string{"Domain=example.com", "Path=/", "Secure", "SameSite=Lax", "Partitioned"} {
			has(t, line, want)
		}
		is(t, strings.Contains(line, "HttpOnly"), false)
	}),
	ported("session_using_samesite_attribute", func(t *testing.T) {
		panics(t, "SameSite", func() { cookieOf(func(a *cantil.App) { a.SessionCookieSameSite = "invalid" }) })
		is(t, strings.Contains(cookieOf(func(*cantil.App) {}), "SameSite"), false)
		for _, value := range []string{"Strict", "Lax"} {
			has(t, cookieOf(func(a *cantil.App) { a.SessionCookieSameSite = value }), "SameSite="+value)
		}
	}),
	ported("missing_session", func(t *testing.T) {
		app := quietApp()
		app.SecretKey = ""
		app.TestRequestContext("/", func(c *cantil.Context) {
			is(t, c.Session().Get("missing_key"), nil)
			panics(t, "SecretKey", func() { c.Session().Set("foo", 42) })
			panics(t, "SecretKey", func() { c.Session().Pop("foo") })
		})
	}),
	ported("session_secret_key_fallbacks", func(t *testing.T) {
		made := func(key string, fallbacks ...string) *cantil.App {
			app := quietApp()
			app.SecretKey, app.SecretKeyFallbacks = key, fallbacks
			app.Get("/set", ep("set"))(func(c *cantil.Context) any { c.Session().Set("a", 1); return "" })
			app.Get("/get", ep("get"))(func(c *cantil.Context) any { return fmt.Sprint(c.Session().Get("a")) })
			return app
		}
		client := made("0 test key").TestClient()
		client.Get("/set")
		cookie, _ := client.Cookie("session")
		send := cantil.RequestHeader("Cookie", "session="+cookie)
		is(t, made("new test key").TestClient().Get("/get", send).Text(), "<nil>")
		is(t, made("new test key", "0 test key").TestClient().Get("/get", send).Text(), "1")
	}),
	ported("session_expiration", func(t *testing.T) {
		app, now := quietApp(), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		app.Now = func() time.Time { return now }
		permanent := true
		app.Get("/", ep("i"))(func(c *cantil.Context) any {
			c.Session().Set("test", 42)
			c.Session().SetPermanent(permanent)
			return ""
		})
		app.Get("/test", ep("t"))(func(c *cantil.Context) any { return fmt.Sprint(c.Session().Permanent()) })
		client := app.TestClient()
		has(t, client.Get("/").Header("Set-Cookie"), "Expires=Sun, 01 Feb 2026 00:00:00 GMT")
		is(t, client.Get("/test").Text(), "true")
		permanent = false
		is(t, strings.Contains(client.Get("/").Header("Set-Cookie"), "Expires"), false)
	}),
	ported("session_stored_last", func(t *testing.T) {
		app := quietApp()
		app.AfterRequest(func(c *cantil.Context, _ *cantil.Response) { c.Session().Set("foo", 42) })
		app.Get("/", ep("i"))(func(c *cantil.Context) any { return fmt.Sprint(c.Session().Get("foo")) })
		client := app.TestClient()
		is(t, client.Get("/").Text()+client.Get("/").Text(), "<nil>42")
	}),
	differs("session_special_types", "with Flask's own serializer, codec.TaggedJSON; msgpack has no HTML and no tuples", func(t *testing.T) {
		app := quietApp()
		app.SessionSerializer = codec.TaggedJSON
		at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		id := codec.UUID{1, 2, 3}
		app.Get("/", ep("i"))(func(c *cantil.Context) any {
			c.Session().Update(map[string]any{"t": codec.Tuple{1, 2, 3}, "b": []byte{0xff}, "m": cantil.Markup("<html>"), "u": id, "d": at, "l": []any{"a", codec.Tuple{1}}})
			return ""
		})
		app.Get("/get", ep("g"))(func(c *cantil.Context) any {
			s := c.Session()
			return fmt.Sprintf("%T%v %v %T%v %v %v %v", s.Get("t"), s.Get("t"), s.Get("b"), s.Get("m"), s.Get("m"), s.Get("u") == any(id), s.Get("d"), s.Get("l"))
		})
		client := app.TestClient()
		client.Get("/")
		is(t, client.Get("/get").Text(), "pyvalue.Tuple[1 2 3] [255] pyvalue.Markup<html> true 2026-01-02 03:04:05 +0000 UTC [a [1]]")
	}),
	ported("session_cookie_setting", func(t *testing.T) {
		for _, refresh := range []bool{true, false} {
			app := quietApp()
			app.SessionRefreshEachRequest = refresh
			app.Get("/bump", ep("bump"))(func(c *cantil.Context) any {
				n, _ := c.Session().Get("foo", 0).(int)
				c.Session().Set("foo", n+1)
				c.Session().SetPermanent(true)
				return fmt.Sprint(n + 1)
			})
			app.Get("/read", ep("read"))(func(c *cantil.Context) any { return fmt.Sprint(c.Session().Get("foo", 0)) })
			client := app.TestClient()
			is(t, client.Get("/bump").Text()+client.Get("/read").Text()+client.Get("/bump").Text(), "112")
			is(t, client.Get("/read").Header("Set-Cookie") != "", refresh)
		}
	}),
	ported("session_vary_cookie", func(t *testing.T) {
		app := quietApp()
		for path, f := range map[string]func(*cantil.Context) any{
			"/set":        func(c *cantil.Context) any { c.Session().Set("test", "test"); return "" },
			"/get":        func(c *cantil.Context) any { return c.Session().Get("test", "") },
			"/getitem":    func(c *cantil.Context) any { return c.Session().Must("test") },
			"/setdefault": func(c *cantil.Context) any { return c.Session().SetDefault("test", "default") },
			"/clear":      func(c *cantil.Context) any { c.Session().Clear(); return "" },
			"/vary": func(c *cantil.Context) any {
				c.Session().Get("x")
				r := c.MakeResponse("")
				r.AddVary("Accept-Encoding", "Accept-Language")
				return r
			},
			"/no": gives(""),
		} {
			app.Get(path, ep(path[1:]))(f)
		}
		client := app.TestClient()
		for _, path := range []string{"/set", "/get", "/getitem", "/setdefault", "/clear"} {
			is(t, client.Get(path).HeaderAll("Vary"), "[Cookie]")
		}
		is(t, client.Get("/vary").HeaderAll("Vary"), "[Accept-Encoding, Accept-Language, Cookie]")
		is(t, client.Get("/no").HeaderAll("Vary"), "[]")
	}),
	ported("session_refresh_vary", func(t *testing.T) {
		app := quietApp()
		app.Get("/login", ep("login"))(func(c *cantil.Context) any { c.Session().Set("user", 1); c.Session().SetPermanent(true); return "" })
		app.Get("/ignored", ep("ignored"))(gives(""))
		client := app.TestClient()
		is(t, client.Get("/login").Header("Vary")+client.Get("/ignored").Header("Vary"), "CookieCookie")
	}),
	ported("flashes", func(t *testing.T) {
		app := quietApp()
		app.TestRequestContext("/", func(c *cantil.Context) {
			c.Session().SetModified(false)
			c.Flash("Zap")
			is(t, c.Session().Modified(), true)
			c.Flash("Zip")
			is(t, c.GetFlashedMessages(), "[Zap Zip]")
		})
	}),
	differs("extended_flashing", "with Flask's own serializer, codec.TaggedJSON, for a message that is Markup; filters and categories with any", func(t *testing.T) {
		app := quietApp()
		app.SessionSerializer = codec.TaggedJSON
		app.Get("/", ep("i"))(func(c *cantil.Context) any {
			c.Flash("Hello World")
			c.Flash("Hello World", "error")
			c.Flash(cantil.Markup("<em>Testing</em>"), "warning")
			return ""
		})
		for path, f := range map[string]func(*cantil.Context) any{
			"/all":    func(c *cantil.Context) any { return fmt.Sprint(c.GetFlashedMessages()) },
			"/pairs":  func(c *cantil.Context) any { return fmt.Sprint(c.GetFlashedMessagesWithCategories()) },
			"/filter": func(c *cantil.Context) any { return fmt.Sprint(c.GetFlashedMessages("message", "warning")) },
		} {
			app.Get(path, ep(path[1:]))(f)
		}
		for path, want := range map[string]string{
			"/all": "[Hello World Hello World <em>Testing</em>]", "/pairs": "[{message Hello World} {error Hello World} {warning <em>Testing</em>}]",
			"/filter": "[Hello World <em>Testing</em>]",
		} {
			client := app.TestClient()
			client.Get("/")
			is(t, client.Get(path).Text(), want)
		}
	}),
}

var flaskBasicHooks = []flaskTest{
	ported("request_processing", func(t *testing.T) {
		app := quietApp()
		var order []string
		app.BeforeRequest(func(*cantil.Context) any { order = append(order, "before"); return nil })
		app.AfterRequest(func(_ *cantil.Context, r *cantil.Response) {
			order = append(order, "after")
			r.SetData(append(r.Data(), "|after"...))
		})
		app.Get("/", ep("i"))(func(*cantil.Context) any { order = append(order, "view"); return "request" })
		is(t, app.TestClient().Get("/").Text(), "request|after")
		is(t, order, "[before view after]")
	}),
	ported("request_preprocessing_early_return", func(t *testing.T) {
		app := quietApp()
		var order []int
		app.BeforeRequest(func(*cantil.Context) any { order = append(order, 1); return nil })
		app.BeforeRequest(func(*cantil.Context) any { order = append(order, 2); return "hello" })
		app.BeforeRequest(func(*cantil.Context) any { order = append(order, 3); return "bye" })
		app.Get("/", ep("i"))(gives("damnit"))
		is(t, app.TestClient().Get("/").Text(), "hello")
		is(t, order, "[1 2]")
	}),
	ported("after_request_processing", func(t *testing.T) {
		app := quietApp()
		app.Get("/", ep("i"))(func(c *cantil.Context) any {
			c.AfterThisRequest(func(_ *cantil.Context, r *cantil.Response) { r.Header().Set("X-Foo", "a header") })
			return "Test"
		})
		is(t, answered(app.TestClient().Get("/"))+app.TestClient().Get("/").Header("X-Foo"), "200 Testa header")
	}),
	ported("teardown_request_handler", func(t *testing.T) { teardownCalled(t, false) }),
	ported("teardown_request_handler_debug_mode", func(t *testing.T) { teardownCalled(t, true) }),
	ported("teardown_request_handler_error", func(t *testing.T) {
		app := quietApp()
		var got []string
		for range 2 {
			app.TeardownRequest(func(_ *cantil.Context, err error) { got = append(got, err.Error()); panic("ignored") })
		}
		app.Get("/", ep("i"))(gives(errors.New("division by zero")))
		r := app.TestClient().Get("/")
		has(t, answered(r), "500 ")
		is(t, got, "[division by zero division by zero]")
	}),
	ported("before_after_request_order", func(t *testing.T) {
		app := quietApp()
		var order []int
		note := func(n int) { order = append(order, n) }
		app.BeforeRequest(func(*cantil.Context) any { note(1); return nil })
		app.BeforeRequest(func(*cantil.Context) any { note(2); return nil })
		app.AfterRequest(func(*cantil.Context, *cantil.Response) { note(4) })
		app.AfterRequest(func(*cantil.Context, *cantil.Response) { note(3) })
		app.TeardownRequest(func(*cantil.Context, error) { note(6) })
		app.TeardownRequest(func(*cantil.Context, error) { note(5) })
		app.Get("/", ep("i"))(gives("42"))
		is(t, app.TestClient().Get("/").Text(), "42")
		is(t, order, "[1 2 3 4 5 6]")
	}),
}

func teardownCalled(t *testing.T, debug bool) {
	app := quietApp()
	app.Debug = debug
	var called []bool
	app.TeardownRequest(func(_ *cantil.Context, err error) { called = append(called, err == nil) })
	app.Get("/", ep("i"))(gives("Response"))
	is(t, app.TestClient().Get("/").Text(), "Response")
	is(t, called, "[true]")
}
