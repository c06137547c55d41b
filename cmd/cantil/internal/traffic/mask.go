package traffic

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"mime"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/cantil-go/cantil/internal/secretname"
)

// maskKey is one of this process alone: who has a recording cannot try which
// secret makes which digits.
var maskKey = func() (key [32]byte) {
	rand.Read(key[:])
	return key
}()

// maskedPrefix begins what stands for a secret.
const maskedPrefix = "masked-"

// masked stands for a secret. Its digits tell the secrets of one recording apart.
func masked(secret string) string {
	mac := hmac.New(sha256.New, maskKey[:])
	mac.Write([]byte(secret))
	return maskedPrefix + hex.EncodeToString(mac.Sum(nil)[:4])
}

// IsMasked reports whether there is something in a text that stands for a secret.
func IsMasked(text string) bool { return strings.Contains(text, maskedPrefix) }

// IsMaskedWhole reports whether a text is nothing but that.
func IsMaskedWhole(text string) bool {
	return strings.HasPrefix(text, maskedPrefix) && maskedPart.FindString(text) == text
}

// maskedPart is in what is masked already: the whole of it, or a signature.
var maskedPart = regexp.MustCompile(`(?:^|[.|])masked-[0-9a-f]{8}`)

// maskOnce masks what is not masked yet.
func maskOnce(secret string) string {
	if IsMaskedWhole(secret) {
		return secret
	}
	return masked(secret)
}

// minSecret is the length in bytes below which a cookie, or what is called a key
// in an answer, is a setting and no secret.
const minSecret = 16

// MaskText masks the signatures of tokens in any text, and in JSON the texts whose
// names are those of secrets.
func MaskText(text string) string { return Signatures(Members(text, maskOnce), maskOnce) }

// change replaces the text of a body, whatever its bytes are.
func (b *Body) change(change func(text string) string) {
	if b.Base64 == "" {
		b.Text = change(b.Text)
	} else if text, err := b.Bytes(); err == nil {
		*b = NewBody([]byte(change(string(text))))
	}
}

// IsSecretHeader reports whether a header's whole value is a secret.
func IsSecretHeader(name string) bool {
	return secretname.Is(name) && !strings.HasPrefix(name, "Access-Control-")
}

// MaskHeader is the value of a header, of a request or an answer, without secrets.
func MaskHeader(name, value string) string {
	switch {
	case name == "Cookie":
		return maskCookies(value)
	case name == "Set-Cookie":
		return maskSetCookie(value)
	case hasAddress(name):
		return MaskURL(value)
	case name == "Sec-Websocket-Protocol": // where browsers put what they cannot put into a header
		return maskOnce(value)
	case IsSecretHeader(name):
		if maskedPart.MatchString(value) {
			return value
		}
		if text := Signatures(value, maskOnce); text != value && oneToken.MatchString(value) {
			return text
		}
		return maskOnce(value)
	}
	return MaskText(value)
}

// oneToken is a token with nothing beside it but the name of its scheme.
var oneToken = regexp.MustCompile(`^(?:[A-Za-z]+ )?[A-Za-z0-9_.-]+$`)

// hasAddress reports whether the value of a header is an address, or has one at its
// end.
func hasAddress(name string) bool {
	switch name {
	case "Referer", "Location", "Content-Location", "Refresh", "Link":
		return true
	}
	return strings.HasSuffix(name, "-Uri") || strings.HasSuffix(name, "-Url")
}

// MaskTarget is a path with its query without secrets.
func MaskTarget(target string) string { return maskTarget(target, func(string) {}) }

// userInfo is the password of an address.
var userInfo = regexp.MustCompile(`(://[^\s/:@]*:)([^\s/]+)@`)

// MaskURL is an address, or a path, without secrets.
func MaskURL(address string) string {
	return MaskTarget(userInfo.ReplaceAllStringFunc(address, func(part string) string {
		parts := userInfo.FindStringSubmatch(part)
		return parts[1] + maskOnce(parts[2]) + "@"
	}))
}

// MaskLocation is the text of an answer in which the address that it redirects to
// has no secrets either: Werkzeug writes it there too.
func MaskLocation(headers []Header, text string) string {
	location := Get(headers, "Location")
	masked := MaskURL(location)
	if masked == location {
		return text
	}
	return strings.NewReplacer(location, masked, html.EscapeString(location), html.EscapeString(masked)).Replace(text)
}

// rememberCookie is Flask-Login's: an id, and its signature in hexadecimal.
var rememberCookie = regexp.MustCompile(`^(.*\|)([0-9a-f]{40,128})$`)

// MaskCookie masks what makes a cookie's value worth something: the signature of
// one that is signed, so that a session can still be read, or else all of it. A
// short one is a setting, unless its name says otherwise.
func MaskCookie(name, value string) string {
	if maskedPart.MatchString(value) {
		return value
	}
	if parts := rememberCookie.FindStringSubmatch(value); parts != nil {
		return parts[1] + masked(parts[2])
	}
	if payload, signature, ok := strings.Cut(value, "."); ok && isSignature(signature) && isID(payload) {
		return maskOnce(value)
	}
	if text := Signatures(value, maskOnce); text != value {
		return text
	}
	named := secretname.Is(name) || strings.Contains(strings.ToLower(name), "session")
	if len(value) < 4 || len(value) < minSecret && !named { // auth=1 is a setting too
		return value
	}
	return maskOnce(value)
}

// isID reports whether what a cookie signs is the id of a stored session: 43
// random characters of Flask-Session, or a UUID of its older versions. Anything
// that Flask signs without a time is JSON.
func isID(payload string) bool {
	if len(payload) < 32 {
		return false
	}
	text, err := base64.RawURLEncoding.DecodeString(payload)
	return err != nil || !json.Valid(text)
}

func maskCookies(header string) string {
	pairs := strings.Split(header, ";")
	for i, pair := range pairs {
		if name, value, ok := strings.Cut(pair, "="); ok {
			pairs[i] = name + "=" + MaskCookie(strings.TrimSpace(name), value)
		}
	}
	return strings.Join(pairs, ";")
}

func maskSetCookie(line string) string {
	pair, attributes, more := strings.Cut(line, ";")
	name, value, ok := strings.Cut(pair, "=")
	if !ok {
		return line
	}
	masked := name + "=" + MaskCookie(strings.TrimSpace(name), value)
	if more {
		masked += ";" + attributes
	}
	return masked
}

// mask masks an exchange, and notes which fields of the request are not what they
// were.
func (e *Exchange) mask() {
	for i, h := range e.Request.Headers {
		e.Request.Headers[i][1] = MaskHeader(h[0], h[1])
		csrf := strings.HasPrefix(strings.ToLower(h[0]), "x-csrf") // a comparison replaces it
		if IsSecretHeader(h[0]) && !csrf {
			e.note(h[0])
		}
	}
	e.Request.Target = maskTarget(e.Request.Target, e.note)
	e.maskRequestBody()
	if b, _ := e.Response.Body.Bytes(); len(b) > 0 && isEncoded(e.Response.Headers) { // no secret is seen in it
		sum := sha256.Sum256(b)
		e.Response.Body = Body{Cut: &Cut{Size: int64(len(b)), SHA256: hex.EncodeToString(sum[:])}}
	}
	e.Response.Body.change(func(text string) string { return MaskText(MaskLocation(e.Response.Headers, text)) })
	for i, h := range e.Response.Headers {
		e.Response.Headers[i][1] = MaskHeader(h[0], h[1])
	}
}

func (e *Exchange) note(field string) {
	if !slices.Contains(e.Masked, field) {
		e.Masked = append(e.Masked, field)
	}
}

// maskTarget masks path, query and fragment, and notes which fields.
func maskTarget(target string, note func(field string)) string {
	target, fragment, hasFragment := strings.Cut(target, "#")
	path, query, hasQuery := strings.Cut(target, "?")
	text := Signatures(path, maskOnce)
	if text != path {
		note("path")
	}
	if hasQuery {
		text += "?" + maskQuery(query, note)
	}
	if hasFragment { // OAuth's tokens stand there
		text += "#" + maskQuery(fragment, note)
	}
	return text
}

// maskQuery masks a query or a form, and leaves the rest of it as it is written.
func maskQuery(query string, note func(field string)) string {
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
		signed := Signatures(value, maskOnce)
		if plain == "csrf_token" && signed != value { // which a comparison replaces; it is worth nothing without its signature
			pairs[i] = name + "=" + signed
		} else if secretname.InForm(plain) || signed != value {
			pairs[i] = name + "=" + maskOnce(value)
			note(plain)
		}
	}
	return strings.Join(pairs, "&")
}

// isEncoded reports whether a body is compressed.
func isEncoded(head []Header) bool {
	coding := strings.ToLower(Get(head, "Content-Encoding"))
	return coding != "" && coding != "identity"
}

// maskRequestBody masks the fields of a form, or the signatures in any other text.
// A body with files, or any other that names a secret, is left out.
func (e *Exchange) maskRequestBody() {
	body := &e.Request.Body
	if body.Text == "" && body.Base64 == "" {
		return
	}
	mediatype, _, _ := mime.ParseMediaType(Get(e.Request.Headers, "Content-Type"))
	encoded := isEncoded(e.Request.Headers)
	if mediatype == "application/x-www-form-urlencoded" && !encoded {
		body.change(func(form string) string { return maskQuery(form, e.note) })
		return
	}
	text, err := body.Bytes()
	if err != nil || encoded || strings.HasPrefix(mediatype, "multipart/") || namesSecret(string(text)) {
		*body = Body{Text: maskedPrefix + "body"}
		e.note("body")
		return
	}
	if masked := MaskText(string(text)); masked != string(text) {
		*body = NewBody([]byte(masked))
		e.note("body")
	}
}

// namesSecret reports whether the name of a secret stands in a text, be it in UTF-16
// (without whose zeros those of ASCII can be read) or escaped.
func namesSecret(text string) bool {
	return secretname.Is(unescaped(strings.ReplaceAll(text, "\x00", "")))
}
