package sse

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/cantil-go/cantil"
)

// ErrClosed is what [Writer.Send] returns when the client has gone or the server
// shuts down.
var ErrClosed = errors.New("sse: the stream is closed")

// Writer sends events. Its methods may be called from several goroutines.
type Writer struct {
	lastID string
	pieces chan []byte
	gone   chan struct{}
}

// LastEventID is the ID of the last event that the client got before it asked
// again, "" for its first request.
func (w *Writer) LastEventID() string { return w.lastID }

// Done is closed when nothing more can be sent.
func (w *Writer) Done() <-chan struct{} { return w.gone }

// Send sends an event; it returns when the event is on its way to the client. An
// ID or a kind with a line break is an error and sends nothing.
func (w *Writer) Send(e Event) error {
	piece, err := e.bytes()
	if err != nil {
		return err
	}
	select {
	case <-w.gone: // and not to a client that is about to go
		return ErrClosed
	default:
	}
	select {
	case w.pieces <- piece:
		return nil
	case <-w.gone:
		return ErrClosed
	}
}

// Option is an option of Stream.
type Option func(*body)

// Heartbeat is after how long without an event a line without meaning is sent: 15
// seconds; 0 sends none.
func Heartbeat(every time.Duration) Option { return func(b *body) { b.heartbeat = every } }

// Stream is the answer of a view that sends the events that f writes.
func Stream(c *cantil.Context, f func(w *Writer) error, options ...Option) *cantil.Response {
	b := &body{
		Writer:    Writer{lastID: header(c, "Last-Event-ID"), pieces: make(chan []byte), gone: make(chan struct{})},
		write:     f,
		clientEnd: c.Done(),
		ended:     make(chan error, 1),
		heartbeat: 15 * time.Second,
		after:     after,
	}
	for _, option := range options {
		option(b)
	}
	r := c.MakeResponse(io.Reader(b))
	r.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	r.Header().Set("Cache-Control", "no-cache")
	r.Header().Set("X-Accel-Buffering", "no") // nginx would keep events back
	return r
}

// header is a header of the request, whose bytes browsers write in UTF-8.
func header(c *cantil.Context, name string) string {
	var b []byte
	for _, r := range c.Header(name) { // ISO 8859-1
		b = append(b, byte(r))
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// body is the answer's body. The goroutine that sends the answer reads it, and f
// writes in another.
type body struct {
	Writer
	write     func(*Writer) error
	clientEnd <-chan struct{}
	ended     chan error // of write
	heartbeat time.Duration
	after     func(time.Duration) (<-chan time.Time, func() bool)

	begun bool
	rest  []byte
	err   error
	once  sync.Once // closes gone
}

func after(d time.Duration) (<-chan time.Time, func() bool) {
	timer := time.NewTimer(d)
	return timer.C, timer.Stop
}

// Read implements io.Reader: it gives one event at a time, or a part of one.
func (b *body) Read(p []byte) (int, error) {
	if len(b.rest) == 0 && b.err == nil {
		b.rest, b.err = b.next()
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	if n == 0 && b.err != nil {
		return 0, b.err
	}
	return n, nil
}

// next waits for what is to be sent. The first is a comment, with which the
// headers go out: the browser knows that it is connected.
func (b *body) next() ([]byte, error) {
	comment := []byte(":\n\n")
	if !b.begun {
		b.begun = true
		go b.run()
		return comment, nil
	}
	var beat <-chan time.Time
	if b.heartbeat > 0 {
		timer, stop := b.after(b.heartbeat)
		defer stop()
		beat = timer
	}
	select {
	case piece := <-b.pieces:
		return piece, nil
	case err := <-b.ended:
		return nil, err
	case <-b.clientEnd:
		b.close()
		return nil, io.EOF
	case <-beat:
		return comment, nil
	}
}

// run calls the program's function. However it ends, the answer does too.
func (b *body) run() {
	err := errors.New("sse: runtime.Goexit ended the function of a stream")
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("sse: panic in the function of a stream: %v\n%s", v, debug.Stack())
		}
		if err == nil || errors.Is(err, ErrClosed) {
			err = io.EOF
		}
		b.ended <- err
	}()
	err = b.write(&b.Writer)
}

func (b *body) close() { b.once.Do(func() { close(b.gone) }) }

// Close implements io.Closer: the answer was sent, or cannot be.
func (b *body) Close() error {
	b.close()
	return nil
}
