package cantil

import (
	"context"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// logger is the application's log, or the program's default one. Whatever is
// logged through it, a handler that panics ends neither the request nor the
// program.
func (a *App) logger() *slog.Logger {
	if a.log != nil {
		return a.log
	}
	return a.newLogger()
}

// newLogger makes the logger that freeze keeps.
func (a *App) newLogger() *slog.Logger {
	return slog.New(guardedHandler{func() slog.Handler {
		if a.Logger != nil {
			return a.Logger.Handler()
		}
		return slog.Default().Handler() // looked up late: a program may set it after the first request
	}})
}

// guardedHandler is a slog.Handler whose panics stay with it: the log is written
// in places where no recover of the request's walk stands around it, and by
// goroutines of fasthttp.
type guardedHandler struct{ inner func() slog.Handler }

func (h guardedHandler) Enabled(ctx context.Context, level slog.Level) (enabled bool) {
	defer stopLogPanic()
	return h.inner().Enabled(ctx, level)
}

func (h guardedHandler) Handle(ctx context.Context, record slog.Record) error {
	defer stopLogPanic()
	return h.inner().Handle(ctx, record)
}

func (h guardedHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return guardedHandler{func() slog.Handler { return h.inner().WithAttrs(attrs) }}
}

func (h guardedHandler) WithGroup(name string) slog.Handler {
	return guardedHandler{func() slog.Handler { return h.inner().WithGroup(name) }}
}

// stopLogPanic is deferred around a handler. The log itself cannot take the
// news, so they go to standard error.
func stopLogPanic() {
	if v := recover(); v != nil {
		fmt.Fprintf(os.Stderr, "cantil: the log's handler panicked: %v\n", v)
	}
}

// logException logs an error that ends in a 5xx, with the stack of a panic.
func (a *App) logException(c *Context, err error) {
	attrs := []any{slog.String("method", c.Method()), slog.String("path", c.Path()), slog.Any("error", err)}
	var p *panicError
	if errors.As(err, &p) {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	a.logger().Error("exception on "+c.Path(), attrs...)
}

// logRequest writes one line a request in Debug.
func (a *App) logRequest(c *Context, r *Response) {
	a.logger().Info(c.Method()+" "+c.FullPath(), slog.Int("status", r.status), slog.String("remote", c.RemoteAddr()))
}

// debugPage shows an error with its causes, its stack and the request. It tells
// a stranger everything and is only ever made in Debug.
func (c *Context) debugPage(cause error) *Response {
	var b strings.Builder
	b.WriteString("<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n<title>")
	b.WriteString(html.EscapeString(firstLine(cause.Error())))
	b.WriteString("</title>\n<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}" +
		"pre{background:#f4f4f4;padding:1rem;overflow:auto;font-size:13px}h1{font-size:1.4rem}h2{font-size:1.1rem}</style>\n<h1>")
	b.WriteString(html.EscapeString(c.Method() + " " + c.Path()))
	b.WriteString("</h1>\n<pre>" + html.EscapeString(cause.Error()) + "</pre>\n")
	var p *panicError
	if errors.As(cause, &p) {
		b.WriteString("<h2>Stack</h2>\n<pre>" + html.EscapeString(string(p.stack)) + "</pre>\n")
	}
	b.WriteString("<h2>Request</h2>\n<pre>" + html.EscapeString(c.debugRequest()) + "</pre>\n" +
		"<p>This page is shown because Debug is on. Never turn it on where others can reach the server.\n")
	r := newResponse(http.StatusInternalServerError)
	r.setText(b.String())
	return r
}

// debugRequest is the request without its body, and without the headers that
// would sign their reader in.
func (c *Context) debugRequest() string {
	var b strings.Builder
	b.WriteString(c.Method() + " " + c.FullPath() + "\n")
	for key, value := range c.ctx.Request.Header.All() {
		if isSecretHeader(string(key)) {
			value = []byte("(not shown)")
		}
		b.WriteString(string(key) + ": " + pytext.Latin1(value) + "\n")
	}
	return b.String()
}

// secretWords are in the names of headers that prove who a client is: Cookie,
// Authorization, Proxy-Authorization, X-Api-Key, X-CSRF-Token and many more.
var secretWords = []string{"cookie", "auth", "token", "key", "secret", "password", "session", "signature", "credential", "csrf", "xsrf"}

func isSecretHeader(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(name, word) })
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
