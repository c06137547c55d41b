package cantil

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

// Cookie is how a cookie is sent, the keyword arguments of Flask's set_cookie. The zero value is what set_cookie sends
// without any: a cookie for the whole host that ends with the browser.
type Cookie struct {
	// MaxAge is the life in seconds. 0 sends no Max-Age; a negative number sends "Max-Age=0", which ends the cookie now.
	// Without Expires a matching Expires goes with it, as Werkzeug does for old browsers.
	MaxAge int
	// Expires is the end of the cookie. The zero time sends none; time.Unix(0, 0) is 1970, as expires=0.
	Expires time.Time
	// ExpiresText is the end as text, sent as it is: a str as expires. It goes before Expires.
	ExpiresText string
	// Path limits the cookie to a path. "" is "/", Flask's default; [NoPath] and [EmptyPath] are what path=None and
	// path="" are in Flask.
	Path string
	// Domain lets the hosts below a domain have the cookie too; a leading dot and a port are taken off. "" sends none.
	// An international name goes out in its xn-- form.
	Domain string
	// Secure keeps the cookie to https.
	Secure bool
	// HTTPOnly hides the cookie from scripts.
	HTTPOnly bool
	// SameSite is "Strict", "Lax" or "None" in any case, or "" to send none. Anything else is an error.
	SameSite string
	// Partitioned keeps the cookie apart for each top-level site (CHIPS); it implies Secure.
	Partitioned bool
}

const (
	// NoPath as the Path of a [Cookie] sends no Path attribute: path=None.
	NoPath = "\x00"
	// EmptyPath as the Path of a [Cookie] sends "Path=": path="".
	EmptyPath = "\x00\x00"
)

// SetCookie adds a cookie, response.set_cookie(name, value, …). A SameSite that
// does not exist panics.
func (r *Response) SetCookie(name, value string, options ...Cookie) {
	var cookie Cookie
	if len(options) > 0 {
		cookie = options[0]
	}
	line, err := appendSetCookie(nil, name, value, &cookie, r.clock())
	if err != nil {
		panic(err)
	}
	r.header.Add("Set-Cookie", string(line))
}

// DeleteCookie has the browser forget a cookie, response.delete_cookie(name, …).
// Path, domain and the flags must be those the cookie was set with.
func (r *Response) DeleteCookie(name string, options ...Cookie) {
	var cookie Cookie
	if len(options) > 0 {
		cookie = options[0]
	}
	r.SetCookie(name, "", cookie.deleted())
}

// cookieEpoch is the Expires of a deleted cookie.
var cookieEpoch = time.Unix(0, 0)

// deleted returns c as delete_cookie sends it: only the attributes that tell cookies apart stay.
func (c Cookie) deleted() Cookie {
	c.MaxAge, c.Expires = -1, cookieEpoch
	return c
}

// appendSetCookie appends the value of a Set-Cookie header: Werkzeug's dump_cookie to the byte. now is where Expires is
// counted from if only MaxAge is given. It allocates nothing if dst has room.
//
// The name is written as it is, as Werkzeug does, and one outside ASCII as its UTF-8 bytes read as ISO 8859-1, so that
// those bytes go out ([Header.writeTo]). Errors: a SameSite or a domain that is none, a date after the year 9999, a
// line break in the name.
func appendSetCookie(dst []byte, name, value string, c *Cookie, now time.Time) ([]byte, error) {
	start := len(dst)
	if strings.ContainsAny(name, "\r\n\x00") {
		return dst, fmt.Errorf("cantil: cookie name %q must not contain newline or NUL characters", name)
	}
	for i := range len(name) {
		dst = appendLatin1Byte(dst, name[i])
	}
	dst = append(dst, '=')
	dst = appendCookieValue(dst, value)
	dst, err := appendCookieAttributes(dst, c, now)
	if err != nil {
		return dst[:start], err
	}
	return dst, nil
}

// appendCookieAttributes appends what follows the value, in Werkzeug's order
// and in ASCII.
func appendCookieAttributes(dst []byte, c *Cookie, now time.Time) ([]byte, error) {
	dst, err := appendCookieDomain(dst, c.Domain)
	if err == nil {
		dst, err = appendCookieLife(dst, c, now)
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
	dst = appendCookiePath(dst, c.Path)
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

// appendLatin1Byte appends the character that ISO 8859-1 gives a byte.
func appendLatin1Byte(dst []byte, b byte) []byte {
	if b < 0x80 {
		return append(dst, b)
	}
	return append(dst, 0xc0|b>>6, 0x80|b&0x3f)
}

func appendCookieDomain(dst []byte, domain string) ([]byte, error) {
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

var errCookieDate = errors.New("cantil: cookie ends after the year 9999")

// appendCookieLife appends Expires and Max-Age.
func appendCookieLife(dst []byte, c *Cookie, now time.Time) ([]byte, error) {
	age := max(c.MaxAge, 0)
	expires := c.Expires
	if c.ExpiresText != "" {
		if strings.ContainsAny(c.ExpiresText, "\r\n\x00") {
			return dst, fmt.Errorf("cantil: cookie Expires %q is no date", c.ExpiresText)
		}
		dst, expires = append(append(dst, "; Expires="...), c.ExpiresText...), time.Time{}
	}
	if expires.IsZero() && c.ExpiresText == "" && c.MaxAge != 0 {
		if int64(age) >= httpheader.MaxDate.Unix()-now.Unix() {
			return dst, errCookieDate
		}
		expires = time.Unix(now.Unix()+int64(age), 0)
	}
	if !expires.IsZero() {
		if !expires.Before(httpheader.MaxDate) {
			return dst, errCookieDate
		}
		dst = httpheader.AppendDate(append(dst, "; Expires="...), expires)
	}
	if c.MaxAge != 0 {
		dst = strconv.AppendInt(append(dst, "; Max-Age="...), int64(age), 10)
	}
	return dst, nil
}

// safeInCookiePath are the characters of a path that a cookie shows as they are.
var safeInCookiePath = pytext.NewSafeSet("%!$&'()*+,/:=@")

func appendCookiePath(dst []byte, path string) []byte {
	switch path {
	case NoPath:
		return dst
	case EmptyPath:
		return append(dst, "; Path="...)
	case "", "/":
		return append(dst, "; Path=/"...)
	}
	return pytext.AppendQuoted(append(dst, "; Path="...), path, safeInCookiePath)
}

// sameSite gives the policy's own spelling.
func sameSite(s string) (string, error) {
	for _, policy := range [...]string{"Strict", "Lax", "None"} {
		if strings.EqualFold(s, policy) {
			return policy, nil
		}
	}
	return "", fmt.Errorf("cantil: cookie SameSite must be Strict, Lax or None, not %q", s)
}

// How each byte of a cookie's value is written. Werkzeug quotes the whole value as soon as one byte needs it; then only
// some of the bytes are escaped.
const (
	cookiePlain  = iota
	cookieQuoted // stands for itself, inside quotes
	cookieSlash  // backslash before it
	cookieOctal  // backslash and three octal digits
)

var cookieClass = func() (class [256]byte) {
	for i := range class {
		switch c := byte(i); {
		case c <= 0x19 || c >= 0x7f || c == ',' || c == ';':
			class[i] = cookieOctal
		case c == '"' || c == '\\':
			class[i] = cookieSlash
		case c <= ' ':
			class[i] = cookieQuoted
		}
	}
	return class
}()

func appendCookieValue(dst []byte, value string) []byte {
	plain := true
	for i := range len(value) {
		if cookieClass[value[i]] != cookiePlain {
			plain = false
			break
		}
	}
	if plain {
		return append(dst, value...)
	}
	dst = append(dst, '"')
	for i := range len(value) {
		c := value[i]
		switch cookieClass[c] {
		case cookieSlash:
			dst = append(dst, '\\', c)
		case cookieOctal:
			dst = append(dst, '\\', '0'+c>>6, '0'+c>>3&7, '0'+c&7)
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
