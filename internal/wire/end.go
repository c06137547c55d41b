package wire

import (
	"bufio"
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"sync"

	"github.com/valyala/fasthttp"
)

// maxDrained is how many bytes of a body are read for the sake of the connection,
// when the handler has left them. net/http reads as many.
const maxDrained = 256 << 10

// Body is what a handler knows of the body of its request.
type Body int

// The states of a body that [End] tells apart.
const (
	UnknownBody Body = iota // End looks for itself
	ReadBody                // its stream was read to io.EOF, and the body put in its place
	BrokenBody              // reading it failed: nothing more may be read
)

// The names of headers as fasthttp keeps them: looking one up by them needs no
// work on the name.
var connectionKey, expectKey = []byte("Connection"), []byte("Expect")

// End ends a request whose handler is done and whose response is set: the
// connection is kept only if it is known that the body was read to its end, and
// neither side asked to close it. Call it last.
//
// It works on any fasthttp.Server, with a Listener of this package or without.
func End(ctx *fasthttp.RequestCtx, body Body) {
	if ctx.Hijacked() {
		return
	}
	c := of(ctx.Conn())
	header := &ctx.Response.Header
	if !c.consumed(ctx, body) || c.wantsClose(ctx) || hasToken(header.PeekCanonical(connectionKey), "close") {
		ctx.SetConnectionClose()
	}
	if c != nil {
		c.streaming.Store(ctx.Response.IsBodyStream())
		if c.streaming.Load() && c.listener.draining.Load() {
			c.gone.end()
		}
	}
}

// wantsClose reports whether the client asked for the connection's end, or the
// server is ending.
func (c *Conn) wantsClose(ctx *fasthttp.RequestCtx) bool {
	if c != nil {
		return c.in.request.close || c.listener.draining.Load()
	}
	header := &ctx.Request.Header
	if header.ConnectionClose() || len(header.PeekCanonical(connectionKey)) == 0 {
		return header.ConnectionClose()
	}
	h := headScanner{begun: true, http10: true} // fasthttp looks at the last line alone
	_, _ = h.scan(header.RawHeaders())
	return h.close
}

// consumed reads what is left of the body, if it is not much, and reports whether
// its end was reached. After an error nothing more is read, and nothing of what
// is known to be too much.
func (c *Conn) consumed(ctx *fasthttp.RequestCtx, body Body) bool {
	length := ctx.Request.Header.ContentLength()
	switch {
	case body != UnknownBody:
		return body == ReadBody
	case !ctx.Request.IsBodyStream():
		return length == 0 || length < -1 || length > 0 && len(ctx.Request.Body()) == length
	case c != nil && c.in.phase == inBody && c.in.left > maxDrained:
		return false
	case c == nil && length > maxDrained: // how much of it is left is not known
		return false
	}
	buf := drainBuffers.Get().(*[]byte)
	defer drainBuffers.Put(buf)
	for read := 0; read <= maxDrained; {
		n, err := ctx.RequestBodyStream().Read(*buf)
		if read += n; err != nil {
			return err == io.EOF
		}
	}
	return false
}

var drainBuffers = sync.Pool{New: func() any { b := make([]byte, 8<<10); return &b }}

// Check looks at a request that came over a connection that no Listener accepted,
// as far as that is possible when fasthttp has read it. It returns 0, or the
// status with which to refuse it before the connection closes.
func Check(ctx *fasthttp.RequestCtx) int {
	raw := ctx.Request.Header.RawHeaders()
	if len(raw) == 0 || of(ctx.Conn()) != nil {
		return 0
	}
	h := headScanner{begun: true, http10: !ctx.Request.Header.IsHTTP11()}
	done, bad := h.scan(raw)
	switch {
	case bad != nil:
		return bad.code
	case !done:
		return http.StatusBadRequest
	}
	return 0
}

// SettleExpect is a HeaderReceived function for a server without a Listener:
// "Expect: 100-continue" counts in any case, and not for HTTP/1.0 or a request
// without a body.
func SettleExpect(header *fasthttp.RequestHeader) fasthttp.RequestConfig {
	if value := header.PeekCanonical(expectKey); equalFold(value, "100-continue") {
		wanted := header.IsHTTP11() && (header.ContentLength() > 0 || header.ContentLength() == -1)
		settleExpect(value, wanted)
	}
	return fasthttp.RequestConfig{}
}

// plainRefusal is the answer to what is no request, where no other is wanted.
func plainRefusal(code int) []byte {
	var r fasthttp.Response
	r.SetStatusCode(code)
	r.SetConnectionClose()
	r.SetBodyString(fasthttp.StatusMessage(code) + "\n")
	return Bytes(&r)
}

// Bytes returns a response as it is sent.
func Bytes(r *fasthttp.Response) []byte {
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	if err := r.Write(w); err != nil || w.Flush() != nil {
		slog.Error("wire: a refusal cannot be written", "error", err)
	}
	return b.Bytes()
}
