// Command serve runs the peer fiber.
package main

import (
	"github.com/cantil-go/cantil/bench/internal/site"
	"github.com/cantil-go/cantil/bench/peers/fiber"
)

func main() {
	site.Main(func(cfg site.Config) (site.Server, error) { return fiber.New(cfg) })
}
