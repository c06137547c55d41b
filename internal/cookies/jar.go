package cookies

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

// Jar keeps a client's cookies as a browser does (RFC 6265, section 5), by an
// injected clock. Values stay as they were written, which net/http/cookiejar
// would clean. It belongs to one goroutine.
type Jar struct {
	Now func() time.Time

	cookies []stored
}

// stored is a cookie of a host. Its Path is always there, and its Domain a host
// whose subdomains have it too.
type stored struct {
	Line
	host       string
	subdomains bool // a Domain attribute came with it
}

// maxPair is the length of a cookie's name and value together, in bytes, above
// which browsers drop it (RFC 6265bis, 5.6).
const maxPair = 4096

// Set takes a Set-Cookie line that came from u. What a browser drops is not kept:
// a cookie that is too large, for another domain, or without what its name or its
// SameSite demands.
func (j *Jar) Set(u *url.URL, line string) {
	c := stored{Line: ParseLine(line, j.Now()), host: u.Hostname()}
	if c.Path == "" {
		c.Path = defaultPath(u.Path)
	}
	if c.Domain != "" {
		c.host, c.subdomains = c.Domain, true
	}
	if c.Name == "" || len(c.Name)+len(c.Value) > maxPair || !c.allowed(u.Hostname()) {
		return
	}
	j.cookies = slices.DeleteFunc(j.cookies, func(o stored) bool {
		return o.Name == c.Name && o.host == c.host && o.Path == c.Path
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
	prefix := func(p string) bool { return len(c.Name) >= len(p) && strings.EqualFold(c.Name[:len(p)], p) }
	switch {
	case c.subdomains && c.host != host && !strings.HasSuffix(host, "."+c.host):
		return false
	case c.SameSite == "None" && !c.Secure, prefix("__Secure-") && !c.Secure:
		return false
	case prefix("__Host-"):
		return c.Secure && !c.subdomains && c.Path == "/"
	}
	return true
}

func (c *stored) live(now time.Time) bool { return c.Expires.IsZero() || c.Expires.After(now) }

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
	below := strings.HasPrefix(path, c.Path) &&
		(len(path) == len(c.Path) || strings.HasSuffix(c.Path, "/") || path[len(c.Path)] == '/')
	return below && (!c.Secure || u.Scheme == "https")
}

// Header is the Cookie header for a request to u.
func (j *Jar) Header(u *url.URL) string {
	var pairs []string
	for _, c := range j.cookies {
		if c.live(j.Now()) && c.matches(u) {
			pairs = append(pairs, c.Name+"="+c.Value)
		}
	}
	return strings.Join(pairs, "; ")
}

// Get is the value of the cookie of a name that a request to u would carry.
func (j *Jar) Get(u *url.URL, name string) (string, bool) {
	for _, c := range j.cookies {
		if c.Name == name && c.live(j.Now()) && c.matches(u) {
			return c.Value, true
		}
	}
	return "", false
}

// Delete forgets the cookie of a name that a request to u would carry.
func (j *Jar) Delete(u *url.URL, name string) {
	j.cookies = slices.DeleteFunc(j.cookies, func(c stored) bool { return c.Name == name && c.matches(u) })
}
