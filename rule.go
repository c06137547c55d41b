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
	viewPointer uintptr // tells views apart
	autoOptions bool    // OPTIONS is answered with the methods of the path
	scopes      []scope // the blueprint's, those around it, the application's
	hooks       *hooks
}

// RouteOption is an option of a rule, a keyword argument of app.route.
type RouteOption func(*routeOptions)

type routeOptions struct {
	routing.Options
	autoOptions *bool
}

// Methods are those that the rule takes, methods=[…]: GET unless given. GET
// brings HEAD with it.
func Methods(methods ...string) RouteOption {
	return func(o *routeOptions) { o.Methods = methods }
}

// Endpoint names the rule for URLFor, endpoint=: the view's name unless given.
func Endpoint(name string) RouteOption {
	return func(o *routeOptions) { o.Options.Endpoint = name }
}

// Defaults are values for variables that the rule's path lacks, defaults={…}.
func Defaults(values Map) RouteOption {
	return func(o *routeOptions) { o.Options.Defaults = values }
}

// StrictSlashes set to false has a path answered with and without the slash at
// its end, strict_slashes=. Otherwise the one is redirected to the other.
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

// addRule registers a view in the scopes of its blueprint and the application.
func (a *App) addRule(scopes []scope, rule string, view View, options []RouteOption) {
	a.mustBeSetUp("Route")
	if view == nil {
		panic(fmt.Sprintf("cantil: Route(%q): the view is nil", rule))
	}
	var o routeOptions
	for _, option := range options {
		option(&o)
	}
	r := &route{view: view, viewPointer: reflect.ValueOf(view).Pointer(), scopes: scopes}
	r.endpoint = o.Options.Endpoint
	if r.endpoint == "" {
		r.endpoint = viewName(r.viewPointer)
	}
	if strings.Contains(r.endpoint, ".") {
		panic(fmt.Sprintf("cantil: Route(%q): the endpoint %q must not contain a dot", rule, r.endpoint))
	}
	if prefix := scopes[0].name; prefix != "" {
		r.endpoint = prefix + "." + r.endpoint
	}
	r.completeMethods(&o)
	a.checkEndpoint(rule, r)
	o.Options.Endpoint, o.Value = r.endpoint, r
	added, err := a.rules.Add(rule, o.Options)
	if err != nil {
		panic(err.Error())
	}
	r.rule = added
}

// completeMethods gives the rule Flask's default methods, and OPTIONS where it
// is to be answered without a view's help.
func (r *route) completeMethods(o *routeOptions) {
	if o.Methods == nil {
		o.Methods = []string{http.MethodGet}
	}
	o.Methods = slices.Clone(o.Methods)
	for i, method := range o.Methods {
		o.Methods[i] = strings.ToUpper(method)
	}
	own := slices.Contains(o.Methods, http.MethodOptions)
	r.autoOptions = !own
	if o.autoOptions != nil {
		r.autoOptions = *o.autoOptions
	}
	if r.autoOptions && !own {
		o.Methods = append(o.Methods, http.MethodOptions)
	}
}

// checkEndpoint panics if the endpoint belongs to another view.
func (a *App) checkEndpoint(rule string, r *route) {
	if other := a.routes[r.endpoint]; other != nil && other.viewPointer != r.viewPointer {
		panic(fmt.Sprintf("cantil: Route(%q): the endpoint %q is that of another view already; "+
			"cantil.Endpoint gives this one another name", rule, r.endpoint))
	}
	a.routes[r.endpoint] = r
}

// viewName is the name of the function, as Python's __name__: "index" of
// "main.index", "Index" of the method value "main.(*site).Index-fm". A function
// without a name is called after the one that it stands in, "main_func1".
func viewName(pointer uintptr) string {
	name := strings.TrimSuffix(runtime.FuncForPC(pointer).Name(), "-fm")
	name = name[strings.LastIndexByte(name, '/')+1:]
	_, name, _ = strings.Cut(name, ".") // the package
	last := name[strings.LastIndexByte(name, '.')+1:]
	if number, ok := strings.CutPrefix(last, "func"); ok && number != "" && number[0] <= '9' {
		return strings.ReplaceAll(name, ".", "_")
	}
	return last
}

// mustBeSetUp panics if the application serves already: it would not notice.
func (a *App) mustBeSetUp(what string) {
	if a.started {
		panic("cantil: " + what + " after the first request: set the application up before it serves")
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
		if !rule.Static() || strings.ContainsFunc(path, notPlain) || static[otherSlash(path)] {
			continue
		}
		for _, method := range rule.Methods() {
			if !seen[method+" "+path] {
				seen[method+" "+path] = true
				a.router.Handle(method, path, func(ctx *fasthttp.RequestCtx) { a.serve(ctx, r) })
			}
		}
	}
	a.unmatched = a.newHooks([]scope{{"", &a.registry}})
}

// otherSlash is the path with a slash at its end if it has none, or else without.
func otherSlash(path string) string {
	if cut, ok := strings.CutSuffix(path, "/"); ok {
		return cut
	}
	return path + "/"
}

// notPlain tells the characters that keep a rule out of the router's tree: what
// a request line would escape.
func notPlain(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune("{}%?#", r)
}

// setRoute makes r the route of the request, which has no variables.
func (c *Context) setRoute(r *route) {
	c.route, c.hooks = r, r.hooks
	c.match.Take(r.rule)
}

// matchRule finds the rule for the request's path.
func (c *Context) matchRule() {
	if len(c.ctx.URI().PathOriginal()) == 0 { // fasthttp could not read the host, and gave up
		c.hooks, c.routingErr = c.app.unmatched, &HTTPError{Code: http.StatusBadRequest}
		return
	}
	c.app.rules.Match(c.Method(), c.Path(), &c.match)
	c.hooks = c.app.unmatched
	if c.match.Kind == routing.Matched {
		c.route = c.match.Rule.Value().(*route)
		c.hooks = c.route.hooks
	}
}

// answer calls the view, or answers OPTIONS for it.
func (r *route) answer(c *Context) any {
	if r.autoOptions && c.Method() == http.MethodOptions {
		allow := c.app.rules.Allowed(c.Path())
		response := c.MakeResponse("")
		if len(allow) > 0 {
			response.header.Set("Allow", strings.Join(allow, ", "))
		}
		return response
	}
	return r.view(c)
}

// answerUnmatched is the answer of a path that no view has: a redirect to where
// it should have gone, or the error.
func (c *Context) answerUnmatched() (*Response, error) {
	if c.routingErr != nil {
		return nil, c.routingErr
	}
	switch c.match.Kind {
	case routing.Redirect:
		location, err := c.match.Location(c.binding())
		if err != nil {
			return nil, err
		}
		return c.Redirect(location, http.StatusPermanentRedirect), nil
	case routing.MethodNotAllowed:
		return nil, &HTTPError{Code: http.StatusMethodNotAllowed, Allow: c.match.Allowed()}
	}
	return nil, &HTTPError{Code: http.StatusNotFound}
}

// Param is a variable of the rule as text, the path's own unless the converter
// changed it: "7" for <int:id> and /007. It is "" if the rule has no such variable.
func (c *Context) Param(name string) string {
	if arg := c.param(name); arg != nil {
		return arg.String()
	}
	return ""
}

// ParamInt is an int variable of the rule, 0 if there is none of the name or it
// is no whole number.
func (c *Context) ParamInt(name string) int {
	if arg := c.param(name); arg != nil {
		n, _ := arg.Int()
		return n
	}
	return 0
}

// ParamFloat is a float or int variable of the rule, 0 if there is none.
func (c *Context) ParamFloat(name string) float64 {
	if arg := c.param(name); arg != nil {
		if x, ok := arg.Float(); ok {
			return x
		}
		n, _ := arg.Int()
		return float64(n)
	}
	return 0
}

// ViewArgs are the variables of the rule by name, request.view_args: string, int,
// float64, codec.UUID or what a converter of one's own gives. nil on 404 and 405.
func (c *Context) ViewArgs() map[string]any {
	if c.route == nil {
		return nil
	}
	args := make(map[string]any, len(c.match.Args))
	for i := range c.match.Args {
		args[c.match.Args[i].Name] = c.match.Args[i].Value()
	}
	return args
}

// preprocessURL has the url_value_preprocessor functions see the variables, and
// keeps what they made of them.
func (c *Context) preprocessURL() {
	before := c.ViewArgs()
	values := maps.Clone(before)
	for _, f := range c.hooks.urlValues {
		f(c, c.Endpoint(), values)
	}
	kept := c.match.Args[:0]
	for _, arg := range c.match.Args {
		value, ok := values[arg.Name]
		if !ok {
			continue
		}
		if !reflect.DeepEqual(value, before[arg.Name]) {
			arg.Set(value)
		}
		delete(values, arg.Name)
		kept = append(kept, arg)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		arg := routing.Arg{Name: name}
		arg.Set(values[name])
		kept = append(kept, arg)
	}
	c.match.Args = kept
}

func (c *Context) param(name string) *routing.Arg {
	for i := range c.match.Args {
		if c.match.Args[i].Name == name {
			return &c.match.Args[i]
		}
	}
	return nil
}

// Rule is the rule that matched, request.url_rule.rule: "" if none did.
func (c *Context) Rule() string {
	if c.route == nil {
		return ""
	}
	return c.route.rule.String()
}

// Blueprint is the name of the blueprint of the matched rule, request.blueprint:
// "" for a rule of the application.
func (c *Context) Blueprint() string { return c.hooks.scopes[0].name }

// Blueprints are the blueprint and those it is nested in, request.blueprints.
func (c *Context) Blueprints() []string {
	names := []string{}
	for _, s := range c.hooks.scopes[:len(c.hooks.scopes)-1] {
		names = append(names, s.name)
	}
	return names
}

// Converter adds a converter for rules, app.url_map.converters[name]. It must be
// there before the rules that use it.
func (a *App) Converter(name string, c Converter) {
	a.mustBeSetUp("Converter")
	a.rules.Converters[name] = func(routing.ConverterArgs) (*routing.Converter, error) {
		own := routing.Converter(c)
		return &own, nil
	}
}

// URLMap lists the endpoints with their rules, app.url_map.
func (a *App) URLMap() map[string][]string {
	all := map[string][]string{}
	for _, rule := range a.rules.Rules() {
		all[rule.Endpoint()] = append(all[rule.Endpoint()], rule.String())
	}
	return maps.Clone(all)
}
