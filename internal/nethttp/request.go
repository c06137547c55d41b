package nethttp

import (
	"context"
	"crypto/tls"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/httpheader"
)

// targetOf returns the request target, and what was cut off its path: as it was
// sent if r still has the path of it, or else as r has it now.
func targetOf(r *http.Request) (target, prefix string) {
	sent, err := url.ParseRequestURI(r.RequestURI)
	if r.RequestURI == "*" || r.Method == http.MethodConnect || err == nil && sent.Path == r.URL.Path && sent.RawQuery == r.URL.RawQuery {
		return r.RequestURI, ""
	}
	u := url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery, ForceQuery: r.URL.ForceQuery}
	target = u.RequestURI()
	if !strings.HasPrefix(target, "/") {
		target = "/" + target
	}
	if err == nil {
		if cut, ok := strings.CutSuffix(sent.Path, r.URL.Path); ok {
			prefix = strings.TrimRight(cut, "/")
		}
	}
	return target, prefix
}

// appendHead appends request line and headers of r as a client sends them. It
// reports false if they hold what no client can send.
func appendHead(dst []byte, r *http.Request, target string) ([]byte, bool) {
	if !plain(r.Method) || !plain(target) || !line(r.Host) {
		return dst, false
	}
	version := " HTTP/1.1\r\n"
	if !r.ProtoAtLeast(1, 1) {
		version = " HTTP/1.0\r\n"
	}
	dst = append(dst, r.Method+" "+target+version...)
	if r.Host != "" || r.ProtoAtLeast(1, 1) {
		dst = append(dst, "Host: "+r.Host+"\r\n"...)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		switch http.CanonicalHeaderKey(name) {
		case "Host", "Content-Length", "Transfer-Encoding": // net/http has read them
			continue
		}
		if !httpheader.IsToken(name) {
			return dst, false
		}
		for _, value := range r.Header[name] {
			if !line(value) {
				return dst, false
			}
			dst = append(dst, name+": "+value+"\r\n"...)
		}
	}
	switch {
	case r.ContentLength < 0:
		dst = append(dst, "Transfer-Encoding: chunked\r\n"...)
	case r.ContentLength > 0 || r.Header.Get("Content-Length") != "":
		dst = append(dst, "Content-Length: "+strconv.FormatInt(r.ContentLength, 10)+"\r\n"...)
	}
	return append(dst, "\r\n"...), true
}

// plain reports whether text is one word of a request line.
func plain(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

// line reports whether text stays on its line.
func line(text string) bool { return !strings.ContainsAny(text, "\r\n\x00") }

// connOf stands for the connection of r, which belongs to net/http.
func connOf(r *http.Request) net.Conn {
	c := &farConn{ctx: r.Context(), remote: farAddr(r.RemoteAddr), local: &net.TCPAddr{}}
	if addr, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
		c.local = addr
	}
	if r.TLS != nil {
		return &farTLS{c, tlsState{r.TLS}}
	}
	return c
}

// farAddr reads an address as net/http writes it.
func farAddr(text string) net.Addr {
	host, port, err := net.SplitHostPort(text)
	n, _ := strconv.Atoi(port)
	if ip := net.ParseIP(host); err == nil && ip != nil {
		return &net.TCPAddr{IP: ip, Port: n}
	}
	return &net.UnixAddr{Name: text, Net: "unix"}
}

// farConn is a connection that only says whose it is, and when it ends.
type farConn struct {
	ctx           context.Context
	local, remote net.Addr
}

// Gone returns what is closed when the client has gone.
func (c *farConn) Gone() <-chan struct{} { return c.ctx.Done() }

// Context returns that of the request.
func (c *farConn) Context() context.Context { return c.ctx }

func (c *farConn) LocalAddr() net.Addr  { return c.local }
func (c *farConn) RemoteAddr() net.Addr { return c.remote }

func (c *farConn) Read([]byte) (int, error)         { return 0, net.ErrClosed }
func (c *farConn) Write([]byte) (int, error)        { return 0, net.ErrClosed }
func (c *farConn) Close() error                     { return nil }
func (c *farConn) SetDeadline(time.Time) error      { return nil }
func (c *farConn) SetReadDeadline(time.Time) error  { return nil }
func (c *farConn) SetWriteDeadline(time.Time) error { return nil }

type farTLS struct {
	*farConn
	tlsState
}

// tlsState is what fasthttp knows a TLS connection by.
type tlsState struct{ state *tls.ConnectionState }

func (tlsState) Handshake() error                       { return nil }
func (s tlsState) ConnectionState() tls.ConnectionState { return *s.state }

// lengthOf returns the Content-Length of a body that is in memory.
func lengthOf(announced string, body []byte, skipped bool) string {
	if announced != "" || skipped {
		return announced
	}
	return strconv.Itoa(len(body))
}
