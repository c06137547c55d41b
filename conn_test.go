package cantil

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
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

// The limits of these tests, in ticks of a second.
const (
	readTicks  = 30
	writeTicks = 20
	idleTicks  = 60
)

// A limited is a server whose ticks the test makes.
type limited struct {
	t      *testing.T
	ln     *connListener
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

func newLimited(t *testing.T, over over, app *App) *limited {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	inner = over(inner)
	app.Logger = slog.New(slog.DiscardHandler)
	server := app.Server()
	server.ReadTimeout, server.WriteTimeout, server.IdleTimeout = 0, 0, 0
	l := &limited{t, newConnListener(inner, limits{
		read: readTicks * time.Second, write: writeTicks * time.Second, idle: idleTicks * time.Second,
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
		l.ln.endOverdue()
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
		if l.ln.open() == 0 {
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

func limitsApp() *App {
	app := New()
	app.Get("/")(func(*Context) any { return "ok" })
	app.Post("/corpo")(func(c *Context) any { return c.Data() })
	return app
}

func TestLimitOfFirstRequest(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		l := newLimited(t, over, limitsApp())
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
			l := newLimited(t, over, limitsApp())
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
		l := newLimited(t, over, limitsApp())
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

// TestLimitOfWriting: an answer may take for ever as long as the client takes its
// pieces; one that is not taken ends.
func TestLimitOfWriting(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		app := limitsApp()
		asked, more := make(chan bool), make(chan bool)
		app.Get("/fluxo")(func(*Context) any {
			return func(yield func(string) bool) {
				for {
					asked <- true
					if !<-more || !yield(strings.Repeat("x", 100)) {
						return
					}
				}
			}
		})
		app.Get("/grande")(func(*Context) any { return strings.Repeat("x", 64<<20) })
		l := newLimited(t, over, app)

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
		app := limitsApp()
		app.Get("/grande")(func(*Context) any { return strings.Repeat("x", 8<<20) })
		l := newLimited(t, func(ln net.Listener) net.Listener { return over(narrow{ln}) }, app)
		c, r := l.dial()
		c.(*net.TCPConn).SetReadBuffer(16 << 10)
		io.WriteString(c, "GET /grande HTTP/1.1\r\nHost: a\r\n\r\n")
		l.waiting(writing)
		taken := 0
		for taken < 8<<20 && l.ln.open() > 0 {
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
		app := limitsApp()
		app.Get("/arquivo")(func(c *Context) any { return c.SendFile(filepath.Join(folder, "f.bin")) })
		l := newLimited(t, over, app)
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

// TestNoLimitAtWork: a view that takes its time is not disturbed, and what comes
// after it is heard.
func TestNoLimitAtWork(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		app := limitsApp()
		entered, leave := make(chan bool), make(chan bool)
		app.Get("/longo")(func(*Context) any {
			entered <- true
			<-leave
			return "pronto"
		})
		l := newLimited(t, over, app)
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

// TestNoLimitWhenTaken: a connection that a view takes for itself is its own.
func TestNoLimitWhenTaken(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		app := limitsApp()
		app.Get("/eco")(func(c *Context) any {
			c.RequestCtx().Hijack(func(conn net.Conn) { io.Copy(conn, conn) })
			return c.MakeResponse("", http.StatusSwitchingProtocols)
		})
		l := newLimited(t, over, app)
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
	app := limitsApp()
	app.Get("/url")(func(c *Context) any { return c.URL() })
	l := newLimited(t, func(ln net.Listener) net.Listener { return tls.NewListener(ln, cert.TLS) }, app)

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

// TestLimitsWhileDraining: who sends half a request does not hold a shutdown up for
// ever; the watch ends with the last connection.
func TestLimitsWhileDraining(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		l := newLimited(t, over, limitsApp())
		c, r := l.dial()
		io.WriteString(c, "GET / HTTP/1.1\r\n")
		l.waiting(reading)
		l.ln.tick = time.Millisecond
		done := make(chan struct{})
		close(done)
		l.ln.watch(done)
		if status, _ := answer(t, r); status != http.StatusRequestTimeout {
			t.Errorf("status %d, want 408", status)
		}
	})
}

// TestLimitPardoned: the deadline that was set while the wait ended by itself does
// not end the next one.
func TestLimitPardoned(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		l := newLimited(t, over, limitsApp())
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
		limits
		want time.Duration
	}{
		{limits{}, time.Second},
		{limits{30 * time.Second, 30 * time.Second, time.Minute}, time.Second},
		{limits{read: 1600 * time.Millisecond}, 100 * time.Millisecond},
		{limits{idle: time.Millisecond, write: time.Hour}, time.Millisecond},
	} {
		if got := c.tick(); got != c.want {
			t.Errorf("%+v: a tick of %v, want %v", c.limits, got, c.want)
		}
	}
}

// TestRequestOrdersMemory: what a view did, the client may read after the answer,
// and the race detector knows it.
func TestRequestOrdersMemory(t *testing.T) {
	app := limitsApp()
	seen := 0
	app.Get("/conta")(func(*Context) any { seen++; return "ok" })
	overAny(t, func(t *testing.T, over over) {
		l := newLimited(t, over, app)
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
