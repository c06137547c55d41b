// Package guarded is the floor behind Cantil's own door, internal/wire: the same
// pages by hand, from connections with time limits on which no request can hide
// behind another. What it costs more than package floor is the price of the door;
// what Cantil costs more than this is Cantil's own.
package guarded

import (
	"context"
	"log/slog"
	"net"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/bench/internal/site"
	"github.com/cantil-go/cantil/bench/peers/floor"
	"github.com/cantil-go/cantil/internal/wire"
)

// Server serves the floor's pages with the limits that Cantil's Run sets.
type Server struct{ fasthttp *fasthttp.Server }

// New returns the server.
func New(cfg site.Config) (*Server, error) {
	inner, err := floor.New(cfg)
	if err != nil {
		return nil, err
	}
	serve := inner.Handler
	inner.Handler = func(ctx *fasthttp.RequestCtx) {
		if code := wire.Check(ctx); code != 0 {
			ctx.Error(fasthttp.StatusMessage(code), code)
			ctx.SetConnectionClose()
			return
		}
		serve(ctx)
		wire.End(ctx, wire.UnknownBody)
	}
	inner.StreamRequestBody, inner.DisablePreParseMultipartForm = true, true
	inner.ReadBufferSize = 16 << 10
	inner.HeaderReceived = wire.SettleExpect
	return &Server{inner}, nil
}

// Serve serves ln until it is closed.
func (s *Server) Serve(ln net.Listener) error {
	guarded := wire.NewListener(ln, wire.Config{
		ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHead: s.fasthttp.ReadBufferSize,
		Log: func(level slog.Level, msg string, args ...any) { slog.Log(context.Background(), level, msg, args...) },
	})
	stopped := make(chan struct{})
	defer close(stopped)
	go guarded.Watch(stopped)
	return s.fasthttp.Serve(guarded)
}
