package talisman

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"

	"github.com/cantil-go/cantil"
)

// talisman is what NewTalisman registered on an application.
type talisman struct {
	settings *settings
	views    sync.Map // *view to *settings
}

// NewTalisman protects an application, Talisman(app, …). A mistake in the options
// panics. The template global csp_nonce is registered.
func NewTalisman(app *cantil.App, options ...Option) {
	t := &talisman{settings: defaults().with(options)}
	app.SessionCookieSecure = app.SessionCookieSecure || t.settings.cookieSecure && !app.Debug
	app.SessionCookieHTTPOnly = app.SessionCookieHTTPOnly || t.settings.cookieHTTPOnly
	app.SessionCookieSameSite = t.settings.cookieSameSite
	app.Extensions[extension] = t
	app.BeforeRequestFirst(t.redirect)
	app.AfterRequestLast(t.setHeaders)
	app.TemplateContextGlobal("csp_nonce", func(c *cantil.Context) any {
		return func() string { return CSPNonce(c) }
	})
}

const extension = "talisman"

type (
	viewKey  struct{} // of a route with options of its own
	nonceKey struct{} // of a request with a nonce
)

// view are a route's own options.
type view struct{ options []Option }

// View gives one route options of its own, @talisman(…). Those of the session
// cookie have no meaning here. The application's nonce goes into the directives
// that the route's policy has. A mistake in the options panics at the route's
// first request, since it depends on the application's.
func View(options ...Option) cantil.RouteOption {
	return cantil.RouteValue(viewKey{}, &view{options})
}

// of are the settings for a request.
func (t *talisman) of(c *cantil.Context) *settings {
	v, _ := c.RouteValue(viewKey{}).(*view)
	if v == nil {
		return t.settings
	}
	s, ok := t.views.Load(v)
	if !ok {
		s, _ = t.views.LoadOrStore(v, t.settings.with(v.options))
	}
	return s.(*settings)
}

// CSPNonce is the request's nonce, csp_nonce(): "" if no directive of its policy
// takes one.
func CSPNonce(c *cantil.Context) string {
	t, _ := c.App().Extensions[extension].(*talisman)
	if t == nil || len(t.of(c).pieces) < 2 {
		return ""
	}
	nonce, _ := c.RequestCtx().UserValue(nonceKey{}).(string)
	if nonce == "" {
		var random [24]byte
		_, _ = rand.Read(random[:]) // never fails: it would end the program
		nonce = base64.RawURLEncoding.EncodeToString(random[:])
		c.RequestCtx().SetUserValue(nonceKey{}, nonce)
	}
	return nonce
}

// secure reports whether the visitor came over https.
func secure(c *cantil.Context) bool {
	return c.IsSecure() || c.Header("X-Forwarded-Proto") == "https"
}

// redirect sends a request over http to https.
func (t *talisman) redirect(c *cantil.Context) any {
	s := t.of(c)
	if !s.forceHTTPS || c.App().Debug || secure(c) {
		return nil
	}
	rest, ok := strings.CutPrefix(c.URL(), "http://")
	if !ok { // without a valid host the URL is a path
		return &cantil.HTTPError{Code: http.StatusBadRequest, Description: "This site is served over https."}
	}
	code := http.StatusFound
	if s.permanent {
		code = http.StatusMovedPermanently
	}
	return c.Redirect("https://"+rest, code)
}

// setHeaders sets the headers of an answer.
func (t *talisman) setHeaders(c *cantil.Context, r *cantil.Response) {
	s, h := t.of(c), r.Header()
	set(h, "Feature-Policy", s.feature)
	set(h, "Permissions-Policy", s.permissions)
	set(h, "Document-Policy", s.document)
	set(h, "X-Frame-Options", s.frameOptions)
	if s.xssProtection {
		h.Set("X-XSS-Protection", "1; mode=block")
	}
	if s.contentTypeOptions {
		h.Set("X-Content-Type-Options", "nosniff")
	}
	if s.fileSave {
		h.Set("X-Download-Options", "noopen")
	}
	if len(s.pieces) > 0 {
		h.Set(s.header, strings.Join(s.pieces, CSPNonce(c)))
	}
	if secure(c) {
		set(h, "Strict-Transport-Security", s.transportSecurity)
	}
	set(h, "Referrer-Policy", s.referrer)
}

func set(h *cantil.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}
