package compress

import (
	"io"
	"net/http"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/httpheader"
)

// settings are what the options say.
type settings struct {
	types   []string
	codings []string // zstd, br, gzip in the order of preference
	minSize int
}

// Option is an option of New.
type Option func(*settings)

// MimeTypes are the types that are compressed, COMPRESS_MIMETYPES. One that ends
// in a slash stands for all of its kind. Unless given they are text/ and the
// types of application, image and font that are text or not compressed by
// themselves. text/event-stream never is one.
func MimeTypes(types ...string) Option { return func(s *settings) { s.types = types } }

// MinSize is the size in bytes from which a body is compressed, COMPRESS_MIN_SIZE:
// 500.
func MinSize(bytes int) Option { return func(s *settings) { s.minSize = bytes } }

// Algorithms are those of zstd, br and gzip that are used, the first one where the
// client likes several the same, COMPRESS_ALGORITHM: zstd, br, gzip. Another one
// panics.
func Algorithms(codings ...string) Option {
	for _, coding := range codings {
		if encoders[coding] == nil {
			panic("compress: Algorithms: " + coding + " is none of zstd, br and gzip")
		}
	}
	return func(s *settings) { s.codings = codings }
}

// New makes the middleware for [cantil.App.Wrap].
func New(options ...Option) func(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	s := &settings{types: usual, codings: []string{"zstd", "br", "gzip"}, minSize: 500}
	for _, option := range options {
		option(s)
	}
	return func(next fasthttp.RequestHandler) fasthttp.RequestHandler {
		return func(ctx *fasthttp.RequestCtx) {
			s.strengthen(ctx)
			next(ctx)
			s.compress(ctx)
		}
	}
}

// usual are the types that are compressed unless MimeTypes says otherwise.
var usual = []string{
	"text/", "application/json", "application/javascript", "application/ecmascript", "application/xml", "application/xhtml+xml",
	"application/ld+json", "application/manifest+json", "application/atom+xml", "application/rss+xml", "application/problem+json",
	"application/wasm", "application/x-ndjson", "application/sql", "application/vnd.ms-fontobject", "image/svg+xml", "image/bmp",
	"image/vnd.microsoft.icon", "font/ttf", "font/otf",
	// As older programs name these.
	"application/vnd.api+json", "application/x-javascript", "application/x-font-ttf", "application/x-font-opentype", "application/x-font-truetype",
	"image/x-icon", "font/eot", "font/opentype",
}

// ofBytes are headers that hold a hash of the bytes as they were.
var ofBytes = []string{"Content-MD5", "Digest", "Content-Digest", "Repr-Digest"}

// compress compresses the answer, if it is one of those.
func (s *settings) compress(ctx *fasthttp.RequestCtx) {
	out := &ctx.Response
	status, accept := out.StatusCode(), string(ctx.Request.Header.Peek("Accept-Encoding"))
	if status == http.StatusNotModified {
		s.unmodified(ctx)
		return
	}
	if status < 200 || status > 299 || status == http.StatusNoContent || status == http.StatusResetContent || !s.candidate(out) {
		return
	}
	vary(out)
	if status == http.StatusPartialContent || len(out.Header.Peek("Content-Range")) > 0 || len(out.Header.ContentEncoding()) > 0 {
		return
	}
	codings := httpheader.Encodings(accept, s.codings...)
	if len(codings) == 0 {
		return
	}
	coding := ""
	if out.IsBodyStream() {
		coding = s.stream(ctx, codings)
	} else {
		coding = s.body(out, codings[0])
	}
	if coding != "" {
		out.Header.Set("Content-Encoding", coding)
		out.Header.Del("Accept-Ranges")
		for _, name := range ofBytes {
			out.Header.Del(name)
		}
		weaken(out)
	}
}

// candidate reports whether an answer like this one is compressed for a client
// that takes it: then it depends on what the client takes.
func (s *settings) candidate(out *fasthttp.Response) bool {
	mimetype := httpheader.MediaType(string(out.Header.ContentType()))
	if mimetype == "text/event-stream" || httpheader.ListHas(string(out.Header.Peek("Cache-Control")), "no-transform") {
		return false
	}
	if !out.IsBodyStream() && !out.SkipBody && len(out.Body()) < s.minSize {
		return false
	}
	return s.takes(mimetype)
}

// takes reports whether bodies of a type are compressed.
func (s *settings) takes(mimetype string) bool {
	for _, kind := range s.types {
		if mimetype == kind || strings.HasSuffix(kind, "/") && strings.HasPrefix(mimetype, kind) {
			return true
		}
	}
	return false
}

// packs reports whether the client takes one of the codings.
func (s *settings) packs(ctx *fasthttp.RequestCtx) bool {
	return len(httpheader.Encodings(string(ctx.Request.Header.Peek("Accept-Encoding")), s.codings...)) > 0
}

// body compresses a body that is known as a whole. It returns the coding, or "" if
// that made it no smaller.
func (s *settings) body(out *fasthttp.Response, coding string) string {
	content := out.Body()
	if len(content) == 0 { // HEAD for a stream
		return ""
	}
	packed := encoders[coding].whole(content)
	if len(packed) >= len(content) {
		return ""
	}
	out.SetBodyRaw(packed)
	return coding
}

// wrapped is a streamed body that can be read through another reader.
type wrapped interface {
	WrapBody(wrap func(io.Reader) io.Reader) bool
}

// stream compresses a body while it is sent.
func (s *settings) stream(ctx *fasthttp.RequestCtx, codings []string) string {
	body, ok := ctx.Response.BodyStream().(wrapped)
	if !ok || !ctx.Request.Header.IsHTTP11() || ctx.IsHead() {
		return ""
	}
	size := ctx.Response.Header.ContentLength()
	if size >= 0 && size < s.minSize {
		return ""
	}
	for _, coding := range codings {
		if encoders[coding].stream == nil {
			continue
		}
		if body.WrapBody(func(source io.Reader) io.Reader { return newReader(source, encoders[coding], size < 0) }) {
			ctx.Response.Header.SetContentLength(-1)
			return coding
		}
		break
	}
	return ""
}

// vary adds Accept-Encoding to what the answer depends on.
func vary(out *fasthttp.Response) {
	for _, line := range out.Header.PeekAll("Vary") {
		if httpheader.ListHas(string(line), "Accept-Encoding") || httpheader.ListHas(string(line), "*") {
			return
		}
	}
	out.Header.Add("Vary", "Accept-Encoding")
}

// weaken makes the entity tag one of the meaning, not of the bytes.
func weaken(out *fasthttp.Response) {
	if tag := string(out.Header.Peek("ETag")); strings.HasPrefix(tag, `"`) {
		out.Header.Set("ETag", "W/"+tag)
	}
}

// strengthen drops the range of a request that depends on a weak tag, which says
// nothing of bytes (RFC 9110, 13.1.5): by Werkzeug's rules it would match. So it
// does where a client that takes a coding depends on a date: what it has of the
// answer may be compressed.
func (s *settings) strengthen(ctx *fasthttp.RequestCtx) {
	condition := string(ctx.Request.Header.Peek("If-Range"))
	if strings.HasPrefix(condition, "W/") || condition != "" && !strings.HasPrefix(condition, `"`) && s.packs(ctx) {
		ctx.Request.Header.Del("If-Range")
		ctx.Request.Header.Del("Range")
	}
}

// unmodified has a 304 name what the 200 would have (RFC 9110, 15.4.5): what it
// depends on, and the weak tag if the client asked by it, or asked by a date alone
// and takes a coding.
func (s *settings) unmodified(ctx *fasthttp.RequestCtx) {
	out := &ctx.Response
	mimetype := httpheader.MediaType(string(out.Header.ContentType()))
	if mimetype != "" && !s.takes(mimetype) {
		return
	}
	vary(out)
	asked, tag := string(ctx.Request.Header.Peek("If-None-Match")), string(out.Header.Peek("ETag"))
	if strings.HasPrefix(tag, `"`) && (strings.Contains(asked, "W/"+tag) || asked == "" && s.packs(ctx)) {
		weaken(out)
	}
}
