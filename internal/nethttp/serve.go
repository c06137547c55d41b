package nethttp

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/httpheader"
)

// A Server answers requests of net/http.
type Server struct {
	Handler fasthttp.RequestHandler

	// Refuse answers with an error page.
	Refuse func(ctx *fasthttp.RequestCtx, code int)
	// ServeConn serves a connection that asks for another protocol, from the
	// request on that asks for it, until it ends.
	ServeConn func(net.Conn) error
	// Prepare is called with each request before the Handler, with the path that
	// was cut off the target, as by http.StripPrefix, or "".
	Prepare func(ctx *fasthttp.RequestCtx, prefix string)
}

// Serve answers r. The request goes through the same checks as one that came over
// a connection: it is written as it would be sent, and read again.
func (s *Server) Serve(w http.ResponseWriter, r *http.Request) {
	target, prefix := targetOf(r)
	head, ok := appendHead(nil, r, target)
	if ok && wantsUpgrade(r) && s.takeOver(w, r, head) {
		return
	}
	var ctx fasthttp.RequestCtx
	ctx.Init2(connOf(r), discard{}, false)
	in := bufio.NewReaderSize(bytes.NewReader(head), len(head)+1)
	if !ok || ctx.Request.Header.Read(in) != nil {
		s.Refuse(&ctx, http.StatusBadRequest)
	} else {
		if r.ContentLength != 0 && r.Body != nil {
			ctx.Request.SetBodyStream(r.Body, int(r.ContentLength))
		}
		s.Prepare(&ctx, prefix)
		s.Handler(&ctx)
	}
	if ctx.Hijacked() { // the connection cannot be handed over
		ctx.Response.Reset()
		s.Refuse(&ctx, http.StatusNotImplemented)
	}
	write(w, r, &ctx.Response)
}

// discard is where fasthttp logs for a request that has no server.
type discard struct{}

func (discard) Printf(string, ...any) {}

// wantsUpgrade reports whether the client asks for another protocol.
func wantsUpgrade(r *http.Request) bool {
	return r.ProtoMajor == 1 && r.Header.Get("Upgrade") != "" &&
		httpheader.ListHas(strings.Join(r.Header["Connection"], ","), "upgrade")
}

// takeOver takes the connection from net/http and serves it, from this request
// on. It reports false where that is not possible.
func (s *Server) takeOver(w http.ResponseWriter, r *http.Request, head []byte) bool {
	if s.ServeConn == nil {
		return false
	}
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return false
	}
	c := &replayed{Conn: conn, in: io.MultiReader(bytes.NewReader(head), rw.Reader), closed: make(chan struct{})}
	var served net.Conn = c
	if r.TLS != nil {
		served = &replayedTLS{c, tlsState{r.TLS}}
	}
	_ = s.ServeConn(served) // what ends it is the client's business
	<-c.closed              // by the handler of the other protocol, which may go on
	return true
}

// replayed is a connection whose first request was read already.
type replayed struct {
	net.Conn
	in     io.Reader
	once   sync.Once
	closed chan struct{}
}

func (c *replayed) Read(p []byte) (int, error) { return c.in.Read(p) }

func (c *replayed) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

type replayedTLS struct {
	*replayed
	tlsState
}

// write hands a response to net/http. A body that breaks off ends the connection
// there too, so that nobody takes it for whole.
func write(w http.ResponseWriter, r *http.Request, out *fasthttp.Response) {
	defer func() { _ = out.CloseBodyStream() }()
	header, status := w.Header(), out.StatusCode()
	length := ""
	for key, value := range out.Header.All() {
		switch name := http.CanonicalHeaderKey(string(key)); name {
		case "Content-Length":
			length = string(value)
		case "Connection":
			if r.ProtoMajor == 1 {
				header.Set(name, string(value))
			}
		case "Transfer-Encoding", "Date": // net/http writes its own
		default:
			header.Add(name, string(value))
		}
	}
	if header.Get("Content-Type") == "" {
		header["Content-Type"] = nil // it is not to be guessed
	}
	stream := out.BodyStream()
	var body []byte
	if stream == nil {
		body = out.Body()
		length = lengthOf(length, body, out.SkipBody)
	}
	if length != "" && status != http.StatusNoContent && status != http.StatusNotModified {
		header.Set("Content-Length", length)
	}
	w.WriteHeader(status)
	switch {
	case r.Method == http.MethodHead || out.SkipBody:
	case stream != nil:
		copyStream(w, stream, length == "")
	default:
		_, _ = w.Write(body)
	}
}

// copyStream sends a body as it comes. One whose length is unknown is flushed
// piece by piece: its reader may wait for events.
func copyStream(w http.ResponseWriter, body io.Reader, flush bool) {
	control := http.NewResponseController(w)
	buf := make([]byte, 32<<10)
	for {
		n, err := body.Read(buf)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return // the client has gone
			}
			if flush {
				_ = control.Flush()
			}
		}
		if err == io.EOF {
			return
		}
		if err != nil {
			panic(http.ErrAbortHandler)
		}
	}
}
