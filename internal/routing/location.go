package routing

import (
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/internal/urls"
)

// Binding is what a URL takes from the request at hand: Werkzeug's MapAdapter.
type Binding struct {
	Scheme     string // http or https; empty counts as http
	Host       string // with the port, unless it is the scheme's own; empty if it is not known: URLs are paths then
	ScriptName string // where the program is mounted; empty or / for the root
	Method     string // of the request: the rules that admit it are preferred in building
	Query      string // of the request, as it was sent, without the question mark; with what is not UTF-8 replaced
	NoRequest  bool   // outside a request: URLFor builds external URLs
	Domain     string // of the request, if the map has Domains: its subdomain or its host
	ServerName string // what subdomains stand before
}

// Location returns the target of a redirect: absolute unless there is no host,
// with the request's query, as Werkzeug's RequestRedirect carries it. A
// Location header wants it through [urls.IRIToURI]. The error is that of a
// converter which cannot write what it read.
func (r *Result) Location(b *Binding) (string, error) {
	switch {
	case r.Kind != Redirect:
		return "", nil
	case r.Rule == nil:
		_, path := r.m.cutDomain(r.search.path)
		return b.redirect(pytext.Quote(path, safeInPath)), nil
	case r.to != nil:
		path, err := r.to.build(nil, pairs(r.Args), false)
		if err != nil {
			return "", err
		}
		_, rest := r.m.cutDomain(string(path))
		return b.redirect(rest), nil
	case r.Rule.options.Alias && r.m.RedirectDefaults:
		return r.aliasLocation(b)
	}
	target, err := r.fillRedirect()
	if err != nil {
		return "", err
	}
	return urls.Join(b.origin()+b.root(), target), nil
}

// aliasLocation is the URL of the same endpoint by its canonical rule.
func (r *Result) aliasLocation(b *Binding) (string, error) {
	o := buildOptions{external: true, method: strings.ToUpper(b.Method), dropUnknown: true}
	url, err := r.m.build(b, r.Rule.options.Endpoint, pairs(r.Args), o)
	if err != nil || b.Query == "" {
		return url, err
	}
	return url + "?" + b.Query, nil
}

// fillRedirect puts the values into the rule's RedirectTo.
func (r *Result) fillRedirect() (string, error) {
	var failed error
	target := redirectVariable.ReplaceAllStringFunc(r.Rule.options.RedirectTo, func(found string) string {
		i := r.Rule.variable(found[1 : len(found)-1])
		text, err := r.Rule.converters[i].toURL(nil, r.Args[i].Value())
		if err != nil {
			failed = err
		}
		return string(text)
	})
	return target, failed
}

// redirect returns the URL of a quoted path, with the request's query.
func (b *Binding) redirect(path string) string {
	root := strings.Trim(b.ScriptName, "/")
	if root != "" {
		root = "/" + root
	}
	url := b.origin() + root + "/" + strings.TrimLeft(path, "/")
	if b.Query != "" {
		url += "?" + b.Query
	}
	return url
}

// origin is the scheme and the host, "" without a host: "http:///path" would
// name another host to browsers.
func (b *Binding) origin() string {
	if b.Host == "" {
		return ""
	}
	scheme := b.Scheme
	if scheme == "" {
		scheme = "http"
	}
	return scheme + "://" + strings.ToLower(b.Host)
}

// root is the script name with one slash at its end.
func (b *Binding) root() string {
	if strings.HasSuffix(b.ScriptName, "/") {
		return b.ScriptName
	}
	return b.ScriptName + "/"
}
