// Command serve runs the peer limits.
package main

import (
	"github.com/cantil-go/cantil/bench/internal/site"
	"github.com/cantil-go/cantil/bench/peers/limits"
)

func main() {
	site.Main(func(cfg site.Config) (site.Server, error) { return limits.New(cfg) })
}
