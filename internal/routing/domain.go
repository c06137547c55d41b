package routing

import (
	"strings"
)

// Domains is what of the host the rules of a map name.
type Domains int

// What rules may name.
const (
	NoDomains  Domains = iota
	Subdomains         // what comes before the server's name: subdomain_matching
	Hosts              // the whole host: host_matching
)

// With a domain, a rule is matched as if it were the first part of its path,
// behind a mark that keeps the part from being empty: "/=user/index" is /index of
// the subdomain user. So a domain may have variables, and the order of rules is
// the one that they have among paths.
const domainMark = "/="

// inDomain is a path within its domain.
func inDomain(domain, path string) string { return domainMark + domain + path }

// cutDomain takes the domain off what was matched or built.
func (m *Map) cutDomain(path string) (domain, rest string) {
	marked, ok := strings.CutPrefix(path, domainMark)
	if m.Domains == NoDomains || !ok {
		return "", path
	}
	i := strings.IndexByte(marked, '/')
	if i < 0 {
		return marked, "/"
	}
	return marked[:i], marked[i:]
}

// MatchIn is [Map.Match] for a request to a domain: the subdomain or the host,
// in lower case, as Domains says.
func (m *Map) MatchIn(domain, method, path string, r *Result) {
	if m.Domains == NoDomains {
		m.Match(method, path, r)
		return
	}
	m.Match(method, inDomain(domain, rooted(path)), r)
}

// AllowedIn is [Map.Allowed] for a request to a domain.
func (m *Map) AllowedIn(domain, path string) []string {
	var r Result
	m.MatchIn(domain, "--", path, &r)
	return r.Allowed()
}

// Subdomain returns what comes before a server's name in a host, both with their
// ports, and "<invalid>" if the host is not one of that server.
func Subdomain(host, server string) string {
	host, server = strings.ToLower(host), strings.ToLower(server)
	switch rest, ok := strings.CutSuffix(host, server); {
	case server == "" || ok && rest == "":
		return ""
	case ok && strings.HasSuffix(rest, "."):
		return strings.Trim(rest, ".")
	}
	return "<invalid>"
}

// place puts what was built by a rule of a domain where it belongs: a path if the
// request is for the same domain, or else a whole URL.
func (m *Map) place(b *Binding, built string, o buildOptions) string {
	domain, path := m.cutDomain(built)
	at := *b
	switch {
	case m.Domains == Hosts:
		at.Host = domain
	case domain == "":
		at.Host = b.ServerName
	default:
		at.Host = domain + "." + b.ServerName
	}
	if at.Host == "" || at.Host == "."+b.ServerName {
		at.Host = b.Host
	}
	o.external = o.external || domain != b.Domain
	prefix := at.appendPrefix(nil, o)
	return withOneSlash(append(prefix, path...), len(prefix))
}
