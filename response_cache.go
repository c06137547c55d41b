package cantil

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/httpheader"
)

// Accept is what a client would like to get, best first,
// request.accept_mimetypes.
type Accept struct {
	list httpheader.Accept
}

// AcceptMimetypes is the Accept header, request.accept_mimetypes.
func (c *Context) AcceptMimetypes() Accept { return Accept{httpheader.ParseAccept(c.Header("Accept"))} }

// BestMatch returns the one of mimetypes that the client likes best, "" if it
// takes none of them or does not say what it takes: best_match(mimetypes).
func (a Accept) BestMatch(mimetypes ...string) string { return a.list.BestMatch(mimetypes...) }

// Quality returns how much the client likes a media type, from 0, not at all, to
// 1: quality(mimetype).
func (a Accept) Quality(mimetype string) float64 { return a.list.Quality(mimetype) }

// Values lists the client's media ranges, the most specific and best first:
// values().
func (a Accept) Values() []string { return a.list.Values() }

// AcceptLanguages is the Accept-Language header, request.accept_languages:
// BestMatch("pt", "ru") is what best_match(['pt', 'ru']) is, with its fallback
// from "pt-BR" to "pt" and back.
func (c *Context) AcceptLanguages() Accept {
	return Accept{httpheader.ParseAcceptLanguages(c.Header("Accept-Language"))}
}

// AcceptCharsets is the Accept-Charset header, request.accept_charsets.
func (c *Context) AcceptCharsets() Accept {
	return Accept{httpheader.ParseAcceptCharsets(c.Header("Accept-Charset"))}
}

// AcceptEncodings is the Accept-Encoding header, request.accept_encodings.
func (c *Context) AcceptEncodings() Accept {
	return Accept{httpheader.ParseAcceptEncodings(c.Header("Accept-Encoding"))}
}

// Has reports whether the client takes a value at all: value in accept.
func (a Accept) Has(value string) bool { return a.list.Has(value) }

// Best is what the client likes best, "" if it does not say: best.
func (a Accept) Best() string { return a.list.Best() }

// String is the header as it is written again: to_header().
func (a Accept) String() string { return a.list.String() }

// ETags are the entity tags of a condition, without their quotes. Contains,
// ContainsWeak, Star and Strong are its methods.
type ETags = httpheader.ETags

// CacheControl is a Cache-Control header. Has, Value, Seconds, Set, SetSeconds
// and Del are its methods, String is the header.
type CacheControl = httpheader.CacheControl

// Range is a Range header: Units, Pieces, and ForLength for a body's length.
type Range = httpheader.Range

// CacheControl is the request's Cache-Control header, request.cache_control.
func (c *Context) CacheControl() CacheControl {
	return httpheader.ParseCacheControl(c.Header("Cache-Control"))
}

// IfMatch are the entity tags of If-Match, request.if_match.
func (c *Context) IfMatch() ETags { return httpheader.ParseETags(c.Header("If-Match")) }

// IfNoneMatch are the entity tags of If-None-Match, request.if_none_match.
func (c *Context) IfNoneMatch() ETags { return httpheader.ParseETags(c.Header("If-None-Match")) }

// IfModifiedSince is the date of If-Modified-Since, request.if_modified_since:
// the zero time without one that can be read.
func (c *Context) IfModifiedSince() time.Time { return c.dateHeader("If-Modified-Since") }

// IfUnmodifiedSince is the date of If-Unmodified-Since,
// request.if_unmodified_since: the zero time without one that can be read.
func (c *Context) IfUnmodifiedSince() time.Time { return c.dateHeader("If-Unmodified-Since") }

func (c *Context) dateHeader(name string) time.Time {
	at, _ := httpheader.ParseDate(c.Header(name))
	return at
}

// Range is the Range header, request.range, and whether there is one that can be
// read.
func (c *Context) Range() (Range, bool) { return httpheader.ParseRanges(c.Header("Range")) }

// CacheControl is the response's Cache-Control header, response.cache_control;
// what is changed in it goes back by [Response.SetCacheControl].
func (r *Response) CacheControl() CacheControl {
	return httpheader.ParseCacheControl(strings.Join(r.header.GetAll("Cache-Control"), ","))
}

// SetCacheControl replaces the Cache-Control header.
func (r *Response) SetCacheControl(cc CacheControl) {
	if text := cc.String(); text != "" {
		r.header.Set("Cache-Control", text)
		return
	}
	r.header.Del("Cache-Control")
}

// ETag is the response's entity tag without its quotes, response.get_etag(): ""
// if it has none.
func (r *Response) ETag() (tag string, weak bool) {
	return httpheader.UnquoteETag(r.header.Get("ETag"))
}

// SetETag sets the entity tag, response.set_etag(tag, weak). A tag with a quote
// in it panics.
func (r *Response) SetETag(tag string, weak ...bool) {
	quoted, ok := httpheader.QuoteETag(tag, len(weak) > 0 && weak[0])
	if !ok {
		panic(fmt.Errorf("cantil: SetETag(%q): a tag has no quotes in it", tag))
	}
	r.header.Set("ETag", quoted)
}

// AddETag sets the entity tag that follows from the body, its SHA-1, unless the
// response has one: response.add_etag(). A stream has no such tag, and panics.
func (r *Response) AddETag(weak ...bool) {
	if r.header.Has("ETag") {
		return
	}
	if r.stream != nil {
		panic(errors.New("cantil: AddETag: the body is a stream"))
	}
	tag, _ := httpheader.UnquoteETag(httpheader.BodyETag(r.Data()))
	r.SetETag(tag, weak...)
}

// LastModified is the date of Last-Modified, the zero time without one:
// response.last_modified.
func (r *Response) LastModified() time.Time {
	at, _ := httpheader.ParseDate(r.header.Get("Last-Modified"))
	return at
}

// SetLastModified sets Last-Modified, to the second: response.last_modified = at.
func (r *Response) SetLastModified(at time.Time) {
	r.header.Set("Last-Modified", httpheader.FormatDate(at))
}

// SetExpires sets Expires, to the second: response.expires = at.
func (r *Response) SetExpires(at time.Time) { r.header.Set("Expires", httpheader.FormatDate(at)) }

// MakeConditional makes r the answer to the request's conditions,
// response.make_conditional(request): a 304 if the client has what ETag and
// Last-Modified say, a 412 if If-Match does not hold. With acceptRanges a Range
// of the body is a 206, or a 416 by panicking with its error; a stream has no
// ranges. Requests other than GET and HEAD change nothing. It returns r.
func (r *Response) MakeConditional(c *Context, acceptRanges ...bool) *Response {
	method := c.Method()
	if method != http.MethodGet && method != http.MethodHead {
		return r
	}
	conditions, length := readConditions(&c.ctx.Request.Header), int64(0)
	if len(acceptRanges) > 0 && acceptRanges[0] && r.stream == nil {
		length = int64(len(r.Data()))
		r.header.Set("Accept-Ranges", "bytes")
	}
	switch v := conditions.Judge(r.header.Get("ETag"), r.LastModified(), length); v.Status {
	case http.StatusPartialContent:
		body := r.Data()[v.Start : v.Start+v.Size]
		r.status = v.Status
		r.setBytes(body)
		r.header.Set("Content-Range", v.ContentRange)
	case http.StatusRequestedRangeNotSatisfiable:
		panic(&HTTPError{Code: v.Status, contentRange: v.ContentRange})
	case http.StatusNotModified:
		r.status = v.Status
		closeStream(r.stream)
		r.setText("")
	case http.StatusPreconditionFailed:
		r.status = v.Status
	}
	return r
}

// CallOnClose registers f to be called when the answer was sent or the client has
// gone, response.call_on_close(f): before the memory of a stream is let go, after
// the teardown functions for other answers. Of a Response that a program keeps it
// is called for each request.
func (r *Response) CallOnClose(f func()) { r.onClose = append(slices.Clip(r.onClose), f) }

// IsStreamed reports whether the body is a stream: response.is_streamed.
func (r *Response) IsStreamed() bool { return r.stream != nil }
