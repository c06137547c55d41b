package urls

import "github.com/cantil-go/cantil/internal/pytext"

// maxPort is the greatest port of TCP.
const maxPort = 65535

// ValidHost reports whether text is what a Host header may hold: a name or an
// IPv4 address, or an IPv6 address in brackets, with or without a port up to
// 65535. Of a name every label but the last has a character at least, and all of
// them are letters, digits and "-._~": the unreserved characters of RFC 3986,
// two more than Werkzeug takes, since an underscore is common in the names of
// containers and of Windows hosts. It does not allocate.
func ValidHost[T string | []byte](text T) bool {
	name, port, hasPort := cutPort(text)
	if hasPort && !validPort(port) {
		return false
	}
	if len(name) > 0 && name[0] == '[' {
		return name[len(name)-1] == ']' && validIPv6(name[1:len(name)-1])
	}
	return validName(name)
}

// CutPort splits a host at its port, which is "" if there is none: "[::1]:80" is
// "[::1]" and "80".
func CutPort(host string) (name, port string) {
	name, port, _ = cutPort(host)
	return name, port
}

// cutPort splits at the last colon outside brackets.
func cutPort[T string | []byte](host T) (name, port T, found bool) {
	for i := len(host) - 1; i >= 0 && host[i] != ']'; i-- {
		if host[i] == ':' {
			return host[:i], host[i+1:], true
		}
	}
	return host, host[len(host):], false
}

func validPort[T string | []byte](port T) bool {
	n := 0
	for i := range len(port) {
		if !pytext.IsDigit(port[i]) {
			return false
		}
		if n = 10*n + int(port[i]-'0'); n > maxPort {
			return false
		}
	}
	return len(port) > 0
}

func validName[T string | []byte](name T) bool {
	for i := range len(name) {
		c := name[i]
		if !pytext.IsUnreserved(c) || c == '.' && (i == 0 || name[i-1] == '.') {
			return false
		}
	}
	return len(name) > 0
}

// validIPv6 reports whether text is made of what IPv6 addresses are made of, as
// Werkzeug does: fasthttp has checked the address in a Host header.
func validIPv6[T string | []byte](text T) bool {
	colons := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == ':':
			colons++
		case c == '.':
			if colons == 0 {
				return false
			}
		case pytext.Unhex(c) < 0:
			return false
		}
	}
	return colons > 0 && len(text) > 1 && (text[len(text)-1] != ':' || colons > 1)
}
