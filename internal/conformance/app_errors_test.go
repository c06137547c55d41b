package conformance

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

// falha is class Falha(Exception). In Go a type does not descend from another; what the two have in common is an
// interface.
type falha interface {
	error
	falha()
}

type simples struct{ text string }

func (f simples) Error() string { return f.text }
func (f simples) falha()        {}

type grave struct{ simples }

// keyError is Python's KeyError from a dict of the program's own.
type keyError struct{ key string }

func (e keyError) Error() string { return repr(e.key) }

// pyError is any other error of Python that a port has to raise.
type pyError struct{ name, text string }

func (e pyError) Error() string { return e.text }

// exceptionName is type(e).__name__.
func exceptionName(err error) string {
	if e, ok := errors.AsType[pyError](err); ok {
		return e.name
	}
	if _, ok := errors.AsType[falha](err); ok {
		if _, ok := errors.AsType[grave](err); ok {
			return "FalhaGrave"
		}
		return "Falha"
	}
	if _, ok := errors.AsType[*session.KeyError](err); ok {
		return "KeyError"
	}
	if _, ok := errors.AsType[runtime.Error](err); ok {
		return "ZeroDivisionError"
	}
	if e, ok := errors.AsType[*cantil.HTTPError](err); ok {
		return strings.ReplaceAll(e.Name(), " ", "")
	}
	if err == nil {
		return "NoneType"
	}
	return "LookupError" // Abort of a status that is none
}

func errorsApp() *cantil.App {
	app := cantil.New()
	errorHandlers(app)

	app.Route("/abort/<int:code>")(func(c *cantil.Context) any {
		return cantil.Abort(c.ParamInt("code"))
	})

	app.Route("/falha")(func(c *cantil.Context) any {
		return simples{"simples"}
	})

	app.Route("/grave")(func(c *cantil.Context) any {
		return grave{simples{"grave"}}
	})

	app.Route("/key")(func(c *cantil.Context) any {
		return keyError{"chave"}
	})

	app.Route("/zero")(func(c *cantil.Context) any {
		zero := 0
		return str(1 / zero)
	})

	app.Route("/only-get")(func(c *cantil.Context) any {
		return "ok"
	})

	app.Route("/form")(func(c *cantil.Context) any {
		return c.Form().Must("campo")
	})

	return app
}

func errorHandlers(app *cantil.App) {
	app.ErrorHandler(404)(func(c *cantil.Context, err error) any {
		e, _ := errors.AsType[*cantil.HTTPError](err)
		return c.MakeResponse(fmt.Sprintf("<h1>%d %s</h1>%s", e.Code, e.Name(), c.Path()), 404)
	})

	app.ErrorHandler(403)(func(c *cantil.Context, err error) any {
		e, _ := errors.AsType[*cantil.HTTPError](err)
		return c.MakeResponse(c.JSONify(cantil.Map{"erro": e.Text()}), e.Code)
	})

	app.ErrorHandler(405)(func(c *cantil.Context, err error) any {
		e, _ := errors.AsType[*cantil.HTTPError](err)
		if e.Allow == nil {
			return pyError{"TypeError", "'NoneType' object is not iterable"}
		}
		return c.MakeResponse("use "+strings.Join(slices.Sorted(slices.Values(e.Allow)), ", "), 405)
	})

	cantil.ErrorHandlerFor(app, func(c *cantil.Context, e falha) any {
		return c.MakeResponse(exceptionName(e)+": "+e.Error(), 400)
	})

	cantil.ErrorHandlerFor(app, func(c *cantil.Context, e keyError) any {
		return "sem " + e.key
	})

	// Flask's BadRequestKeyError is a KeyError too.
	cantil.ErrorHandlerFor(app, func(c *cantil.Context, e *cantil.MissingKeyError) any {
		return "sem " + e.Key
	})

	app.ErrorHandler(500)(func(c *cantil.Context, err error) any {
		e, _ := errors.AsType[*cantil.HTTPError](err)
		return c.MakeResponse("500: InternalServerError/"+exceptionName(e.Err), 500)
	})
}
