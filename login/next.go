package login

import (
	"net/url"
	"slices"
	"strings"

	"github.com/cantil-go/cantil"
)

// MakeNextParam returns what leads back to currentURL from the login page at
// loginURL, make_next_param: path and query alone where both are of one scheme
// and host, or where loginURL names none.
func MakeNextParam(loginURL, currentURL string) string {
	l, c := split(loginURL), split(currentURL)
	if (l.scheme == "" || l.scheme == c.scheme) && (l.host == "" || l.host == c.host) {
		return parts{path: c.path, query: c.query}.String()
	}
	return currentURL
}

// LoginURL returns the URL of a login page, login_url(view, next_url,
// next_field): view is an endpoint, or a URL that begins with "http://",
// "https://" or "/". After it come the URL to return to, which goes into the
// query, and the name that it has there, "next" unless given.
func LoginURL(c *cantil.Context, view string, nextAndField ...string) string {
	base := expandView(c, view)
	if len(nextAndField) == 0 {
		return base
	}
	field := "next"
	if len(nextAndField) > 1 {
		field = nextAndField[1]
	}
	u := split(base)
	if host := of(c).ForceHostForRedirects; host != "" {
		u.host = host
	}
	u.query = withValue(u.query, field, MakeNextParam(base, nextAndField[0]))
	return u.String()
}

func expandView(c *cantil.Context, view string) string {
	for _, start := range []string{"https://", "http://", "/"} {
		if strings.HasPrefix(view, start) {
			return view
		}
	}
	return c.URLFor(view)
}

// withValue gives a query one value under a name, in the place of those that it
// has: parse_qs, an assignment and urlencode in Python, which put all values of
// a name beside the first.
func withValue(query, name, value string) string {
	var names []string
	values := map[string][]string{}
	add := func(name, value string) {
		if values[name] == nil {
			names = append(names, name)
		}
		values[name] = append(values[name], value)
	}
	for pair := range strings.SplitSeq(query, "&") {
		if pair != "" {
			key, value, _ := strings.Cut(pair, "=")
			add(unquote(key), unquote(value))
		}
	}
	if !slices.Contains(names, name) {
		names = append(names, name)
	}
	values[name] = []string{value}
	var out []string
	for _, name := range names {
		for _, value := range values[name] {
			out = append(out, quote(name)+"="+quote(value))
		}
	}
	return strings.Join(out, "&")
}

// quote is quote_plus, which Go's QueryEscape is.
func quote(text string) string { return url.QueryEscape(text) }

// unquote is unquote_plus: an invalid escape stays as it is, and bytes that are
// not UTF-8 become U+FFFD.
func unquote(text string) string {
	var out []byte
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '+':
			out = append(out, ' ')
		case text[i] == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
			out = append(out, fromHex(text[i+1])<<4|fromHex(text[i+2]))
			i += 2
		default:
			out = append(out, text[i])
		}
	}
	return strings.ToValidUTF8(string(out), "\ufffd")
}

func isHex(ch byte) bool {
	return '0' <= ch && ch <= '9' || 'a' <= ch && ch <= 'f' || 'A' <= ch && ch <= 'F'
}

func fromHex(ch byte) byte {
	if ch <= '9' {
		return ch - '0'
	}
	return ch&0xf + 9
}

// parts are the pieces of a URL, urlsplit's.
type parts struct{ scheme, host, path, query, fragment string }

// split takes a URL apart as urlsplit does, which takes anything.
func split(text string) (u parts) {
	if i := strings.IndexByte(text, ':'); i > 0 && isScheme(text[:i]) {
		u.scheme, text = strings.ToLower(text[:i]), text[i+1:]
	}
	if after, ok := strings.CutPrefix(text, "//"); ok {
		end := strings.IndexAny(after, "/?#")
		if end < 0 {
			end = len(after)
		}
		u.host, text = after[:end], after[end:]
	}
	text, u.fragment, _ = strings.Cut(text, "#")
	u.path, u.query, _ = strings.Cut(text, "?")
	return u
}

func isScheme(text string) bool {
	for i, ch := range []byte(text) {
		letter := 'a' <= ch|0x20 && ch|0x20 <= 'z'
		if !letter && (i == 0 || (ch < '0' || ch > '9') && ch != '+' && ch != '-' && ch != '.') {
			return false
		}
	}
	return text != ""
}

// String puts the pieces together again, urlunsplit of Python 3.13: in earlier ones
// a path that begins with two slashes becomes a host.
func (u parts) String() string {
	text := u.path
	switch web := u.scheme == "http" || u.scheme == "https"; {
	case u.host != "":
		if text != "" && text[0] != '/' {
			text = "/" + text
		}
		text = "//" + u.host + text
	case strings.HasPrefix(text, "//"), web && (text == "" || text[0] == '/'):
		text = "//" + text
	}
	if u.scheme != "" {
		text = u.scheme + ":" + text
	}
	if u.query != "" {
		text += "?" + u.query
	}
	if u.fragment != "" {
		text += "#" + u.fragment
	}
	return text
}
