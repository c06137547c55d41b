package csrf

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/cantil-go/cantil"
)

// CSRFError is the error of a request that brought no good token, a 400:
// flask_wtf.csrf.CSRFError. Its Description is the reason.
//
//	cantil.ErrorHandlerFor(app, func(c *cantil.Context, err *csrf.CSRFError) any {
//		return c.MakeResponse(c.RenderTemplate("csrf.html", cantil.Map{"reason": err.Description}), err.Code)
//	})
type CSRFError struct{ cantil.HTTPError }

// Error is the reason.
func (e *CSRFError) Error() string { return "csrf: " + e.Description }

// Unwrap returns the error as an [*cantil.HTTPError], by which handlers of 400
// find it.
func (e *CSRFError) Unwrap() error { return &e.HTTPError }

func refuse(reason string) *CSRFError {
	return &CSRFError{cantil.HTTPError{Code: http.StatusBadRequest, Description: reason}}
}

// exemptKey is that of the RouteValue of Exempt.
type exemptKey struct{}

// Exempt is the option of a rule that neither CSRFProtect nor CrossOrigin checks,
// @csrf.exempt: a webhook that proves its sender by a signature.
//
//	app.Post("/webhook", csrf.Exempt())(webhook)
func Exempt() cantil.RouteOption { return cantil.RouteValue(exemptKey{}, true) }

// Exempt leaves endpoints unchecked, csrf.exempt(view).
func (p *CSRFProtect) Exempt(endpoints ...string) {
	for _, endpoint := range endpoints {
		p.exempt[endpoint] = true
	}
}

// ExemptBlueprint leaves the views of a blueprint unchecked,
// csrf.exempt(blueprint): an API whose clients send a key instead of a cookie. It is
// meant under each name that it is registered by; a blueprint that is nested in it,
// or has the same name elsewhere, is not.
func (p *CSRFProtect) ExemptBlueprint(bp *cantil.Blueprint) { p.blueprints[bp] = true }

func (p *CSRFProtect) isExempt(c *cantil.Context) bool {
	return c.RouteValue(exemptKey{}) != nil || p.exempt[c.Endpoint()] ||
		len(p.blueprints) > 0 && p.blueprints[c.App().Blueprint(c.Blueprint())]
}

// check is the before_request function. What no rule matches is a 404 or 405
// anyway.
func (p *CSRFProtect) check(c *cantil.Context) any {
	if !p.Enabled || !p.CheckDefault || c.Endpoint() == "" {
		return nil
	}
	if err := p.Protect(c, ApplyExemptions()); err != nil {
		return err
	}
	return nil
}

// ProtectOption is an option of [CSRFProtect.Protect].
type ProtectOption func(*protectOptions)

type protectOptions struct{ exemptions bool }

// ApplyExemptions leaves exempt views unchecked, apply_exemptions=True.
func ApplyExemptions() ProtectOption { return func(o *protectOptions) { o.exemptions = true } }

// Protect checks a request by hand, csrf.protect(), and returns a [*CSRFError]
// or nil: for sites with CheckDefault false. Requests of other methods than
// Methods pass. One that was checked has csrf_valid in g.
func (p *CSRFProtect) Protect(c *cantil.Context, options ...ProtectOption) error {
	var o protectOptions
	for _, option := range options {
		option(&o)
	}
	if !p.checks(c.Method()) || o.exemptions && p.isExempt(c) {
		return nil
	}
	if err := ValidateCSRF(c, p.sentToken(c)); err != nil {
		return err
	}
	if p.SSLStrict && c.IsSecure() {
		switch referrer := c.Referrer(); {
		case referrer == "":
			return refuse("The referrer header is missing.")
		case !ofHost(referrer, c.Host()):
			return refuse("The referrer does not match the host.")
		}
	}
	c.G()["csrf_valid"] = true
	return nil
}

// sentToken is the request's token: in the form, under a name that may have a
// prefix, or in a header. It is not looked for where another site could put one,
// in the query or a cookie.
func (p *CSRFProtect) sentToken(c *cantil.Context) string {
	form, field := c.Form(), p.field()
	if token := form.Get(field); token != "" {
		return token
	}
	for _, key := range form.Keys() {
		if strings.HasSuffix(key, field) && form.Get(key) != "" {
			return form.Get(key)
		}
	}
	for _, header := range p.Headers {
		if token := c.Header(header); token != "" {
			return token
		}
	}
	return ""
}

// ofHost reports whether a URL is one of https and of this host and port.
func ofHost(referrer, host string) bool {
	scheme, rest, ok := strings.Cut(referrer, "://")
	if !ok || !strings.EqualFold(scheme, "https") || host == "" {
		return false
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	theirs, err := url.Parse("https://" + rest)
	ours, bad := url.Parse("https://" + host)
	return err == nil && bad == nil && strings.EqualFold(theirs.Hostname(), ours.Hostname()) && port(theirs) == port(ours)
}

// port is a URL's port as a number, -1 without one.
func port(u *url.URL) int {
	n, err := strconv.Atoi(u.Port())
	if err != nil {
		return -1
	}
	return n
}
