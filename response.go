package cantil

import (
	"fmt"
	"html"
	"io"
	"iter"
	"net/http"
	"reflect"
	"slices"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/flaskjson"
	"github.com/cantil-go/cantil/internal/sendfile"
	"github.com/cantil-go/cantil/internal/urls"
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
	now    func() time.Time // for the Expires of cookies

	// The body is one of: text, raw, stream.
	text     string
	raw      []byte
	stream   io.Reader
	borrowed bool // raw is the Context's memory: to be copied out
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

// release lets go of what the response held and keeps the room of its headers.
func (r *Response) release() {
	if r.status != 0 {
		r.status = 0
		r.setText("")
	}
}

func (r *Response) setText(text string)  { r.text, r.raw, r.stream, r.borrowed = text, nil, nil, false }
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

// SetCookie adds a cookie, response.set_cookie(name, value, …). A SameSite that
// does not exist panics.
func (r *Response) SetCookie(name, value string, options ...Cookie) {
	var cookie Cookie
	if len(options) > 0 {
		cookie = options[0]
	}
	line, err := appendSetCookie(nil, name, value, &cookie, r.clock())
	if err != nil {
		panic(err)
	}
	r.header.Add("Set-Cookie", string(line))
}

// DeleteCookie has the browser forget a cookie, response.delete_cookie(name, …).
// Path, domain and the flags must be those the cookie was set with.
func (r *Response) DeleteCookie(name string, options ...Cookie) {
	var cookie Cookie
	if len(options) > 0 {
		cookie = options[0]
	}
	r.SetCookie(name, "", cookie.deleted())
}

func (r *Response) clock() time.Time {
	if r.now == nil {
		return time.Now()
	}
	return r.now()
}

// write hands the response to fasthttp, which copies the headers; a stream is
// read and closed while the answer is sent.
func (r *Response) write(ctx *fasthttp.RequestCtx) {
	out := &ctx.Response
	out.SetStatusCode(r.status)
	if r.status == http.StatusNotModified {
		r.header.dropEntity()
	}
	r.header.writeTo(&out.Header)
	if r.text != "" && !bodyless(r.status) { // almost every page
		// fasthttp only reads the body, so it may read the string itself.
		out.SetBodyRaw(unsafe.Slice(unsafe.StringData(r.text), len(r.text)))
		return
	}
	r.writeBody(ctx)
}

// writeBody is for what is not text.
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

// View is a view function. It returns what Flask lets a view return: a string or
// []byte (HTML), a *Response, an error, a map, slice or struct (JSON), or an
// io.Reader or iter.Seq[string], a function literal of its kind too, which are
// streamed. Anything else, nil too, is answered with a 500.
type View func(c *Context) any

// MakeResponse makes a response of a view's return value, make_response(rv).
// With a status it is Flask's return rv, status. A status below 200 or above 599
// is not a final one and panics; 101 is for [Context.Hijack].
func (c *Context) MakeResponse(rv any, status ...int) *Response {
	r := &Response{now: c.app.Now}
	r, err := c.fill(r, rv)
	if err != nil {
		panic(err)
	}
	if len(status) > 0 {
		r.status = status[0]
		if !isFinal(r.status) && r.status != http.StatusSwitchingProtocols {
			panic(c.checkStatus(r))
		}
	}
	return r
}

// fill puts rv into r and returns r; a response is copied. An error as rv comes
// back as the error.
func (c *Context) fill(r *Response, rv any) (*Response, error) {
	if text, ok := rv.(string); ok { // first, since most are
		r.resetText(http.StatusOK, text)
		return r, nil
	}
	switch v := rv.(type) {
	case *Response:
		if v == nil {
			return nil, c.badReturn(rv)
		}
		return r.copyFrom(v), nil
	case error:
		return nil, v
	}
	r.reset(http.StatusOK)
	switch v := rv.(type) {
	case Markup:
		r.setText(string(v))
	case []byte:
		r.setBytes(v)
	case io.Reader:
		r.setStream(v)
		c.escapes = true
	case iter.Seq[string]:
		r.setStream(&seqReader{seq: v})
		c.escapes = true
	case func(yield func(string) bool): // the same, as a view's literal has it
		r.setStream(&seqReader{seq: v})
		c.escapes = true
	default:
		return c.fillJSON(r, rv)
	}
	return r, nil
}

// fillJSON answers a map, slice or struct with JSON, as Flask does dict and list.
func (c *Context) fillJSON(r *Response, rv any) (*Response, error) {
	v := reflect.ValueOf(rv)
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Map, reflect.Slice, reflect.Array, reflect.Struct:
	default:
		return nil, c.badReturn(rv)
	}
	body, err := c.dumpJSON(rv)
	if err != nil {
		return nil, err
	}
	r.setBytes(body)
	r.header.Set("Content-Type", "application/json")
	return r, nil
}

func (c *Context) badReturn(rv any) error {
	const can = "a view returns a string, []byte, *Response, error, map, slice, struct, io.Reader or iter.Seq[string]"
	if rv == nil {
		return fmt.Errorf("cantil: the view of endpoint %q returned nil: %s", c.Endpoint(), can)
	}
	return fmt.Errorf("cantil: the view of endpoint %q returned a %T: %s", c.Endpoint(), rv, can)
}

// JSONify answers with v as JSON whatever v is, jsonify(v).
func (c *Context) JSONify(v any) *Response {
	body, err := c.dumpJSON(v)
	if err != nil {
		panic(err)
	}
	r := c.MakeResponse(body)
	r.header.Set("Content-Type", "application/json")
	return r
}

// Redirect sends the browser to location, redirect(location, code): 302 unless
// told otherwise.
func (c *Context) Redirect(location string, code ...int) *Response {
	status := http.StatusFound
	if len(code) > 0 {
		status = code[0]
	}
	link := html.EscapeString(urls.IRIToURI(location))
	r := c.MakeResponse("<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n" +
		"<h1>Redirecting...</h1>\n<p>This page is at <a href=\"" + link + "\">" + link + "</a>.\n")
	r.status = status
	r.header.Set("Location", location)
	return r
}

// dumpJSON writes v as a JSON answer, in Debug one that a person can read.
func (c *Context) dumpJSON(v any) ([]byte, error) {
	options := flaskjson.Options{SortKeys: c.app.JSONSortKeys, ASCII: c.app.JSONASCII}
	if c.app.Debug {
		options.Indent = 2
	}
	body, err := flaskjson.Append(nil, v, options)
	return append(body, '\n'), err
}

// dropEntity removes the headers that speak of a body, which a 304 has none of
// (RFC 9110, 15.4.5, as Werkzeug reads it).
func (h *Header) dropEntity() {
	for _, name := range entityHeaders {
		h.Del(name)
	}
}

var entityHeaders = []string{"Allow", "Content-Encoding", "Content-Language", "Content-Length",
	"Content-MD5", "Content-Range", "Content-Type", "Last-Modified"}
