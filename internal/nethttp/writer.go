package nethttp

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/httpheader"
)

func validName(name string) bool { return httpheader.IsToken(name) }

// What the goroutine of fasthttp waits for.
const (
	finished = iota // the handler returned, and all of its answer is here
	streamed        // the answer is to be sent as it comes
	hijacked        // the handler wants the connection
	panicked
)

type event struct {
	kind  int
	value any
	stack []byte
}

// maxBuffer is how many bytes of an answer are kept until its length is known.
const maxBuffer = 64 << 10

// writer is the http.ResponseWriter of a mounted handler.
type writer struct {
	method  string
	hasConn bool // that can be handed over
	header  http.Header
	events  chan event // one
	conns   chan net.Conn

	mu     sync.Mutex
	told   bool        // the event was sent
	status int         // 0 until the headers are written
	sent   http.Header // as they were then
	buf    []byte
	pr     *io.PipeReader // of a stream
	pw     *io.PipeWriter
	over   bool // the handler returned
	failed any  // what a stream's handler panicked with
	stack  []byte
}

func newWriter(method string, hasConn bool) *writer {
	return &writer{method: method, hasConn: hasConn, header: http.Header{}, events: make(chan event, 1), conns: make(chan net.Conn, 1)}
}

// Header implements http.ResponseWriter.
func (w *writer) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter. An interim answer is not sent.
func (w *writer) WriteHeader(code int) {
	if code < 100 || code > 999 {
		panic(fmt.Errorf("invalid WriteHeader code %d", code)) // as net/http
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if code >= 200 {
		w.begin(code)
	}
}

func (w *writer) begin(code int) {
	if w.status == 0 {
		w.status, w.sent = code, maps.Clone(w.header)
		for name, values := range w.sent {
			w.sent[name] = slices.Clone(values)
		}
	}
}

// bodyless reports whether the answer has no body (RFC 9110, 15).
func (w *writer) bodyless() bool {
	return w.method == http.MethodHead || w.status == http.StatusNoContent || w.status == http.StatusNotModified
}

// Write implements http.ResponseWriter.
func (w *writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	if w.over {
		w.mu.Unlock()
		return 0, errOver
	}
	w.begin(http.StatusOK)
	if w.bodyless() {
		defer w.mu.Unlock()
		if w.method == http.MethodHead {
			return len(p), nil
		}
		return 0, http.ErrBodyNotAllowed
	}
	if w.pw == nil {
		w.sniff(p)
		w.buf = append(w.buf, p...)
		if len(w.buf) > maxBuffer {
			w.stream()
		}
		w.mu.Unlock()
		return len(p), nil
	}
	pw := w.pw
	w.mu.Unlock()
	return pw.Write(p) // blocks until it is sent
}

// sniff guesses the type of an answer by its first bytes.
func (w *writer) sniff(p []byte) {
	if _, known := w.sent["Content-Type"]; !known && w.sent.Get("Content-Encoding") == "" && len(p) > 0 {
		w.sent.Set("Content-Type", http.DetectContentType(p))
	}
}

// Flush implements http.Flusher.
func (w *writer) Flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.over {
		w.begin(http.StatusOK)
		w.stream()
	}
}

// stream has the answer sent from here on.
func (w *writer) stream() {
	if w.pw == nil && !w.told {
		w.pr, w.pw = io.Pipe()
		w.tell(event{kind: streamed})
	}
}

func (w *writer) tell(e event) {
	if !w.told {
		w.told = true
		w.events <- e
	}
}

// end notes that the handler has returned, or panicked with value.
func (w *writer) end(value any, stack []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
	if w.pw != nil {
		w.failed, w.stack = value, stack
		if value != nil {
			w.pw.CloseWithError(fmt.Errorf("a mounted handler panicked: %v", value))
		} else {
			w.pw.Close()
		}
		return
	}
	if value != nil {
		w.tell(event{panicked, value, stack})
		return
	}
	w.begin(http.StatusOK)
	w.tell(event{kind: finished})
}

// Hijack implements http.Hijacker: the connection without any answer.
func (w *writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if !w.hasConn {
		return nil, nil, http.ErrNotSupported
	}
	w.mu.Lock()
	if w.told || w.over {
		w.mu.Unlock()
		return nil, nil, http.ErrHijacked
	}
	w.tell(event{kind: hijacked})
	w.mu.Unlock()
	conn := <-w.conns
	return conn, bufio.NewReadWriter(bufio.NewReader(conn), bufio.NewWriter(conn)), nil
}

// handOver gives the connection to who hijacked it, until it is closed.
func (w *writer) handOver(ctx *fasthttp.RequestCtx) {
	ctx.HijackSetNoResponse(true)
	ctx.Hijack(func(conn net.Conn) {
		c := &hijackedConn{Conn: conn, closed: make(chan struct{})}
		w.conns <- c
		<-c.closed
	})
}

// hijackedConn says when it was closed: fasthttp closes the connection then.
type hijackedConn struct {
	net.Conn
	once   sync.Once
	closed chan struct{}
}

// Close implements net.Conn.
func (c *hijackedConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return nil
}

// answer makes the response of what was written.
func (w *writer) answer(ctx *fasthttp.RequestCtx, log func(value any, stack []byte)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := &ctx.Response
	out.SetStatusCode(w.status)
	setHeader(out, w.sent)
	size, err := strconv.Atoi(w.sent.Get("Content-Length"))
	if err != nil || size < 0 {
		size = -1
	}
	switch {
	case w.bodyless():
		out.SkipBody = true
		if w.method == http.MethodHead && size >= 0 {
			out.Header.SetContentLength(size)
		}
		if w.pr != nil {
			w.pr.Close()
		}
	case w.pr != nil:
		out.SetBodyStream(&streamBody{w: w, first: bytes.NewReader(w.buf), log: log, sized: size >= 0}, size)
	default:
		out.SetBodyRaw(w.buf)
	}
}

// streamBody is an answer that is sent while its handler writes it.
type streamBody struct {
	w     *writer
	first *bytes.Reader
	log   func(value any, stack []byte)
	sized bool      // its length was announced
	coded io.Reader // what reads it instead
}

// WrapBody has the body read through what wrap makes of it, for middleware that
// encodes it. It reports false if the length was announced.
func (b *streamBody) WrapBody(wrap func(io.Reader) io.Reader) bool {
	if !b.sized && b.coded == nil {
		b.coded = wrap(&streamBody{w: b.w, first: b.first, log: b.log})
	}
	return !b.sized
}

// Read implements io.Reader.
func (b *streamBody) Read(p []byte) (int, error) {
	if b.coded != nil {
		return b.coded.Read(p)
	}
	if b.first.Len() > 0 {
		return b.first.Read(p)
	}
	n, err := b.w.pr.Read(p)
	if err != nil && err != io.EOF {
		b.w.mu.Lock()
		value, stack := b.w.failed, b.w.stack
		b.w.mu.Unlock()
		if value != nil && value != any(http.ErrAbortHandler) {
			b.log(value, stack)
		}
	}
	return n, err
}

// Close implements io.Closer: the handler's next Write fails.
func (b *streamBody) Close() error {
	if c, ok := b.coded.(io.Closer); ok {
		return c.Close() // and through it the body
	}
	return b.w.pr.Close()
}
