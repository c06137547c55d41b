package cors

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Option is an option of NewCORS, CrossOrigin and Resource, a keyword argument
// of Flask-CORS.
type Option func(*policy)

// Origins are the sites that may read the answers, origins: scheme, host and port
// as browsers send them, "https://loja.example". Each is a string or a
// *regexp.Regexp; "*" unless given, every site.
func Origins(origins ...any) Option {
	patterns := names("Origins", origins)
	return func(p *policy) { p.origins, p.named = patterns, true }
}

// Methods are those that a preflight allows, methods: GET, HEAD, POST, OPTIONS,
// PUT, PATCH and DELETE unless given.
func Methods(methods ...string) Option {
	line := strings.ToUpper(joined(methods))
	list := strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == ' ' })
	return func(p *policy) { p.methods, p.methodsLine = list, line }
}

// AllowHeaders are the request headers that a preflight allows, allow_headers.
// Each is a string or a *regexp.Regexp; "*" unless given, all of them.
func AllowHeaders(headers ...any) Option {
	patterns := names("AllowHeaders", headers)
	return func(p *policy) { p.allowHeaders = patterns }
}

// ExposeHeaders are the headers of an answer that the calling page may read,
// beside the few that browsers always show, expose_headers: none unless given.
func ExposeHeaders(headers ...string) Option {
	line := joined(headers)
	return func(p *policy) { p.expose = line }
}

// SupportsCredentials lets the origins send cookies along and read what the
// visitor would see, supports_credentials: false. It panics where any site is
// among them: at the first request where those of a view or a blueprint are left to
// the configuration. The session cookie needs SessionCookieSameSite "None" and Secure
// to travel there.
func SupportsCredentials(supports bool) Option {
	return func(p *policy) { p.credentials = supports }
}

// MaxAge is how long a browser may keep the answer to a preflight, max_age, in
// whole seconds: as long as it likes unless given.
func MaxAge(age time.Duration) Option {
	seconds := strconv.FormatInt(int64(age/time.Second), 10)
	return func(p *policy) { p.maxAge = seconds }
}

// SendWildcard answers "*" instead of the request's origin where every one is
// allowed, send_wildcard: false.
func SendWildcard(send bool) Option { return func(p *policy) { p.sendWildcard = send } }

// VaryHeader adds Vary: Origin where the answer depends on it, vary_header: true.
func VaryHeader(vary bool) Option { return func(p *policy) { p.vary = vary } }

// AutomaticOptions has [CrossOrigin] answer OPTIONS for the view,
// automatic_options: true.
func AutomaticOptions(automatic bool) Option {
	return func(p *policy) { p.automaticOptions = automatic }
}

// AlwaysSend sends the headers to requests without an Origin too, always_send:
// true.
func AlwaysSend(always bool) Option { return func(p *policy) { p.alwaysSend = always } }

// AllowPrivateNetwork lets pages of the public network call an application in a
// private one, allow_private_network: false.
func AllowPrivateNetwork(allow bool) Option {
	return func(p *policy) { p.privateNetwork = allow }
}

// Resource limits [NewCORS] to the paths that match, resources=…, with options of
// their own if there are any. The path is a string or a *regexp.Regexp. It can be
// given several times: a text is tried before the expressions, and of these the
// one with more slashes, then the longer one, before the others.
func Resource(path any, options ...Option) Option {
	r := resource{newPath(path), options}
	return func(p *policy) { p.resources = append(slices.Clip(p.resources), r) }
}

type resource struct {
	path    pattern
	options []Option
}

func names(what string, values []any) []pattern {
	var patterns []pattern
	for _, value := range values {
		patterns = append(patterns, newName(what, value))
	}
	return patterns
}

// joined is a list as a header has it: sorted, unless it came as one text.
func joined(list []string) string {
	return strings.Join(slices.Sorted(slices.Values(list)), ", ")
}

// defaults are Flask-CORS'.
var defaults = []Option{
	Origins("*"), AllowHeaders("*"), VaryHeader(true), AutomaticOptions(true), AlwaysSend(true),
	Methods(http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions, http.MethodPut, http.MethodPatch, http.MethodDelete),
}
