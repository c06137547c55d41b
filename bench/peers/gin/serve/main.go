// Command serve runs the peer gin.
package main

import (
	"github.com/cantil-go/cantil/bench/internal/site"
	"github.com/cantil-go/cantil/bench/peers/gin"
)

func main() {
	site.Main(func(cfg site.Config) (site.Server, error) { return gin.New(cfg) })
}
