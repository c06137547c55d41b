package cookies

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/httpheader"
)

// Jar keeps a client's cookies as a browser does (RFC 6265, section 5), by an
// injected clock. Values stay as they were written, which net/http/cookiejar
// would clean. It belongs to one goroutine.
type Jar struct {
	Now func() time.Time

	cookies []stored
}

type stored struct {
	name, value string
	host, path  string
	subdomains  bool // a Domain attribute came with it
	secure      bool

	sameSiteNone bool
	expires      time.Time // zero: when the jar is thrown away
}

// maxPair is the length of a cookie's name and value together, in bytes, above
// which browsers drop it (RFC 6265bis, 5.6).
const maxPair = 4096

// Set takes a Set-Cookie line that came from u. What a browser drops is not kept:
// a cookie that is too large, for another domain, or without what its name or its
// SameSite demands.
func (j *Jar) Set(u *url.URL, line string) {
	pair, attributes, _ := strings.Cut(line, ";")
	name, value, ok := strings.Cut(pair, "=")
	if !ok {
		return
	}
	c := stored{name: strings.TrimSpace(name), value: strings.TrimSpace(value), host: u.Hostname(), path: defaultPath(u.Path)}
	j.readAttributes(&c, attributes)
	if len(c.name)+len(c.value) > maxPair || !c.allowed(u.Hostname()) {
		return
	}
	j.cookies = slices.DeleteFunc(j.cookies, func(o stored) bool {
		return o.name == c.name && o.host == c.host && o.path == c.path
	})
	if c.live(j.Now()) {
		j.cookies = append(j.cookies, c)
	}
}

// defaultPath is the folder of the request (RFC 6265, 5.1.4).
func defaultPath(path string) string {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		return path[:i]
	}
	return "/"
}

// allowed reports whether a browser takes the cookie from a host (RFC 6265bis,
// 4.1.3 and 5.6).
func (c *stored) allowed(host string) bool {
	prefix := func(p string) bool { return len(c.name) >= len(p) && strings.EqualFold(c.name[:len(p)], p) }
	switch {
	case c.subdomains && c.host != host && !strings.HasSuffix(host, "."+c.host):
		return false
	case c.sameSiteNone && !c.secure, prefix("__Secure-") && !c.secure:
		return false
	case prefix("__Host-"):
		return c.secure && !c.subdomains && c.path == "/"
	}
	return true
}

func (j *Jar) readAttributes(c *stored, attributes string) {
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
		case "samesite":
			c.sameSiteNone = strings.EqualFold(value, "None")
		case "max-age": // takes precedence over Expires
			if seconds, err := strconv.Atoi(value); err == nil {
				c.expires, maxAge = j.Now().Add(time.Duration(seconds)*time.Second), true
			}
		case "expires":
			if t, ok := httpheader.ParseDate(value); ok && !maxAge {
				c.expires = t
			}
		}
	}
}

func (c *stored) live(now time.Time) bool { return c.expires.IsZero() || c.expires.After(now) }

// matches reports whether the cookie goes with a request to u.
func (c *stored) matches(u *url.URL) bool {
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

// Header is the Cookie header for a request to u.
func (j *Jar) Header(u *url.URL) string {
	var pairs []string
	for _, c := range j.cookies {
		if c.live(j.Now()) && c.matches(u) {
			pairs = append(pairs, c.name+"="+c.value)
		}
	}
	return strings.Join(pairs, "; ")
}

// Get is the value of the cookie of a name that a request to u would carry.
func (j *Jar) Get(u *url.URL, name string) (string, bool) {
	for _, c := range j.cookies {
		if c.name == name && c.live(j.Now()) && c.matches(u) {
			return c.value, true
		}
	}
	return "", false
}

// Delete forgets the cookie of a name that a request to u would carry.
func (j *Jar) Delete(u *url.URL, name string) {
	j.cookies = slices.DeleteFunc(j.cookies, func(c stored) bool { return c.name == name && c.matches(u) })
}
