package cors

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/cantil-go/cantil"
)

const allowOrigin = "Access-Control-Allow-Origin"

// policy is what the options say of a path or a view.
type policy struct {
	origins, allowHeaders       []pattern
	methods                     []string
	methodsLine, expose         string
	maxAge                      string
	credentials, sendWildcard   bool
	vary, alwaysSend            bool
	automaticOptions            bool
	privateNetwork              bool
	resources                   []resource
	named                       bool // the origins were given
	everyOrigin, variesByItself bool
}

// rule is a policy and the paths that it is for.
type rule struct {
	path   pattern
	policy *policy
}

// newPolicy is the policy of the options, of which the later ones count.
func newPolicy(lists ...[]Option) *policy {
	p := &policy{}
	for _, option := range defaults {
		option(p)
	}
	p.named = false
	for _, options := range lists {
		for _, option := range options {
			option(p)
		}
	}
	p.everyOrigin = slices.ContainsFunc(p.origins, func(o pattern) bool { return o.text == everything })
	p.variesByItself = len(p.origins) > 1 || slices.ContainsFunc(p.origins, func(o pattern) bool { return o.re != nil })
	return p
}

// check panics if the policy gives every site the visitor's credentials. A policy
// that knows no configuration yet may have its origins from there: whole is false.
func (p *policy) check(whole bool) *policy {
	if p.credentials && (whole || p.named) && p.takesStrangers() {
		panic(errors.New("cors: SupportsCredentials with origins that any site is among: every page on the web could act " +
			"as the visitor; name the sites by Origins"))
	}
	return p
}

// rules are the policies of NewCORS's options in the order in which they are
// tried.
func rules(configured, options []Option) []rule {
	policy := newPolicy(configured, options)
	if policy.resources == nil {
		return []rule{{newPath("/*"), policy}}
	}
	var all []rule
	for _, r := range policy.resources {
		all = append(all, rule{r.path, newPolicy(configured, options, r.options)})
	}
	slices.SortStableFunc(all, func(a, b rule) int { return a.path.compare(&b.path) })
	return all
}

// takesStrangers reports whether the origins let in one that nobody named.
func (p *policy) takesStrangers() bool {
	return p.everyOrigin || slices.ContainsFunc([]string{"https://stranger.invalid", "http://stranger.invalid", "http://stranger.invalid:8080", "null"},
		func(origin string) bool { return matchesAny(p.origins, origin) })
}

// allowed are the origins that may read the answer to a request, of which the
// first is told.
func (p *policy) allowed(origin string) []string {
	switch {
	case origin != "" && p.everyOrigin && p.sendWildcard:
		return []string{"*"}
	case origin != "" && matchesAny(p.origins, origin):
		return []string{origin}
	case origin != "" || !p.alwaysSend:
		return nil
	case p.everyOrigin:
		return []string{"*"}
	}
	var texts []string
	for _, o := range p.origins {
		if o.re == nil {
			texts = append(texts, o.text)
		}
	}
	slices.Sort(texts)
	return texts
}

// apply sets the headers of the answer to a request.
func (p *policy) apply(c *cantil.Context, r *cantil.Response) {
	h := r.Header()
	allowed := p.allowed(c.Header("Origin"))
	if p.vary && (len(allowed) == 0 || allowed[0] != "*" && (p.variesByItself || len(allowed) > 1)) {
		r.AddVary("Origin")
	}
	if len(allowed) == 0 {
		return
	}
	h.Set(allowOrigin, allowed[0])
	set(h, "Access-Control-Expose-Headers", p.expose)
	if p.credentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	if c.Header("Access-Control-Request-Private-Network") == "true" {
		h.Set("Access-Control-Allow-Private-Network", map[bool]string{true: "true", false: "false"}[p.privateNetwork])
	}
	if c.Method() == http.MethodOptions {
		p.preflight(c, h)
	}
}

// preflight answers what a browser asks before the request itself, if it asks
// for a method that is allowed.
func (p *policy) preflight(c *cantil.Context, h *cantil.Header) {
	if !slices.Contains(p.methods, strings.ToUpper(c.Header("Access-Control-Request-Method"))) {
		return
	}
	var headers []string
	for name := range strings.SplitSeq(c.Header("Access-Control-Request-Headers"), ",") {
		if name = strings.TrimSpace(name); name != "" && matchesAny(p.allowHeaders, name) {
			headers = append(headers, name)
		}
	}
	slices.Sort(headers)
	set(h, "Access-Control-Allow-Headers", strings.Join(headers, ", "))
	set(h, "Access-Control-Max-Age", p.maxAge)
	set(h, "Access-Control-Allow-Methods", p.methodsLine)
}

// set sets a header that has a value.
func set(h *cantil.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}
