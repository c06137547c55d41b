package cantil

import (
	"errors"
	"io"
	"net"
	"net/http"

	"github.com/cantil-go/cantil/internal/formdata"
	"github.com/cantil-go/cantil/internal/wire"
)

// bodyStream is a request's body as it comes in. It ends in io.EOF only if the
// body is whole: fasthttp takes a connection that closes for the end of a body of
// known length.
type bodyStream struct {
	in     io.Reader
	length int // announced; -1: the chunks tell the end
	limit  int // bytes, above which it is formdata.ErrTooLarge; 0: none
	read   int
	whole  func() // called at the end
}

// stream is the request's body, not read yet.
func (c *Context) stream(limit int) *bodyStream {
	request, b := &c.ctx.Request, c.requestBody()
	whole := func() { request.ResetBody(); b.whole = true }
	return &bodyStream{in: c.ctx.RequestBodyStream(), length: request.Header.ContentLength(), limit: limit, whole: whole}
}

// Read implements io.Reader.
func (s *bodyStream) Read(p []byte) (int, error) {
	if s.in == nil {
		return 0, io.EOF
	}
	n, err := s.in.Read(p)
	s.read += n
	switch {
	case s.limit > 0 && s.read > s.limit:
		err = formdata.ErrTooLarge
	case err == io.EOF && s.read < s.length:
		err = io.ErrUnexpectedEOF
	case err == io.EOF:
		s.in = nil
		s.whole() // the connection may serve another request
	}
	return n, err
}

// readStream puts the body into memory and gives it to fasthttp's request, where
// it is a body like any other. The connection's next request follows a body that
// was read to its end; a request whose body is a stream still has not been.
func (c *Context) readStream(limit int) []byte {
	s := c.stream(limit)
	read := c.readChunks
	if s.length >= 0 {
		read = c.readAnnounced
	}
	body, err := read(s)
	if err != nil {
		panic(c.bodyError(err))
	}
	c.ctx.Request.SetBodyRaw(body)
	b := c.requestBody()
	b.data, b.own = body, true
	return body
}

// firstBuffer is what a body gets at once, in bytes, at most.
const firstBuffer = 256 << 10

// readAnnounced reads a body of known length into one buffer. It grows fourfold
// as the bytes come, and by steps that end at the length: an announcement costs
// no memory, and what is copied is a third of the body.
func (c *Context) readAnnounced(s *bodyStream) ([]byte, error) {
	size := s.length
	for size > firstBuffer {
		size /= 4
	}
	var body []byte
	for read := 0; ; size = min(size*4+3, s.length) { // 3: what the division dropped
		if err := c.holdBody(size - len(body)); err != nil {
			return nil, err
		}
		grown := make([]byte, size)
		copy(grown, body)
		body = grown
		for read < size {
			n, err := s.Read(body[read:])
			read += n
			if err != nil && (err != io.EOF || read < size) {
				return nil, err
			}
		}
		if size == s.length {
			return body, nil
		}
	}
}

// readChunks reads a body whose length is not known.
func (c *Context) readChunks(s *bodyStream) ([]byte, error) {
	var body []byte
	for size := firstBuffer / 4; ; size *= 2 {
		if s.limit > 0 {
			size = min(size, s.limit+1)
		}
		if err := c.holdBody(size - len(body)); err != nil {
			return nil, err
		}
		grown := make([]byte, size)
		read := copy(grown, body)
		for body = grown; read < size; {
			n, err := s.Read(body[read:])
			read += n
			if err == io.EOF {
				return body[:read:read], nil
			}
			if err != nil {
				return nil, err
			}
		}
	}
}

// bodyError is the answer for a body that cannot be read, now and whenever it is
// asked for again. After an error of the stream nothing more may be read from the
// connection: what follows might be the rest of the body.
func (c *Context) bodyError(err error) error {
	var he *HTTPError
	var timeout net.Error
	switch {
	case errors.As(err, &he):
		err = he
	case errors.Is(err, formdata.ErrTooLarge):
		err = &HTTPError{Code: http.StatusRequestEntityTooLarge}
	case errors.Is(err, formdata.ErrBoundary):
		err = &HTTPError{Code: http.StatusBadRequest, Err: err}
	case errors.Is(err, formdata.ErrStorage): // as it is: a 500, which is logged
	case errors.As(err, &timeout) && timeout.Timeout():
		c.closing = true
		err = &HTTPError{Code: http.StatusRequestTimeout, Err: err}
	default:
		c.closing = true
		err = &HTTPError{Code: http.StatusBadRequest, Description: "The request's body did not arrive whole.", Err: err}
	}
	c.requestBody().failed = err
	return err
}

// bodyState is what wire.End has to know of the body.
func (c *Context) bodyState() wire.Body {
	switch {
	case c.closing:
		return wire.BrokenBody
	case c.body != nil && c.body.whole:
		return wire.ReadBody
	}
	return wire.UnknownBody
}
