// Package talisman sets the headers by which browsers protect a site, and sends
// its visitors to https, as Flask-Talisman does: its options and its defaults.
//
//	package main
//
//	import (
//		"log"
//
//		"github.com/cantil-go/cantil"
//		"github.com/cantil-go/cantil/talisman"
//	)
//
//	func main() {
//		app := cantil.New()
//		talisman.NewTalisman(app, // Talisman(app, content_security_policy={…}, content_security_policy_nonce_in=['script-src'])
//			talisman.ContentSecurityPolicy("default-src 'self'; script-src 'self'; object-src 'none'"),
//			talisman.ContentSecurityPolicyNonceIn("script-src"))
//		app.Get("/")(index)
//		app.Get("/mapa", talisman.View(talisman.FrameOptions("")))(mapa) // @talisman(frame_options=None)
//		if err := app.Run("localhost:5000"); err != nil {
//			log.Fatal(err)
//		}
//	}
//
//	func index(c *cantil.Context) any {
//		return c.RenderTemplateString(`<script nonce="{{ csp_nonce() }}">…</script>`)
//	}
//
//	func mapa(*cantil.Context) any { return "…" }
//
// Without options every answer of the application has, though not those of
// handlers that App.Mount gave a path to,
//
//	Content-Security-Policy: default-src 'self'; object-src 'none'
//	X-Frame-Options: SAMEORIGIN
//	X-Content-Type-Options: nosniff
//	Referrer-Policy: strict-origin-when-cross-origin
//	Permissions-Policy: browsing-topics=()
//	Strict-Transport-Security: max-age=31556926; includeSubDomains     over https
//
// a request over http is answered with a redirect to the same URL over https, and
// the session cookie gets Secure, HttpOnly and SameSite=Lax. In Debug, which must
// be set before, there is no redirect and the cookie needs no https. A request is
// one over https if it came so, App.ProxyFix says that it did, or X-Forwarded-Proto
// does, which any client can claim: it spares itself the redirect, and its answer
// says Strict-Transport-Security, which browsers heed over https alone.
// Run has a redirect of its own for a server with TLS: cantil.App.RunTLS.
//
// # The nonce
//
// csp_nonce() in a template, or [CSPNonce], is 32 random characters for this
// request, the same as in the header. Such a page must not be kept by caches: with
// the header of a later answer its scripts would not run.
//
// # What differs from Flask-Talisman, on purpose
//
// Policies are text, since a Go map has no order. A nonce for a directive that the
// policy lacks panics, in [View]'s options if it is theirs, where Flask-Talisman leaves it out without a word. A request
// without a valid host, which cannot be redirected, is a 400. ALLOW-FROM is not
// here: browsers do not know it, frame-ancestors is what they do.
package talisman
