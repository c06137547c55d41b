package conformance

import (
	"errors"
	"fmt"
	"testing"

	"github.com/cantil-go/cantil"
)

// reports tells what an error handler was given.
func reports(_ *cantil.Context, err error) any {
	if he, ok := err.(*cantil.HTTPError); ok {
		if he.Err != nil {
			return fmt.Sprintf("wrapped %T", he.Err)
		}
		return fmt.Sprint("direct ", he.Code)
	}
	return fmt.Sprintf("direct %T", err)
}

// genericApp fails in three ways.
func genericApp() *cantil.App {
	app := quietApp()
	app.Get("/custom", ep("custom"))(gives(&myError{}))
	app.Get("/error", ep("error"))(gives(errors.New("x")))
	app.Get("/abort", ep("abort"))(gives(cantil.Abort(500)))
	return app
}

// family is a base class of errors: an interface.
type family interface {
	error
	inFamily()
}

type parentError struct{}

func (parentError) Error() string { return "parent" }
func (parentError) inFamily()     {}

type childError struct{ parentError }

var flaskErrorHandlers = []flaskTest{
	ported("error_handler_no_match", func(t *testing.T) {
		app := genericApp()
		cantil.ErrorHandlerFor(app, func(*cantil.Context, *myError) any { return "custom" })
		app.ErrorHandler(500)(reports)
		panics(t, "no such HTTP error", func() { app.ErrorHandler(999)(reports) })
		client := app.TestClient()
		is(t, client.Get("/custom").Text()+" "+client.Get("/error").Text()+" "+client.Get("/abort").Text(), "custom wrapped *errors.errorString direct 500")
	}),
	ported("error_handler_subclass", func(t *testing.T) { // a base class is an interface
		app := quietApp()
		cantil.ErrorHandlerFor(app, func(*cantil.Context, family) any { return "parent" })
		cantil.ErrorHandlerFor(app, func(*cantil.Context, childError) any { return "child-registered" })
		app.Get("/parent", ep("p"))(gives(parentError{}))
		app.Get("/child", ep("c"))(gives(childError{}))
		is(t, app.TestClient().Get("/parent").Text()+" "+app.TestClient().Get("/child").Text(), "parent child-registered")
	}),
	ported("error_handler_http_subclass", func(t *testing.T) {
		app := quietApp()
		app.ErrorHandler(403)(func(*cantil.Context, error) any { return "forbidden" })
		cantil.ErrorHandlerFor(app, func(*cantil.Context, subclass) any { return "registered" })
		forbidden := &cantil.HTTPError{Code: 403}
		app.Get("/1", ep("1"))(gives(forbidden))
		app.Get("/2", ep("2"))(gives(subclass{forbidden}))
		app.Get("/3", ep("3"))(gives(struct{ *cantil.HTTPError }{forbidden}))
		client := app.TestClient()
		is(t, client.Get("/1").Text()+" "+client.Get("/2").Text()+" "+client.Get("/3").Text(), "forbidden registered forbidden")
	}),
	ported("error_handler_blueprint", func(t *testing.T) {
		app := quietApp()
		app.ErrorHandler(500)(func(*cantil.Context, error) any { return "app-error" })
		app.Get("/error", ep("e"))(gives(cantil.Abort(500)))
		with(app, "bp", func(bp *cantil.Blueprint) {
			bp.ErrorHandler(500)(func(*cantil.Context, error) any { return "bp-error" })
			bp.Get("/error", ep("e"))(gives(cantil.Abort(500)))
		}, cantil.URLPrefix("/bp"))
		is(t, app.TestClient().Get("/error").Text()+" "+app.TestClient().Get("/bp/error").Text(), "app-error bp-error")
	}),
	ported("default_error_handler", func(t *testing.T) {
		app := quietApp()
		all := func(text string) func(*cantil.Context, *cantil.HTTPError) any {
			return func(*cantil.Context, *cantil.HTTPError) any { return text }
		}
		cantil.ErrorHandlerFor(app, all("default"))
		app.ErrorHandler(403)(func(*cantil.Context, error) any { return "forbidden" })
		app.Get("/forbidden", ep("f"))(gives(cantil.Abort(403)))
		app.Get("/slash/", ep("s"))(gives("slash"))
		with(app, "bp", func(bp *cantil.Blueprint) {
			cantil.ErrorHandlerFor(bp, all("bp-default"))
			bp.ErrorHandler(403)(func(*cantil.Context, error) any { return "bp-forbidden" })
			bp.Get("/undefined", ep("u"))(gives(cantil.Abort(404)))
			bp.Get("/forbidden", ep("f"))(gives(cantil.Abort(403)))
		}, cantil.URLPrefix("/bp"))
		client := app.TestClient()
		client.FollowRedirects = true
		for path, want := range map[string]string{
			"/bp/undefined": "bp-default", "/bp/forbidden": "bp-forbidden", "/undefined": "default", "/forbidden": "forbidden", "/slash": "slash",
		} {
			is(t, client.Get(path).Text(), want)
		}
	}),
	ported("TestGenericHandlers.handle_class_or_code", func(t *testing.T) {
		app := genericApp()
		app.ErrorHandler(500)(reports)
		client := app.TestClient()
		is(t, client.Get("/custom").Text()+" "+client.Get("/error").Text()+" "+client.Get("/abort").Text(), "wrapped *conformance.myError wrapped *errors.errorString direct 500")
	}),
	ported("TestGenericHandlers.handle_generic_http", func(t *testing.T) {
		app := genericApp()
		cantil.ErrorHandlerFor(app, func(_ *cantil.Context, e *cantil.HTTPError) any { return fmt.Sprint(e.Code) })
		client := app.TestClient()
		is(t, client.Get("/error").Text()+client.Get("/abort").Text()+client.Get("/nothing").Text(), "500500404")
	}),
	ported("TestGenericHandlers.handle_generic", func(t *testing.T) {
		app := genericApp()
		cantil.ErrorHandlerFor(app, func(c *cantil.Context, err error) any { return reports(c, err) })
		client := app.TestClient()
		is(t, client.Get("/custom").Text()+" "+client.Get("/error").Text()+" "+client.Get("/abort").Text()+" "+client.Get("/nothing").Text(),
			"direct *conformance.myError direct *errors.errorString direct 500 direct 404")
	}),
}

// getPost answers two methods.
type getPost struct{}

func (getPost) Get(*cantil.Context) any  { return "GET" }
func (getPost) Post(*cantil.Context) any { return "POST" }

// better inherits them, by embedding.
type better struct{ getPost }

func (better) Delete(*cantil.Context) any { return "DELETE" }

type headView struct{ getPost }

func (headView) Head(c *cantil.Context) any {
	r := c.MakeResponse("")
	r.Header().Set("X-Method", "HEAD")
	return r
}

func getsAndPosts(t *testing.T, app *cantil.App) {
	t.Helper()
	client := app.TestClient()
	is(t, client.Get("/").Text()+client.Post("/").Text()+fmt.Sprint(client.Put("/").Status), "GETPOST405")
	is(t, client.Do("OPTIONS", "/").Header("Allow"), "GET, HEAD, OPTIONS, POST")
}

var flaskViews = append([]flaskTest{
	ported("basic_view", func(t *testing.T) {
		app := quietApp()
		app.Route("/", cantil.Methods("GET", "POST"), ep("index"))(func(c *cantil.Context) any { return c.Method() })
		getsAndPosts(t, app)
	}),
	ported("method_based_view", func(t *testing.T) {
		app := quietApp()
		app.MethodView("/", "index", getPost{})
		getsAndPosts(t, app)
	}),
	ported("view_inheritance", func(t *testing.T) {
		app := quietApp()
		app.MethodView("/", "index", better{})
		is(t, app.TestClient().Do("OPTIONS", "/").Header("Allow"), "DELETE, GET, HEAD, OPTIONS, POST")
	}),
	ported("view_decorators", func(t *testing.T) {
		app := quietApp()
		app.MethodView("/", "index", getPost{}, cantil.Decorate(func(view cantil.View) cantil.View {
			return func(c *cantil.Context) any {
				r := c.MakeResponse(view(c))
				r.Header().Set("X-Parachute", "awesome")
				return r
			}
		}))
		r := app.TestClient().Get("/")
		is(t, r.Header("X-Parachute")+r.Text(), "awesomeGET")
	}),
	ported("view_provide_automatic_options_attr", func(t *testing.T) {
		app := quietApp()
		app.MethodView("/", "index", getPost{}, cantil.ProvideAutomaticOptions(false))
		is(t, app.TestClient().Do("OPTIONS", "/").Status, 405)
	}),
	ported("implicit_head", func(t *testing.T) {
		app := quietApp()
		app.MethodView("/", "index", getPost{})
		r := app.TestClient().Head("/")
		is(t, fmt.Sprint(r.Status, len(r.Body), r.Header("Content-Length")), "200 03")
	}),
	ported("explicit_head", func(t *testing.T) {
		app := quietApp()
		app.MethodView("/", "index", headView{})
		is(t, app.TestClient().Get("/").Text()+app.TestClient().Head("/").Header("X-Method"), "GETHEAD")
	}),
	ported("endpoint_override", func(t *testing.T) {
		app := quietApp()
		app.MethodView("/", "index", getPost{})
		panics(t, "is that of another view already", func() { app.MethodView("/", "index", getPost{}) })
		getsAndPosts(t, app)
	}),
	differs("methods_var_inheritance", "a MethodView has the methods of HTTP itself; Route with Methods takes others", func(t *testing.T) {
		app := quietApp()
		app.Route("/", cantil.Methods("GET", "PROPFIND"), ep("index"))(func(c *cantil.Context) any { return c.Method() })
		is(t, app.TestClient().Get("/").Text()+app.TestClient().Do("PROPFIND", "/").Text(), "GETPROPFIND")
	}),
	ported("multiple_inheritance", func(t *testing.T) {
		app := quietApp()
		app.MethodView("/", "index", struct {
			getPost
			better
		}{}.better)
		is(t, app.TestClient().Get("/").Text()+app.TestClient().Delete("/").Text(), "GETDELETE")
	}),
	ported("init_once", func(t *testing.T) {
		app, view := quietApp(), &counting{}
		app.MethodView("/", "index", view)
		is(t, app.TestClient().Get("/").Text()+app.TestClient().Get("/").Text(), "12") // one value, which all requests share
	}),
}, python("the class of a view is exchanged, or a method is taken from a base class", "view_patching", "remove_method_from_parent")...)

// counting counts its requests.
type counting struct{ n int }

func (v *counting) Get(*cantil.Context) any { v.n++; return fmt.Sprint(v.n) }
