package cantil

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/cantil-go/cantil/internal/formdata"
	"github.com/cantil-go/cantil/internal/wire"
)

// requestLimits are the limits of a request's body.
type requestLimits struct{ Content, Memory, Parts int }

// limits are those of this request, the application's unless set.
func (c *Context) limits() requestLimits {
	if c.limit != nil {
		return *c.limit
	}
	return requestLimits{c.app.MaxContentLength, c.app.MaxFormMemorySize, c.app.MaxFormParts}
}

func (c *Context) ownLimits() *requestLimits {
	if c.limit == nil {
		l := c.limits()
		c.limit = &l
	}
	return c.limit
}

// SetMaxContentLength sets the largest body of this request in bytes,
// request.max_content_length: 0 is no limit. It counts for what is read later. A
// server of fasthttp's that keeps whole bodies in memory refuses those above
// App.MaxContentLength before.
func (c *Context) SetMaxContentLength(n int) { c.ownLimits().Content = n }

// SetMaxFormMemorySize sets the largest urlencoded form of this request, and the
// largest field of a multipart one, in bytes, request.max_form_memory_size: 0 is no
// limit.
func (c *Context) SetMaxFormMemorySize(n int) { c.ownLimits().Memory = n }

// SetMaxFormParts sets how many parts a multipart form of this request may have,
// request.max_form_parts: 0 is no limit.
func (c *Context) SetMaxFormParts(n int) { c.ownLimits().Parts = n }

// requestBody is what was read of the request's body, and what that holds until
// the request's end.
type requestBody struct {
	parsed   bool // as a form
	form     Values
	files    []*File
	consumed bool // the form took the body: Data is empty from then on

	data     []byte
	own      bool  // data is the whole body, and not in fasthttp's memory
	streamed bool  // a multipart form was read as it came: data is empty
	whole    bool  // the stream was read to its end
	failed   error // why it cannot be read
	held     int   // bytes, counted by holdBody
}

// release gives back what the body held: its share of the memory and its
// temporary files.
func (b *requestBody) release(m *bodyMemory) {
	m.held.Add(-int64(b.held))
	b.held = 0
	for _, f := range b.files {
		f.spool.Close()
	}
}

// Form is the request's form, request.form: urlencoded or multipart. It is empty
// if the body is not a form. A form that breaks a limit panics with a 413.
func (c *Context) Form() Values {
	return c.parsedBody().form
}

// Files are the uploaded files of a field, request.files.getlist(field). Those
// of all fields together are [Context.AllFiles].
func (c *Context) Files(field string) []*File {
	var files []*File
	for _, f := range c.parsedBody().files {
		if f.Name == field {
			files = append(files, f)
		}
	}
	return files
}

// AllFiles are the uploaded files of all fields in the order in which they came.
func (c *Context) AllFiles() []*File { return c.parsedBody().files }

// parsedBody parses the form at the first call.
func (c *Context) parsedBody() *requestBody {
	b := c.requestBody()
	if b.parsed {
		return b
	}
	b.parsed = true
	c.checkContentLength()
	contentType := c.ContentType()
	if !formdata.Takes(contentType) {
		return b
	}
	l := c.limits()
	limits := formdata.Limits{Content: l.Content, Memory: l.Memory, Parts: l.Parts, Hold: c.holdBody}
	form, files, err := parseForm(contentType, c.formSource(contentType), limits)
	if err != nil {
		panic(c.bodyError(err))
	}
	b.form, b.files, b.consumed = form, files, true
	return b
}

// formSource is the body to parse. A multipart form is parsed while it comes,
// so that its files need not be in memory.
func (c *Context) formSource(contentType string) io.Reader {
	limit := c.limits().Content
	if !formdata.Streams(contentType) {
		if most := c.limits().Memory; most > 0 && (limit <= 0 || most < limit) {
			limit = most
		}
	} else if b := c.requestBody(); c.ctx.Request.IsBodyStream() && b.failed == nil {
		b.streamed = true
		return c.stream(limit)
	}
	return bytes.NewReader(c.bodyUpTo(limit))
}

func (c *Context) requestBody() *requestBody {
	if c.body == nil {
		c.body = &requestBody{}
	}
	return c.body
}

// Data is the request's body, request.get_data(). Once the body was read as a
// form it is empty, as in Flask. Each call returns the same bytes, as Flask does:
// do not change them. A body above MaxContentLength panics with a 413, one that
// did not come whole with a 400, and one that is more than MaxBodyMemory leaves
// room for with a 503.
func (c *Context) Data() []byte {
	b := c.requestBody()
	if b.consumed {
		return []byte{}
	}
	body := c.rawBody()
	if !b.own { // fasthttp's buffer, which it uses again
		if err := c.holdBody(len(body)); err != nil {
			panic(err)
		}
		b.data, b.own = append([]byte{}, body...), true
	}
	return slices.Clip(b.data)
}

// rawBody is the whole body, in fasthttp's buffer unless requestBody.own is set.
// It belongs to the framework: no caller changes it.
func (c *Context) rawBody() []byte { return c.bodyUpTo(c.limits().Content) }

// bodyUpTo is rawBody with a limit in bytes, 0 for none. [App.Server] hands over
// every body as a stream, another server need not.
func (c *Context) bodyUpTo(limit int) []byte {
	b := c.requestBody()
	switch {
	case b.failed != nil:
		panic(b.failed)
	case b.streamed:
		return nil
	case b.own:
		return b.data
	}
	announced := c.ctx.Request.Header.ContentLength()
	if limit > 0 && announced > limit {
		panic(&HTTPError{Code: http.StatusRequestEntityTooLarge})
	}
	if c.ctx.Request.IsBodyStream() {
		return c.readStream(limit)
	}
	body := c.ctx.Request.Body()
	if limit > 0 && len(body) > limit {
		panic(&HTTPError{Code: http.StatusRequestEntityTooLarge})
	}
	if len(body) < announced { // by a server that did not look
		panic(c.bodyError(io.ErrUnexpectedEOF))
	}
	return body
}

// checkContentLength refuses a body that is announced to be too large.
func (c *Context) checkContentLength() {
	if limit := c.limits().Content; limit > 0 && c.ctx.Request.Header.ContentLength() > limit {
		panic(&HTTPError{Code: http.StatusRequestEntityTooLarge})
	}
}

// bodyMemory counts the bytes of request bodies that all requests together hold
// in memory, up to Config.MaxBodyMemory.
type bodyMemory struct {
	held   atomic.Int64
	logged atomic.Int64 // when a request was last refused, in Unix seconds
}

// bodyRetryAfter is how many seconds a client that was refused should wait.
const bodyRetryAfter = 5

// holdBody counts n more bytes as held by the request until its end; less than 0
// gives some back. Above the bound it is the error of a 503.
func (c *Context) holdBody(n int) error {
	m := &c.app.bodies
	held, most := m.held.Add(int64(n)), int64(c.app.MaxBodyMemory)
	if n > 0 && most > 0 && held > most {
		m.held.Add(-int64(n))
		m.warn(c.app, held)
		return &HTTPError{Code: http.StatusServiceUnavailable, retryAfter: bodyRetryAfter}
	}
	c.requestBody().held += n
	return nil
}

// warn logs a refusal, one a second.
func (m *bodyMemory) warn(a *App, held int64) {
	now := time.Now().Unix()
	if last := m.logged.Load(); now > last && m.logged.CompareAndSwap(last, now) {
		a.logger().Warn("request bodies fill the memory that they may take: 503",
			slog.Int64("bytes", held), slog.Int("MaxBodyMemory", a.MaxBodyMemory))
	}
}

// releaseBody releases the request's body at its end, and ends its context.
func (c *Context) releaseBody() {
	c.endContext()
	if c.body != nil {
		c.body.release(&c.app.bodies)
		c.body = nil
	}
}

// stream is the request's body, not read yet.
func (c *Context) stream(limit int) *formdata.Stream {
	request, b := &c.ctx.Request, c.requestBody()
	whole := func() { request.ResetBody(); b.whole = true }
	return &formdata.Stream{In: c.ctx.RequestBodyStream(), Length: request.Header.ContentLength(), Limit: limit, Whole: whole}
}

// readStream puts the body into memory and gives it to fasthttp's request, where
// it is a body like any other. The connection's next request follows a body that
// was read to its end; a request whose body is a stream still has not been.
func (c *Context) readStream(limit int) []byte {
	body, err := c.stream(limit).ReadAll(c.holdBody)
	if err != nil {
		panic(c.bodyError(err))
	}
	c.ctx.Request.SetBodyRaw(body)
	b := c.requestBody()
	b.data, b.own = body, true
	return body
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
