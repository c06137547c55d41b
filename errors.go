package cantil

import (
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"reflect"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/cantil-go/cantil/internal/debugpage"
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
	if statusTexts[code] == "" {
		panic(fmt.Errorf("cantil: Abort(%d): no such HTTP error", code))
	}
	e := &HTTPError{Code: code}
	if len(description) > 0 {
		e.Description = description[0]
	}
	return e
}

// Name is the status in words, as in "Not Found".
func (e *HTTPError) Name() string { return statusName(e.Code) }

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
		text = statusTexts[e.Code]
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

// stackOf is the stack of a panic, for the log; other errors have none.
func stackOf(err error) slog.Attr {
	var p *panicError
	if errors.As(err, &p) {
		return slog.String("stack", debugpage.Trim(p.stack))
	}
	return slog.Attr{}
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
	if statusTexts[code] == "" {
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
func (c *Context) findErrorHandler(err error) ErrorHandlerFunc {
	var he *HTTPError
	if errors.As(err, &he) {
		for _, s := range c.hooks.scopes {
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

// serverError is the 5xx for an unhandled error: an HTTP error of
// that kind stays what it is (a 503 of the session's store), any other is a 500.
func (a *App) serverError(cause error) *HTTPError {
	var he *HTTPError
	if errors.As(cause, &he) && he.Code >= 500 && !a.traps(he) {
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

// statusName is the status in words as Werkzeug says it, which differs from
// Go's in a few.
func statusName(code int) string {
	switch code {
	case http.StatusRequestURITooLong:
		return "Request URI Too Long"
	case http.StatusNonAuthoritativeInfo:
		return "Non Authoritative Information"
	}
	if name := http.StatusText(code); name != "" {
		return name
	}
	return "Unknown Error"
}

// statusTexts tell a visitor what an error status means. They are also the
// statuses that Abort and ErrorHandler take: those of Werkzeug's exceptions.
var statusTexts = map[int]string{
	http.StatusBadRequest:                   "The server could not understand what the browser sent.",
	http.StatusUnauthorized:                 "Sign in to see this page; what was sent does not open it.",
	http.StatusForbidden:                    "This page is not open to you.",
	http.StatusNotFound:                     "There is nothing at this address. If you typed it, look at the spelling once more.",
	http.StatusMethodNotAllowed:             "This address does not take requests of this method.",
	http.StatusNotAcceptable:                "There is no version of this page in a form that the browser accepts.",
	http.StatusRequestTimeout:               "The request took too long to arrive.",
	http.StatusConflict:                     "The request does not fit the present state of what it asks for.",
	http.StatusGone:                         "This page was here and has been taken away for good.",
	http.StatusLengthRequired:               "The request does not say how long its body is.",
	http.StatusPreconditionFailed:           "A condition of the request does not hold.",
	http.StatusRequestEntityTooLarge:        "The request's body is larger than the server takes.",
	http.StatusRequestURITooLong:            "The address is longer than the server takes.",
	http.StatusUnsupportedMediaType:         "The request's body is of a type that this page does not take.",
	http.StatusRequestedRangeNotSatisfiable: "The part that was asked for is not there.",
	http.StatusExpectationFailed:            "The request expects what the server cannot do.",
	http.StatusTeapot:                       "This pot makes tea.",
	http.StatusMisdirectedRequest:           "This server does not answer for that address.",
	http.StatusUnprocessableEntity:          "The request was understood, but what it says cannot be done.",
	http.StatusLocked:                       "What the request asks for is locked.",
	http.StatusFailedDependency:             "Another action failed, and this one depends on it.",
	http.StatusPreconditionRequired:         "The request must say on which condition it is made.",
	http.StatusTooManyRequests:              "Too many requests came from here. Wait a moment.",
	http.StatusRequestHeaderFieldsTooLarge:  "The request's headers are larger than the server takes.",
	http.StatusUnavailableForLegalReasons:   "This page may not be shown, for legal reasons.",
	http.StatusInternalServerError:          "The server met an error of its own and could not answer. The error has been logged.",
	http.StatusNotImplemented:               "The server does not know how to do this.",
	http.StatusBadGateway:                   "A server behind this one gave an answer that makes no sense.",
	http.StatusServiceUnavailable:           "The server cannot answer just now. Try again in a moment.",
	http.StatusGatewayTimeout:               "A server behind this one did not answer in time.",
	http.StatusHTTPVersionNotSupported:      "The server does not speak this version of HTTP.",
}
