// Command serve runs the peer echo.
package main

import (
	"github.com/cantil-go/cantil/bench/internal/site"
	"github.com/cantil-go/cantil/bench/peers/echo"
)

func main() {
	site.Main(func(cfg site.Config) (site.Server, error) { return echo.New(cfg) })
}
