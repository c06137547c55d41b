package cookies

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/internal/urls"
)

// Attributes are those of a Set-Cookie line. The type has the fields of
// cantil.Cookie, which documents them, in the same order: the one converts to the
// other.
type Attributes struct {
	MaxAge      int
	Expires     time.Time
	ExpiresText string
	Path        string
	Domain      string
	Secure      bool
	HTTPOnly    bool
	SameSite    string
	Partitioned bool
}

const (
	// NoPath as a Path sends no Path attribute.
	NoPath = "\x00"
	// EmptyPath as a Path sends "Path=".
	EmptyPath = "\x00\x00"
)

// AppendSet appends the value of a Set-Cookie header: Werkzeug's dump_cookie to
// the byte. now is where Expires is counted from if only MaxAge is given. It
// allocates nothing if dst has room.
//
// The name is written as it is, as Werkzeug does, and one outside ASCII as its
// UTF-8 bytes read as ISO 8859-1, so that those bytes go out when the header is
// written. Errors: a SameSite that does not exist, an invalid domain, a date after
// the year 9999, a line break or NUL in the name, the domain or ExpiresText.
func AppendSet(dst []byte, name, value string, c *Attributes, now time.Time) ([]byte, error) {
	start := len(dst)
	if strings.ContainsAny(name, "\r\n\x00") {
		return dst, fmt.Errorf("cantil: cookie name %q must not contain newline or NUL characters", name)
	}
	for i := range len(name) {
		dst = pytext.AppendLatin1Byte(dst, name[i])
	}
	dst = append(dst, '=')
	dst = appendValue(dst, value)
	dst, err := AppendAttributes(dst, c, now)
	if err != nil {
		return dst[:start], err
	}
	return dst, nil
}

// AppendAttributes appends what follows the value, in Werkzeug's order
// and in ASCII.
func AppendAttributes(dst []byte, c *Attributes, now time.Time) ([]byte, error) {
	dst, err := appendDomain(dst, c.Domain)
	if err == nil {
		dst, err = appendLife(dst, c, now)
	}
	if err != nil {
		return dst, err
	}
	if c.Secure || c.Partitioned {
		dst = append(dst, "; Secure"...)
	}
	if c.HTTPOnly {
		dst = append(dst, "; HttpOnly"...)
	}
	dst = appendPath(dst, c.Path)
	if c.SameSite != "" {
		policy, err := sameSite(c.SameSite)
		if err != nil {
			return dst, err
		}
		dst = append(append(dst, "; SameSite="...), policy...)
	}
	if c.Partitioned {
		dst = append(dst, "; Partitioned"...)
	}
	return dst, nil
}

func appendDomain(dst []byte, domain string) ([]byte, error) {
	if domain == "" {
		return dst, nil
	}
	domain, _, _ = strings.Cut(domain, ":")
	name, err := urls.IDNA(strings.TrimLeft(domain, "."))
	if err != nil {
		return dst, fmt.Errorf("cantil: cookie domain %q: %w", domain, err)
	}
	if strings.ContainsAny(name, "\r\n\x00") {
		return dst, fmt.Errorf("cantil: cookie domain %q is more than one line", domain)
	}
	return append(append(dst, "; Domain="...), name...), nil
}

var errDate = errors.New("cantil: cookie ends after the year 9999")

// appendLife appends Expires and Max-Age.
func appendLife(dst []byte, c *Attributes, now time.Time) ([]byte, error) {
	age := max(c.MaxAge, 0)
	expires := c.Expires
	if c.ExpiresText != "" {
		if strings.ContainsAny(c.ExpiresText, "\r\n\x00") {
			return dst, fmt.Errorf("cantil: cookie Expires %q is more than one line", c.ExpiresText)
		}
		dst, expires = append(append(dst, "; Expires="...), c.ExpiresText...), time.Time{}
	}
	if expires.IsZero() && c.ExpiresText == "" && c.MaxAge != 0 {
		if int64(age) >= httpheader.MaxDate.Unix()-now.Unix() {
			return dst, errDate
		}
		expires = time.Unix(now.Unix()+int64(age), 0)
	}
	if !expires.IsZero() {
		if !expires.Before(httpheader.MaxDate) {
			return dst, errDate
		}
		dst = httpheader.AppendDate(append(dst, "; Expires="...), expires)
	}
	if c.MaxAge != 0 {
		dst = strconv.AppendInt(append(dst, "; Max-Age="...), int64(age), 10)
	}
	return dst, nil
}

// safeInPath are the characters of a path that a cookie shows as they are.
var safeInPath = pytext.NewSafeSet("%!$&'()*+,/:=@")

func appendPath(dst []byte, path string) []byte {
	switch path {
	case NoPath:
		return dst
	case EmptyPath:
		return append(dst, "; Path="...)
	case "", "/":
		return append(dst, "; Path=/"...)
	}
	return pytext.AppendQuoted(append(dst, "; Path="...), path, safeInPath)
}

// sameSite gives the policy's usual spelling.
func sameSite(s string) (string, error) {
	for _, policy := range [...]string{"Strict", "Lax", "None"} {
		if strings.EqualFold(s, policy) {
			return policy, nil
		}
	}
	return "", fmt.Errorf("cantil: cookie SameSite must be Strict, Lax or None, not %q", s)
}

// How each byte of a cookie's value is written. Werkzeug quotes the whole value as
// soon as one byte needs it; then only some of the bytes are escaped.
const (
	plain  = iota
	quoted // stands for itself, inside quotes
	slash  // backslash before it
	octal  // backslash and three octal digits
)

var classes = func() (class [256]byte) {
	for i := range class {
		switch c := byte(i); {
		case c <= 0x19 || c >= 0x7f || c == ',' || c == ';':
			class[i] = octal
		case c == '"' || c == '\\':
			class[i] = slash
		case c <= ' ':
			class[i] = quoted
		}
	}
	return class
}()

func appendValue(dst []byte, value string) []byte {
	asIs := true
	for i := range len(value) {
		if classes[value[i]] != plain {
			asIs = false
			break
		}
	}
	if asIs {
		return append(dst, value...)
	}
	dst = append(dst, '"')
	for i := range len(value) {
		c := value[i]
		switch classes[c] {
		case slash:
			dst = append(dst, '\\', c)
		case octal:
			dst = append(dst, '\\', '0'+c>>6, '0'+c>>3&7, '0'+c&7)
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
