package routing

import (
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// The sets follow the URL standard: each part of a URL has its own reserved characters. The sets with a percent sign are
// for text that may be quoted already.
var (
	safeInPath     = pytext.NewSafeSet("!$&'()*+,/:;=@")
	safeInQuery    = pytext.NewSafeSet("!$'()*,/:;?@")
	safeInAnchor   = pytext.NewSafeSet("%!#$&'()*+,/:;=?@")
	safeInURIPath  = pytext.NewSafeSet("%!$&'()*+,/:;=@")
	safeInURIQuery = pytext.NewSafeSet("%!$&'()*+,/:;=?@")
	safeInUserInfo = pytext.NewSafeSet("%!$&'()*+,;=:")
)

// appendFormQuoted appends s as a name or a value of a query string, where a space is a plus sign.
func appendFormQuoted(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ':
			dst = append(dst, '+')
		case safeInQuery[c]:
			dst = append(dst, c)
		default:
			dst = pytext.AppendPercent(dst, c)
		}
	}
	return dst
}

// IRIToURI quotes what may not stand in a URI and leaves the rest alone, escapes that are already there included. It is
// what Werkzeug does to a Location header. The host is lower-cased, and written in ASCII if it is a host name.
func IRIToURI(iri string) string {
	u := splitURL(iri)
	u.path = pytext.Quote(u.path, safeInURIPath)
	u.query = pytext.Quote(u.query, safeInURIQuery)
	u.fragment = pytext.Quote(u.fragment, safeInAnchor)
	u.host = authority(u.host)
	return u.String()
}

// authority writes who and where a URL speaks to: the host in small letters, and no empty user, password or port.
func authority(s string) string {
	user := ""
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		name, password, _ := strings.Cut(s[:at], ":")
		if s = s[at+1:]; name != "" {
			user = pytext.Quote(name, safeInUserInfo)
			if password != "" {
				user += ":" + pytext.Quote(password, safeInUserInfo)
			}
			user += "@"
		}
	}
	s = strings.TrimSuffix(s, ":")
	if pytext.IsASCII(s) {
		return user + strings.ToLower(s)
	}
	name, port := s, ""
	if colon := strings.LastIndexByte(s, ':'); colon >= 0 {
		name, port = s[:colon], s[colon:]
	}
	ascii, err := pytext.IDNA(name)
	if err != nil {
		return user + strings.ToLower(s) // for browsers to refuse
	}
	return user + ascii + port
}
