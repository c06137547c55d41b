package wire

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestLimitOfWriting: an answer may take for ever as long as the client takes its
// pieces; one that is not taken ends.
func TestLimitOfWriting(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		routes := limitRoutes()
		asked, more := make(chan bool), make(chan bool)
		routes["/fluxo"] = func(ctx *fasthttp.RequestCtx) {
			ctx.SetBodyStream(readerFunc(func(p []byte) (int, error) {
				asked <- true
				if !<-more {
					return 0, io.EOF
				}
				return copy(p, strings.Repeat("x", 100)), nil
			}), -1)
		}
		routes["/grande"] = func(ctx *fasthttp.RequestCtx) { ctx.SetBodyString(strings.Repeat("x", 64<<20)) }
		l := newLimited(t, over, routes)

		c, r := l.dial()
		io.WriteString(c, "GET /fluxo HTTP/1.1\r\nHost: a\r\n\r\n")
		for n := range 6 {
			<-asked // what came before is written
			l.ticks(5 * idleTicks)
			more <- n < 5
		}
		if status, body := answer(t, r); status != 200 || len(body) != 500 {
			t.Errorf("status %d, %d bytes of a long stream, want 200, 500", status, len(body))
		}

		io.WriteString(c, "GET /grande HTTP/1.1\r\nHost: a\r\n\r\n")
		l.waiting(writing)
		for range 3 { // a piece now and then will do
			l.ticks(writeTicks)
			l.waiting(writing)
			io.CopyN(io.Discard, r, 8<<20)
			l.until(func(state uint64) bool { return state == l.ln.now.Load()<<waitBits|writing }) // the next piece
		}
		l.goneBy(writeTicks + 1) // the system's buffers may still take some
	})
}

// TestLimitOfTrickle: who takes an answer bit by bit has no longer for a piece of
// it than who takes nothing.
func TestLimitOfTrickle(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		routes := limitRoutes()
		routes["/grande"] = func(ctx *fasthttp.RequestCtx) { ctx.SetBodyString(strings.Repeat("x", 8<<20)) }
		l := newLimited(t, func(ln net.Listener) net.Listener { return over(narrow{ln}) }, routes)
		c, r := l.dial()
		c.(*net.TCPConn).SetReadBuffer(16 << 10)
		io.WriteString(c, "GET /grande HTTP/1.1\r\nHost: a\r\n\r\n")
		l.waiting(writing)
		taken := 0
		for taken < 8<<20 && l.ln.Open() > 0 {
			n, err := io.CopyN(io.Discard, r, 20<<10)
			taken += int(n)
			if err != nil {
				break
			}
			time.Sleep(time.Millisecond) // the server sends what there is room for
			l.ticks(1)
		}
		if most := 4 << 20; taken > most {
			t.Errorf("%d bytes were taken in %d ticks, of which a piece of %d may have %d", taken, l.ln.now.Load(), pieceSize, writeTicks)
		}
		l.goneBy(writeTicks + 1)
	})
}

// narrow is a listener whose connections take little at once.
type narrow struct{ net.Listener }

func (n narrow) Accept() (net.Conn, error) {
	c, err := n.Listener.Accept()
	if err == nil {
		c.(*net.TCPConn).SetWriteBuffer(16 << 10)
	}
	return c, err
}

// TestLimitOfFile: a file goes out in pieces, whole, and ends where it is not taken.
func TestLimitOfFile(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		const size = 20<<20 + 17
		content := bytes.Repeat([]byte("0123456789abcdef"), size/16+1)[:size]
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "f.bin"), content, 0o600); err != nil {
			t.Fatal(err)
		}
		routes := limitRoutes()
		routes["/arquivo"] = func(ctx *fasthttp.RequestCtx) {
			f, err := os.Open(filepath.Join(folder, "f.bin"))
			if err != nil {
				t.Error(err)
				return
			}
			ctx.SetBodyStream(f, size)
		}
		l := newLimited(t, over, routes)
		c, r := l.dial()
		io.WriteString(c, "GET /arquivo HTTP/1.1\r\nHost: a\r\n\r\n")
		if status, body := answer(t, r); status != 200 || body != string(content) {
			t.Fatalf("status %d, %d bytes, want 200 and the file's %d", status, len(body), size)
		}
		io.WriteString(c, "GET /arquivo HTTP/1.1\r\nHost: a\r\n\r\n")
		l.waiting(writing)
		l.goneBy(writeTicks + 1) // the system's buffers may still take some
	})
}

// TestNoLimitWhenTaken: a connection that a view takes for itself is its own.
func TestNoLimitWhenTaken(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		routes := limitRoutes()
		routes["/eco"] = func(ctx *fasthttp.RequestCtx) {
			ctx.Hijack(func(conn net.Conn) { io.Copy(conn, conn) })
			ctx.SetStatusCode(http.StatusSwitchingProtocols)
		}
		l := newLimited(t, over, routes)
		c, r := l.dial()
		io.WriteString(c, "GET /eco HTTP/1.1\r\nHost: a\r\n\r\n")
		for line := "?"; line != "\r\n"; {
			var err error
			if line, err = r.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			l.gone() // from those that have limits
			l.ticks(10 * idleTicks)
			io.WriteString(c, "olá\n")
			if line, err := r.ReadString('\n'); line != "olá\n" {
				t.Fatal(line, err)
			}
		}
	})
}

// TestLimitsUnderTLS: the request knows that it came by TLS, and the limits count
// from the handshake on.
func TestLimitsUnderTLS(t *testing.T) {
	cert := httptest.NewTLSServer(http.NotFoundHandler())
	defer cert.Close()
	routes := limitRoutes()
	routes["/url"] = func(ctx *fasthttp.RequestCtx) { fmt.Fprint(ctx, ctx.URI()) }
	l := newLimited(t, func(ln net.Listener) net.Listener { return tls.NewListener(ln, cert.TLS) }, routes)

	_, r := l.dial() // who does not greet
	l.waiting(opening)
	l.ticks(readTicks + 1)
	if status, _ := answer(t, r); status != 0 {
		t.Errorf("status %d without TLS", status)
	}
	l.gone()

	client := cert.Client()
	defer client.CloseIdleConnections()
	for range 2 {
		a, err := client.Get("https://" + l.ln.Addr().String() + "/url")
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(a.Body)
		a.Body.Close()
		if want := "https://" + l.ln.Addr().String() + "/url"; string(body) != want {
			t.Errorf("URL %s, want %s", body, want)
		}
	}
	l.waiting(idling)
	l.ticks(idleTicks + 1)
	l.gone()
}

// TestRequestOrdersMemory: what a view did, the client may read after the answer,
// and the race detector knows it.
func TestRequestOrdersMemory(t *testing.T) {
	routes := limitRoutes()
	seen := 0
	routes["/conta"] = func(ctx *fasthttp.RequestCtx) { seen++; ctx.SetBodyString("ok") }
	overAny(t, func(t *testing.T, over over) {
		l := newLimited(t, over, routes)
		c, r := l.dial()
		for range 3 {
			before := seen
			io.WriteString(c, "GET /conta HTTP/1.1\r\nHost: a\r\n\r\n")
			if status, _ := answer(t, r); status != 200 || seen != before+1 {
				t.Fatal(status, seen)
			}
		}
	})
}
