// Command serve runs the peer floor.
package main

import (
	"github.com/cantil-go/cantil/bench/internal/site"
	"github.com/cantil-go/cantil/bench/peers/floor"
)

func main() {
	site.Main(func(cfg site.Config) (site.Server, error) { return floor.New(cfg) })
}
