package cantil

import (
	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/urls"
)

// handle answers one request. fasthttp reads a target that begins with "//" or
// with no slash otherwise than its peers: it takes the one for a host, and looks
// for the Host of a whole URL in the header. They are put right first, so that
// the router, the hooks and the view see the same path and the same host.
func (a *App) handle(ctx *fasthttp.RequestCtx) {
	if t := ctx.Request.Header.RequestURI(); t[0] != '/' || len(t) > 1 && t[1] == '/' {
		fixTarget(ctx)
	}
	a.router.Handler(ctx)
}

// fixTarget writes the target in origin form, with one slash at its start, and
// puts the host of a whole URL in the place of the Host header (RFC 9112, 3.2.2).
// fasthttp reads such a target as it is meant.
func fixTarget(ctx *fasthttp.RequestCtx) {
	header := &ctx.Request.Header
	host, origin, _ := urls.CutTarget(header.RequestURI())
	if len(host) > 0 {
		header.SetHostBytes(host)
	}
	ctx.Request.SetRequestURIBytes(origin)
}
