package cantil

import (
	"fmt"
	"io"
	"iter"
	"log/slog"
	"runtime/debug"
	"strings"
)

// seqReader reads what a generator yields, so that no more than one piece of
// the answer is in memory. It runs while the answer is sent, after the request's
// walk is over.
type seqReader struct {
	next func() (string, bool)
	stop func()
	rest strings.Reader
	log  func(error)
}

func newSeqReader(c *Context, seq iter.Seq[string]) *seqReader {
	next, stop := iter.Pull(seq)
	app, where := c.app, c.Method()+" "+c.Path()
	return &seqReader{next: next, stop: stop, log: func(err error) {
		app.logger().Error("stream broke off", slog.String("request", where), slog.Any("error", err))
	}}
}

// Read gives the rest of the last piece, then the next one. A panic of the
// generator must not end the server: it breaks the answer off.
func (r *seqReader) Read(p []byte) (n int, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("cantil: panic in a streamed answer: %v\n%s", v, debug.Stack())
			r.log(err)
		}
	}()
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
	r.stop()
	return nil
}

// closeStream closes a body that will not be sent.
func closeStream(body io.Reader) {
	if c, ok := body.(io.Closer); ok {
		c.Close()
	}
}

// streamSize is the length of a body that knows it, -1 for the others: those
// go out chunked.
func (r *Response) streamSize() int {
	if sized, ok := r.stream.(interface{ Len() int }); ok {
		return sized.Len()
	}
	return -1
}
