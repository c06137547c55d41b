package cantil

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/routing"
)

// route is a rule's view with what its requests need.
type route struct {
	rule        *routing.Rule
	endpoint    string
	view        View
	identity    reflect.Value // of the view as it was given; tells views apart
	autoOptions bool          // OPTIONS is answered with the methods of the path
	scopes      []scope       // the blueprint's, those around it, the application's
	values      map[any]any   // of RouteValue
	hooks       *hooks
}

// RouteOption is an option of a rule, a keyword argument of app.route.
type RouteOption func(*routeOptions)

type routeOptions struct {
	routing.Options
	required    []string
	autoOptions *bool
	subdomain   *string
	host        string
	decorators  []func(View) View // the outermost first
	values      map[any]any
}

// Methods are those that the rule takes, methods=[…]: GET unless given. GET
// brings HEAD with it.
func Methods(methods ...string) RouteOption {
	return func(o *routeOptions) { o.Methods = methods }
}

// RequiredMethods are those that a decorator answers for its view beside the
// rule's own, view.required_methods: OPTIONS for package cors.
func RequiredMethods(methods ...string) RouteOption {
	return func(o *routeOptions) { o.required = append(o.required, methods...) }
}

// Endpoint names the rule for URLFor, endpoint=: the view's name unless given.
func Endpoint(name string) RouteOption {
	return func(o *routeOptions) { o.Options.Endpoint = name }
}

// Defaults are values for variables that the rule's path lacks, defaults={…}.
func Defaults(values Map) RouteOption {
	return func(o *routeOptions) { o.Options.Defaults = values }
}

// StrictSlashes set to false answers a path with and without the slash at its
// end, strict_slashes=. Otherwise the one is redirected to the other.
func StrictSlashes(strict bool) RouteOption {
	return func(o *routeOptions) { o.Options.StrictSlashes = &strict }
}

// RedirectTo sends the rule's visitors elsewhere, redirect_to=: a URL in which
// <variables> of the rule may stand.
func RedirectTo(target string) RouteOption {
	return func(o *routeOptions) { o.Options.RedirectTo = target }
}

// ProvideAutomaticOptions set to false leaves OPTIONS unanswered,
// provide_automatic_options=.
func ProvideAutomaticOptions(provide bool) RouteOption {
	return func(o *routeOptions) { o.autoOptions = &provide }
}

// Route registers the decorated view for a rule, @app.route(rule):
//
//	app.Route("/user/<int:id>", cantil.Methods("GET", "POST"))(user)
//
// The rules are Flask's: variables by the converters string, int, float, path,
// uuid and any(…), and those of [App.Converter]. The endpoint is the view's
// name; a blueprint puts its prefix in front of the rule and its name in front
// of the endpoint. A rule that cannot be read, or an endpoint that another view
// has, panics; so does, when the application starts, a rule whose view was never
// given: app.Route(rule) alone registers nothing.
func (s *scaffold) Route(rule string, options ...RouteOption) func(View) View {
	given := new(bool)
	s.decorators = append(s.decorators, decorator{rule, given})
	return func(view View) View {
		*given = true
		s.addRoute(rule, view, options)
		return view
	}
}

// decorator is what Route returned for a rule.
type decorator struct {
	rule  string
	given *bool // the view: the decorator was called
}

// checkViews panics if a rule of the application or of one of its blueprints was
// given no view.
func (a *App) checkViews() {
	all := slices.Clone(a.decorators)
	for _, name := range slices.Sorted(maps.Keys(a.blueprints)) {
		all = append(all, a.blueprints[name].decorators...)
	}
	for _, d := range all {
		if !*d.given {
			panic(fmt.Errorf("cantil: Route(%q): its view was never given: app.Route(%q)(view) registers one", d.rule, d.rule))
		}
	}
}

// Get is Route for GET (and HEAD) alone, @app.get(rule).
func (s *scaffold) Get(rule string, options ...RouteOption) func(View) View {
	return s.Route(rule, withMethod("Get", rule, http.MethodGet, options)...)
}

// Post is Route for POST alone, @app.post(rule).
func (s *scaffold) Post(rule string, options ...RouteOption) func(View) View {
	return s.Route(rule, withMethod("Post", rule, http.MethodPost, options)...)
}

// Put is Route for PUT alone, @app.put(rule).
func (s *scaffold) Put(rule string, options ...RouteOption) func(View) View {
	return s.Route(rule, withMethod("Put", rule, http.MethodPut, options)...)
}

// Patch is Route for PATCH alone, @app.patch(rule).
func (s *scaffold) Patch(rule string, options ...RouteOption) func(View) View {
	return s.Route(rule, withMethod("Patch", rule, http.MethodPatch, options)...)
}

// Delete is Route for DELETE alone, @app.delete(rule).
func (s *scaffold) Delete(rule string, options ...RouteOption) func(View) View {
	return s.Route(rule, withMethod("Delete", rule, http.MethodDelete, options)...)
}

// withMethod adds the method to the options, which must not name methods of
// their own: they would have no effect.
func withMethod(what, rule, method string, options []RouteOption) []RouteOption {
	var o routeOptions
	for _, option := range options {
		option(&o)
	}
	if o.Methods != nil {
		panic(fmt.Errorf("cantil: %s(%q): Methods is an option of Route alone", what, rule))
	}
	return append(slices.Clone(options), Methods(method))
}

// addRule registers a view in the scopes of its blueprint and the application.
func (a *App) addRule(scopes []scope, rule string, view View, options []RouteOption) {
	a.mustBeSetUp("Route")
	if view == nil {
		panic(fmt.Errorf("cantil: Route(%q): the view is nil", rule))
	}
	var o routeOptions
	for _, option := range options {
		option(&o)
	}
	r := &route{view: o.decorate(rule, view), identity: reflect.ValueOf(view), scopes: scopes, values: o.values}
	r.endpoint = o.Options.Endpoint
	if r.endpoint == "" {
		r.endpoint, _ = viewName(r.identity.Pointer())
	}
	if strings.Contains(r.endpoint, ".") {
		panic(fmt.Errorf("cantil: Route(%q): the endpoint %q must not contain a dot", rule, r.endpoint))
	}
	if prefix := scopes[0].name; prefix != "" {
		r.endpoint = prefix + "." + r.endpoint
	}
	r.completeMethods(&o, a.ProvideAutomaticOptions)
	a.checkEndpoint(rule, r)
	o.Options.Endpoint, o.Value = r.endpoint, r
	o.Domain = o.host
	if !a.HostMatching && o.subdomain != nil {
		o.Domain = *o.subdomain
	}
	added, err := a.rules.Add(rule, o.Options)
	if err != nil {
		panic(err)
	}
	r.rule = added
}

// completeMethods gives the rule Flask's default methods, and OPTIONS where it
// is to be answered without a view's help.
func (r *route) completeMethods(o *routeOptions, automatic bool) {
	if o.Methods == nil {
		o.Methods = []string{http.MethodGet}
	}
	o.Methods = append(slices.Clone(o.Methods), o.required...)
	for i, method := range o.Methods {
		o.Methods[i] = strings.ToUpper(method)
	}
	own := slices.Contains(o.Methods, http.MethodOptions)
	r.autoOptions = automatic && !own
	if o.autoOptions != nil {
		r.autoOptions = *o.autoOptions
	}
	if r.autoOptions && !own {
		o.Methods = append(o.Methods, http.MethodOptions)
	}
}

// checkEndpoint panics if the endpoint belongs to another view.
func (a *App) checkEndpoint(rule string, r *route) {
	if other := a.routes[r.endpoint]; other != nil && !sameView(other.identity, r.identity) {
		panic(fmt.Errorf("cantil: Route(%q): the endpoint %q is that of another view already; cantil.Endpoint gives this one "+
			"another name, and the option cantil.Decorate keeps the name of a view that a decorator wraps", rule, r.endpoint))
	}
	a.routes[r.endpoint] = r
}

// sameView reports whether two views are one function. What a decorator returns
// for two views is one piece of code and two functions, which the closures tell
// apart. Each evaluation of a method value makes a closure: there the code alone
// counts.
func sameView(a, b reflect.Value) bool {
	if a.Pointer() != b.Pointer() {
		return false
	}
	_, named := viewName(a.Pointer())
	return named || a == b
}

// viewName is the name of the function, as Python's __name__: "index" of
// "main.index", "Index" of the method value "main.(*site).Index-fm". A function
// without a name is called after the one that it stands in, "main_func1".
func viewName(pointer uintptr) (name string, named bool) {
	name = strings.TrimSuffix(runtime.FuncForPC(pointer).Name(), "-fm")
	name = name[strings.LastIndexByte(name, '/')+1:]
	_, name, _ = strings.Cut(name, ".") // the package
	last := name[strings.LastIndexByte(name, '.')+1:]
	number := strings.TrimPrefix(last, "func") // and "main_func1_2" for one within it
	if number != "" && '0' <= number[0] && number[0] <= '9' {
		return strings.ReplaceAll(name, ".", "_"), false
	}
	return last, true
}

// mustBeSetUp panics if the application serves already: a change would have no
// effect.
func (a *App) mustBeSetUp(what string) {
	if a.started {
		panic(fmt.Errorf("cantil: %s after the first request: set the application up before it serves", what))
	}
}

// addStaticRules puts the rules without variables into the router's tree. The
// tree knows only ASCII paths, reads braces as its own variables, and does not
// take a path with and without a slash at its end.
func (a *App) addStaticRules() {
	static, seen := map[string]bool{}, map[string]bool{}
	for _, rule := range a.rules.Rules() {
		static[rule.Path()] = static[rule.Path()] || rule.Static()
	}
	for _, rule := range a.rules.Rules() {
		r, path := rule.Value().(*route), rule.Path()
		r.hooks = a.newHooks(r.scopes)
		if a.domains() != routing.NoDomains || !rule.Static() || strings.ContainsFunc(path, notPlain) || static[otherSlash(path)] {
			continue
		}
		for _, method := range rule.Methods() {
			if !seen[method+" "+path] {
				seen[method+" "+path] = true
				a.router.Handle(method, path, func(ctx *fasthttp.RequestCtx) { a.serve(ctx, r) })
			}
		}
	}
	a.unmatched = a.newHooks([]scope{{"", &a.scaffold}})
	a.outside = &hooks{scopes: a.unmatched.scopes, processors: a.processors, teardown: appendReversed(nil, a.contextTeardowns)}
}

// otherSlash is the path with a slash at its end if it has none, or else without.
func otherSlash(path string) string {
	if cut, ok := strings.CutSuffix(path, "/"); ok {
		return cut
	}
	return path + "/"
}

// notPlain reports whether a character keeps a rule out of the router's tree: a
// request line would escape it.
func notPlain(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune("{}%?#", r)
}
