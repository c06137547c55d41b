package routing

import "strings"

// safeSet tells which bytes of a URL stay as they are.
type safeSet [256]bool

const alwaysSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~"

func newSafeSet(extra string) *safeSet {
	var set safeSet
	for _, c := range []byte(alwaysSafe + extra) {
		set[c] = true
	}
	return &set
}

// The sets follow the URL standard: each part of a URL has its own reserved characters. The sets with a percent sign are
// for text that may be quoted already.
var (
	safeInPath     = newSafeSet("!$&'()*+,/:;=@")
	safeInQuery    = newSafeSet("!$'()*,/:;?@")
	safeInAnchor   = newSafeSet("%!#$&'()*+,/:;=?@")
	safeInURIPath  = newSafeSet("%!$&'()*+,/:;=@")
	safeInURIQuery = newSafeSet("%!$&'()*+,/:;=?@")
	safeInUserInfo = newSafeSet("%!$&'()*+,;=:")
)

const upperHex = "0123456789ABCDEF"

// appendQuoted appends s with every byte outside safe percent-encoded.
func appendQuoted(dst []byte, s string, safe *safeSet) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if safe[c] {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}

// appendFormQuoted appends s as a name or a value of a query string, where a space is a plus sign.
func appendFormQuoted(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ':
			dst = append(dst, '+')
		case safeInQuery[c]:
			dst = append(dst, c)
		default:
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}

func quote(s string, safe *safeSet) string {
	for i := 0; i < len(s); i++ {
		if !safe[s[i]] {
			return string(appendQuoted(make([]byte, 0, len(s)+16), s, safe))
		}
	}
	return s
}

// IRIToURI quotes what may not stand in a URI and leaves the rest alone, escapes that are already there included. It is
// what Werkzeug does to a Location header. The host is lower-cased; a host outside ASCII is not converted.
func IRIToURI(iri string) string {
	u := splitURL(iri)
	u.path = quote(u.path, safeInURIPath)
	u.query = quote(u.query, safeInURIQuery)
	u.fragment = quote(u.fragment, safeInAnchor)
	u.host = authority(u.host)
	return u.String()
}

// authority writes who and where a URL speaks to: the host in small letters, and no empty user, password or port.
func authority(s string) string {
	user := ""
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		name, password, _ := strings.Cut(s[:at], ":")
		if s = s[at+1:]; name != "" {
			user = quote(name, safeInUserInfo)
			if password != "" {
				user += ":" + quote(password, safeInUserInfo)
			}
			user += "@"
		}
	}
	return user + strings.ToLower(strings.TrimSuffix(s, ":"))
}
