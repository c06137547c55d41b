package site

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
)

// Server is what all the libraries' servers have in common.
type Server interface {
	Serve(ln net.Listener) error
}

// Main is the main function of a peer written in Go. The listener is the file
// descriptor 3, opened by the runner, so that no two peers can want one port;
// when standard input ends, the runner is gone and the peer goes too.
func Main(make func(Config) (Server, error)) {
	var cfg Config
	flag.StringVar(&cfg.Store, "store", Cookie, "where the sessions are: cookie, json, memory or redis")
	flag.StringVar(&cfg.Redis, "redis", "", "address of the Redis server")
	flag.Parse()

	server, err := make(cfg)
	if err != nil {
		log.Fatal(err)
	}
	ln, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		log.Fatal("a peer is started by the runner, which hands it a listener: ", err)
	}
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	log.Fatal(server.Serve(ln))
}

// Unknown is the error of a peer that does not offer a store.
func Unknown(cfg Config) error {
	return fmt.Errorf("this peer has no store %q", cfg.Store)
}
