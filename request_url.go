package cantil

import (
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/internal/routing"
	"github.com/cantil-go/cantil/internal/urls"
)

// Host is the host that the client named, with the port unless it is the
// scheme's own: request.host. It is "" if what the client sent can be no host.
func (c *Context) Host() string {
	host := c.proxy.host
	if host == "" {
		host = string(c.ctx.Request.Header.Host())
	}
	host = c.withoutPort(host)
	if !isHost(host) {
		return ""
	}
	return host
}

// withoutPort takes the scheme's own port off a host.
func (c *Context) withoutPort(host string) string {
	if c.IsSecure() {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}

// isHost tells whether text has the form of a host: a name or an IPv4 address, or
// an IPv6 address in brackets, and perhaps a port.
func isHost(text string) bool {
	name, rest := text, ""
	if strings.HasPrefix(text, "[") {
		end := strings.IndexByte(text, ']')
		if end < 0 || !isIPv6(text[1:end]) {
			return false
		}
		name, rest = "", text[end+1:]
	} else if i := strings.IndexByte(text, ':'); i >= 0 {
		name, rest = text[:i], text[i:]
		if i == 0 {
			return false
		}
	}
	for i := range len(name) {
		if c := name[i]; !pytext.IsUnreserved(c) || c == '_' || c == '~' {
			return false
		}
	}
	return text != "" && (rest == "" || rest[0] == ':' && pytext.IsDigits(rest[1:]))
}

// isIPv6 tells whether text is made of what IPv6 addresses are made of.
func isIPv6(text string) bool {
	i := strings.IndexByte(text, ':')
	return i >= 0 && len(text) > i+1 && strings.Trim(text[:i], "0123456789abcdefABCDEF") == "" &&
		strings.Trim(text, "0123456789abcdefABCDEF.:") == ""
}

// HostURL is the root of the host, request.host_url: "http://localhost/".
func (c *Context) HostURL() string { return c.origin() + "/" }

// URLRoot is where the application is mounted, request.url_root.
func (c *Context) URLRoot() string { return c.origin() + urls.ReadablePath(c.proxy.prefix) + "/" }

// RootPath is the prefix under which a proxy serves the application,
// request.root_path: "" unless [App.ProxyFix] reads one.
func (c *Context) RootPath() string { return c.proxy.prefix }

// BaseURL is the whole URL without its query, request.base_url. Like [Context.URL]
// it is for people to read: what need not be percent-encoded is not.
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

// origin is the scheme and the host.
func (c *Context) origin() string { return c.Scheme() + "://" + strings.ToLower(c.Host()) }

// urlHost is the host of the URLs that the request builds: ServerName, or else
// the host that the client named.
func (c *Context) urlHost() string {
	if c.app.ServerName == "" {
		return c.Host()
	}
	return c.withoutPort(strings.ToLower(c.app.ServerName))
}

// binding is what the request gives to its URLs.
func (c *Context) binding() *routing.Binding {
	return &routing.Binding{
		Scheme: c.Scheme(), Host: c.urlHost(), ScriptName: c.proxy.prefix, Method: c.Method(),
		Query: pytext.Decode(c.ctx.URI().QueryString()),
	}
}
