package urls

import (
	"errors"
	"strconv"
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

// CheckAuthority returns why the host of a URL cannot be one, or nil: Python's
// urlsplit or its codec "idna" refuses it, and browsers do. A URL without a host
// has nothing to be checked.
func CheckAuthority(iri string) error {
	host := split(iri).host
	host = host[strings.LastIndexByte(host, '@')+1:]
	if host == "" {
		return nil
	}
	if strings.Contains(host, "[") != strings.Contains(host, "]") {
		return errors.New("the brackets of its IPv6 address do not match")
	}
	name, port := CutPort(host)
	if n, err := strconv.Atoi(port); port != "" && (err != nil || n < 0 || n > 65535 || !pytext.IsDigits(port)) {
		return errors.New("its port is not a number up to 65535")
	}
	if strings.HasPrefix(name, "[") {
		return nil
	}
	_, err := IDNA(name)
	return err
}
