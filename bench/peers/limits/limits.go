// Package limits is fasthttp alone with the time limits that Cantil sets: without
// them a client that goes silent holds its connection for ever. What it costs
// more than package bare is the price of the limits, not of Cantil.
package limits

import (
	"time"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/bench/internal/site"
	"github.com/cantil-go/cantil/bench/peers/bare"
)

// New returns the server.
func New(cfg site.Config) (*fasthttp.Server, error) {
	server, err := bare.New(cfg)
	if err != nil {
		return nil, err
	}
	server.ReadTimeout, server.WriteTimeout, server.IdleTimeout = 30*time.Second, 30*time.Second, time.Minute
	return server, nil
}
