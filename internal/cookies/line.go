package cookies

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/httpheader"
)

// Line is a Set-Cookie line as a browser reads it (RFC 6265, section 5.2): the
// value stays as it was written, in quotes or with what section 4.1.1 forbids,
// where net/http refuses the line.
type Line struct {
	Name, Value string // no name where the line has no "="
	Domain      string // without the dot in front; "" is none
	Path        string // "" is none, or one that browsers pass over
	SameSite    string // "Lax", "Strict", "None", or ""

	HTTPOnly, Secure, Partitioned bool

	// Expires is the end, by Max-Age if there is one; zero is that of the browser.
	Expires time.Time
}

// ParseLine reads a line that came at now.
func ParseLine(line string, now time.Time) Line {
	pair, attributes, _ := strings.Cut(line, ";")
	name, value, named := strings.Cut(pair, "=")
	if !named {
		name, value = "", pair
	}
	l := Line{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)}
	maxAge := false
	for attribute := range strings.SplitSeq(attributes, ";") {
		key, value, _ := strings.Cut(attribute, "=")
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "domain":
			l.Domain = strings.ToLower(strings.TrimPrefix(value, "."))
		case "path":
			if l.Path = ""; strings.HasPrefix(value, "/") {
				l.Path = value
			}
		case "samesite":
			l.SameSite = map[string]string{"lax": "Lax", "strict": "Strict", "none": "None"}[strings.ToLower(value)]
		case "httponly":
			l.HTTPOnly = true
		case "secure":
			l.Secure = true
		case "partitioned":
			l.Partitioned = true
		case "max-age": // counts before Expires, in any order
			if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
				l.Expires, maxAge = now.Add(time.Duration(min(max(seconds, 0), longest))*time.Second), true
			}
		case "expires":
			if at, ok := httpheader.ParseDate(value); ok && !maxAge {
				l.Expires = at
			}
		}
	}
	return l
}

// longest is the largest Max-Age that a Duration holds, in seconds.
const longest = int64(math.MaxInt64 / time.Second)
