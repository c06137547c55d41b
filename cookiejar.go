package cantil

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/httpheader"
)

// cookieJar keeps a Client's cookies as a browser does (RFC 6265, section 5),
// by the application's clock. Values stay as they were written.
type cookieJar struct {
	now     func() time.Time
	cookies []jarCookie
}

type jarCookie struct {
	name, value string
	host, path  string
	subdomains  bool // a Domain attribute came with it
	secure      bool
	expires     time.Time // zero: when the jar is thrown away
}

// set takes a Set-Cookie line that came from u.
func (j *cookieJar) set(u *url.URL, line string) {
	pair, attributes, _ := strings.Cut(line, ";")
	name, value, ok := strings.Cut(pair, "=")
	if !ok {
		return
	}
	c := jarCookie{name: strings.TrimSpace(name), value: strings.TrimSpace(value), host: u.Hostname(), path: "/"}
	j.readAttributes(&c, attributes)
	j.cookies = slices.DeleteFunc(j.cookies, func(o jarCookie) bool {
		return o.name == c.name && o.host == c.host && o.path == c.path
	})
	if c.live(j.now()) {
		j.cookies = append(j.cookies, c)
	}
}

func (j *cookieJar) readAttributes(c *jarCookie, attributes string) {
	maxAge := false
	for attribute := range strings.SplitSeq(attributes, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(attribute), "=")
		switch strings.ToLower(key) {
		case "domain":
			c.host, c.subdomains = strings.TrimPrefix(value, "."), true
		case "path":
			if strings.HasPrefix(value, "/") {
				c.path = value
			}
		case "secure":
			c.secure = true
		case "max-age": // goes before Expires
			if seconds, err := strconv.Atoi(value); err == nil {
				c.expires, maxAge = j.now().Add(time.Duration(seconds)*time.Second), true
			}
		case "expires":
			if t, ok := httpheader.ParseDate(value); ok && !maxAge {
				c.expires = t
			}
		}
	}
}

func (c *jarCookie) live(now time.Time) bool { return c.expires.IsZero() || c.expires.After(now) }

// matches tells whether the cookie goes with a request to u.
func (c *jarCookie) matches(u *url.URL) bool {
	host := u.Hostname()
	if host != c.host && !(c.subdomains && strings.HasSuffix(host, "."+c.host)) {
		return false
	}
	path := u.Path
	if path == "" {
		path = "/"
	}
	below := strings.HasPrefix(path, c.path) &&
		(len(path) == len(c.path) || strings.HasSuffix(c.path, "/") || path[len(c.path)] == '/')
	return below && (!c.secure || u.Scheme == "https")
}

// header is the Cookie header for a request to u.
func (j *cookieJar) header(u *url.URL) string {
	var pairs []string
	for _, c := range j.cookies {
		if c.live(j.now()) && c.matches(u) {
			pairs = append(pairs, c.name+"="+c.value)
		}
	}
	return strings.Join(pairs, "; ")
}

func (j *cookieJar) get(u *url.URL, name string) (string, bool) {
	for _, c := range j.cookies {
		if c.name == name && c.live(j.now()) && c.matches(u) {
			return c.value, true
		}
	}
	return "", false
}
