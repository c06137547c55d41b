package debugpage

import (
	"net"
	"net/url"
	"strings"

	"github.com/cantil-go/cantil/internal/urls"
)

// Visitor is who asks for a page that shows a program's inside.
type Visitor struct {
	Addr   net.Addr // the peer's
	Host   string   // of the request, with a port or without
	HTTP10 bool     // the request is of HTTP/1.0
	// Header returns the values of a header.
	Header func(name string) []string
}

// clientHeaders are those by which a proxy says for whom it asks.
var clientHeaders = []string{"Forwarded", "X-Real-Ip", "Via", "X-Forwarded", "X-Client-Ip", "X-Cluster-Client-Ip", "True-Client-Ip", "Cf-Connecting-Ip",
	"Fly-Client-Ip", "Fastly-Client-Ip"}

// IsLocal reports whether the visitor is somebody at this machine. A proxy on it
// makes every client look like one, and a page of another site can reach it by a
// name that leads here (DNS rebinding): the headers that a proxy adds, and the
// host, count too. So does HTTP/1.0, which no browser speaks and nginx before
// 1.29.7 does to what is behind it, and a Referer or Origin of another host.
func (v Visitor) IsLocal() bool {
	tcp, ok := v.Addr.(*net.TCPAddr)
	host, _ := urls.CutPort(v.Host)
	if !ok || !tcp.IP.IsLoopback() || !isLoopback(host) || v.HTTP10 {
		return false
	}
	for _, name := range clientHeaders {
		if len(v.Header(name)) > 0 {
			return false
		}
	}
	for _, name := range []string{"Origin", "Referer"} {
		for _, from := range v.Header(name) {
			u, err := url.Parse(from)
			if err != nil || from != "null" && !isLoopback(u.Hostname()) {
				return false
			}
		}
	}
	// cantil run --proxy sets these too, and says by them that it is this machine.
	for _, line := range v.Header("X-Forwarded-For") {
		for client := range strings.SplitSeq(line, ",") {
			if !isLoopback(strings.TrimSpace(client)) {
				return false
			}
		}
	}
	for _, line := range v.Header("X-Forwarded-Host") {
		for asked := range strings.SplitSeq(line, ",") {
			if host, _ := urls.CutPort(strings.TrimSpace(asked)); !isLoopback(host) {
				return false
			}
		}
	}
	return true
}

// isLoopback reports whether a host is this machine's loopback, by address or
// by the name that RFC 6761 keeps for it.
func isLoopback(host string) bool {
	host = strings.ToLower(strings.Trim(host, "[]"))
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
}
