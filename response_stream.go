package cantil

import (
	"fmt"
	"io"
	"iter"
	"log/slog"
	"strings"

	"github.com/valyala/fasthttp"
)

// seqReader reads what a generator yields, so that no more than one piece of
// the answer is in memory. It runs while the answer is sent, after the request's
// walk is over. A generator that is never read is never begun.
type seqReader struct {
	seq  iter.Seq[string]
	next func() (string, bool)
	stop func()
	rest strings.Reader
}

// Read gives the rest of the last piece, then the next one.
func (r *seqReader) Read(p []byte) (int, error) {
	if r.next == nil {
		r.next, r.stop = iter.Pull(r.seq)
	}
	for r.rest.Len() == 0 {
		piece, ok := r.next()
		if !ok {
			return 0, io.EOF
		}
		r.rest.Reset(piece)
	}
	return r.rest.Read(p)
}

// Close ends the generator, also when the client has gone.
func (r *seqReader) Close() error {
	if r.stop != nil {
		r.stop()
	}
	return nil
}

// closeStream closes a body that will not be sent. That fails at its own cost.
func closeStream(body io.Reader) {
	if c, ok := body.(io.Closer); ok {
		c.Close()
	}
}

// streamSize is the length of a body that knows it, -1 for the others.
func (r *Response) streamSize() int {
	if body, ok := r.stream.(*sentBody); ok {
		return body.left
	}
	if sized, ok := r.stream.(interface{ Len() int }); ok {
		return max(sized.Len(), 0)
	}
	return -1
}

// sentBody wraps every streamed body. fasthttp calls it while it sends
// the answer, where no recover of the request's walk is left: what a body's Read
// or Close does, a panic and runtime.Goexit too, ends this answer alone.
// It gives no byte above the length that was announced.
type sentBody struct {
	body  io.Reader
	left  int  // bytes to come; -1: until the body ends
	raw   bool // sent without chunks: the connection's end is the body's
	ctx   *fasthttp.RequestCtx
	fail  func(error) // logs
	done  func()      // what the request held until its answer was sent
	empty int         // reads in a row that gave nothing
	ended bool        // closed, or broken off
}

// guardStream puts a sentBody around the body of r.
func (c *Context) guardStream(r *Response) {
	app, where := c.app, c.Method()+" "+c.Path()
	b := &sentBody{ctx: c.ctx, left: -1, body: r.stream}
	b.fail = func(err error) {
		app.logger().Error("stream broke off", slog.String("request", where), slog.Any("error", err), stackOf(err))
	}
	b.left = r.streamSize() // of the body itself; a panic ends in a 500
	b.raw = b.left < 0 && !c.ctx.Request.Header.IsHTTP11()
	if body, life := c.body, c.life; body != nil || life != nil || c.retained || len(r.onClose) > 0 { // it may read an upload, and wait
		c.body, c.life = nil, nil
		retained, onClose := c.retained, r.onClose
		r.onClose = nil
		b.done = func() {
			for _, f := range onClose {
				callOnClose(f, b.fail)
			}
			if body != nil {
				body.release(&app.bodies)
			}
			if life != nil {
				life.cancel()
			}
			if retained { // the stream may have asked for another one
				c.endContext()
			}
		}
	}
	r.stream = b
}

// callOnClose calls a function of CallOnClose, which fails at its own cost.
func callOnClose(f func(), fail func(error)) {
	defer func() {
		if v := recover(); v != nil {
			fail(recovered(v))
		}
	}()
	f()
}

// Read implements io.Reader.
func (b *sentBody) Read(p []byte) (n int, err error) {
	if b.left == 0 || b.ended {
		return 0, io.EOF
	}
	if b.left > 0 {
		p = p[:min(len(p), b.left)]
	}
	returned := false
	defer func() {
		if !returned {
			n, err = 0, b.broken(recover())
		}
	}()
	n, err = b.body.Read(p)
	n, err = b.judge(n, len(p), err)
	returned = true
	return n, err
}

// maxEmptyReads is how often in a row a body may give neither bytes nor an error.
const maxEmptyReads = 100

// judge looks at what a Read of a buffer of size bytes returned.
func (b *sentBody) judge(n, size int, err error) (int, error) {
	switch {
	case n < 0 || n > size:
		n, err = 0, fmt.Errorf("cantil: the Read of a streamed body returned %d bytes for a buffer of %d", n, size)
	case n > 0 || err != nil || size == 0:
		b.empty = 0
	default:
		if b.empty++; b.empty == maxEmptyReads {
			err = io.ErrNoProgress
		}
	}
	if b.left > 0 {
		if b.left -= n; err == io.EOF && b.left > 0 {
			err = fmt.Errorf("cantil: a streamed body ended %d bytes before the length that it announced: %w", b.left, io.ErrUnexpectedEOF)
		}
	}
	if err != nil && err != io.EOF {
		b.fail(err)
	}
	return n, err
}

// broken is the error of a body that panicked with v, or that called
// runtime.Goexit, for which v is nil: the connection ends with its goroutine.
func (b *sentBody) broken(v any) error {
	if v == nil {
		defer closeConn(b.ctx)
		defer b.Close()
		b.fail(errGoexit)
		return errGoexit
	}
	err := recovered(v)
	b.fail(err)
	return err
}

// Close closes the body, once. What fails then is logged: the answer is sent, and
// its client need not lose the connection for it.
func (b *sentBody) Close() error {
	if b.ended {
		return nil
	}
	b.ended = true
	returned := false
	defer func() {
		if b.done != nil {
			b.done()
		}
		if !returned {
			_ = b.broken(recover())
		}
	}()
	if c, ok := b.body.(io.Closer); ok {
		if err := c.Close(); err != nil {
			b.fail(err)
		}
	}
	returned = true
	return nil
}

// WrapBody has the body read through what wrap makes of it, for middleware that
// encodes it: by fasthttp's own means a stream cannot be taken out of a response
// without its end. The length is unknown then. It reports false if a length must
// stay, for a client of HTTP/1.0.
func (b *sentBody) WrapBody(wrap func(io.Reader) io.Reader) bool {
	if b.ended || !b.ctx.Request.Header.IsHTTP11() {
		return false
	}
	inner := &sentBody{body: b.body, left: b.left, ctx: b.ctx, fail: func(error) {}} // b tells of it
	b.body, b.left = wrap(inner), -1
	b.ctx.Response.Header.SetContentLength(-1)
	return true
}

// SupportsBodyWriteTo has fasthttp call WriteTo.
func (b *sentBody) SupportsBodyWriteTo() bool { return b.raw }

// WriteTo sends the body without chunks, piece by piece. It counts no bytes: to
// fasthttp the answer has a length of 0, which was taken out of its header.
func (b *sentBody) WriteTo(w io.Writer) (int64, error) {
	buf := make([]byte, 4096)
	for {
		n, err := b.Read(buf)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return 0, err
			}
			if f, ok := w.(interface{ Flush() error }); ok {
				if err := f.Flush(); err != nil {
					return 0, err
				}
			}
		}
		if err == io.EOF {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
	}
}
