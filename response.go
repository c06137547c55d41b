package cantil

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/sendfile"
	"github.com/cantil-go/cantil/internal/wire"
)

// htmlType is what a view's text is unless it says otherwise.
const htmlType = "text/html; charset=utf-8"

// Response is what goes back to the client, flask.Response. Context.MakeResponse
// makes one of whatever a view may return.
//
// What a view returns is copied: after_request functions get the copy, so that a
// Response that a program keeps and returns for many visitors hands none of them
// what was added for another. A stream can be returned once, and a rendered
// template only by its own request.
type Response struct {
	status int
	header Header
	app    *App // for the Expires of cookies, and warnings; nil in one of a test's own

	// The body is one of: text, raw, stream.
	text     string
	raw      []byte
	stream   io.Reader
	borrowed bool // raw is the Context's memory: to be copied out
	onClose  []func()
	belonging
}

// newResponse returns an empty page.
func newResponse(status int) *Response {
	r := &Response{}
	r.reset(status)
	return r
}

// reset makes r an empty page again, keeping the room of its headers.
func (r *Response) reset(status int) { r.resetText(status, "") }

// resetText is reset with a text on the page.
func (r *Response) resetText(status int, text string) {
	r.status = status
	r.setText(text)
	r.header.reset(htmlType)
}

// forget lets go of what the response held and keeps the room of its headers.
func (r *Response) forget() {
	if r.status != 0 {
		r.status, r.onClose = 0, nil
		r.setText("")
	}
}

func (r *Response) setText(text string) { r.text, r.raw, r.stream, r.borrowed = text, nil, nil, false }

func (r *Response) setBytes(body []byte) { r.text, r.raw, r.stream, r.borrowed = "", body, nil, false }

func (r *Response) setStream(body io.Reader) {
	r.text, r.raw, r.stream, r.borrowed = "", nil, body, false
	r.taken, r.claimed = new(atomic.Bool), false
}

// Status is the status code.
func (r *Response) Status() int { return r.status }

// SetStatus changes the status code: response.status_code = code. An answer whose
// status is not a final one, 200 to 599, is replaced by a 500 that names it in
// the log.
func (r *Response) SetStatus(code int) { r.status = code }

// Header is the response's headers, response.headers.
func (r *Response) Header() *Header { return &r.header }

// Data returns a copy of the body, response.get_data(). It is nil for a stream.
func (r *Response) Data() []byte {
	if r.raw != nil || r.stream != nil {
		return slices.Clone(r.raw)
	}
	return []byte(r.text)
}

// SetData replaces the body, response.set_data(body).
func (r *Response) SetData(body []byte) { r.setBytes(body) }

// SetMimetype sets the Content-Type, and the charset UTF-8 for text, as
// response.mimetype = 'text/csv' does.
func (r *Response) SetMimetype(mimetype string) {
	r.header.Set("Content-Type", sendfile.WithCharset(mimetype))
}

// AddVary names request headers that the answer depends on, response.vary.add
// and response.vary.update. Names that Vary has already are not added.
func (r *Response) AddVary(names ...string) {
	for _, name := range names {
		addVary(&r.header, name)
	}
}

func (r *Response) clock() time.Time {
	if r.app == nil || r.app.Now == nil {
		return time.Now()
	}
	return r.app.Now()
}

// write hands the response to fasthttp, which copies the headers; a stream is
// read and closed while the answer is sent. sessionLine is one more Set-Cookie,
// the session's, unless it is empty. It is not among the headers: a Response that
// a program keeps would carry one visitor's session to the next.
func (r *Response) write(ctx *fasthttp.RequestCtx, sessionLine []byte) {
	out := &ctx.Response
	out.SetStatusCode(r.status)
	if r.status == http.StatusNotModified {
		r.header.dropEntity()
	}
	r.header.writeTo(&out.Header)
	if len(sessionLine) > 0 {
		writeSetCookie(&out.Header, sessionLine)
	}
	if r.text != "" && !bodyless(r.status) { // almost every page
		wire.SetText(out, r.text)
		return
	}
	r.writeBody(ctx)
}

// writeBody writes a body that is not text, or none.
func (r *Response) writeBody(ctx *fasthttp.RequestCtx) {
	out := &ctx.Response
	if ctx.IsHead() && len(r.raw) == 0 && r.stream == nil {
		out.Header.SetContentLength(0) // fasthttp says nothing of an empty body otherwise
	}
	switch {
	case bodyless(r.status):
		out.SkipBody = r.status != http.StatusResetContent // which says that its length is 0
		out.ResetBody()
		closeStream(r.stream)
	case r.stream != nil && ctx.IsHead():
		r.skipStream(out)
	case r.stream != nil:
		r.writeStream(ctx)
	case r.borrowed:
		out.SetBody(r.raw)
	default:
		out.SetBodyRaw(r.raw)
	}
}

// writeStream announces the body's length, or chunks, or to a client of HTTP/1.0,
// which knows none (RFC 9112, 6.1), nothing: the connection's end is the body's.
func (r *Response) writeStream(ctx *fasthttp.RequestCtx) {
	out := &ctx.Response
	if b, ok := r.stream.(*sentBody); ok && b.raw {
		out.SetBodyStream(b, 0)
		out.Header.Del("Content-Length") // fasthttp would write chunks for an unknown length
		ctx.SetConnectionClose()
		return
	}
	out.SetBodyStream(r.stream, r.streamSize())
}

// skipStream answers HEAD for a stream, which is not even begun: fasthttp would
// end a chunked body that it never sent.
func (r *Response) skipStream(out *fasthttp.Response) {
	out.SkipBody = true
	if size := r.streamSize(); size >= 0 {
		out.Header.SetContentLength(size)
	}
	closeStream(r.stream)
}

// bodyless reports whether the answers of a status have no body (RFC 9110, 15.2,
// 15.3.5, 15.3.6 and 15.4.5).
func bodyless(status int) bool {
	switch status {
	case http.StatusNoContent, http.StatusResetContent, http.StatusNotModified:
		return true
	}
	return status < 200
}

// closed calls the functions of CallOnClose of an answer that is not a stream.
func (r *Response) closed(c *Context) {
	for _, f := range r.onClose {
		callOnClose(f, func(err error) { c.app.logException(c, err) })
	}
}

// belonging is what in a Response cannot be given to a second visitor.
type belonging struct {
	renderer *Context // whose memory holds a borrowed body,
	request  uint64   // for the time of this request of it

	taken   *atomic.Bool // the stream of all copies has been sent, or is being sent
	claimed bool         // by this copy
}

// copyFrom makes r a copy of v that shares no headers with it.
func (r *Response) copyFrom(v *Response) *Response {
	r.header.copyFrom(&v.header)
	header, app := r.header, r.app
	*r = *v
	r.header, r.app, r.claimed = header, app, false
	return r
}

// page is the Response into which a view's value goes: the Context's own, used
// again and again, unless a function sees it that might keep it.
func (c *Context) page() *Response {
	if len(c.after) > 0 || len(c.hooks.after) > 0 {
		return &Response{app: c.app}
	}
	return &c.response
}

var (
	errKeptStream = errors.New("cantil: a Response with a stream was returned a second time: make one for each request")
	errKeptPage   = errors.New("cantil: a rendered Response was returned in another request: render it again, or keep its Data")
)

// claim makes sure that the body may go to this visitor. One that may not is
// taken off.
func (c *Context) claim(r *Response) error {
	var err error
	switch {
	case r.borrowed && (r.renderer != c || r.request != c.serial):
		err = errKeptPage
	case r.stream != nil && r.taken != nil && !r.claimed:
		if r.taken.Swap(true) {
			err = errKeptStream
		}
		r.claimed = true
	}
	if err != nil {
		r.resetText(http.StatusInternalServerError, "")
	}
	return err
}

// isFinal reports whether a status may end a request: 1xx are interim, and what
// is not in RFC 9110's classes is read differently by every client.
func isFinal(status int) bool { return 200 <= status && status <= 599 }

// checkStatus is the error of an answer whose status is not a final one. 101
// needs a connection that was handed over.
func (c *Context) checkStatus(r *Response) error {
	if isFinal(r.status) || r.status == http.StatusSwitchingProtocols && c.ctx.Hijacked() {
		return nil
	}
	if r.status == http.StatusSwitchingProtocols {
		return fmt.Errorf("cantil: the answer of endpoint %q has status 101, which belongs to Context.Hijack and to a WebSocket upgrade", c.Endpoint())
	}
	return fmt.Errorf("cantil: the answer of endpoint %q has status %d, which is not a final one (200 to 599)", c.Endpoint(), r.status)
}
