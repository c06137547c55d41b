// Package inproc serves whole requests without a network: fasthttp reads them
// from memory, parses them, calls the peer and writes the answer to nowhere. What
// is left is what the peer and fasthttp's parser cost, the kernel aside.
package inproc

import (
	"context"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"

	"github.com/cantil-go/cantil/bench/internal/roster"
	"github.com/cantil-go/cantil/bench/internal/site"
	"github.com/cantil-go/cantil/bench/peers/bare"
	"github.com/cantil-go/cantil/bench/peers/cantil"
	"github.com/cantil-go/cantil/bench/peers/fiber"
	"github.com/cantil-go/cantil/bench/peers/floor"
	"github.com/cantil-go/cantil/bench/peers/limits"
)

// Peers are the peers whose servers are fasthttp's and need nothing else.
var Peers = []string{"bare", "limits", "floor", "cantil", "cantil-json", "fiber"}

// Case is one peer at one work, ready to be served.
type Case struct {
	Peer, Work string
	server     site.Server
	request    []byte
}

// Cases prepares the peers of those names for the works of those names, and
// checks their answers.
func Cases(peers, works []string) ([]Case, error) {
	var cases []Case
	for _, work := range works {
		for _, name := range peers {
			p, _ := roster.Find(name)
			if !p.Does(work) {
				continue
			}
			c, err := NewCase(p, work)
			if err != nil {
				return nil, fmt.Errorf("%s in process: %w", name, err)
			}
			cases = append(cases, c)
		}
	}
	return cases, nil
}

// NewCase prepares one peer for one work.
func NewCase(p roster.Peer, workName string) (Case, error) {
	server, err := newServer(p)
	if err != nil {
		return Case{}, err
	}
	work, _ := site.Find(workName)
	c := Case{Peer: p.Name, Work: workName, server: server}
	err = Visit(server, func(dial site.Dial) error {
		cookies, err := work.Prepare(dial, 1)
		if err == nil {
			c.request = Request(work.Path, cookies[0])
		}
		return err
	})
	return c, err
}

// newServer makes the server as the peer's program does.
func newServer(p roster.Peer) (site.Server, error) {
	cfg := site.Config{Store: p.Store}
	switch p.Dir {
	case "bare":
		return bare.New(cfg)
	case "limits":
		return limits.New(cfg)
	case "floor":
		return floor.New(cfg)
	case "cantil":
		return cantil.New(cfg)
	case "fiber":
		app, err := fiber.New(cfg)
		if err != nil {
			return nil, err
		}
		return &fasthttp.Server{Handler: app.Handler()}, nil
	}
	return nil, fmt.Errorf("no server of fasthttp's")
}

// Visit serves the visits that a function makes.
func Visit(server site.Server, visits func(dial site.Dial) error) error {
	ln := fasthttputil.NewInmemoryListener()
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	err := visits(func(context.Context) (net.Conn, error) { return ln.Dial() })
	ln.Close()
	<-served
	return err
}

// Request is a request as the load generator sends it.
func Request(path, cookie string) []byte {
	if cookie != "" {
		cookie = "Cookie: " + cookie + "\r\n"
	}
	return []byte("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + cookie + "\r\n")
}

// Bench measures the case.
func (c Case) Bench(b *testing.B) { Bench(b, c.server, c.request) }

// Bench has the server answer one request b.N times, on one connection.
func Bench(b *testing.B, server site.Server, request []byte) {
	serve(server, request, 100) // fills the pools
	Timed(b, func() {
		if err := serve(server, request, b.N); err != nil {
			b.Fatal(err)
		}
	})
}

func serve(server site.Server, request []byte, n int) error {
	conn := &wire{request: request, left: n, closed: make(chan struct{})}
	if err := server.Serve(&listener{conn: conn}); err != nil {
		return err
	}
	if conn.left > 0 || conn.written == 0 {
		return fmt.Errorf("%d of %d requests were not answered", conn.left, n)
	}
	return nil
}

// listener accepts one connection, and ends with it.
type listener struct {
	conn     *wire
	accepted bool
}

func (l *listener) Accept() (net.Conn, error) {
	if !l.accepted {
		l.accepted = true
		return l.conn, nil
	}
	<-l.conn.closed
	return nil, io.EOF
}

func (l *listener) Close() error   { return nil }
func (l *listener) Addr() net.Addr { return loopback }

// wire is a connection from which the same request comes again and again. Each
// read brings one: the next is not there before this one is answered.
type wire struct {
	request []byte
	left    int
	written int
	closed  chan struct{}
}

func (w *wire) Read(p []byte) (int, error) {
	if w.left == 0 {
		return 0, io.EOF
	}
	w.left--
	return copy(p, w.request), nil
}

func (w *wire) Write(p []byte) (int, error) {
	w.written += len(p)
	return len(p), nil
}

func (w *wire) Close() error                     { close(w.closed); return nil }
func (w *wire) LocalAddr() net.Addr              { return loopback }
func (w *wire) RemoteAddr() net.Addr             { return loopback }
func (w *wire) SetDeadline(time.Time) error      { return nil }
func (w *wire) SetReadDeadline(time.Time) error  { return nil }
func (w *wire) SetWriteDeadline(time.Time) error { return nil }

var loopback = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}
