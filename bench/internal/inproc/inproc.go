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
	"github.com/cantil-go/cantil/bench/peers/guarded"
	"github.com/cantil-go/cantil/bench/peers/limits"
)

// Peers are the peers whose servers are fasthttp's and need nothing else.
var Peers = []string{"bare", "limits", "floor", "guarded", "cantil", "cantil-json", "fiber"}

// Case is one peer at one work, ready to be served.
type Case struct {
	Peer, Work string
	*Client
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
	c := Case{Peer: p.Name, Work: workName}
	err = Visit(server, func(dial site.Dial) error {
		cookies, err := work.Prepare(dial, 1)
		if err == nil {
			c.Client = NewClient(server, Request(work.Path, cookies[0]))
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
	case "guarded":
		return guarded.New(cfg)
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
func (c Case) Bench(b *testing.B) {
	if err := c.Ask(100); err != nil { // fills the pools
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	if err := c.Ask(b.N); err != nil {
		b.Fatal(err)
	}
}

// Client asks a server for the same thing again and again, on one connection that
// stays open: nothing is counted but requests.
type Client struct {
	server site.Server
	wire   *wire
	ended  chan struct{} // the server has, with err; nil before it begins
	err    error
}

// NewClient returns a client of a server. The server starts with the first request.
func NewClient(server site.Server, request []byte) *Client {
	return &Client{server: server, wire: &wire{
		request: request, ask: make(chan int), answered: make(chan int), closed: make(chan struct{}),
	}}
}

// Ask has the server answer n requests.
func (c *Client) Ask(n int) error {
	if c.ended == nil {
		c.ended = make(chan struct{})
		go func() {
			c.err = c.server.Serve(&listener{conn: c.wire})
			close(c.ended)
		}()
	}
	select {
	case c.wire.ask <- n:
	case <-c.ended:
		return fmt.Errorf("the server has ended: %v", c.err)
	}
	select {
	case answered := <-c.wire.answered:
		if answered < n {
			return fmt.Errorf("%d of %d requests were answered", answered, n)
		}
	case <-c.ended:
		return fmt.Errorf("the server ended: %v", c.err)
	}
	return nil
}

// Close ends connection and server.
func (c *Client) Close() {
	close(c.wire.ask)
	if c.ended != nil {
		<-c.ended
	}
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

// wire is a connection from which the same request comes as often as is asked
// for. Each read brings one: the next is not there before this one is answered.
type wire struct {
	request  []byte
	ask      chan int // how many; its end is the connection's
	answered chan int // how many of them were
	closed   chan struct{}

	asked, left, done int
	written           bool // since the last request
}

func (w *wire) Read(p []byte) (int, error) {
	if w.written {
		w.written = false
		w.done++
	}
	if w.left == 0 {
		if w.asked > 0 {
			w.answered <- w.done
			w.asked, w.done = 0, 0
		}
		n, more := <-w.ask
		if !more {
			return 0, io.EOF
		}
		w.asked, w.left = n, n
	}
	w.left--
	return copy(p, w.request), nil
}

func (w *wire) Write(p []byte) (int, error) {
	w.written = true
	return len(p), nil
}

func (w *wire) Close() error                     { close(w.closed); return nil }
func (w *wire) LocalAddr() net.Addr              { return loopback }
func (w *wire) RemoteAddr() net.Addr             { return loopback }
func (w *wire) SetDeadline(time.Time) error      { return nil }
func (w *wire) SetReadDeadline(time.Time) error  { return nil }
func (w *wire) SetWriteDeadline(time.Time) error { return nil }

var loopback = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}
