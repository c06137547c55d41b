package cantil_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil"
)

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// listen serves on a port of the loopback until the test is over.
func listen(t *testing.T, s *fasthttp.Server) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(ln) }()
	t.Cleanup(func() {
		ctx, done := context.WithTimeout(context.Background(), patience)
		defer done()
		if err := s.ShutdownWithContext(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return ln.Addr().String()
}

// wireApp has a view for each thing that a client can do wrong.
func wireApp() *cantil.App {
	app := cantil.New()
	app.Logger = slog.New(slog.DiscardHandler)
	app.MaxContentLength = 1000
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return "ok" })
	app.Post("/form", cantil.Endpoint("form"))(func(c *cantil.Context) any { return c.Form().Get("a", "nada") })
	app.Post("/data", cantil.Endpoint("data"))(func(c *cantil.Context) any { return c.Data() })
	app.Post("/ignore", cantil.Endpoint("ignore"))(func(c *cantil.Context) any { return "não li" })
	return app
}

// A wire is a connection on which requests are written as text.
type wire struct {
	t *testing.T
	net.Conn
	in *bufio.Reader
}

func dial(t *testing.T, addr string) *wire {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return &wire{t, conn, bufio.NewReader(conn)}
}

// send writes text; the server may have hung up before its end.
func (w *wire) send(text string) *wire {
	w.t.Helper()
	_, _ = io.WriteString(w, text)
	return w
}

// expect reads an answer.
func (w *wire) expect(status int, body string) {
	w.t.Helper()
	r, err := http.ReadResponse(w.in, nil)
	if err != nil {
		w.t.Fatalf("no answer: %v, want %d", err, status)
	}
	got, err := io.ReadAll(r.Body)
	if err != nil {
		w.t.Fatalf("the answer broke off: %v", err)
	}
	if r.StatusCode != status || !strings.Contains(string(got), body) {
		w.t.Fatalf("%d %q, want %d %q", r.StatusCode, got, status, body)
	}
}

// expectEnd waits until the server hangs up, whatever it says before.
func (w *wire) expectEnd() {
	w.t.Helper()
	_, err := io.Copy(io.Discard, w.in)
	if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
		w.t.Fatal("the server did not hang up")
	}
}

// alive tells that the server answers a newcomer.
func alive(t *testing.T, addr string) {
	t.Helper()
	dial(t, addr).send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").expect(200, "ok")
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not in %v: %s", patience, what)
		}
	}
}

func post(path, length, body string) string {
	return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n" + length + "\r\n" + body
}

func TestPipelinedRequests(t *testing.T) {
	w := dial(t, listen(t, wireApp().Server()))
	w.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n" + post("/form", "Content-Length: 3\r\n", "a=1") +
		"GET /nada HTTP/1.1\r\nHost: a\r\n\r\n" + post("/ignore", "Content-Length: 3\r\n", "a=2") + post("/data", "Content-Length: 3\r\n", "a=3"))
	w.expect(200, "ok")
	w.expect(200, "1")
	w.expect(404, "Not Found")
	w.expect(200, "não li")
	w.expect(200, "a=3")
}

func TestMalformedRequests(t *testing.T) {
	addr := listen(t, wireApp().Server())
	for _, text := range []string{
		"\x00\x01\x02\r\n\r\n",
		"GET /\r\n\r\n",
		"GET / HTTP/1.1\r\nHost a\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n",
		"POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
		"POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
	} {
		dial(t, addr).send(text).expect(400, "Bad Request")
	}
	alive(t, addr)
}

func TestHeadersTooLarge(t *testing.T) {
	addr := listen(t, wireApp().Server())
	dial(t, addr).send("GET / HTTP/1.1\r\nHost: a\r\nCookie: a="+strings.Repeat("x", 4093)+"\r\n\r\n").expect(200, "ok")
	dial(t, addr).send("GET / HTTP/1.1\r\nHost: a\r\nX: "+strings.Repeat("x", 32<<10)+"\r\n\r\n").expect(431, "Too Large")
	alive(t, addr)
}

func TestSlowHeaders(t *testing.T) {
	s := wireApp().Server()
	s.ReadTimeout = 100 * time.Millisecond
	addr := listen(t, s)
	slow := dial(t, addr).send("GET / HTTP/1.1\r\nHost: ")
	alive(t, addr)
	slow.expectEnd()
}

func TestHalfABody(t *testing.T) {
	addr := listen(t, wireApp().Server())
	for _, path := range []string{"/form", "/data", "/ignore"} {
		w := dial(t, addr).send(post(path, "Content-Length: 500\r\n", "a=1"))
		w.Conn.(*net.TCPConn).CloseWrite()
		w.expectEnd()
	}
	alive(t, addr)
}

// TestBodyOverTheLimit sends bodies that hold a request: it must never be taken
// for one.
func TestBodyOverTheLimit(t *testing.T) {
	app := wireApp()
	var smuggled atomic.Int32
	app.Get("/evil")(func(c *cantil.Context) any { smuggled.Add(1); return "" })
	addr := listen(t, app.Server())
	evil := strings.Repeat("GET /evil HTTP/1.1\r\nHost: a\r\n\r\n", 40000)
	chunked := "Transfer-Encoding: chunked\r\n"
	for _, test := range []struct {
		path, length, body string
		status             int
	}{
		{"/form", "Content-Length: 1240000\r\n", evil, 413},
		{"/data", "Content-Length: 1240000\r\n", evil, 413},
		{"/ignore", "Content-Length: 1240000\r\n", evil, 200},
		{"/form", chunked, "12eb00\r\n" + evil + "\r\n0\r\n\r\n", 413},
		{"/data", chunked, "12eb00\r\n" + evil + "\r\n0\r\n\r\n", 413},
		{"/ignore", chunked, "12eb00\r\n" + evil + "\r\n0\r\n\r\n", 200},
		{"/form", chunked, "3\r\na=1\r\n0\r\n\r\n", 200},
	} {
		w := dial(t, addr)
		go w.send(post(test.path, test.length, test.body))
		w.expect(test.status, "")
		w.Close()
	}
	if n := smuggled.Load(); n > 0 {
		t.Errorf("%d requests came out of bodies", n)
	}
	alive(t, addr)
}

// TestManyConnections opens and drops 10,000 connections, in the middle of a
// request too.
func TestManyConnections(t *testing.T) {
	s := wireApp().Server()
	s.MaxIdleWorkerDuration = 50 * time.Millisecond // fasthttp keeps its workers for ten seconds otherwise
	addr := listen(t, s)
	alive(t, addr)
	goroutines, heap := runtime.NumGoroutine(), heapInUse()
	texts := []string{"", "GET", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", post("/form", "Content-Length: 900\r\n", "a=")}
	var all sync.WaitGroup
	for worker := range 50 {
		all.Go(func() {
			for i := range 200 {
				conn, err := net.Dial("tcp", addr)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.WriteString(conn, texts[(worker+i)%len(texts)])
				conn.(*net.TCPConn).SetLinger(0) // no port waits for stragglers
				conn.Close()
			}
		})
	}
	all.Wait()
	alive(t, addr)
	eventually(t, "the goroutines are gone", func() bool { return runtime.NumGoroutine() <= goroutines+5 })
	eventually(t, "the memory is back", func() bool { return heapInUse() <= heap+8<<20 })
}

func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

func TestShutdownDrains(t *testing.T) {
	app := wireApp()
	entered, release := make(chan bool), make(chan bool)
	app.Get("/slow")(func(c *cantil.Context) any {
		entered <- true
		<-release
		return "pronto"
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- app.Serve(ln) }()
	addr := ln.Addr().String()
	w := dial(t, addr).send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
	<-entered
	stopped := make(chan error, 1)
	go func() {
		ctx, done := context.WithTimeout(context.Background(), patience)
		defer done()
		stopped <- app.Shutdown(ctx)
	}()
	eventually(t, "no more connections are taken", func() bool {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
	close(release)
	w.expect(200, "pronto")
	if err := <-stopped; err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

// TestShutdownDoesNotWaitForSilence: a browser's connection that was opened in
// advance does not hold a shutdown up.
func TestShutdownDoesNotWaitForSilence(t *testing.T) {
	app := cantil.New()
	app.Get("/")(func(*cantil.Context) any { return "ok" })
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- app.Serve(ln) }()
	silent, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	if r, err := http.Get("http://" + ln.Addr().String()); err != nil || r.StatusCode != 200 { // both were accepted
		t.Fatal(r, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	began := time.Now()
	if err := app.Shutdown(ctx); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("Shutdown took %v", took)
	}
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

// TestShutdownBeforeServe: whoever is first, both return.
func TestShutdownBeforeServe(t *testing.T) {
	for range 50 {
		app := cantil.New()
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		served := make(chan error, 1)
		go func() { served <- app.Serve(ln) }()
		if err := app.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-served:
			if err != nil {
				t.Fatal(err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("Serve goes on after Shutdown")
		}
	}
}
