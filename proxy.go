package cantil

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"unicode"

	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/internal/urls"
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

// ProxyFix makes the application believe the X-Forwarded headers of its proxies.
// Without it they are ignored.
func (a *App) ProxyFix(fix ProxyFix) {
	a.mustBeSetUp("ProxyFix")
	a.proxies = &fix
}

// read takes the values that the proxies set, counted from the last.
func (fix *ProxyFix) read(c *Context) forwarded {
	f := forwarded{
		remote: c.forwardedValue("X-Forwarded-For", fix.For),
		scheme: scheme(c.forwardedValue("X-Forwarded-Proto", fix.Proto)),
		host:   c.forwardedValue("X-Forwarded-Host", fix.Host),
		prefix: prefix(c.forwardedValue("X-Forwarded-Prefix", fix.Prefix)),
	}
	if port := c.forwardedValue("X-Forwarded-Port", fix.Port); port != "" {
		host, _ := urls.CutPort(cmp.Or(f.host, c.sentHost()))
		if host != "" {
			f.host = host + ":" + port
		}
	}
	return f
}

// scheme is a forwarded scheme in lower case, "" if it is not one of the web's:
// URLs begin with it.
func scheme(value string) string {
	switch value = strings.ToLower(value); value {
	case "http", "https", "ws", "wss":
		return value
	}
	return ""
}

// prefix is a forwarded prefix as one path of this host, "/a/b", and "" for the
// root. Its bytes are UTF-8, as WSGI reads SCRIPT_NAME. What browsers would not
// read as a path counts as none: a backslash is a slash to them, they drop tabs,
// and a "?" or a "#" ends the path.
func prefix(value string) string {
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) || strings.ContainsAny(value, `\?#`) {
		return ""
	}
	raw, _ := pytext.AppendLatin1(nil, value) // a header has no other characters
	path := strings.Trim(pytext.Decode(raw), "/")
	if path == "" {
		return ""
	}
	return "/" + urls.MergeSlashes(path)
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

// trustedHosts is TrustedHosts as requests are checked by it, nil if it is empty.
// It panics for entries that are origins or paths, and warns of others that no
// request can name.
func (a *App) trustedHosts() *urls.HostSet {
	if len(a.TrustedHosts) == 0 {
		return nil
	}
	trusted := &urls.HostSet{}
	for _, host := range a.TrustedHosts {
		if host == "" || strings.Contains(host, "/") || strings.ContainsFunc(host, unicode.IsSpace) {
			panic(fmt.Errorf("cantil: TrustedHosts: %q is not a host: write it as \"example.com\", or \".example.com\" "+
				"for its subdomains too", host))
		}
		if !trusted.Add(host) {
			a.logger().Warn("cantil: an entry of TrustedHosts is not a host: it allows no request", "entry", host)
		}
	}
	return trusted
}

// checkHost refuses a request for a host that is not of TrustedHosts.
func (c *Context) checkHost() error {
	if trusted := c.app.trusted; trusted == nil || trusted.Has(c.Host()) {
		return nil
	}
	return &HTTPError{Code: http.StatusBadRequest, Description: "This server does not answer for that host."}
}
