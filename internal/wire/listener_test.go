package wire

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

// failing is a listener whose Accept fails a number of times.
type failing struct {
	net.Listener
	err   error
	times atomic.Int32
}

func (f *failing) Accept() (net.Conn, error) {
	if f.times.Add(-1) >= 0 {
		return nil, f.err
	}
	return f.Listener.Accept()
}

func listening(t *testing.T) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	return ln
}

// TestAcceptOutlivesFailures: a full table of descriptors makes newcomers wait;
// it ended the process. The log says so once a second.
func TestAcceptOutlivesFailures(t *testing.T) {
	for _, errno := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED} {
		inner := &failing{Listener: listening(t), err: &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", errno)}}
		inner.times.Store(6)
		var lines atomic.Int32
		l := NewListener(inner, Config{Log: func(slog.Level, string, ...any) { lines.Add(1) }})
		client, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		c, err := l.Accept()
		if err != nil {
			t.Fatalf("%v ended the listener: %v", errno, err)
		}
		c.Close()
		if n := lines.Load(); n < 1 || n > 2 {
			t.Errorf("%v: %d lines in the log, want 1", errno, n)
		}
	}
	broken := &failing{Listener: listening(t), err: errors.New("broken for good")}
	broken.times.Store(1)
	if _, err := NewListener(broken, Config{}).Accept(); err != broken.err {
		t.Errorf("%v, want what the listener says", err)
	}
}

func TestMaxConns(t *testing.T) {
	ln := listening(t)
	l := NewListener(ln, Config{MaxConns: 2})
	accepted := make(chan net.Conn)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				close(accepted)
				return
			}
			accepted <- c
		}
	}()
	var conns []net.Conn
	for range 3 {
		client, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
	}
	for range 2 {
		conns = append(conns, <-accepted)
	}
	select {
	case <-accepted:
		t.Fatal("a third connection was accepted")
	case <-time.After(50 * time.Millisecond):
	}
	conns[0].Close()
	select {
	case c := <-accepted:
		defer c.Close()
	case <-time.After(10 * time.Second):
		t.Fatal("no connection follows one that ended")
	}
	conns[1].Close()
	go l.Shutdown(canceled(t))
	for range accepted {
		t.Error("a connection was accepted after a shutdown")
	}
}

func canceled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// TestShutdown: what has arrived is answered, who waits is let go, and a stream
// hears of it.
func TestShutdown(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		routes := limitRoutes()
		entered, release, told := make(chan bool), make(chan bool), make(chan bool, 1)
		routes["/longo"] = func(ctx *fasthttp.RequestCtx) {
			entered <- true
			<-release
			ctx.SetBodyString("pronto")
		}
		routes["/fluxo"] = func(ctx *fasthttp.RequestCtx) {
			done := Done(ctx)
			ctx.SetBodyStream(readerFunc(func([]byte) (int, error) {
				entered <- true
				<-done
				told <- true
				return 0, io.EOF
			}), -1)
		}
		l := newLimited(t, over, routes)
		ask := func(path string) (net.Conn, *bufio.Reader) {
			c, r := l.dial()
			io.WriteString(c, "GET "+path+" HTTP/1.1\r\nHost: a\r\n\r\n")
			return c, r
		}
		silentConn, silent := l.dial()
		idleConn, idle := ask("/")
		if status, _ := answer(t, idle); status != 200 {
			t.Fatal(status)
		}
		_, long := ask("/longo")
		<-entered
		_, stream := ask("/fluxo")
		<-entered
		stopped := make(chan error, 1)
		go func() {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			stopped <- l.ln.Shutdown(ctx)
		}()
		<-told
		if status, _ := answer(t, stream); status != 200 {
			t.Errorf("the stream's status is %d", status)
		}
		for name, r := range map[net.Conn]*bufio.Reader{silentConn: silent, idleConn: idle} {
			if status, _ := answer(t, r); status != 0 {
				t.Errorf("status %d, want the connection's end", status)
			}
			name.Close()
		}
		release <- true
		a, err := http.ReadResponse(long, nil)
		if err != nil || a.StatusCode != 200 || !a.Close {
			t.Errorf("%v, %v: the request under way was not answered, with the word that it is the last", a, err)
		}
		if err := <-stopped; err != nil {
			t.Errorf("Shutdown: %v", err)
		}
	})
}

// TestLastLook: a request that arrives as the server begins to stop is answered,
// not reset.
func TestLastLook(t *testing.T) {
	overAny(t, func(t *testing.T, over over) {
		l := newLimited(t, over, limitRoutes())
		c, r := l.dial()
		l.waiting(opening)
		l.ln.draining.Store(true)
		l.ln.mu.Lock()
		for conn := range l.ln.conns { // as if the request came between the look and the deadline
			conn.state.Or(overdue)
			conn.Conn.SetReadDeadline(past)
		}
		io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		l.ln.mu.Unlock()
		a, err := http.ReadResponse(r, nil)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return // it came after the look: the end, and no reset
		}
		if err != nil || a.StatusCode != 200 || !a.Close {
			t.Errorf("%v, %v", a, err)
		}
	})
}

// TestShutdownGivesUp: what is not answered when the time is over is closed.
func TestShutdownGivesUp(t *testing.T) {
	routes := limitRoutes()
	entered, release := make(chan bool), make(chan bool)
	routes["/longo"] = func(*fasthttp.RequestCtx) { entered <- true; <-release }
	l := newLimited(t, func(ln net.Listener) net.Listener { return ln }, routes)
	c, r := l.dial()
	io.WriteString(c, "GET /longo HTTP/1.1\r\nHost: a\r\n\r\n")
	<-entered
	if err := l.ln.Shutdown(canceled(t)); err != context.Canceled {
		t.Errorf("Shutdown: %v, want context.Canceled", err)
	}
	if _, err := r.ReadByte(); err == nil {
		t.Error("the connection lives on")
	}
	close(release)
	l.gone()
}
