package cantil

import (
	"bytes"
	"log/slog"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/cookies"
)

// Cookie is how a cookie is sent, the keyword arguments of Flask's set_cookie.
// The zero value is what set_cookie sends without any: a cookie for the whole
// host that ends with the browser.
type Cookie struct {
	// MaxAge is the life in seconds. 0 sends no Max-Age; a negative number
	// sends "Max-Age=0", which ends the cookie now. Without Expires a matching
	// Expires goes with it, as Werkzeug does for old browsers.
	MaxAge int
	// Expires is the end of the cookie. The zero time sends none; time.Unix(0,
	// 0) is 1970, as expires=0.
	Expires time.Time
	// ExpiresText is the end as text, sent as it is: a str as expires. It takes
	// precedence over Expires.
	ExpiresText string
	// Path limits the cookie to a path. "" is "/", Flask's default; [NoPath]
	// and [EmptyPath] are what path=None and path="" are in Flask.
	Path string
	// Domain lets the hosts below a domain have the cookie too; a leading dot
	// and a port are taken off. "" sends none. An international name goes out
	// in its xn-- form.
	Domain string
	// Secure keeps the cookie to https.
	Secure bool
	// HTTPOnly hides the cookie from scripts.
	HTTPOnly bool
	// SameSite is "Strict", "Lax" or "None" in any case, or "" to send none.
	// Anything else is an error.
	SameSite string
	// Partitioned keeps the cookie apart for each top-level site (CHIPS); it
	// implies Secure.
	Partitioned bool
}

const (
	// NoPath as the Path of a [Cookie] sends no Path attribute: path=None.
	NoPath = cookies.NoPath
	// EmptyPath as the Path of a [Cookie] sends "Path=": path="".
	EmptyPath = cookies.EmptyPath
)

// SetCookie adds a cookie, response.set_cookie(name, value, …). Like set_cookie
// it adds a second line for a name that was set before.
//
// It panics, which is a 500, for a SameSite other than Strict, Lax and None,
// for a Domain that IDNA cannot encode or that holds a line break, for an end
// after the year 9999, and for CR, LF or NUL in the name or in ExpiresText. Any
// value can be sent: what a cookie cannot hold is quoted as Werkzeug quotes it. A
// line above MaxCookieSize, which browsers may drop, is warned of in the log.
func (r *Response) SetCookie(name, value string, options ...Cookie) {
	var cookie Cookie
	if len(options) > 0 {
		cookie = options[0]
	}
	line, err := cookies.AppendSet(nil, name, value, (*cookies.Attributes)(&cookie), r.clock())
	if err != nil {
		panic(err)
	}
	if limit := r.maxCookieSize(); limit > 0 && len(line) > limit {
		r.warnOfSize(name, len(value), len(line), limit)
	}
	r.header.Add("Set-Cookie", string(line))
}

// maxCookieSize is MaxCookieSize of the application, Flask's
// response.max_cookie_size.
func (r *Response) maxCookieSize() int {
	if r.app == nil {
		return cookies.MaxSize
	}
	return r.app.MaxCookieSize
}

// warnOfSize logs what browsers do in silence, as Werkzeug does.
func (r *Response) warnOfSize(name string, value, line, limit int) {
	logger := slog.Default()
	if r.app != nil {
		logger = r.app.logger()
	}
	logger.Warn("a cookie is too large: browsers may ignore it", slog.String("name", name),
		slog.Int("value", value), slog.Int("bytes", line), slog.Int("limit", limit))
}

// DeleteCookie has the browser forget a cookie, response.delete_cookie(name,
// …). Path, Domain and the flags must be those the cookie was set with. MaxAge,
// Expires and ExpiresText are ignored: the line says Max-Age=0 and an Expires
// in 1970. It panics as SetCookie does.
func (r *Response) DeleteCookie(name string, options ...Cookie) {
	var cookie Cookie
	if len(options) > 0 {
		cookie = options[0]
	}
	r.SetCookie(name, "", cookie.deleted())
}

// cookieEpoch is the Expires of a deleted cookie.
var cookieEpoch = time.Unix(0, 0)

// deleted returns c as delete_cookie sends it: only the attributes that tell
// cookies apart stay.
func (c Cookie) deleted() Cookie {
	c.MaxAge, c.Expires, c.ExpiresText = -1, cookieEpoch, ""
	return c
}

// cookieHeader returns the Cookie header of a request as it came, several lines
// joined by ";", as Werkzeug joins them. The bytes are fasthttp's own. It must
// be called before fasthttp's Cookie or VisitAllCookie, which take the header
// apart by other rules and keep only what they understood.
func cookieHeader(h *fasthttp.RequestHeader) []byte {
	lines := h.PeekAll(fasthttp.HeaderCookie)
	switch len(lines) {
	case 0:
		return nil
	case 1:
		return lines[0]
	}
	return bytes.Join(lines, []byte{';'})
}
