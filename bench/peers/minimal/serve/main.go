// Command serve runs the peer minimal.
package main

import (
	"github.com/cantil-go/cantil/bench/internal/site"
	"github.com/cantil-go/cantil/bench/peers/minimal"
)

func main() {
	site.Main(func(cfg site.Config) (site.Server, error) { return minimal.New(cfg) })
}
