// Package bare is fasthttp alone: what serving one page costs at the least.
package bare

import (
	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/bench/internal/site"
)

// New returns the server. It has no sessions, and no pages but the plain one.
func New(site.Config) (*fasthttp.Server, error) {
	return &fasthttp.Server{Handler: plain}, nil
}

func plain(ctx *fasthttp.RequestCtx) {
	ctx.SetContentType(site.HTML)
	ctx.SetBodyString(site.Hello)
}
