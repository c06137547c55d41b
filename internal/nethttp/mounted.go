package nethttp

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/valyala/fasthttp"
)

// requestOf is a request as net/http hands it over, without its body.
func requestOf(ctx *fasthttp.RequestCtx) (*http.Request, error) {
	in := &ctx.Request.Header
	target := string(in.RequestURI())
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return nil, err
	}
	r := &http.Request{
		Method: string(in.Method()), URL: u, RequestURI: target, Host: string(in.Host()),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{},
		RemoteAddr: ctx.RemoteAddr().String(), ContentLength: int64(max(in.ContentLength(), -1)),
	}
	if !in.IsHTTP11() {
		r.Proto, r.ProtoMinor = "HTTP/1.0", 0
	}
	for key, value := range in.All() {
		switch name := http.CanonicalHeaderKey(string(key)); name {
		case "Host":
		case "Transfer-Encoding":
			r.TransferEncoding, r.ContentLength = []string{"chunked"}, -1
		default:
			r.Header.Add(name, string(value))
		}
	}
	if conn, ok := ctx.Conn().(interface{ ConnectionState() tls.ConnectionState }); ok {
		state := conn.ConnectionState()
		r.TLS = &state
	}
	return r, nil
}

// body is a request's body, of which nothing is read any more once the answer
// has begun: the connection has one reader at a time.
type body struct {
	mu     sync.Mutex
	in     io.Reader
	left   int // bytes, -1 for no limit
	limit  int
	closed bool
}

func bodyOf(ctx *fasthttp.RequestCtx, limit int) *body {
	b := &body{left: limit, limit: limit}
	if limit <= 0 {
		b.left = -1
	}
	if ctx.Request.IsBodyStream() {
		b.in = ctx.RequestBodyStream()
	} else {
		b.in = bytes.NewReader(bytes.Clone(ctx.Request.Body()))
	}
	return b
}

func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, http.ErrBodyReadAfterClose
	}
	if b.left < 0 || len(p) == 0 {
		return b.in.Read(p)
	}
	n, err := b.in.Read(p[:min(len(p), b.left+1)]) // one more shows that it is too long
	if n > b.left {
		n, err = b.left, &http.MaxBytesError{Limit: int64(b.limit)}
		b.in = failed{err}
	}
	b.left -= n
	return n, err
}

// failed is a body that cannot be read on.
type failed struct{ err error }

func (f failed) Read([]byte) (int, error) { return 0, f.err }

// Close ends the reading, after a read that is under way.
func (b *body) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	return nil
}

// setHeader hands header lines of net/http to fasthttp. What would be no line is
// left out or made one, as net/http does.
func setHeader(out *fasthttp.Response, header http.Header) {
	out.Header.SetNoDefaultContentType(true)
	for name, values := range header {
		switch name {
		case "Content-Length", "Transfer-Encoding", "Date": // fasthttp writes its own
			continue
		}
		for _, value := range values {
			value = newlines.Replace(value)
			if name == "Connection" && strings.EqualFold(value, "close") {
				out.SetConnectionClose()
			} else if validName(name) {
				out.Header.Add(name, value)
			}
		}
	}
}

var newlines = strings.NewReplacer("\r", " ", "\n", " ")

var errOver = errors.New("nethttp: the handler has returned")
