package cantil

import (
	"net"
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/debugpage"
	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/internal/routing"
	"github.com/cantil-go/cantil/internal/urls"
)

// Host is the host that the client named, with the port unless it is the scheme's
// own: request.host. For a request that names none, which HTTP/1.0 allows, it is
// the address that was connected to. It is "" if what the client sent can be no
// host.
func (c *Context) Host() string {
	host := c.proxy.host
	if host == "" {
		host = c.sentHost()
	}
	if !urls.ValidHost(host) {
		return ""
	}
	return c.withoutPort(host)
}

// sentHost is the host of the Host header, or else the address that was connected
// to. It is not checked.
func (c *Context) sentHost() string {
	if host := c.ctx.Request.Header.Host(); len(host) > 0 {
		return string(host)
	}
	addr, ok := c.ctx.LocalAddr().(*net.TCPAddr)
	if !ok || addr.Port == 0 { // a Unix socket, or no connection at all
		return ""
	}
	return net.JoinHostPort(addr.IP.String(), strconv.Itoa(addr.Port))
}

// serverAddr is the host and the port that the client named, or the scheme's own
// port: SERVER_NAME and SERVER_PORT.
func (c *Context) serverAddr() (host, port string) {
	if host, port = urls.CutPort(c.Host()); port == "" {
		if port = "80"; c.IsSecure() {
			port = "443"
		}
	}
	return host, port
}

// withoutPort takes the scheme's own port off a host.
func (c *Context) withoutPort(host string) string {
	if c.IsSecure() {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}

// HostURL is the root of the host, request.host_url: "http://localhost/". Where
// [Context.Host] is "" this and the URLs below are paths.
func (c *Context) HostURL() string { return c.origin() + "/" }

// URLRoot is where the application is mounted, request.url_root.
func (c *Context) URLRoot() string { return c.origin() + urls.ReadablePath(c.scriptName()) + "/" }

// RootPath is the prefix under which a proxy serves the application,
// request.root_path: "" unless [App.ProxyFix] reads one.
func (c *Context) RootPath() string { return c.scriptName() }

// BaseURL is the whole URL without its query, request.base_url. Like
// [Context.URL] it is for people to read: what need not be percent-encoded is
// not.
func (c *Context) BaseURL() string {
	return c.URLRoot() + strings.TrimLeft(urls.ReadablePath(c.Path()), "/")
}

// URL is the whole URL, request.url.
func (c *Context) URL() string {
	query := c.ctx.URI().QueryString()
	if len(query) == 0 {
		return c.BaseURL()
	}
	return c.BaseURL() + "?" + urls.ReadableQuery(string(query))
}

// origin is the scheme and the host, "" if the request has no valid host: what is
// put behind it is a path of this host then, where "http:///path" would name
// another to browsers.
func (c *Context) origin() string {
	host := c.Host()
	if host == "" {
		return ""
	}
	return c.Scheme() + "://" + strings.ToLower(host)
}

// urlHost is the host of the URLs that the request builds: ServerName, or else
// the host that the client named.
func (c *Context) urlHost() string {
	if c.app.ServerName == "" {
		return c.Host()
	}
	return c.withoutPort(strings.ToLower(c.app.ServerName))
}

// domain is what of the request's host rules name: "" unless the application
// matches hosts or subdomains.
func (c *Context) domain() string {
	switch c.app.domains() {
	case routing.Hosts:
		return strings.ToLower(c.Host())
	case routing.Subdomains:
		return routing.Subdomain(c.Host(), c.urlHost())
	}
	return ""
}

// domains is what of a host the rules name.
func (a *App) domains() routing.Domains {
	switch {
	case a.HostMatching:
		return routing.Hosts
	case a.SubdomainMatching:
		return routing.Subdomains
	}
	return routing.NoDomains
}

// binding is what the request gives to its URLs.
func (c *Context) binding() *routing.Binding {
	host := c.urlHost()
	if c.app.domains() != routing.NoDomains { // of a redirect within the domain
		host = c.Host()
	}
	return &routing.Binding{
		Scheme: c.Scheme(), Host: host, ScriptName: c.scriptName(), Method: c.Method(),
		Query: pytext.Decode(c.ctx.URI().QueryString()), Domain: c.domain(), ServerName: c.urlHost(),
	}
}

// normalizeTarget does nothing for the usual target, a path.
func normalizeTarget(ctx *fasthttp.RequestCtx) {
	if t := ctx.Request.Header.RequestURI(); t[0] != '/' || len(t) > 1 && t[1] == '/' {
		fixTarget(ctx)
	}
}

// fixTarget writes the target in origin form, with one slash at its start, and
// puts the host of a whole URL in the place of the Host header (RFC 9112, 3.2.2).
// fasthttp reads such a target as it is meant.
func fixTarget(ctx *fasthttp.RequestCtx) {
	header := &ctx.Request.Header
	host, origin, _ := urls.CutTarget(header.RequestURI())
	if len(host) > 0 {
		header.SetHostBytes(host)
	}
	ctx.Request.SetRequestURIBytes(origin)
}

// debugRequest is the request without its body, and without what would sign its
// reader in.
func (c *Context) debugRequest() []debugpage.Pair {
	target := c.Path()
	if query := c.QueryString(); query != "" {
		target += "?" + debugpage.Query(query)
	}
	pairs := []debugpage.Pair{{Name: c.Method(), Value: target}, {Name: "endpoint", Value: c.Endpoint()}, {Name: "client", Value: c.RemoteAddr()}}
	for key, value := range c.ctx.Request.Header.All() {
		text := pytext.Latin1(value)
		if debugpage.IsSecretHeader(string(key)) {
			text = debugpage.Hidden
		} else if address, query, ok := strings.Cut(text, "?"); ok && string(key) == "Referer" {
			text = address + "?" + debugpage.Query(query)
		}
		pairs = append(pairs, debugpage.Pair{Name: string(key), Value: text})
	}
	return pairs
}
