package urls

import "strings"

// HostSet is a set of hosts whose ports do not count. The zero value is empty.
type HostSet struct {
	names   map[string]bool
	domains []string // with their dot: ".example.com"
}

// Add adds a name or an address in any case, of which a port is ignored. A name
// that begins with a dot stands for its subdomains too, one outside ASCII for its
// IDNA form, and an IPv6 address needs no brackets. Text that is no host is not
// added: ok is false.
func (s *HostSet) Add(text string) (ok bool) {
	name, subdomains := strings.CutPrefix(text, ".")
	if strings.Count(name, ":") > 1 && validIPv6(name) {
		name = "[" + name + "]"
	}
	name, port, hasPort := cutPort(name)
	name, err := IDNA(name)
	if err != nil || !ValidHost(name) || hasPort && !validPort(port) {
		return false
	}
	if s.names == nil {
		s.names = map[string]bool{}
	}
	name = strings.ToLower(name)
	s.names[name] = true
	if subdomains {
		s.domains = append(s.domains, "."+name)
	}
	return true
}

// Has reports whether a host is in the set, in any case and with any port.
func (s *HostSet) Has(host string) bool {
	name, _ := CutPort(host)
	name = strings.ToLower(name)
	if s.names[name] {
		return true
	}
	for _, domain := range s.domains {
		if strings.HasSuffix(name, domain) {
			return true
		}
	}
	return false
}
