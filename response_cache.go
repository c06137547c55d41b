package cantil

import (
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
