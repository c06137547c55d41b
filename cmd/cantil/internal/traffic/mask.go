package traffic

import (
	"crypto/sha256"
	"encoding/hex"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// masked stands for a secret. The digits of its hash tell secrets apart.
func masked(secret string) string {
	sum := sha256.Sum256([]byte("cantil record\x00" + secret))
	return "masked-" + hex.EncodeToString(sum[:4])
}

// IsMasked reports whether a text stands for a secret.
func IsMasked(text string) bool { return strings.Contains(text, "masked-") }

// secretName are the names of fields that hold secrets, and of headers.
var secretName = regexp.MustCompile(`(?i)passw|senha|парол|secret|token|api[-_]?key|authorization|credential|cvv|card.?number|one.?time|\botp\b`)

// signedToken is a token of ItsDangerous: payload, time, signature; or without a
// time. Its signature alone makes it worth something.
var signedToken = regexp.MustCompile(`([A-Za-z0-9_.-]{4,}\.(?:[A-Za-z0-9_-]{6}\.)?)([A-Za-z0-9_-]{27}|[A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{86})\b`)

// rememberCookie is Flask-Login's: an id, and its signature in hexadecimal.
var rememberCookie = regexp.MustCompile(`^(.*\|)([0-9a-f]{40,128})$`)

// maskText masks the signatures of tokens in any text.
func maskText(text string) string {
	return signedToken.ReplaceAllStringFunc(text, func(token string) string {
		parts := signedToken.FindStringSubmatch(token)
		return parts[1] + masked(parts[2])
	})
}

// maskCookie masks what makes a cookie's value worth something: the signature of
// one that is signed, so that a session can still be read, or else all of it. A
// short one is a setting.
func maskCookie(value string) string {
	if parts := rememberCookie.FindStringSubmatch(value); parts != nil {
		return parts[1] + masked(parts[2])
	}
	if text := maskText(value); text != value {
		return text
	}
	if len(value) < 16 {
		return value
	}
	return masked(value)
}

// mask masks an exchange, and notes which fields of the request are not what they
// were.
func (e *Exchange) mask() {
	for i, h := range e.Request.Headers {
		switch {
		case h[0] == "Cookie":
			e.Request.Headers[i][1] = maskCookies(h[1])
		case strings.HasPrefix(strings.ToLower(h[0]), "x-csrf"):
			e.Request.Headers[i][1] = maskText(h[1])
		case secretName.MatchString(h[0]):
			e.Request.Headers[i][1] = masked(h[1])
			e.note(h[0])
		default:
			e.Request.Headers[i][1] = maskText(h[1])
		}
	}
	e.maskTarget()
	e.maskForm()
	for i, h := range e.Response.Headers {
		if h[0] == "Set-Cookie" {
			name, rest, _ := strings.Cut(h[1], "=")
			value, attributes, more := strings.Cut(rest, ";")
			if value = maskCookie(value); more {
				value += ";" + attributes
			}
			e.Response.Headers[i][1] = name + "=" + value
		} else {
			e.Response.Headers[i][1] = maskText(h[1])
		}
	}
	e.Response.Body.Text = maskText(e.Response.Body.Text)
}

func (e *Exchange) note(field string) {
	if !slices.Contains(e.Masked, field) {
		e.Masked = append(e.Masked, field)
	}
}

func maskCookies(header string) string {
	pairs := strings.Split(header, ";")
	for i, pair := range pairs {
		if name, value, ok := strings.Cut(pair, "="); ok {
			pairs[i] = name + "=" + maskCookie(value)
		}
	}
	return strings.Join(pairs, ";")
}

// maskTarget masks the query.
func (e *Exchange) maskTarget() {
	path, query, ok := strings.Cut(e.Request.Target, "?")
	if text := maskText(path); text != path {
		path = text
		e.note("path")
	}
	if ok {
		query = e.maskQuery(query)
		path += "?" + query
	}
	e.Request.Target = path
}

// maskQuery masks a query or a form, and leaves the rest of it as it is written.
func (e *Exchange) maskQuery(query string) string {
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || value == "" {
			continue
		}
		plain, err := url.QueryUnescape(name)
		if err != nil {
			plain = name
		}
		if plain == "csrf_token" { // which a comparison replaces; it is worth nothing without its signature
			pairs[i] = name + "=" + maskText(value)
		} else if secretName.MatchString(plain) || maskText(value) != value {
			pairs[i] = name + "=" + masked(value)
			e.note(plain)
		}
	}
	return strings.Join(pairs, "&")
}

// maskForm masks the body: the fields of a form, or the signatures in any other
// text. A body with files, or in JSON, that names a secret is left out.
func (e *Exchange) maskForm() {
	body := &e.Request.Body
	if body.Text == "" && body.Base64 == "" {
		return
	}
	mediatype, _, _ := mime.ParseMediaType(Get(e.Request.Headers, "Content-Type"))
	if mediatype == "application/x-www-form-urlencoded" {
		body.Text = e.maskQuery(body.Text)
		return
	}
	if secretName.MatchString(body.Text) || strings.HasPrefix(mediatype, "multipart/") {
		*body = Body{Text: "masked-body"}
		e.note("body")
		return
	}
	if text := maskText(body.Text); text != body.Text {
		body.Text = text
		e.note("body")
	}
}

// HeadersOf are the lines of a head in the order of their names.
func HeadersOf(h http.Header) []Header {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	var all []Header
	for _, name := range names {
		for _, value := range h[name] {
			all = append(all, Header{name, value})
		}
	}
	return all
}
