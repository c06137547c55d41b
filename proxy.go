package cantil

import (
	"net/http"
	"strings"

	"github.com/cantil-go/cantil/internal/httpheader"
)

// ProxyFix says how many proxies in front of the application set each header,
// werkzeug.middleware.proxy_fix.ProxyFix. Only as many values as there are
// proxies are believed: a client can send the headers too.
type ProxyFix struct {
	For    int // X-Forwarded-For: the client's address
	Proto  int // X-Forwarded-Proto: the scheme
	Host   int // X-Forwarded-Host: the host
	Port   int // X-Forwarded-Port: the host's port
	Prefix int // X-Forwarded-Prefix: the path under which the application is mounted
}

// forwarded is what trusted proxies said of a request, "" where they said nothing.
type forwarded struct {
	remote, scheme, host, prefix string
}

// ProxyFix has the application believe the X-Forwarded headers of its proxies.
// Without it they are ignored.
func (a *App) ProxyFix(fix ProxyFix) {
	a.mustBeSetUp("ProxyFix")
	a.proxies = &fix
}

// read takes the values that the proxies set, counted from the last.
func (fix *ProxyFix) read(c *Context) forwarded {
	f := forwarded{
		remote: c.forwardedValue("X-Forwarded-For", fix.For),
		scheme: c.forwardedValue("X-Forwarded-Proto", fix.Proto),
		host:   c.forwardedValue("X-Forwarded-Host", fix.Host),
		prefix: strings.TrimRight(c.forwardedValue("X-Forwarded-Prefix", fix.Prefix), "/"),
	}
	if port := c.forwardedValue("X-Forwarded-Port", fix.Port); port != "" {
		host := f.host
		if host == "" {
			host = string(c.ctx.Request.Header.Host())
		}
		if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
			host = host[:i]
		}
		f.host = host + ":" + port
	}
	return f
}

// forwardedValue is the value that the first of n trusted proxies set, "" if
// there are fewer.
func (c *Context) forwardedValue(header string, n int) string {
	if n <= 0 {
		return ""
	}
	values := httpheader.SplitList(c.Header(header))
	if len(values) < n {
		return ""
	}
	return values[len(values)-n]
}

// checkHost refuses a request for a host that is not of TrustedHosts.
func (c *Context) checkHost() error {
	trusted := c.app.TrustedHosts
	if len(trusted) == 0 {
		return nil
	}
	host := strings.ToLower(c.Host())
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host = host[:i]
	}
	for _, t := range trusted {
		t = strings.ToLower(t)
		if host == strings.TrimPrefix(t, ".") || strings.HasPrefix(t, ".") && strings.HasSuffix(host, t) {
			return nil
		}
	}
	return &HTTPError{Code: http.StatusBadRequest, Description: "This server does not answer for that host."}
}
