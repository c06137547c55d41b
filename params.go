package cantil

import (
	"errors"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/cantil-go/cantil/internal/routing"
)

// setRoute makes r the route of the request, which has no variables.
func (c *Context) setRoute(r *route) {
	c.route, c.hooks = r, r.hooks
	c.match.Take(r.rule)
}

// tryMatch is matchRule for rules with custom converters, whose ToGo is code of
// the application: a panic becomes the request's error, as one in a view does.
func (c *Context) tryMatch() {
	defer func() {
		if v := recover(); v != nil {
			c.route, c.hooks, c.routingErr = nil, c.app.unmatched, recovered(v)
		}
	}()
	c.matchRule()
}

// matchRule finds the rule for the request's path.
func (c *Context) matchRule() {
	if len(c.ctx.URI().PathOriginal()) == 0 { // fasthttp could not read the host, and gave up
		c.hooks, c.routingErr = c.app.unmatched, &HTTPError{Code: http.StatusBadRequest}
		return
	}
	if c.app.rules.Domains == routing.NoDomains {
		c.app.rules.Match(c.Method(), c.Path(), &c.match)
	} else {
		c.app.rules.MatchIn(c.domain(), c.Method(), c.Path(), &c.match)
	}
	c.hooks = c.app.unmatched
	if c.match.Kind == routing.Matched {
		c.route = c.match.Rule.Value().(*route)
		c.hooks = c.route.hooks
	}
}

// answer calls the view, or answers OPTIONS for it.
func (r *route) answer(c *Context) any {
	if r.autoOptions && c.Method() == http.MethodOptions {
		return c.MakeDefaultOptionsResponse()
	}
	return r.view(c)
}

// MakeDefaultOptionsResponse is what OPTIONS is answered with unless a view does
// so itself, app.make_default_options_response: the methods of the path in Allow.
func (c *Context) MakeDefaultOptionsResponse() *Response {
	r := c.MakeResponse("")
	if allow := c.app.rules.AllowedIn(c.domain(), c.Path()); len(allow) > 0 {
		r.header.Set("Allow", strings.Join(allow, ", "))
	}
	return r
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
		return c.redirect(location, []int{http.StatusPermanentRedirect}), nil
	case routing.MethodNotAllowed:
		return nil, &HTTPError{Code: http.StatusMethodNotAllowed, Allow: c.match.Allowed()}
	}
	return nil, &HTTPError{Code: http.StatusNotFound}
}

// Param is a variable of the rule as text, the path's own unless the converter
// changed it: "7" for <int:id> and /007. It is "" if the rule has no such
// variable.
func (c *Context) Param(name string) string {
	if arg := c.param(name); arg != nil {
		return arg.String()
	}
	return ""
}

// ParamInt is an int variable of the rule, 0 if the rule has no such variable
// or it is not a whole number.
func (c *Context) ParamInt(name string) int {
	if arg := c.param(name); arg != nil {
		n, _ := arg.Int()
		return n
	}
	return 0
}

// ParamFloat is a float or int variable of the rule, 0 if the rule has no such
// variable or it is not a number.
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

func (c *Context) param(name string) *routing.Arg {
	for i := range c.match.Args {
		if c.match.Args[i].Name == name {
			return &c.match.Args[i]
		}
	}
	return nil
}

// ViewArgs are the variables of the rule by name, request.view_args: string, int,
// float64, codec.UUID or what a custom converter gives. nil on 404 and 405.
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

// preprocessURL calls the url_value_preprocessor functions with the variables,
// and keeps their changes.
func (c *Context) preprocessURL() {
	before := c.ViewArgs()
	values := maps.Clone(before)
	for _, f := range c.hooks.preprocessors {
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

// URLMap lists the endpoints with their rules, app.url_map.
func (a *App) URLMap() map[string][]string {
	all := map[string][]string{}
	for _, rule := range a.ruleMap().Rules() {
		all[rule.Endpoint()] = append(all[rule.Endpoint()], rule.String())
	}
	return maps.Clone(all)
}

// Converter is a custom converter for the variables of rules, a subclass of
// Werkzeug's BaseConverter. The zero Converter takes any text without a slash.
type Converter struct {
	// Regex is what the variable's text looks like, regex, in the syntax of
	// package regexp and without anchors: "[^/]+" unless set.
	Regex string
	// Weight orders rules that fit one path, weight: the lower is tried first. 0
	// stands for 100; int and float have 50, path has 200.
	Weight int
	// PartIsolating says whether the text stays between two slashes,
	// part_isolating. Unless set it does, if Regex contains no slash.
	PartIsolating *bool

	// ToGo turns the text into the variable's value, to_python: unless set it is
	// the text. An error means that the path does not match. It runs while
	// requests are matched, by several goroutines at once.
	ToGo func(text string) (any, error)
	// ToURL turns a value into a piece of a path, quoted, to_url: unless set it
	// is the value's text, quoted. [ErrValidation] leaves the value to another
	// rule.
	ToURL func(value any) (string, error)

	// WithArgs makes the converter of one variable out of the arguments that
	// its rule gives, __init__(self, map, *args, **kwargs): those of
	// <hex(4):code>, or none of <hex:code>. The converter that it returns is
	// used in the place of this one. An error panics with the rule's text. A
	// converter without WithArgs takes no arguments.
	WithArgs func(args ConverterArgs) (Converter, error)
}

// ConverterArgs are the arguments that a rule gives a converter: 4 and 'x' of
// <hex(4, case='x'):code>. A value is nil, bool, int (or *big.Int), float64 or
// string, as Werkzeug reads them.
type ConverterArgs struct {
	Positional []any
	Named      map[string]any
}

// ErrValidation is what a Converter's ToURL returns to say that a value is not
// for its rule: URLFor goes on with the endpoint's next rule.
var ErrValidation = routing.ErrValidation

// Converter registers a converter for rules, app.url_map.converters[name]. It
// must be registered before the rules that use it.
func (a *App) Converter(name string, c Converter) {
	a.mustBeSetUp("Converter")
	a.rules.Converters[name] = func(args routing.ConverterArgs) (*routing.Converter, error) {
		made, err := c.bind(args)
		if err != nil {
			return nil, err
		}
		return &routing.Converter{Regex: made.Regex, Weight: made.Weight, PartIsolating: made.PartIsolating,
			ToGo: made.ToGo, ToURL: made.ToURL}, nil
	}
}

// bind is the converter of a variable whose rule gives args.
func (c Converter) bind(args routing.ConverterArgs) (Converter, error) {
	if c.WithArgs == nil {
		if len(args.Positional)+len(args.Named) > 0 {
			return c, errors.New("takes no arguments: it has no WithArgs")
		}
		return c, nil
	}
	named := make(map[string]any, len(args.Named))
	for _, p := range args.Named {
		named[p.Key] = p.Value
	}
	return c.WithArgs(ConverterArgs{Positional: args.Positional, Named: named})
}
