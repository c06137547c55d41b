package conformance

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/tls"
	"net"
	"net/textproto"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil"
)

// answer is a response. Header values are written one character a byte, as in the transcripts.
type recordedAnswer struct {
	status  int
	headers [][2]string
	body    string
	page    string // the body, or what it would have been if this had not been a HEAD
}

// conn stands for a connection, which may be TLS.
type conn struct {
	net.Conn
	client net.IP
}

func (c conn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: c.client, Port: 5000} }
func (conn) LocalAddr() net.Addr    { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

type tlsConn struct{ conn }

func (tlsConn) Handshake() error                     { return nil }
func (tlsConn) ConnectionState() tls.ConnectionState { return tls.ConnectionState{} }

// send has the application answer a request. It is read from bytes, and the answer written to bytes, as a server does
// both.
func send(app *cantil.App, rq *request, etags map[string]string) (*recordedAnswer, error) {
	var ctx fasthttp.RequestCtx
	c := conn{client: net.ParseIP(cmp.Or(rq.RemoteAddr, "127.0.0.1"))}
	if rq.Scheme == "https" {
		ctx.Init2(tlsConn{c}, nil, true)
	} else {
		ctx.Init2(c, nil, true)
	}
	wire := rq.wire(etags)
	in := bufio.NewReaderSize(bytes.NewReader(wire), len(wire)+16)
	if err := ctx.Request.Header.Read(in); err != nil {
		return &recordedAnswer{status: 400}, nil // which is what the server would say
	}
	if err := ctx.Request.ContinueReadBody(in, 0, false); err != nil {
		return nil, err
	}
	app.Handler()(&ctx)
	return receive(&ctx)
}

// wire is the request as it was sent.
func (rq *request) wire(etags map[string]string) []byte {
	var b bytes.Buffer
	b.WriteString(rq.Method + " " + rq.Target + " HTTP/1.1\r\n")
	for _, h := range rq.Headers {
		b.WriteString(h[0] + ": ")
		for _, char := range resolveETags(h[1], etags) {
			b.WriteByte(byte(char))
		}
		b.WriteString("\r\n")
	}
	b.WriteString("\r\n")
	b.Write(rq.Body)
	return b.Bytes()
}

// receive reads what the application answered.
func receive(ctx *fasthttp.RequestCtx) (*recordedAnswer, error) {
	var head bytes.Buffer
	page := string(ctx.Response.Body())
	streamed := ctx.Response.Header.ContentLength() == -1
	ctx.Response.SkipBody = ctx.Response.SkipBody || ctx.IsHead()
	if _, err := ctx.Response.WriteTo(&head); err != nil {
		return nil, err
	}
	a := &recordedAnswer{status: ctx.Response.StatusCode(), page: page}
	if !ctx.Response.SkipBody {
		a.body = page
	}
	lines := textproto.NewReader(bufio.NewReader(&head))
	for line, err := lines.ReadLine(); err == nil && line != ""; line, err = lines.ReadLine() {
		name, value, ok := strings.Cut(line, ": ")
		if !ok || streamed && (name == "Transfer-Encoding" || name == "Content-Length") {
			continue // the status; how a stream is framed is the server's business, in Python too
		}
		a.headers = append(a.headers, [2]string{name, latin1([]byte(value))})
	}
	return a, nil
}
