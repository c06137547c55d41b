package wire

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

const evil = "GET /evil HTTP/1.1\r\nHost: a\r\nX: 1234567\r\n\r\n" // 41 bytes

// TestUnreadBody: a body that no handler reads is no request, whatever its length
// and framing, and the answer arrives.
func TestUnreadBody(t *testing.T) {
	for name, serve := range servers {
		t.Run(name, func(t *testing.T) {
			routes := limitRoutes()
			routes["/evil"] = func(*fasthttp.RequestCtx) { t.Error("a request came out of a body") }
			routes["/pouco"] = func(ctx *fasthttp.RequestCtx) { ctx.RequestBodyStream().Read(make([]byte, 10)) }
			addr := serve(t, routes)
			for _, path := range []string{"/", "/nada", "/pouco"} {
				for _, filler := range []int{0, 1, 8191, 8192, 8193, 100_000, 256 << 10, 2 << 20} {
					body := strings.Repeat("x", filler) + evil
					for _, framed := range []string{
						fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body),
						fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body),
						fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n\x00%s", body),
					} {
						unread(t, addr, "POST "+path+" HTTP/1.1\r\nHost: a\r\n"+framed)
					}
				}
			}
		})
	}
}

// servers are with a Listener and without.
var servers = map[string]func(*testing.T, routes) (addr string){"listener": overListener, "fasthttp": overFasthttp}

// unread sends a request and then another one: both are answered in this order,
// or the first one alone and then the connection ends.
func unread(t *testing.T, addr, request string) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	_, _ = io.WriteString(c, request+"GET /segundo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") // all of it, before reading
	r := bufio.NewReader(c)
	a, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatalf("%.60q…: no answer: %v", request, err)
	}
	io.Copy(io.Discard, a.Body)
	if a.StatusCode == http.StatusBadRequest && !a.Close {
		t.Errorf("%.60q…: the connection is kept after a 400", request)
	}
	if b, err := http.ReadResponse(r, nil); err == nil && b.StatusCode != http.StatusNotFound {
		t.Errorf("%.60q…: then %d", request, b.StatusCode)
	}
}

func overListener(t *testing.T, routes routes) string {
	l := newLimited(t, func(ln net.Listener) net.Listener { return ln }, routes)
	return l.ln.Addr().String()
}

// overFasthttp serves without a Listener, by Check and End alone.
func overFasthttp(t *testing.T, routes routes) string {
	server := newServer(routes)
	handle := server.Handler
	server.Handler = func(ctx *fasthttp.RequestCtx) {
		if code := Check(ctx); code != 0 {
			ctx.SetStatusCode(code)
			ctx.SetConnectionClose()
			return
		}
		handle(ctx)
	}
	ln := listening(t)
	go server.Serve(ln)
	return ln.Addr().String()
}

// TestCheck: over another listener the rules hold that can be looked at late.
func TestCheck(t *testing.T) {
	addr := overFasthttp(t, limitRoutes())
	for headers, want := range map[string]int{
		"Host: a\r\n":           200,
		"Host: a\r\nX y: 1\r\n": 400,
		"Host: a/b\r\n":         400,
		"Host: a\r\n X: 1\r\n":  400,
		"Host: a\r\nX: 1\n\r\n": 400,
		"Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n": 400,
		"Host: a\r\nTransfer-Encoding: identity\r\n":                     501,
	} {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(c, "GET / HTTP/1.1\r\n"+headers+"\r\n0\r\n\r\n")
		a, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || a.StatusCode != want || (want != 200) != a.Close {
			t.Errorf("%q: %v %v, want %d", headers, a, err, want)
		}
		c.Close()
	}
}

// TestConnectionHeader: the header is a list over all its lines, in any case, on
// both sides.
func TestConnectionHeader(t *testing.T) {
	routes := limitRoutes()
	routes["/fecha"] = func(ctx *fasthttp.RequestCtx) { ctx.Response.Header.Set("Connection", "TE, Close") }
	for _, serve := range servers {
		addr := serve(t, routes)
		for _, test := range []struct {
			path, headers string
			close         bool
		}{
			{"/", "", false},
			{"/", "Connection: keep-alive\r\n", false},
			{"/", "Connection: closed\r\n", false},
			{"/", "Connection: Close\r\n", true},
			{"/", "Connection: keep-alive, CLOSE\r\n", true},
			{"/", "Connection: close,\r\n", true},
			{"/", "Connection: close\r\nConnection: keep-alive\r\n", true},
			{"/", "Connection: TE\r\nConnection: close\r\n", true},
			{"/fecha", "", true},
		} {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			c.SetDeadline(time.Now().Add(20 * time.Second))
			request := "GET " + test.path + " HTTP/1.1\r\nHost: a\r\n" + test.headers + "\r\n"
			io.WriteString(c, request+request)
			r := bufio.NewReader(c)
			for want := range 2 {
				a, err := http.ReadResponse(r, nil)
				if test.close && want == 1 {
					if err != io.ErrUnexpectedEOF && err != io.EOF {
						t.Errorf("%q: %v, want the connection's end", request, err)
					}
				} else if err != nil || a.Close != test.close {
					t.Errorf("%q: %v, close %v", request, err, a != nil && a.Close)
				} else {
					io.Copy(io.Discard, a.Body)
				}
			}
			c.Close()
		}
	}
}

// TestAnswerArrives: the client of a large upload that is refused gets to read why,
// though it reads only when it has sent all.
func TestAnswerArrives(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		if _, hidden := over(nil).(hiding); hidden {
			t.Skip("a connection that cannot be closed by halves")
		}
		l := newLimited(t, over, limitRoutes())
		for range 5 {
			c, r := l.dial()
			io.WriteString(c, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20971520\r\n\r\n")
			if _, err := c.Write(make([]byte, 20<<20)); err != nil {
				t.Fatalf("the connection broke while the client sent: %v", err)
			}
			if status, body := answer(t, r); status != 200 || body != "ok" {
				t.Fatalf("%d %q", status, body)
			}
			c.Close()
		}
		l.gone()
	})
}

// TestAnswersDoNotWait: a pipelined request does not hold up the answer to the one
// before it, be it late or slow.
func TestAnswersDoNotWait(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		routes := limitRoutes()
		release := make(chan bool)
		routes["/longo"] = func(ctx *fasthttp.RequestCtx) { <-release }
		l := newLimited(t, over, routes)
		for _, second := range []string{"POST /corpo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", "GET /longo HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HT"} {
			c, r := l.dial()
			io.WriteString(c, get+second)
			if status, body := answer(t, r); status != 200 || body != "ok" {
				t.Fatal(status, body)
			}
			c.Close()
		}
		close(release)
	})
}

// TestDone: a request learns that its client has gone.
func TestDone(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the system is asked on Linux alone")
	}
	overAny(t, func(t *testing.T, over over) {
		if _, hidden := over(nil).(hiding); hidden {
			t.Skip("no socket to ask")
		}
		routes := limitRoutes()
		entered, ended := make(chan bool), make(chan bool)
		routes["/espera"] = func(ctx *fasthttp.RequestCtx) {
			done := Done(ctx)
			entered <- true
			<-done
			ended <- true
		}
		l := newLimited(t, over, routes)
		for _, more := range []string{"", get} { // what was sent in advance hides no end
			c, _ := l.dial()
			io.WriteString(c, "GET /espera HTTP/1.1\r\nHost: a\r\n\r\n"+more)
			<-entered
			l.ticks(3)
			select {
			case <-ended:
				t.Fatal("the client is still there")
			default:
			}
			c.Close()
			for gone := false; !gone; {
				l.ticks(1)
				select {
				case <-ended:
					gone = true
				case <-time.After(5 * time.Millisecond):
				}
			}
			l.gone()
		}
	})
}
