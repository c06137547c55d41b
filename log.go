package cantil

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
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
