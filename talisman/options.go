package talisman

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// settings are what the options say, of the application or of a view.
type settings struct {
	forceHTTPS, permanent             bool
	frameOptions, referrer            string
	permissions, document, feature    string
	hsts, hstsSubdomains, hstsPreload bool
	hstsAge                           time.Duration
	policy, reportURI                 string
	reportOnly                        bool
	nonceIn                           []string
	ownNonce                          bool // nonceIn is not inherited from the application
	contentTypeOptions, xssProtection bool
	fileSave                          bool
	cookieSecure, cookieHTTPOnly      bool
	cookieSameSite                    string
	// Computed: the policy's header, and the policy itself, cut where nonces go.
	transportSecurity, header string
	pieces                    []string
}

// Option is an option of NewTalisman and View, a keyword argument of
// Flask-Talisman.
type Option func(*settings)

// ForceHTTPS redirects requests over http, force_https: true.
func ForceHTTPS(force bool) Option { return func(s *settings) { s.forceHTTPS = force } }

// ForceHTTPSPermanent redirects by 301 instead of 302, force_https_permanent:
// false.
func ForceHTTPSPermanent(permanent bool) Option { return func(s *settings) { s.permanent = permanent } }

// FrameOptions is X-Frame-Options, frame_options: "SAMEORIGIN". "" sends none.
func FrameOptions(value string) Option { return func(s *settings) { s.frameOptions = value } }

// ReferrerPolicy is the header of that name, referrer_policy:
// "strict-origin-when-cross-origin". "" sends none.
func ReferrerPolicy(value string) Option { return func(s *settings) { s.referrer = value } }

// PermissionsPolicy is the header of that name, permissions_policy:
// "browsing-topics=()". "" sends none.
func PermissionsPolicy(value string) Option { return func(s *settings) { s.permissions = value } }

// DocumentPolicy is the header of that name, document_policy: none.
func DocumentPolicy(value string) Option { return func(s *settings) { s.document = value } }

// FeaturePolicy is the header of that name, which browsers have replaced by
// Permissions-Policy, feature_policy: none.
func FeaturePolicy(value string) Option { return func(s *settings) { s.feature = value } }

// StrictTransportSecurity sends that header over https,
// strict_transport_security: true.
func StrictTransportSecurity(send bool) Option { return func(s *settings) { s.hsts = send } }

// StrictTransportSecurityMaxAge is how long browsers come by https alone,
// strict_transport_security_max_age: 31556926 s, a year.
func StrictTransportSecurityMaxAge(age time.Duration) Option {
	return func(s *settings) { s.hstsAge = age }
}

// StrictTransportSecurityIncludeSubdomains has them do so with the subdomains too,
// strict_transport_security_include_subdomains: true.
func StrictTransportSecurityIncludeSubdomains(include bool) Option {
	return func(s *settings) { s.hstsSubdomains = include }
}

// StrictTransportSecurityPreload lets browsers ship with that knowledge,
// strict_transport_security_preload: false.
func StrictTransportSecurityPreload(preload bool) Option {
	return func(s *settings) { s.hstsPreload = preload }
}

// ContentSecurityPolicy is the header of that name, content_security_policy:
// "default-src 'self'; object-src 'none'". "" sends none.
func ContentSecurityPolicy(policy string) Option { return func(s *settings) { s.policy = policy } }

// ContentSecurityPolicyNonceIn are the directives of the policy that take the
// request's nonce, content_security_policy_nonce_in: none.
func ContentSecurityPolicyNonceIn(directives ...string) Option {
	return func(s *settings) { s.nonceIn, s.ownNonce = directives, true }
}

// ContentSecurityPolicyReportURI is where browsers report what they blocked,
// content_security_policy_report_uri.
func ContentSecurityPolicyReportURI(uri string) Option {
	return func(s *settings) { s.reportURI = uri }
}

// ContentSecurityPolicyReportOnly has browsers report and not block,
// content_security_policy_report_only: false. It needs a URI for the reports.
func ContentSecurityPolicyReportOnly(only bool) Option {
	return func(s *settings) { s.reportOnly = only }
}

// XContentTypeOptions sends X-Content-Type-Options: nosniff,
// x_content_type_options: true.
func XContentTypeOptions(send bool) Option { return func(s *settings) { s.contentTypeOptions = send } }

// XXSSProtection sends X-XSS-Protection: 1; mode=block, x_xss_protection: false.
func XXSSProtection(send bool) Option { return func(s *settings) { s.xssProtection = send } }

// ForceFileSave sends X-Download-Options: noopen, force_file_save: false.
func ForceFileSave(force bool) Option { return func(s *settings) { s.fileSave = force } }

// SessionCookieSecure sets App.SessionCookieSecure, unless in Debug,
// session_cookie_secure: true. An option of NewTalisman, as the two that follow.
func SessionCookieSecure(secure bool) Option { return func(s *settings) { s.cookieSecure = secure } }

// SessionCookieHTTPOnly sets App.SessionCookieHTTPOnly, session_cookie_http_only:
// true.
func SessionCookieHTTPOnly(only bool) Option { return func(s *settings) { s.cookieHTTPOnly = only } }

// SessionCookieSameSite sets App.SessionCookieSameSite, session_cookie_samesite:
// "Lax".
func SessionCookieSameSite(value string) Option {
	return func(s *settings) { s.cookieSameSite = value }
}

// defaults are Flask-Talisman's.
func defaults() settings {
	return settings{
		forceHTTPS: true, frameOptions: "SAMEORIGIN", referrer: "strict-origin-when-cross-origin", permissions: "browsing-topics=()",
		hsts: true, hstsSubdomains: true, hstsAge: 31556926 * time.Second, policy: "default-src 'self'; object-src 'none'",
		contentTypeOptions: true, cookieSecure: true, cookieHTTPOnly: true, cookieSameSite: "Lax",
	}
}

// with is s with the options, checked and made ready.
func (s settings) with(options []Option) *settings {
	s.ownNonce = false
	for _, option := range options {
		option(&s)
	}
	s.transportSecurity = ""
	if s.hsts {
		s.transportSecurity = "max-age=" + strconv.FormatInt(int64(s.hstsAge/time.Second), 10)
		if s.hstsSubdomains {
			s.transportSecurity += "; includeSubDomains"
		}
		if s.hstsPreload {
			s.transportSecurity += "; preload"
		}
	}
	s.header = "Content-Security-Policy"
	if s.reportOnly {
		s.header += "-Report-Only"
		if s.reportURI == "" && !strings.Contains(s.policy, "report-") {
			panic(errors.New("talisman: ContentSecurityPolicyReportOnly needs ContentSecurityPolicyReportURI: nobody would learn of it"))
		}
	}
	s.splitPolicy()
	return &s
}

// splitPolicy splits the policy where nonces go.
func (s *settings) splitPolicy() {
	s.pieces = []string{""}
	left := slices.Clone(s.nonceIn)
	separator := ""
	for part := range strings.SplitSeq(s.policy, ";") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		s.pieces[len(s.pieces)-1] += separator + strings.Join(words, " ")
		separator = "; "
		if i := slices.IndexFunc(left, func(d string) bool { return strings.EqualFold(d, words[0]) }); i >= 0 {
			left = slices.Delete(left, i, i+1)
			s.pieces[len(s.pieces)-1] += " 'nonce-"
			s.pieces = append(s.pieces, "'")
		}
	}
	if separator == "" {
		s.pieces = nil // no policy, no nonce
		return
	}
	if len(left) > 0 && s.ownNonce {
		panic(fmt.Errorf("talisman: ContentSecurityPolicyNonceIn: the policy %q has no %s", s.policy, strings.Join(left, ", ")))
	}
	if s.reportURI != "" && !strings.Contains(s.policy, "report-uri") {
		s.pieces[len(s.pieces)-1] += "; report-uri " + s.reportURI
	}
}
