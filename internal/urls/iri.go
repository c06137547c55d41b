package urls

import (
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// What stays as it is in each part of a URL, by the URL standard. A percent sign
// is left alone: the text may be quoted already.
var (
	safeInPath     = pytext.NewSafeSet("%!$&'()*+,/:;=@")
	safeInQuery    = pytext.NewSafeSet("%!$&'()*+,/:;=?@")
	safeInUserInfo = pytext.NewSafeSet("%!$&'()*+,;=:")
	safeInFragment = pytext.NewSafeSet("%!#$&'()*+,/:;=?@")
)

// IRIToURI quotes what may not stand in a URI and leaves the rest alone, escapes
// that are already there included. It is what Werkzeug does to a Location
// header. The host is in lower case, and in ASCII if it is a host name.
func IRIToURI(iri string) string {
	u := split(iri)
	u.path = pytext.Quote(u.path, safeInPath)
	u.query = pytext.Quote(u.query, safeInQuery)
	u.fragment = pytext.Quote(u.fragment, safeInFragment)
	u.host = authority(u.host)
	return u.String()
}

// AppendFragment appends s as the fragment of a URL, the "#" included.
func AppendFragment(dst []byte, s string) []byte {
	return pytext.AppendQuoted(append(dst, '#'), s, safeInFragment)
}

// authority writes the part of a URL before its path: the host in lower case,
// and no empty user, password or port.
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
	ascii, err := IDNA(name)
	if err != nil {
		return user + strings.ToLower(s) // for browsers to refuse
	}
	return user + ascii + port
}
