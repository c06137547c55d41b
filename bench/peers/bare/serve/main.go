// Command serve runs the peer bare.
package main

import (
	"github.com/cantil-go/cantil/bench/internal/site"
	"github.com/cantil-go/cantil/bench/peers/bare"
)

func main() {
	site.Main(func(cfg site.Config) (site.Server, error) { return bare.New(cfg) })
}
