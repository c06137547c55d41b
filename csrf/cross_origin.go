package csrf

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/cantil-go/cantil"
)

// CrossOrigin refuses requests that another site has a browser make, without a
// token: for sites that never had Flask-WTF. It is a before_request function:
//
//	app.BeforeRequest(csrf.CrossOrigin())
//
// It judges as [http.CrossOriginProtection] does, by what no page can forge: a
// request of another method than GET, HEAD and OPTIONS must have a
// Sec-Fetch-Site of "same-origin" or "none", or else an Origin of this host; what
// has neither comes from no browser of this decade, and passes. Others are a 403.
// trustedOrigins, "https://example.com", may make them. A rule with the option
// [Exempt] is not checked.
//
// A GET must change nothing then. Behind a proxy the host must reach the
// program, by Host or by [cantil.App.ProxyFix]. An invalid trusted origin panics.
func CrossOrigin(trustedOrigins ...string) func(c *cantil.Context) any {
	protection := http.NewCrossOriginProtection()
	for _, origin := range trustedOrigins {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			panic(err)
		}
	}
	safe := []string{http.MethodGet, http.MethodHead, http.MethodOptions}
	return func(c *cantil.Context) any {
		if slices.Contains(safe, c.Method()) || c.RouteValue(exemptKey{}) != nil {
			return nil
		}
		host := cmp.Or(c.Host(), "no host") // which no origin has; an Origin of null has the empty one
		request := &http.Request{Method: c.Method(), Host: host, Header: http.Header{}}
		for _, name := range []string{"Sec-Fetch-Site", "Origin"} {
			request.Header.Set(name, c.Header(name))
		}
		if err := protection.Check(request); err != nil {
			return &cantil.HTTPError{Code: http.StatusForbidden, Description: "Another site may not make this request.", Err: err}
		}
		return nil
	}
}
