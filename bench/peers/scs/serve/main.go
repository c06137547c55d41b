// Command serve runs the peer scs.
package main

import (
	"github.com/cantil-go/cantil/bench/internal/site"
	"github.com/cantil-go/cantil/bench/peers/scs"
)

func main() {
	site.Main(func(cfg site.Config) (site.Server, error) { return scs.New(cfg) })
}
