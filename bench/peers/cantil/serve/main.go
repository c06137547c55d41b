// Command serve runs the peer cantil.
package main

import (
	"github.com/cantil-go/cantil/bench/internal/site"
	"github.com/cantil-go/cantil/bench/peers/cantil"
)

func main() {
	site.Main(func(cfg site.Config) (site.Server, error) { return cantil.New(cfg) })
}
