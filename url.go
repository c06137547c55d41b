package cantil

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cantil-go/cantil/internal/flaskobject"
	"github.com/cantil-go/cantil/internal/routing"
)

// URLFor is the URL of an endpoint, url_for(endpoint, **values), with names and
// values in turn:
//
//	c.URLFor("user", "id", 7, "page", 2)  // "/user/7?page=2"
//
// A name that the rule does not know goes into the query; a Map gives several
// at once. "_external", "_anchor", "_scheme" and "_method" mean what they mean in
// Flask. An endpoint that begins with a dot is the request's blueprint's own.
// If no rule fits it panics, which is a 500 that says what is missing.
func (c *Context) URLFor(endpoint string, values ...any) string {
	if c.outside {
		return c.app.urlFor(c, endpoint, values)
	}
	endpoint = c.resolveEndpoint(endpoint)
	pairs := c.app.urlDefaults(c, endpoint, urlPairs(values))
	u, err := c.app.rules.URLFor(c.binding(), endpoint, pairs...)
	if err != nil {
		return c.app.handleBuildError(c, err, endpoint, pairs)
	}
	return u
}

// URLBuildErrorHandler registers f to be asked for the URL of an endpoint that
// URLFor cannot build, app.url_build_error_handlers: f returns the URL, or false
// to leave it to the next one. values has what URLFor was given, "_anchor" and its
// siblings too. c is nil in [App.URLFor].
func (a *App) URLBuildErrorHandler(f func(c *Context, err error, endpoint string, values map[string]any) (string, bool)) {
	a.mustBeSetUp("URLBuildErrorHandler")
	a.buildErrors = append(a.buildErrors, f)
}

// handleBuildError is Flask's handle_url_build_error. Without an answer it panics
// with err.
func (a *App) handleBuildError(c *Context, err error, endpoint string, pairs []routing.Pair) string {
	for _, f := range a.buildErrors {
		values := make(map[string]any, len(pairs))
		for _, p := range pairs {
			values[p.Key] = p.Value
		}
		if u, ok := f(c, err, endpoint, values); ok {
			return u
		}
	}
	panic(err)
}

// URLFor is [Context.URLFor] outside of a request: the URL is whole, with
// PreferredURLScheme, ServerName and ApplicationRoot.
func (a *App) URLFor(endpoint string, values ...any) string { return a.urlFor(nil, endpoint, values) }

func (a *App) urlFor(c *Context, endpoint string, values []any) string {
	b := &routing.Binding{Scheme: a.PreferredURLScheme, Host: a.ServerName, ScriptName: a.ApplicationRoot, NoRequest: true,
		ServerName: a.ServerName}
	pairs := a.urlDefaults(c, endpoint, urlPairs(values))
	u, err := a.ruleMap().URLFor(b, endpoint, pairs...)
	if err != nil {
		return a.handleBuildError(c, err, endpoint, pairs)
	}
	return u
}

// urlDefaults adds what the url_defaults functions give for the endpoint.
func (a *App) urlDefaults(c *Context, endpoint string, pairs []routing.Pair) []routing.Pair {
	scopes := []scope{{"", &a.scaffold}}
	if r := a.routes[endpoint]; r != nil {
		scopes = r.scopes
	}
	if !slices.ContainsFunc(scopes, func(s scope) bool { return len(s.defaults) > 0 }) {
		return pairs
	}
	values := make(map[string]any, len(pairs))
	for _, p := range pairs {
		values[p.Key] = p.Value
	}
	for _, s := range slices.Backward(scopes) {
		for _, f := range s.defaults {
			f(c, endpoint, values)
		}
	}
	return withValues(pairs, values)
}

// withValues gives the pairs the values of the map, in their order, and adds
// the map's others.
func withValues(pairs []routing.Pair, values map[string]any) []routing.Pair {
	var all []routing.Pair
	for _, p := range pairs {
		if value, ok := values[p.Key]; ok {
			all = append(all, routing.Pair{Key: p.Key, Value: value})
			delete(values, p.Key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		all = append(all, routing.Pair{Key: key, Value: values[key]})
	}
	return all
}

// resolveEndpoint reads Flask's leading dot.
func (c *Context) resolveEndpoint(endpoint string) string {
	return routing.Resolve(endpoint, c.Blueprint())
}

// urlPairs reads URLFor's names and values in turn. A Map's names are sorted.
func urlPairs(values []any) []routing.Pair {
	pairs := make([]routing.Pair, 0, len(values)/2)
	for i := 0; i < len(values); i++ {
		switch key := values[i].(type) {
		case string:
			if i++; i == len(values) {
				panic(fmt.Errorf("cantil: URLFor: %q has no value", key))
			}
			pairs = append(pairs, routing.Pair{Key: key, Value: values[i]})
		case Map:
			for _, k := range slices.Sorted(maps.Keys(key)) {
				pairs = append(pairs, routing.Pair{Key: k, Value: key[k]})
			}
		default:
			panic(fmt.Errorf("cantil: URLFor: a name must be a string, not a %T", key))
		}
	}
	return pairs
}

// templateRule is request.url_rule, None if no rule matched.
func templateRule(c *Context) any {
	if c.route == nil {
		return nil
	}
	rule := c.route.rule
	return &flaskobject.Object{Class: "Rule", Text: rule.String, Attr: func(name string) (any, bool) {
		switch name {
		case "rule":
			return rule.String(), true
		case "endpoint":
			return rule.Endpoint(), true
		case "methods":
			methods := rule.Methods()
			slices.Sort(methods)
			return flaskobject.Strings(methods), true
		case "arguments":
			return flaskobject.Strings(rule.Arguments()), true
		case "defaults":
			if defaults := rule.Defaults(); defaults != nil {
				return defaults, true
			}
			return nil, true
		case "strict_slashes", "merge_slashes", "alias", "websocket", "build_only":
			return name == "merge_slashes" || name == "strict_slashes", true
		case "host", "redirect_to":
			return nil, true
		case "subdomain":
			return "", true
		}
		return nil, false
	}}
}

// Subdomain is the subdomain that the rule is for, subdomain=, in which <variables>
// may stand: it needs App.SubdomainMatching.
func Subdomain(name string) RouteOption {
	return func(o *routeOptions) { o.subdomain = &name }
}

// Host is the host that the rule is for, host=, with its port unless it is the
// scheme's own, and with <variables>: it needs App.HostMatching.
func Host(name string) RouteOption { return func(o *routeOptions) { o.host = name } }
