package login

import (
	"bytes"
	"crypto/sha512"
	"encoding/hex"
	"strings"

	"github.com/cantil-go/cantil"
)

// Identifier063 is what Flask-Login up to 0.6.3 takes for the visitor's browser
// and address: what session protection compares, and the default. It believes
// the first address of any X-Forwarded-For header, which the visitor may have
// written.
func Identifier063(c *cantil.Context) string {
	addr := c.RemoteAddr()
	if forwarded := header(c, "X-Forwarded-For"); forwarded != nil {
		addr = *forwarded
	}
	return sum(identity(&addr, header(c, "User-Agent")))
}

// Identifier07 is the identifier of Flask-Login's main branch, 0.7: the address
// is [cantil.Context.RemoteAddr], so that only trusted proxies are believed
// ([cantil.App.ProxyFix]). Both halves of a site need the same one: with two
// kinds each half takes the other's sessions for stolen.
func Identifier07(c *cantil.Context) string {
	return sum(c.RemoteAddr() + "|" + c.UserAgent())
}

func sum(text string) string {
	digest := sha512.Sum512([]byte(text))
	return hex.EncodeToString(digest[:])
}

// header is the value of a header, nil if the request has none of the name.
func header(c *cantil.Context, name string) *string {
	if !c.HasHeader(name) {
		return nil
	}
	value := c.Header(name)
	return &value
}

// identity is the text that Flask-Login 0.6.3 makes a digest of: each part as
// Python prints a bytes, or None. Of an address it is the first of a list.
func identity(addr, agent *string) string {
	text := "None"
	if addr != nil {
		first, _, _ := strings.Cut(*addr, ",")
		text = bytesRepr(bytes.Trim([]byte(first), " \t\n\r\f\v")) // what bytes.strip() takes for space
	}
	if agent == nil {
		return text + "|None"
	}
	return text + "|" + bytesRepr([]byte(*agent))
}

// bytesRepr is Python's repr of a bytes.
func bytesRepr(b []byte) string {
	quote := byte('\'')
	if bytes.IndexByte(b, '\'') >= 0 && bytes.IndexByte(b, '"') < 0 {
		quote = '"'
	}
	const digits = "0123456789abcdef"
	out := []byte{'b', quote}
	for _, ch := range b {
		switch {
		case ch == quote || ch == '\\':
			out = append(out, '\\', ch)
		case ch == '\t':
			out = append(out, `\t`...)
		case ch == '\n':
			out = append(out, `\n`...)
		case ch == '\r':
			out = append(out, `\r`...)
		case ch < 0x20 || ch >= 0x7f:
			out = append(out, '\\', 'x', digits[ch>>4], digits[ch&15])
		default:
			out = append(out, ch)
		}
	}
	return string(append(out, quote))
}
