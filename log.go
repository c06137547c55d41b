package cantil

import (
	"errors"
	"log/slog"
)

// logger is the application's, or the program's default one.
func (a *App) logger() *slog.Logger {
	if a.Logger != nil {
		return a.Logger
	}
	return slog.Default()
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
