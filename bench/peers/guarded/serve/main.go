// Command serve runs the peer guarded.
package main

import (
	"github.com/cantil-go/cantil/bench/internal/site"
	"github.com/cantil-go/cantil/bench/peers/guarded"
)

func main() {
	site.Main(func(cfg site.Config) (site.Server, error) { return guarded.New(cfg) })
}
