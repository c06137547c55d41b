package jinja

import (
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/cantil-go/cantil/render/jinja/internal/syntax"
)

// The kinds of errors a template can end with. They are the names of the
// exceptions that Jinja, or Python below it, raises in the same situation, so
// that what is known about Flask's error pages carries over. Errors of Go
// functions called by a template have the kind [KindGo].
const (
	KindNotFound      = "TemplateNotFound"
	KindNoneFound     = "TemplatesNotFound"
	KindSyntax        = syntax.KindSyntax
	KindAssertion     = syntax.KindAssertion
	KindRuntime       = "TemplateRuntimeError"
	KindUndefined     = "UndefinedError"
	KindFilterArg     = "FilterArgumentError"
	KindType          = "TypeError"
	KindValue         = "ValueError"
	KindIndex         = "IndexError"
	KindKey           = "KeyError"
	KindLookup        = "LookupError"
	KindAttribute     = "AttributeError"
	KindZeroDivision  = "ZeroDivisionError"
	KindOverflow      = "OverflowError"
	KindAssert        = "AssertionError"
	KindRuntimeError  = "RuntimeError"
	KindRecursion     = "RecursionError"
	KindMemory        = "MemoryError"
	KindPythonSyntax  = syntax.KindPythonSyntax
	KindUnicodeEncode = "UnicodeEncodeError"
	KindUnicodeDecode = "UnicodeDecodeError"
	KindGo            = "GoError"
)

// ErrLimit is wrapped by every error that ends a render because one of the
// limits of [Limits] was passed: errors.Is(err, jinja.ErrLimit).
var ErrLimit = errors.New("jinja: limit passed")

// ErrNotFound is what a [Loader] returns, wrapped or bare, for a name it does
// not have. Errors of the kinds TemplateNotFound and TemplatesNotFound wrap it.
var ErrNotFound = errors.New("jinja: template not found")

// Error is the one error type of this package: what went wrong, named as
// Python names it, and where in which template.
type Error struct {
	// Kind is the name of the Python exception, one of the Kind constants.
	Kind string
	// Message is Jinja's text for it, without the place.
	Message string
	// Template is the name of the template that holds the line, "" for a
	// template made from a string.
	Template string
	// Line counts from 1; 0 where no line is to blame.
	Line int
	// Source is the text of that line.
	Source string

	cause  error
	placed bool
}

// Error gives the kind, the message, the place as template:line, and the
// source line below it.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("jinja: ")
	b.WriteString(e.Kind)
	b.WriteString(": ")
	b.WriteString(e.Message)
	if e.Line > 0 {
		name := e.Template
		if name == "" {
			name = "<string>"
		}
		fmt.Fprintf(&b, " (%s:%d)", name, e.Line)
	}
	if e.Source != "" {
		b.WriteString("\n    ")
		b.WriteString(strings.TrimSpace(e.Source))
	}
	return b.String()
}

// Unwrap gives the error of the Go function, of the loader, or [ErrLimit].
func (e *Error) Unwrap() error { return e.cause }

// fail ends the evaluation. Python's exceptions are panics of *Error inside
// this package: they never leave it, see [guard]. Returning an error from each
// of the several hundred places that can fail would hide what they compute.
func fail(kind, format string, args ...any) {
	panic(newError(kind, format, args...))
}

func newError(kind, format string, args ...any) *Error {
	msg := format
	if len(args) > 0 {
		msg = fmt.Sprintf(format, args...)
	}
	return &Error{Kind: kind, Message: msg}
}

// failLimit ends the evaluation because of a limit.
func failLimit(kind, format string, args ...any) {
	e := newError(kind, format, args...)
	e.cause = ErrLimit
	panic(e)
}

// failGo ends the evaluation with the error of a Go function. An *Error, from
// a nested render for example, keeps its kind and its place.
func failGo(err error) {
	var e *Error
	if errors.As(err, &e) {
		panic(e)
	}
	panic(&Error{Kind: KindGo, Message: err.Error(), cause: err})
}

// asError turns whatever a panic carried into an *Error. Panics of user code
// (and of this package, should it have a bug) end one render, not the process.
func asError(r any) *Error {
	switch r := r.(type) {
	case *Error:
		return r
	case runtime.Error:
		return &Error{Kind: KindGo, Message: "panic: " + r.Error(), cause: r}
	case error:
		return &Error{Kind: KindGo, Message: "panic: " + r.Error(), cause: r}
	}
	return &Error{Kind: KindGo, Message: fmt.Sprintf("panic: %v", r)}
}

// place says where the error happened, unless a nested render said so before.
func (e *Error) place(t *Template, line int) *Error {
	if e.placed {
		return e
	}
	e.placed = true
	if e.Line == 0 {
		e.Line = line
	}
	if t != nil {
		if e.Template == "" {
			e.Template = t.name
		}
		e.Source = sourceLine(t.source, e.Line)
	}
	return e
}

// sourceLine gives line n of src, counting from 1.
func sourceLine(src string, n int) string {
	for ; n > 1; n-- {
		_, rest, found := strings.Cut(src, "\n")
		if !found {
			return ""
		}
		src = rest
	}
	line, _, _ := strings.Cut(src, "\n")
	return strings.TrimRight(line, "\r")
}
