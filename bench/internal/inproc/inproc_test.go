package inproc

import (
	"io"
	"net"
	"testing"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/bench/internal/roster"
	"github.com/cantil-go/cantil/bench/internal/site"
)

// TestSameCookie takes a session from the floor to Cantil and back: what is
// compared is the same cookie.
func TestSameCookie(t *testing.T) {
	v := site.NewVisitor(nil)
	for i, name := range []string{"floor", "cantil", "floor", "cantil-json", "cantil"} {
		p, _ := roster.Find(name)
		server, err := newServer(p)
		if err != nil {
			t.Fatal(err)
		}
		err = Visit(server, func(dial site.Dial) error {
			here := v.Through(dial)
			defer here.Close()
			got, err := here.Get("/count")
			if want := string(rune('1' + i)); err == nil && got != want {
				t.Errorf("%s counts %s, want %s", name, got, want)
			}
			return err
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// TestClientOfBadServer: a server that closes the connection, or does not answer, is
// an error and holds nothing up.
func TestClientOfBadServer(t *testing.T) {
	closing := &fasthttp.Server{Handler: func(ctx *fasthttp.RequestCtx) { ctx.SetConnectionClose() }}
	c := NewClient(closing, Request("/", ""))
	for range 2 {
		if err := c.Ask(5); err == nil {
			t.Error("a closed connection is no error")
		}
	}
	c.Close()
	c = NewClient(silent{}, Request("/", ""))
	if err := c.Ask(5); err == nil {
		t.Error("silence is no error")
	}
	c.Close()
}

// silent is a server that reads and says nothing.
type silent struct{}

func (silent) Serve(ln net.Listener) error {
	conn, err := ln.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = io.Copy(io.Discard, conn)
	return err
}

// TestFloorDoesNotAllocate holds the floor to its name.
func TestFloorDoesNotAllocate(t *testing.T) {
	cases, err := Cases([]string{"floor"}, []string{"plain", "count", "perfil", "nomes"})
	if err != nil {
		t.Fatal(err)
	}
	const requests = 1000
	for _, c := range cases {
		defer c.Close()
		allocs := testing.AllocsPerRun(3, func() {
			if err := c.Ask(requests); err != nil {
				t.Fatal(err)
			}
		})
		if allocs > requests/10 { // a connection has some of its own, and the collector empties pools
			t.Errorf("%s: %.0f allocations for %d requests", c.Work, allocs, requests)
		}
	}
}
