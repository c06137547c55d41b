package cantil

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/debugpage"
	"github.com/cantil-go/cantil/internal/termlog"
	"github.com/cantil-go/cantil/render/jinja"
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
		if d := slog.Default(); d != goLog || !toTerminal() { // looked up late: a program may set it after the first request
			return d.Handler()
		}
		return forPeople
	}})
}

// goLog is the log of a program that has not set one. At a terminal the
// application's own lines are then written for people.
var (
	goLog      = slog.Default()
	forPeople  = termlog.New(os.Stderr)
	atTerminal = sync.OnceValue(func() bool { return termlog.IsTerminal(os.Stderr) })
)

// toTerminal reports whether package log, which goLog writes to, writes to a
// terminal as it does from the start.
func toTerminal() bool {
	return log.Writer() == io.Writer(os.Stderr) && log.Flags() == log.LstdFlags && atTerminal()
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

// logException logs an error that ends in a 5xx, with the program's own calls of
// a panic's stack.
func (a *App) logException(c *Context, err error) {
	attrs := []any{slog.String("method", c.Method()), slog.String("path", c.Path())}
	if a.AccessLog {
		attrs = append(attrs, slog.String("request_id", c.requestID()))
	}
	attrs = append(attrs, slog.Any("error", err))
	if stack := stackOf(err); stack.Key != "" {
		attrs = append(attrs, stack)
	}
	a.logger().Error("exception on "+inLog(c.Path()), attrs...)
}

// logRequest writes the line of a request, for AccessLog and in Debug.
func (a *App) logRequest(c *Context, r *Response) {
	target := c.Path()
	if query := c.QueryString(); query != "" {
		target += "?" + debugpage.Query(query)
	}
	size := len(r.text) + len(r.raw)
	if r.stream != nil {
		size = -1 // not known yet
	}
	took := c.clock().Sub(c.receivedAt())
	attrs := []any{slog.Int("status", r.status), slog.Int("bytes", size),
		slog.Float64("ms", float64(took.Microseconds())/1000), slog.String("endpoint", c.Endpoint()), slog.String("remote", c.RemoteAddr())}
	if a.AccessLog {
		outcome, reason := c.SessionOutcome()
		attrs = append(attrs, slog.String("session", outcome))
		if reason != nil {
			attrs = append(attrs, slog.Any("session_error", reason))
		}
		attrs = append(attrs, slog.String("request_id", c.requestID()))
	}
	a.logger().Info(c.Method()+" "+inLog(target), attrs...)
}

// inLog is a path for a message of the log, which not every handler quotes: what
// could end the line or steer a terminal is percent-encoded again.
func inLog(path string) string {
	unclean := func(r rune) bool {
		return r < ' ' || 0x7f <= r && r < 0xa0 || r == utf8.RuneError || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) || unicode.Is(unicode.Bidi_Control, r)
	}
	if !strings.ContainsFunc(path, unclean) {
		return path
	}
	var b strings.Builder
	for len(path) > 0 {
		r, size := utf8.DecodeRuneInString(path)
		if unclean(r) && (r != utf8.RuneError || size == 1) {
			for i := range size {
				fmt.Fprintf(&b, "%%%02X", path[i])
			}
		} else {
			b.WriteString(path[:size])
		}
		path = path[size:]
	}
	return b.String()
}

// maxRequestID is the length in bytes of the longest X-Request-ID that is
// believed.
const maxRequestID = 128

// requestID is what the proxy in front called the request, by X-Request-ID, or a
// random text: it ties the lines of one request together.
func (c *Context) requestID() string {
	if c.id != "" {
		return c.id
	}
	c.id = string(c.ctx.Request.Header.Peek("X-Request-ID"))
	unclean := func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '"' || r == '\\' }
	if c.id == "" || len(c.id) > maxRequestID || strings.ContainsFunc(c.id, unclean) {
		c.id = rand.Text()
	}
	return c.id
}

// showsDebug reports whether an error's page may show the program's inside: in
// Debug, to this machine.
func (c *Context) showsDebug() bool {
	switch {
	case !c.app.Debug:
		return false
	case c.app.DebugRemote, c.ctx.UserValue(clientKey) != nil:
		return true
	}
	h := &c.ctx.Request.Header
	return debugpage.Visitor{Addr: c.ctx.RemoteAddr(), Host: string(h.Host()), HTTP10: !h.IsHTTP11(), Header: func(name string) (values []string) {
		for _, value := range h.PeekAll(name) {
			values = append(values, string(value))
		}
		return values
	}}.IsLocal()
}

// wantsHTML reports whether the client, a browser, asks for HTML.
func (c *Context) wantsHTML() bool { return strings.Contains(c.Header("Accept"), "text/html") }

// debugPage shows an error with its frames, the request, the session and the
// configuration, without secrets: as text to a client that asks for no HTML.
func (c *Context) debugPage(he *HTTPError, cause error) *Response {
	p := &debugpage.Page{
		Status: strconv.Itoa(he.Code) + " " + he.Name(), Method: c.Method(), Path: c.Path(), Error: cause.Error(),
		Request: c.debugRequest(), Session: c.debugSession(),
	}
	var broken *panicError
	if errors.As(cause, &broken) {
		p.Frames = debugpage.Frames(broken.stack)
	} else if c.route != nil {
		p.Hint = "Returned by the view of the endpoint " + strconv.Quote(c.route.endpoint) + "."
	}
	var failed *jinja.Error
	if errors.As(cause, &failed) && failed.Line > 0 {
		p.Template = c.app.debugTemplate(failed)
	}
	for _, name := range slices.Sorted(maps.Keys(c.app.configMap)) {
		p.Config = append(p.Config, debugpage.Pair{Name: name, Value: debugpage.Value(name, c.app.configMap[name])})
	}
	if he.Code == http.StatusNotFound {
		for _, rule := range c.app.rules.Rules() {
			p.Routes = append(p.Routes, debugpage.Route{Methods: strings.Join(rule.Methods(), ", "), Rule: rule.String(), Endpoint: rule.Endpoint()})
		}
	}
	masker := debugpage.NewMasker(append(slices.Clone(c.app.SecretKeyFallbacks), c.app.SecretKey)...)
	r := newResponse(he.Code)
	if accept := c.Header("Accept"); accept == "" || c.wantsHTML() {
		r.setText(p.HTML(masker))
		return r
	}
	r.header.Set("Content-Type", "text/plain; charset=utf-8")
	r.setText(p.Text(masker))
	return r
}

// stackOf is the stack of a panic, for the log; other errors have none.
func stackOf(err error) slog.Attr {
	var p *panicError
	if errors.As(err, &p) {
		return slog.String("stack", debugpage.Trim(p.stack))
	}
	return slog.Attr{}
}
