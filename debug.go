package cantil

import (
	"errors"
	"html"
	"net/http"
	"slices"
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

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
