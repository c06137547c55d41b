package cookies

import (
	"fmt"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/httpheader"
)

// MaxSize is the length of a Set-Cookie line above which browsers may drop a
// cookie without a word, in bytes; Werkzeug's max_cookie_size.
const MaxSize = 4093

// A Template is a Set-Cookie line of which only the value and the end of its
// life change: a session's.
type Template struct {
	Name   string
	Head   string // "session=", which the value follows
	Remove string // the whole line that deletes the cookie

	domain string // "; Domain=…", or empty
	tail   string // "; HttpOnly; Path=/"
}

// NewTemplate computes the line of a cookie without an end. The error is of a
// name or attributes with which no browser sends the cookie back, and names
// the caller's fields: fields is what their names begin with.
func NewTemplate(fields, name string, c Attributes) (Template, error) {
	for _, err := range []error{checkName(name), checkPrefix(fields, name, &c)} {
		if err != nil {
			return Template{}, fmt.Errorf("%sName %q: %w", fields, name, err)
		}
	}
	deleted, domain, tail := c, Attributes{Domain: c.Domain, Path: NoPath}, c
	deleted.MaxAge, deleted.Expires = -1, time.Unix(0, 0)
	tail.Domain = ""
	t := Template{Name: name, Head: name + "="}
	t.Remove = t.Head
	for _, part := range []struct {
		of   *Attributes
		text *string
	}{{&deleted, &t.Remove}, {&domain, &t.domain}, {&tail, &t.tail}} {
		text, err := AppendAttributes(nil, part.of, time.Time{})
		if err != nil {
			return Template{}, fmt.Errorf("the session cookie: %w", err)
		}
		*part.text += string(text)
	}
	return t, nil
}

// Append adds the attributes to a line that ends in the value. Without an end
// the browser keeps the cookie until it is closed.
func (t *Template) Append(line []byte, end time.Time) []byte {
	line = append(line, t.domain...)
	if !end.IsZero() {
		line = httpheader.AppendDate(append(line, "; Expires="...), end)
	}
	return append(line, t.tail...)
}

// Room is how many bytes a line without an end has for the value if it is to be
// no longer than MaxSize.
func (t *Template) Room() int { return MaxSize - len(t.Head) - len(t.domain) - len(t.tail) }

// checkName refuses what browsers do not take, or send back as another name. A
// name outside ASCII goes out, as Flask sends it.
func checkName(name string) error {
	control := func(r rune) bool { return r < ' ' || r == 0x7f }
	if name == "" || strings.ContainsAny(name, ";=") || strings.ContainsFunc(name, control) || strings.Trim(name, " ") != name {
		return fmt.Errorf("browsers send no cookie back under this name")
	}
	return nil
}

// checkPrefix holds a name with a prefix, in any case of its letters, to what
// browsers demand of it (RFC 6265bis, 4.1.3): they drop the cookie otherwise.
func checkPrefix(fields, name string, c *Attributes) error {
	hasPrefix := func(prefix string) bool {
		return len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix)
	}
	host := hasPrefix("__Host-")
	var missing string
	switch {
	case !host && !hasPrefix("__Secure-"):
		return nil
	case !c.Secure && !c.Partitioned:
		missing = "without Secure: set " + fields + "Secure"
	case host && c.Domain != "":
		missing = "with a Domain: leave " + fields + "Domain empty"
	case host && c.Path != "/" && c.Path != "":
		missing = "without Path=/: set " + fields + "Path"
	default:
		return nil
	}
	return fmt.Errorf("browsers drop a cookie of such a name %s", missing)
}
