package talisman_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/talisman"
)

var https = cantil.RequestHeader("X-Forwarded-Proto", "https")

func page(*cantil.Context) any { return "page" }

func newApp(options ...talisman.Option) *cantil.App {
	app := cantil.New()
	app.SecretKey = strings.Repeat("k", 16)
	talisman.NewTalisman(app, options...)
	app.Get("/", cantil.Endpoint("index"))(page)
	return app
}

// protections are the headers that Talisman sets, a line each.
func protections(r *cantil.ClientResponse) string {
	var lines []string
	for _, name := range []string{"Feature-Policy", "Permissions-Policy", "Document-Policy", "X-Frame-Options", "X-XSS-Protection",
		"X-Content-Type-Options", "X-Download-Options", "Content-Security-Policy", "Content-Security-Policy-Report-Only",
		"Strict-Transport-Security", "Referrer-Policy"} {
		for _, value := range r.HeaderAll(name) {
			lines = append(lines, name+": "+value)
		}
	}
	return strings.Join(lines, "\n")
}

const usual = `Permissions-Policy: browsing-topics=()
X-Frame-Options: SAMEORIGIN
X-Content-Type-Options: nosniff
Content-Security-Policy: default-src 'self'; object-src 'none'
Strict-Transport-Security: max-age=31556926; includeSubDomains
Referrer-Policy: strict-origin-when-cross-origin`

// TestHeaders: what Flask-Talisman 1.1.0 sends, by its defaults and its options,
// with pages that are not there too.
func TestHeaders(t *testing.T) {
	for name, test := range map[string]struct {
		options []talisman.Option
		want    string
	}{
		"defaults": {nil, usual},
		"nothing": {[]talisman.Option{talisman.PermissionsPolicy(""), talisman.FrameOptions(""), talisman.XContentTypeOptions(false),
			talisman.ContentSecurityPolicy(""), talisman.StrictTransportSecurity(false), talisman.ReferrerPolicy("")}, ""},
		"everything": {[]talisman.Option{talisman.FeaturePolicy("camera 'none'"), talisman.PermissionsPolicy("camera=()"), talisman.DocumentPolicy("oversized-images=?0"),
			talisman.FrameOptions("DENY"), talisman.XXSSProtection(true), talisman.ForceFileSave(true),
			talisman.ContentSecurityPolicy(" default-src 'self';img-src  *; upgrade-insecure-requests;"), talisman.ContentSecurityPolicyReportURI("/csp"),
			talisman.ContentSecurityPolicyReportOnly(true), talisman.StrictTransportSecurityMaxAge(time.Hour), talisman.StrictTransportSecurityPreload(true),
			talisman.StrictTransportSecurityIncludeSubdomains(false), talisman.ReferrerPolicy("no-referrer")}, `Feature-Policy: camera 'none'
Permissions-Policy: camera=()
Document-Policy: oversized-images=?0
X-Frame-Options: DENY
X-XSS-Protection: 1; mode=block
X-Content-Type-Options: nosniff
X-Download-Options: noopen
Content-Security-Policy-Report-Only: default-src 'self'; img-src *; upgrade-insecure-requests; report-uri /csp
Strict-Transport-Security: max-age=3600; preload
Referrer-Policy: no-referrer`},
	} {
		client := newApp(test.options...).TestClient()
		for _, path := range []string{"/", "/missing"} {
			if got := protections(client.Get(path, https)); got != test.want {
				t.Errorf("%s: %s\n%s\nwant\n%s", name, path, got, test.want)
			}
		}
	}
}

// TestRedirect: over http everything is elsewhere, but not in Debug.
func TestRedirect(t *testing.T) {
	for name, test := range map[string]struct {
		app     *cantil.App
		debug   bool
		headers []string
		want    string
	}{
		"http":      {newApp(), false, nil, "302 https://localhost/a%20b?c=d%26"},
		"permanent": {newApp(talisman.ForceHTTPSPermanent(true)), false, nil, "301 https://localhost/a%20b?c=d%26"},
		"https":     {newApp(), false, []string{"X-Forwarded-Proto", "https"}, "404 "},
		"off":       {newApp(talisman.ForceHTTPS(false)), false, nil, "404 "},
		"debug":     {newApp(), true, nil, "404 "},
		"no host":   {newApp(), false, []string{"Host", "a b"}, "400 "},
		"port":      {newApp(), false, []string{"Host", "x.example:8080"}, "302 https://x.example:8080/a%20b?c=d%26"},
	} {
		test.app.Debug = test.debug
		var options []cantil.RequestOption
		if test.headers != nil {
			options = append(options, cantil.RequestHeader(test.headers[0], test.headers[1]))
		}
		r := test.app.TestClient().Post("/a%20b?c=d%26", options...)
		if got := fmt.Sprint(r.Status, " ", r.Header("Location")); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
		if over := r.Header("Strict-Transport-Security") != ""; over != (name == "https") {
			t.Errorf("%s: Strict-Transport-Security %v", name, over)
		}
	}
}

// TestNonce: each request has one of its own, the same in the page and in the
// header, in an imported macro too.
func TestNonce(t *testing.T) {
	app := newApp(talisman.ContentSecurityPolicy("default-src 'self'; script-src 'self'; style-src 'self'"),
		talisman.ContentSecurityPolicyNonceIn("script-src", "Style-Src"), talisman.ForceHTTPS(false))
	app.Get("/page", cantil.Endpoint("page"))(func(c *cantil.Context) any {
		return c.RenderTemplateString("{{ csp_nonce() }} {{ csp_nonce() }} " + talisman.CSPNonce(c))
	})
	app.Get("/without", cantil.Endpoint("without"), talisman.View(talisman.ContentSecurityPolicyNonceIn()))(func(c *cantil.Context) any {
		return c.RenderTemplateString("[{{ csp_nonce() }}]")
	})
	seen := map[string]bool{}
	for range 3 {
		r := app.TestClient().Get("/page")
		words := strings.Fields(r.Text())
		if len(words) != 3 || words[0] != words[1] || words[1] != words[2] || !regexp.MustCompile(`^[A-Za-z0-9_-]{32}$`).MatchString(words[0]) || seen[words[0]] {
			t.Fatalf("%q", r.Text())
		}
		seen[words[0]] = true
		want := strings.ReplaceAll("default-src 'self'; script-src 'self' 'nonce-N'; style-src 'self' 'nonce-N'", "N", words[0])
		if got := r.Header("Content-Security-Policy"); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
	r := app.TestClient().Get("/without")
	if r.Text() != "[]" || strings.Contains(r.Header("Content-Security-Policy"), "nonce") {
		t.Errorf("%q %q", r.Text(), r.Header("Content-Security-Policy"))
	}
}

// TestView: a route's own options count for it alone.
func TestView(t *testing.T) {
	app := newApp()
	app.Get("/open", cantil.Endpoint("open"), talisman.View(talisman.FrameOptions(""), talisman.ForceHTTPS(false), talisman.ContentSecurityPolicy("default-src *")))(page)
	r := app.TestClient().Get("/open")
	if r.Status != 200 || r.Header("X-Frame-Options") != "" || r.Header("Content-Security-Policy") != "default-src *" || r.Header("Referrer-Policy") == "" {
		t.Errorf("%d\n%s", r.Status, protections(r))
	}
	if got := protections(app.TestClient().Get("/", https)); got != usual {
		t.Error(got)
	}
	app = newApp(talisman.ContentSecurityPolicy("default-src 'self'; script-src 'self'"), talisman.ContentSecurityPolicyNonceIn("script-src"))
	app.Get("/bare", cantil.Endpoint("bare"), talisman.View(talisman.ContentSecurityPolicy("default-src 'none'")))(page)
	if r := app.TestClient().Get("/bare", https); r.Status != 200 || r.Header("Content-Security-Policy") != "default-src 'none'" {
		t.Errorf("without the directive of the application's nonce: %d\n%s", r.Status, protections(r))
	}
}

// TestSessionCookie: its attributes are Talisman's.
func TestSessionCookie(t *testing.T) {
	set := func(app *cantil.App) string {
		app.Get("/set", cantil.Endpoint("set"))(func(c *cantil.Context) any { c.Session().Set("a", 1); return "" })
		_, attributes, _ := strings.Cut(app.TestClient().Get("/set", https).Header("Set-Cookie"), "; ")
		return attributes
	}
	if got := set(newApp()); got != "Secure; HttpOnly; Path=/; SameSite=Lax" {
		t.Error(got)
	}
	if got := set(newApp(talisman.SessionCookieSecure(false), talisman.SessionCookieSameSite("Strict"))); got != "HttpOnly; Path=/; SameSite=Strict" {
		t.Error(got)
	}
	app := cantil.New()
	app.SecretKey, app.Debug = strings.Repeat("k", 16), true
	talisman.NewTalisman(app)
	if got := set(app); got != "HttpOnly; Path=/; SameSite=Lax" {
		t.Error("in Debug:", got)
	}
}

func TestMistakesPanic(t *testing.T) {
	for want, options := range map[string][]talisman.Option{
		"has no script-src": {talisman.ContentSecurityPolicyNonceIn("script-src")},
		"nobody would":      {talisman.ContentSecurityPolicyReportOnly(true)},
	} {
		func() {
			defer func() {
				if v := recover(); v == nil || !strings.Contains(fmt.Sprint(v), want) {
					t.Errorf("%q: %v", want, v)
				}
			}()
			newApp(options...)
		}()
	}
}
