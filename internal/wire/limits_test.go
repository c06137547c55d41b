package wire

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

// The limits of these tests, in ticks of a second.
const (
	readTicks  = 30
	writeTicks = 20
	idleTicks  = 60
)

// A limited is a server whose ticks the test makes.
type limited struct {
	t      *testing.T
	ln     *Listener
	server *fasthttp.Server
}

// over is what connections a server has.
type over func(net.Listener) net.Listener

// overAny runs a test with connections that are sockets and no more, and with such
// as are not known to be.
func overAny(t *testing.T, test func(t *testing.T, over over)) {
	t.Run("socket", func(t *testing.T) { test(t, func(ln net.Listener) net.Listener { return ln }) })
	t.Run("conn", func(t *testing.T) { test(t, func(ln net.Listener) net.Listener { return hiding{ln} }) })
}

// hiding is a listener whose connections do not show what they are.
type hiding struct{ net.Listener }

func (h hiding) Accept() (net.Conn, error) {
	c, err := h.Listener.Accept()
	return struct{ net.Conn }{c}, err
}

func newLimited(t *testing.T, over over, routes routes) *limited {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	inner = over(inner)
	server := newServer(routes)
	l := &limited{t, NewListener(inner, Config{
		ReadTimeout: readTicks * time.Second, WriteTimeout: writeTicks * time.Second, IdleTimeout: idleTicks * time.Second,
	}), server}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l.ln) }()
	t.Cleanup(func() {
		inner.Close()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return l
}

// ticks lets n ticks pass.
func (l *limited) ticks(n int) {
	for range n {
		l.ln.now.Add(1)
		l.ln.sweep()
	}
}

// keepTicking lets ticks pass until stop is called.
func (l *limited) keepTicking() (stop func()) {
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
				l.ticks(1)
			}
		}
	}()
	return func() { close(done) }
}

// waiting returns when the only connection waits for that.
func (l *limited) waiting(wait uint64) {
	l.t.Helper()
	l.until(func(state uint64) bool { return state&waitMask == wait })
}

// until returns when the state of the only connection is such.
func (l *limited) until(such func(state uint64) bool) {
	l.t.Helper()
	for range 2000 {
		l.ln.mu.Lock()
		for c := range l.ln.conns {
			if such(c.state.Load()) {
				l.ln.mu.Unlock()
				return
			}
		}
		l.ln.mu.Unlock()
		time.Sleep(5 * time.Millisecond)
	}
	l.t.Fatal("the connection does not come to wait for that")
}

// gone returns when no connection is left.
func (l *limited) gone() { l.t.Helper(); l.goneBy(0) }

// goneBy is gone, with so many more ticks each time that one asks.
func (l *limited) goneBy(ticks int) {
	l.t.Helper()
	for range 2000 {
		if l.ln.Open() == 0 {
			return
		}
		l.ticks(ticks)
		time.Sleep(5 * time.Millisecond)
	}
	l.t.Fatal("the connection stays")
}

func (l *limited) dial() (net.Conn, *bufio.Reader) {
	l.t.Helper()
	c, err := net.Dial("tcp", l.ln.Addr().String())
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	return c, bufio.NewReader(c)
}

// answer reads an answer and returns its status and body; 0 at the connection's end.
func answer(t *testing.T, r *bufio.Reader) (int, string) {
	t.Helper()
	a, err := http.ReadResponse(r, nil)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, ""
	}
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, string(body)
}

// routes are handlers by path.
type routes map[string]fasthttp.RequestHandler

// newServer makes a server as the framework does, over fasthttp alone.
func newServer(routes routes) *fasthttp.Server {
	return &fasthttp.Server{
		Handler: func(ctx *fasthttp.RequestCtx) {
			if handle := routes[string(ctx.Path())]; handle != nil {
				handle(ctx)
			} else {
				ctx.SetStatusCode(http.StatusNotFound)
			}
			End(ctx, UnknownBody)
		},
		ErrorHandler: func(ctx *fasthttp.RequestCtx, err error) {
			ctx.SetStatusCode(http.StatusBadRequest)
			if isTimeout(err) {
				ctx.SetStatusCode(http.StatusRequestTimeout)
			}
		},
		ReadBufferSize: defaultMaxHead, StreamRequestBody: true, DisablePreParseMultipartForm: true,
		Logger: quiet{},
	}
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}

func limitRoutes() routes {
	return routes{
		"/":      func(ctx *fasthttp.RequestCtx) { ctx.SetBodyString("ok") },
		"/corpo": func(ctx *fasthttp.RequestCtx) { ctx.SetBody(ctx.PostBody()) },
	}
}

func TestLimitOfFirstRequest(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		l := newLimited(t, over, limitRoutes())
		_, r := l.dial()
		l.waiting(opening)
		l.ticks(readTicks)
		l.waiting(opening)
		l.ticks(1)
		if status, _ := answer(t, r); status != http.StatusRequestTimeout {
			t.Errorf("status %d after silence, want 408", status)
		}
		l.gone()
	})
}

// TestLimitOfSlowRequest: a client that sends a byte now and then does not hold
// its connection for longer than one that sends nothing.
func TestLimitOfSlowRequest(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		for _, begin := range []string{"GET / HTTP/1.1\r\n", "POST /corpo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"} {
			l := newLimited(t, over, limitRoutes())
			c, r := l.dial()
			io.WriteString(c, begin)
			l.waiting(reading)
			for range readTicks {
				l.ticks(1)
				io.WriteString(c, "X")
				l.waiting(reading)
			}
			stop := l.keepTicking() // the last byte may come just when time is up
			status, _ := answer(t, r)
			stop()
			if status/100 == 2 {
				t.Errorf("%q: status %d after a request too slow", begin, status)
			}
			l.gone()
		}
	})
}

func TestLimitOfIdleness(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		l := newLimited(t, over, limitRoutes())
		c, r := l.dial()
		for range 3 {
			io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
			if status, body := answer(t, r); status != 200 || body != "ok" {
				t.Fatal(status, body)
			}
			l.waiting(idling)
			l.ticks(idleTicks) // as long as is allowed
			l.waiting(idling)
		}
		l.ticks(1)
		if status, _ := answer(t, r); status != 0 {
			t.Errorf("status %d, want the connection's end", status)
		}
		l.gone()
	})
}

// TestNoLimitAtWork: a view that takes its time is not disturbed, and what comes
// after it is heard.
func TestNoLimitAtWork(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		routes := limitRoutes()
		entered, leave := make(chan bool), make(chan bool)
		routes["/longo"] = func(ctx *fasthttp.RequestCtx) {
			entered <- true
			<-leave
			ctx.SetBodyString("pronto")
		}
		l := newLimited(t, over, routes)
		c, r := l.dial()
		for range 3 {
			io.WriteString(c, "GET /longo HTTP/1.1\r\nHost: a\r\n\r\n")
			<-entered
			l.ticks(10 * idleTicks)
			leave <- true
			if status, body := answer(t, r); status != 200 || body != "pronto" {
				t.Fatal(status, body)
			}
		}
	})
}

// TestLimitsWhileDraining: who sends half a request does not hold a shutdown up for
// ever; the watch ends with the last connection.
func TestLimitsWhileDraining(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		l := newLimited(t, over, limitRoutes())
		c, r := l.dial()
		io.WriteString(c, "GET / HTTP/1.1\r\n")
		l.waiting(reading)
		l.ln.tick = time.Millisecond
		done := make(chan struct{})
		close(done)
		l.ln.Watch(done)
		if status, _ := answer(t, r); status != http.StatusRequestTimeout {
			t.Errorf("status %d, want 408", status)
		}
	})
}

// TestLimitPardoned: the deadline that was set while the wait ended by itself does
// not end the next one.
func TestLimitPardoned(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		l := newLimited(t, over, limitRoutes())
		c, r := l.dial()
		answered := func() {
			t.Helper()
			if status, body := answer(t, r); status != 200 || body != "ok" {
				t.Fatal(status, body)
			}
			l.waiting(idling)
		}
		io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		answered()

		l.ln.mu.Lock()
		for conn := range l.ln.conns {
			conn.state.Or(overdue) // as the watch does, and comes no further
			io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
			for range 2000 {
				if conn.state.Load() == nothing {
					break
				}
				time.Sleep(time.Millisecond)
			}
			conn.Conn.SetReadDeadline(past)
		}
		l.ln.mu.Unlock()
		answered()
		io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		answered()
	})
}

func TestTick(t *testing.T) {
	for _, c := range []struct {
		Config
		want time.Duration
	}{
		{Config{}, time.Second},
		{Config{ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute}, time.Second},
		{Config{ReadTimeout: 1600 * time.Millisecond}, 100 * time.Millisecond},
		{Config{IdleTimeout: time.Millisecond, WriteTimeout: time.Hour}, time.Millisecond},
	} {
		if got := c.tick(); got != c.want {
			t.Errorf("%+v: a tick of %v, want %v", c.Config, got, c.want)
		}
	}
}
