package cantil_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cantil-go/cantil"
)

// badBody is a body that panics, or exits its goroutine, where it is told to.
type badBody struct {
	io.Reader
	at     string // Read, Len or Close
	do     func()
	closed *atomic.Int32
}

func (b *badBody) Read(p []byte) (int, error) {
	if b.at == "Read" {
		b.do()
	}
	return b.Reader.Read(p)
}

func (b *badBody) Len() int {
	if b.at == "Len" {
		b.do()
	}
	return 5
}

func (b *badBody) Close() error {
	b.closed.Add(1)
	if b.at == "Close" {
		b.do()
	}
	return nil
}

// panickyHandler is a slog.Handler that fails at every line.
type panickyHandler struct{ lines *atomic.Int32 }

func (panickyHandler) Enabled(context.Context, slog.Level) bool { return true }
func (h panickyHandler) Handle(context.Context, slog.Record) error {
	h.lines.Add(1)
	panic("no log")
}
func (h panickyHandler) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h panickyHandler) WithGroup(string) slog.Handler      { return h }

// outcome asks for a path and returns the status, 0 for an answer that did not
// come or broke off.
func outcome(t *testing.T, addr, method, path string) int {
	t.Helper()
	w := dial(t, addr)
	defer w.Close()
	w.send(method + " " + path + " HTTP/1.1\r\nHost: a\r\n\r\n")
	r, err := http.ReadResponse(w.in, &http.Request{Method: method})
	if err != nil {
		if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
			t.Fatalf("%s %s: no answer and no end", method, path)
		}
		return 0
	}
	if _, err := io.ReadAll(r.Body); err != nil {
		if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
			t.Fatalf("%s %s: an answer without end", method, path)
		}
		return 0
	}
	return r.StatusCode
}

// TestBodiesThatFail has a body panic or exit in each of its methods, on each way
// out: what fails before the answer is a 500, what fails later cuts it.
func TestBodiesThatFail(t *testing.T) {
	app := quiet()
	var closed atomic.Int32
	for name, do := range map[string]func(){"panic": func() { panic("no") }, "exit": runtime.Goexit} {
		for _, at := range []string{"Read", "Len", "Close"} {
			for status, code := range map[string]int{"200": 200, "204": 204, "304": 304} {
				path := "/" + name + "/" + at + "/" + status
				app.Get(path, cantil.Endpoint(path[1:]))(func(c *cantil.Context) any {
					return c.MakeResponse(&badBody{strings.NewReader("12345"), at, do, &closed}, code)
				})
			}
		}
	}
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return "ok" })
	addr := listen(t, app.Server())
	before := runtime.NumGoroutine()
	for _, test := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/panic/Read/200", 0}, {"HEAD", "/panic/Read/200", 200}, {"GET", "/panic/Read/204", 204}, {"GET", "/panic/Read/304", 304},
		{"GET", "/panic/Len/200", 500}, {"HEAD", "/panic/Len/200", 500}, {"GET", "/panic/Len/204", 500}, {"GET", "/panic/Len/304", 500},
		{"GET", "/panic/Close/200", 200}, {"HEAD", "/panic/Close/200", 200}, {"GET", "/panic/Close/204", 204}, {"GET", "/panic/Close/304", 304},
		{"GET", "/exit/Read/200", 0}, {"HEAD", "/exit/Read/200", 200}, {"GET", "/exit/Read/204", 204}, {"GET", "/exit/Len/200", 0},
		{"HEAD", "/exit/Len/200", 0}, {"HEAD", "/exit/Close/200", 0}, {"GET", "/exit/Close/204", 0}, {"GET", "/exit/Close/304", 0},
	} {
		closed.Store(0)
		if got := outcome(t, addr, test.method, test.path); got != test.want {
			t.Errorf("%s %s: %d, want %d", test.method, test.path, got, test.want)
		}
		if !strings.Contains(test.path, "Len") {
			eventually(t, test.path+" is closed", func() bool { return closed.Load() == 1 })
		}
	}
	alive(t, addr)
	http.DefaultClient.CloseIdleConnections()
	eventually(t, "no goroutine is left", func() bool { return runtime.NumGoroutine() <= before+5 })
}

// TestGoexit ends the goroutine of a request: the client learns it at once, and
// the descriptor is given back.
func TestGoexit(t *testing.T) {
	app := quiet()
	var torn atomic.Int32
	app.TeardownRequest(func(*cantil.Context, error) { torn.Add(1) })
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return "ok" })
	app.Get("/view")(func(c *cantil.Context) any { runtime.Goexit(); return "" })
	app.Get("/seq")(func(c *cantil.Context) any {
		return iter.Seq[string](func(yield func(string) bool) { yield("x"); runtime.Goexit() })
	})
	addr := listen(t, app.Server())
	before := descriptors(t)
	for range 20 {
		for _, path := range []string{"/view", "/seq"} {
			if got := outcome(t, addr, "GET", path); got != 0 {
				t.Fatalf("%s: %d", path, got)
			}
		}
	}
	if torn.Load() != 40 {
		t.Errorf("%d teardowns of 40 requests", torn.Load())
	}
	eventually(t, "the descriptors are given back", func() bool { return descriptors(t) <= before+5 })
	alive(t, addr)
}

// descriptors counts the open ones.
func descriptors(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("no /proc:", err)
	}
	return len(entries)
}

// TestLogThatPanics has the log fail wherever a line is written.
func TestLogThatPanics(t *testing.T) {
	for _, debug := range []bool{false, true} {
		app := cantil.New()
		var lines atomic.Int32
		app.Logger, app.Debug = slog.New(panickyHandler{&lines}), debug
		app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return "ok" })
		app.Get("/500")(func(c *cantil.Context) any { return errors.New("no") })
		app.Get("/teardown")(func(c *cantil.Context) any { return "ok" })
		app.TeardownRequest(func(c *cantil.Context, _ error) {
			if c.Path() == "/teardown" {
				panic("no")
			}
		})
		app.Get("/stream")(func(c *cantil.Context) any {
			return iter.Seq[string](func(func(string) bool) { panic("no") })
		})
		addr := listen(t, app.Server())
		for path, want := range map[string]int{"/500": 500, "/teardown": 200, "/stream": 0, "/": 200} {
			if got := outcome(t, addr, "GET", path); got != want {
				t.Errorf("Debug %v, %s: %d, want %d", debug, path, got, want)
			}
		}
		dial(t, addr).send("\x00\r\n\r\n").expect(400, "") // fasthttp logs it
		alive(t, addr)
		if lines.Load() < 3 {
			t.Errorf("only %d lines were logged", lines.Load())
		}
	}
}

// TestConverterThatPanics has ToGo panic, in which no hook nor view is involved:
// it is an error like a view's, and ends in the application's own page.
func TestConverterThatPanics(t *testing.T) {
	app := quiet()
	app.Converter("bad", cantil.Converter{ToGo: func(text string) (any, error) {
		if text == "exit" {
			runtime.Goexit()
		}
		panic("no")
	}})
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return "ok" })
	app.Get("/x/<bad:v>", cantil.Endpoint("x"))(func(c *cantil.Context) any { return "no" })
	app.ErrorHandler(500)(func(c *cantil.Context, err error) any { return c.MakeResponse("our page", 500) })
	addr := listen(t, app.Server())
	for _, method := range []string{"GET", "OPTIONS"} {
		dial(t, addr).send(method+" /x/1 HTTP/1.1\r\nHost: a\r\n\r\n").expect(500, "our page")
	}
	if got := outcome(t, addr, "GET", "/x/exit"); got != 0 {
		t.Errorf("runtime.Goexit in ToGo: %d", got)
	}
	alive(t, addr)
}
