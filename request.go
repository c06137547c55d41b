package cantil

import (
	"bytes"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/cantil-go/cantil/internal/flaskjson"
	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/internal/routing"
)

// Method is the request's method in upper case, request.method, however the
// client spelled it.
func (c *Context) Method() string { return methodName(c.ctx.Method()) }

// methodName is the method as a string, without allocating for the usual ones.
func methodName(method []byte) string {
	switch string(method) {
	case http.MethodGet:
		return http.MethodGet
	case http.MethodHead:
		return http.MethodHead
	case http.MethodPost:
		return http.MethodPost
	case http.MethodPut:
		return http.MethodPut
	case http.MethodPatch:
		return http.MethodPatch
	case http.MethodDelete:
		return http.MethodDelete
	case http.MethodOptions:
		return http.MethodOptions
	}
	return strings.ToUpper(pytext.Latin1(method))
}

// Path is the path without the query, decoded: request.path. It is what the rules
// are matched with, and begins with one slash, however many the client sent.
func (c *Context) Path() string {
	if c.path == "" {
		c.path = routing.DecodePath(c.ctx.URI().PathOriginal())
		if !strings.HasPrefix(c.path, "/") || strings.HasPrefix(c.path, "//") {
			c.path = "/" + strings.TrimLeft(c.path, "/")
		}
	}
	return c.path
}

// FullPath is the path with its query, request.full_path. It ends in "?" when
// there is no query, as in Flask.
func (c *Context) FullPath() string { return c.Path() + "?" + c.QueryString() }

// QueryString is what follows the "?", as it was sent: request.query_string.
func (c *Context) QueryString() string { return string(c.ctx.URI().QueryString()) }

// Scheme is "http" or "https", request.scheme. Behind a proxy see [App.ProxyFix].
func (c *Context) Scheme() string {
	if c.proxy.scheme != "" {
		return c.proxy.scheme
	}
	if c.ctx.IsTLS() || c.ctx.UserValue(schemeKey) != nil {
		return "https"
	}
	return "http"
}

// IsSecure reports whether the request came over HTTPS, request.is_secure.
func (c *Context) IsSecure() bool {
	scheme := c.Scheme()
	return scheme == "https" || scheme == "wss"
}

// RemoteAddr is the client's IP address, request.remote_addr: "" on a Unix
// socket, unless [App.ProxyFix] reads one.
func (c *Context) RemoteAddr() string {
	if c.proxy.remote != "" {
		return c.proxy.remote
	}
	switch addr := c.ctx.RemoteAddr().(type) {
	case *net.TCPAddr:
		return addr.IP.String()
	case *net.UnixAddr:
		return ""
	}
	host, _, err := net.SplitHostPort(c.ctx.RemoteAddr().String())
	if err != nil {
		return c.ctx.RemoteAddr().String()
	}
	return host
}

// Header is the value of a request header, request.headers.get(name): "" if the
// request has none. Several lines of one name are one value with commas between
// them, as Flask gets them from its server.
func (c *Context) Header(name string) string {
	lines := c.ctx.Request.Header.PeekAll(name)
	if len(lines) == 1 {
		return pytext.Latin1(lines[0])
	}
	return pytext.Latin1(bytes.Join(lines, []byte{','}))
}

// HasHeader reports whether the request has a header of the name.
func (c *Context) HasHeader(name string) bool {
	return c.ctx.Request.Header.Peek(name) != nil || c.sentHeader(name)
}

// sentHeader looks for a header among the lines as they were sent: fasthttp does
// not tell an empty User-Agent from none, or no Content-Length from 0.
func (c *Context) sentHeader(name string) bool {
	for line := range bytes.Lines(c.ctx.Request.Header.RawHeaders()) {
		if key, _, ok := bytes.Cut(line, []byte{':'}); ok && strings.EqualFold(string(key), name) {
			return true
		}
	}
	return false
}

// Headers lists the lines of a request header, request.headers.getlist(name).
// (Flask's server has joined them by then.)
func (c *Context) Headers(name string) []string {
	var values []string
	for _, v := range c.ctx.Request.Header.PeekAll(name) {
		values = append(values, pytext.Latin1(v))
	}
	return values
}

// UserAgent is the browser's name for itself, request.user_agent.string.
func (c *Context) UserAgent() string { return c.Header("User-Agent") }

// Referrer is the page that led here, request.referrer.
func (c *Context) Referrer() string { return c.Header("Referer") }

// ContentType is the body's type with its parameters, request.content_type.
func (c *Context) ContentType() string { return pytext.Latin1(c.ctx.Request.Header.ContentType()) }

// Mimetype is the body's type alone, in lower case: request.mimetype.
func (c *Context) Mimetype() string { return httpheader.MediaType(c.ContentType()) }

// MimetypeParams are the parameters of the body's type, request.mimetype_params:
// the charset of "text/html; charset=utf-8".
func (c *Context) MimetypeParams() map[string]string {
	_, options := httpheader.ParseOptions(c.ContentType())
	params := make(map[string]string, len(options))
	for _, o := range options {
		params[o.Key], _ = options.Get(o.Key)
	}
	return params
}

// ContentLength is the length that the request says its body has,
// request.content_length: -1 (None in Flask) if it does not say.
func (c *Context) ContentLength() int {
	n := c.ctx.Request.Header.ContentLength()
	if n < 0 || n == 0 && !c.sentHeader("Content-Length") {
		return -1
	}
	return n
}

// AccessRoute lists the addresses that X-Forwarded-For names, from the client
// to the last proxy, or else the one that the request came from:
// request.access_route. A client can write there what it likes.
func (c *Context) AccessRoute() []string {
	if c.HasHeader("X-Forwarded-For") {
		return append([]string{}, httpheader.SplitList(c.Header("X-Forwarded-For"))...)
	}
	return []string{c.RemoteAddr()}
}

// Authorization is what a request says of its sender, request.authorization.
type Authorization struct {
	// Type is the scheme in lower case: "basic", "bearer", "digest".
	Type string
	// Parameters are the values that the scheme sends by name. Basic has
	// username and password. They are nil if there is a Token.
	Parameters map[string]string
	// Token is the one value that a scheme such as bearer sends.
	Token string
}

// Username is the user of basic and digest, "" if there is none:
// authorization.username.
func (a *Authorization) Username() string { return a.Parameters["username"] }

// Password is the password of basic, "" if there is none: authorization.password.
func (a *Authorization) Password() string { return a.Parameters["password"] }

// Authorization is the request's Authorization header, request.authorization: nil
// if it has none, or one that cannot be read.
func (c *Context) Authorization() *Authorization {
	a, ok := httpheader.ParseAuthorization(c.Header("Authorization"))
	if !ok {
		return nil
	}
	return &Authorization{Type: a.Scheme, Parameters: a.Parameters, Token: a.Token}
}

// notJSON tells the client what its request lacks.
const notJSON = "The request's body is not announced as JSON: its Content-Type must be application/json."

// JSON decodes the request's JSON into v, request.json. A body of another type
// is a 415 error and one that is not JSON a 400: return the error to answer so.
func (c *Context) JSON(v any) error {
	if !c.IsJSON() {
		return Abort(http.StatusUnsupportedMediaType, notJSON)
	}
	return c.decodeJSONBody(v)
}

// ForceJSON is JSON whatever type the request says its body is,
// request.get_json(force=True).
func (c *Context) ForceJSON(v any) error { return c.decodeJSONBody(v) }

// JSONOption is an option of [Context.GetJSON].
type JSONOption int

// The options of GetJSON.
const (
	JSONForce  JSONOption = iota // whatever type the request says its body is, force=True
	JSONSilent                   // no error: v stays as it is, silent=True
)

// GetJSON is [Context.JSON] with options, request.get_json(force, silent).
func (c *Context) GetJSON(v any, options ...JSONOption) error {
	read := c.JSON
	if slices.Contains(options, JSONForce) {
		read = c.ForceJSON
	}
	err := read(v)
	if err != nil && slices.Contains(options, JSONSilent) {
		return nil
	}
	return err
}

// IsJSON reports whether the request says that its body is JSON, request.is_json.
func (c *Context) IsJSON() bool { return httpheader.IsJSON(c.Mimetype()) }

// decodeJSONBody reads JSON; a body that is not JSON is a 400, which in Debug says
// why.
func (c *Context) decodeJSONBody(v any) error {
	decode := flaskjson.Decode
	if c.app.JSONProvider != nil {
		decode = c.app.JSONProvider.Loads
	}
	err := decode(c.rawBody(), v)
	// A target that is not a pointer is a mistake in the program, not in the
	// request.
	if _, mistake := errors.AsType[*json.InvalidUnmarshalError](err); mistake || err == nil {
		return err
	}
	he := &HTTPError{Code: http.StatusBadRequest, Err: err}
	if c.app.Debug {
		he.Description = "The request's body is not JSON: " + err.Error()
	}
	return he
}
