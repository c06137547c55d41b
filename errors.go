package cantil

import (
	"errors"
	"fmt"
	"html"
	"net/http"
	"reflect"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/cantil-go/cantil/internal/httpstatus"
)

// HTTPError is an error that stands for an answer, werkzeug's HTTPException. A
// view returns one, mostly from [Abort]; an error handler gets it.
type HTTPError struct {
	Code        int      // the status
	Description string   // what the default page tells the visitor; empty: the default text of the status
	Allow       []string // of a 405: the methods that the path does take, in alphabetical order

	contentRange string // of a 416: how long the file is
	retryAfter   int    // of a 503: seconds
	missing      string // of a 400, in Debug: the key that the request lacks

	// Err is the cause, for the log and for errors.Is and errors.As; of a 500
	// the unhandled error (Flask's original_exception).
	Err error
}

// Abort returns the error that answers with code: return cantil.Abort(401). A
// description replaces the page's default words. Flask's abort raises; here the
// view returns. A code that is not an HTTP error, or not a known one, panics,
// as Flask's LookupError does.
func Abort(code int, description ...string) error {
	if httpstatus.Texts[code] == "" {
		panic(fmt.Errorf("cantil: Abort(%d): no such HTTP error", code))
	}
	e := &HTTPError{Code: code}
	if len(description) > 0 {
		e.Description = description[0]
	}
	return e
}

// AbortWith returns the error that is answered with r as it is, abort(response):
// no error handler is asked.
func AbortWith(r *Response) error { return &abortedWith{r} }

type abortedWith struct{ response *Response }

func (e *abortedWith) Error() string {
	return fmt.Sprintf("cantil: aborted with a response of status %d", e.response.status)
}

// Name is the status in words, as in "Not Found".
func (e *HTTPError) Name() string { return httpstatus.Name(e.Code) }

func (e *HTTPError) Error() string {
	text := fmt.Sprintf("cantil: %d %s", e.Code, e.Name())
	if e.Description != "" {
		text += ": " + e.Description
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *HTTPError) Unwrap() error { return e.Err }

// Text is the description, or the default text of the status if it is empty.
func (e *HTTPError) Text() string {
	text := e.Description
	if text == "" {
		text = httpstatus.Texts[e.Code]
	}
	if e.missing != "" {
		text += "\nKeyError: '" + e.missing + "'"
	}
	return text
}

// Response is the default page of the error, with its Allow header.
func (e *HTTPError) Response() *Response {
	r := newResponse(e.Code)
	title := strconv.Itoa(e.Code) + " " + html.EscapeString(e.Name())
	r.setText("<!doctype html>\n<html lang=en>\n<title>" + title + "</title>\n<h1>" +
		html.EscapeString(e.Name()) + "</h1>\n<p>" + strings.ReplaceAll(html.EscapeString(e.Text()), "\n", "<br>") + "</p>\n")
	if len(e.Allow) > 0 {
		r.header.Set("Allow", strings.Join(e.Allow, ", "))
	}
	if e.retryAfter > 0 {
		r.header.Set("Retry-After", strconv.Itoa(e.retryAfter))
	}
	if e.contentRange != "" {
		r.header.Set("Content-Range", e.contentRange)
	}
	return r
}

// httpErrorPage is the default page of an error; in Debug, that of a path without
// a rule lists the rules.
func (c *Context) httpErrorPage(he *HTTPError) *Response {
	if he.Code == http.StatusNotFound && c.route == nil && c.showsDebug() && c.wantsHTML() {
		return c.debugPage(he, he)
	}
	return he.Response()
}

// badRequestKey is the 400 of form['x'] without an x, BadRequestKeyError.
func badRequestKey(key string) *HTTPError {
	return &HTTPError{Code: http.StatusBadRequest, Err: &MissingKeyError{Key: key}}
}

// MissingKeyError is the cause of a 400 from Values.Must: the request's form,
// query or cookies lack the key.
type MissingKeyError struct{ Key string }

func (e *MissingKeyError) Error() string {
	return "cantil: the request has no value for " + strconv.Quote(e.Key)
}

// panicError is an error made of a panic in a view or a hook, with its stack.
type panicError struct {
	value any
	stack []byte
}

// Error is the text of the error that was panicked with: a handler reads the same
// whether a view returns an error or panics with it.
func (e *panicError) Error() string {
	if err := e.Unwrap(); err != nil {
		return err.Error()
	}
	return fmt.Sprint("panic: ", e.value)
}

// Unwrap returns the error that was panicked with, if it was one.
func (e *panicError) Unwrap() error {
	err, _ := e.value.(error)
	return err
}

// ErrorHandlerFunc answers for an error. What it returns is converted as a
// view's return value is.
type ErrorHandlerFunc func(c *Context, err error) any

// typeHandler handles the errors of one Go type.
type typeHandler struct {
	typ    reflect.Type
	handle ErrorHandlerFunc
}

// errorHandlers are those of the application or of one blueprint.
type errorHandlers struct {
	byCode map[int]ErrorHandlerFunc
	byType []typeHandler
}

func (h *errorHandlers) addCode(code int, f ErrorHandlerFunc) {
	if httpstatus.Texts[code] == "" {
		panic(fmt.Errorf("cantil: ErrorHandler(%d): no such HTTP error", code))
	}
	if h.byCode == nil {
		h.byCode = map[int]ErrorHandlerFunc{}
	}
	h.byCode[code] = f
}

func (h *errorHandlers) addType(f ErrorHandlerFunc, typ reflect.Type) {
	h.byType = append(h.byType, typeHandler{typ, f})
}

// forType finds the handler that fits err most closely: by the exact type of
// err or of an error it wraps, the outermost first, then by an interface, and
// last the handler for every error. It stands for Flask's walk of the MRO.
func (h *errorHandlers) forType(err error) ErrorHandlerFunc {
	for e := err; e != nil; e = errors.Unwrap(e) {
		for _, t := range h.byType {
			if t.typ == reflect.TypeOf(e) {
				return t.handle
			}
		}
	}
	var last ErrorHandlerFunc
	for _, t := range h.byType {
		if t.typ == reflect.TypeFor[error]() {
			last = t.handle
			continue
		}
		target := reflect.New(t.typ).Interface()
		if errors.As(err, target) {
			return t.handle
		}
	}
	return last
}

// findErrorHandler is Flask's _find_error_handler: by code before by type, and
// each in the request's blueprints, the innermost first, before the application.
// A handler for a type that is an HTTP error itself, as one that embeds
// *HTTPError, counts among those of its code, and takes precedence there.
func (c *Context) findErrorHandler(err error) ErrorHandlerFunc {
	if he := asHTTPError(err); he != nil {
		for _, s := range c.hooks.scopes {
			if f := s.errors.forSubclass(err); f != nil {
				return f
			}
			if f := s.errors.byCode[he.Code]; f != nil {
				return f
			}
		}
	}
	for _, s := range c.hooks.scopes {
		if f := s.errors.forType(err); f != nil {
			return f
		}
	}
	return nil
}

// forSubclass finds the handler for the type of an error that is an HTTP error,
// or has one as its cause, and is more than that.
func (h *errorHandlers) forSubclass(err error) ErrorHandlerFunc {
	for e := err; e != nil && len(h.byType) > 0; e = errors.Unwrap(e) {
		if _, plain := e.(*HTTPError); plain {
			return nil
		}
		for _, t := range h.byType {
			if t.typ == reflect.TypeOf(e) {
				return t.handle
			}
		}
		if _, is := e.(httpErrorer); is {
			return nil
		}
	}
	return nil
}

// httpErrorer is an HTTPError and every type that embeds one.
type httpErrorer interface {
	error
	httpError() *HTTPError
}

func (e *HTTPError) httpError() *HTTPError { return e }

// asHTTPError is the HTTP error that err is or wraps, nil if it has none.
func asHTTPError(err error) *HTTPError {
	if e, ok := errors.AsType[httpErrorer](err); ok {
		return e.httpError()
	}
	return nil
}

// serverError is the 5xx for an unhandled error: an HTTP error of
// that kind stays what it is (a 503 of the session's store), any other is a 500.
func (a *App) serverError(cause error) *HTTPError {
	if he := asHTTPError(cause); he != nil && he.Code >= 500 && !a.traps(he) {
		return he
	}
	return &HTTPError{Code: http.StatusInternalServerError, Err: cause}
}

// recovered is the error of a panic. An HTTPError is panicked with on purpose
// (Values.Must); any other carries the stack for the log.
func recovered(v any) error {
	if he, ok := v.(*HTTPError); ok {
		return he
	}
	return &panicError{value: v, stack: debug.Stack()}
}

// showKey adds the missing key to the page of its error, in Debug or where
// TrapBadRequestErrors asks for it: otherwise a client would learn which keys the
// program looks for.
func (a *App) showKey(err error) {
	if !a.Debug && !a.TrapBadRequestErrors {
		return
	}
	if he := asHTTPError(err); he != nil {
		if key, ok := errors.AsType[*MissingKeyError](he.Err); ok {
			he.missing = key.Key
		}
	}
}
