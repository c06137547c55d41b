package httpsession

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/cantil-go/cantil/internal/breaker"
)

// refresh sends a permanent session again that was not asked for. The answer does
// not depend on it and goes out whatever becomes of it.
func (r *request) refresh(h http.Header) {
	if !r.RefreshEachRequest {
		return
	}
	value, found := r.cookie()
	if !found {
		return
	}
	ctx := r.context()
	if r.breaker.Open() {
		if !r.breaker.MayProbe(r.Now()) {
			return
		}
		probe, cancel := context.WithTimeout(ctx, breaker.Probe)
		defer cancel()
		ctx = probe
	}
	err := r.tryRefresh(ctx, h, value)
	r.breaker.Heard(err, r.Now)
	if err != nil {
		r.session, r.openErr = nil, err
		if r.breaker.MayLog(r.Now()) {
			r.Logger.Warn("httpsession: a session was not refreshed, the answer went out without it",
				slog.String("path", r.http.URL.Path), slog.Any("error", err))
		}
	}
}

// tryRefresh is the part that can fail, or panic in a custom interface.
func (r *request) tryRefresh(ctx context.Context, h http.Header, cookie []byte) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("httpsession: panic: %v", v)
		}
	}()
	if err := r.load(ctx, cookie); err != nil || r.session.Null() {
		return err
	}
	return r.store(ctx, h)
}
