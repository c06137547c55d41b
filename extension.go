package cantil

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cantil-go/cantil/internal/envconfig"
	"github.com/cantil-go/cantil/render"
	"github.com/cantil-go/cantil/render/jinja"
)

// Decorate wraps the view in decorators, the outermost first, as they stand
// above it in Python:
//
//	app.Get("/conta", cantil.Decorate(login.LoginRequired))(conta)
//
// The endpoint is the name of the view itself, as functools.wraps keeps it. A
// view that is wrapped before Route sees it is called after its wrapper, and so
// is the next one: a second one panics then.
func Decorate(decorators ...func(View) View) RouteOption {
	return func(o *routeOptions) { o.decorators = append(o.decorators, decorators...) }
}

// decorate is the view with the decorators around it.
func (o *routeOptions) decorate(rule string, view View) View {
	for _, decorator := range slices.Backward(o.decorators) {
		if view = decorator(view); view == nil {
			panic(fmt.Errorf("cantil: Route(%q): a decorator returned nil", rule))
		}
	}
	return view
}

// RouteValue keeps a value with the rule, for an extension that reads it by
// [Context.RouteValue] or [App.RouteValue]. The key is of a type of the
// extension's own, as in a context.Context:
//
//	func Exempt() cantil.RouteOption { return cantil.RouteValue(exemptKey{}, true) }
func RouteValue(key, value any) RouteOption {
	return func(o *routeOptions) {
		if o.values == nil {
			o.values = map[any]any{}
		}
		o.values[key] = value
	}
}

// AddRouteValue is [RouteValue] for an option that can be given several times: the
// value under key is then a []any, in the order of the options.
func AddRouteValue(key, value any) RouteOption {
	return func(o *routeOptions) {
		list, _ := o.values[key].([]any)
		RouteValue(key, append(slices.Clip(list), value))(o)
	}
}

// RouteOptions makes one option of several.
func RouteOptions(options ...RouteOption) RouteOption {
	return func(o *routeOptions) {
		for _, option := range options {
			option(o)
		}
	}
}

// RouteValue is what the option [RouteValue] gave the request's rule under key,
// nil if nothing did, or no rule matched.
func (c *Context) RouteValue(key any) any {
	if c.route == nil {
		return nil
	}
	return c.route.values[key]
}

// RouteValue is what the option [RouteValue] gave a rule of the endpoint under
// key, nil if nothing did. Of several rules the first that has one counts.
func (a *App) RouteValue(endpoint string, key any) any {
	for _, rule := range a.rules.Rules() {
		if value, ok := rule.Value().(*route).values[key]; ok && rule.Endpoint() == endpoint {
			return value
		}
	}
	return nil
}

// outerHooks are what extensions registered around the application's own hooks.
type outerHooks struct {
	before    []func(*Context) any
	after     []func(*Context, *Response)
	teardowns []func(*Context, error)
}

// BeforeRequestFirst is [App.BeforeRequest] for an extension that must look at a
// request before the application's own functions do, whenever they were
// registered: a check that answers first protects them too. Those registered so
// are called in their order.
func (a *App) BeforeRequestFirst(f func(*Context) any) {
	a.mustBeSetUp("BeforeRequestFirst")
	a.outer.before = append(a.outer.before, f)
}

// AfterRequestLast is [App.AfterRequest] for an extension that must see what the
// application's own functions made of the response, whenever they were
// registered. The session is saved after it.
func (a *App) AfterRequestLast(f func(*Context, *Response)) {
	a.mustBeSetUp("AfterRequestLast")
	a.outer.after = append(a.outer.after, f)
}

// TeardownRequestLast is [App.TeardownRequest] for what an extension opened in
// BeforeRequestFirst: it is called after the application's own functions.
func (a *App) TeardownRequestLast(f func(*Context, error)) {
	a.mustBeSetUp("TeardownRequestLast")
	a.outer.teardowns = append(a.outer.teardowns, f)
}

// TemplateContextGlobal gives every template a name whose value depends on the
// request, those imported without context too: csrf_token, current_user. make is
// called each time a template asks for the name. A value that is called in the
// template, {{ csrf_token() }}, is a function:
//
//	app.TemplateContextGlobal("csrf_token", func(c *cantil.Context) any {
//		return func() string { return csrf.GenerateCSRF(c) }
//	})
//
// With [render.HTML] the name is a function of the templates, {{call csrf_token}}
// and {{current_user.Name}}, and so not part of the dot: nothing is made that a
// page does not show. What a view or a context processor gives under the same
// name takes precedence.
func (a *App) TemplateContextGlobal(name string, make func(*Context) any) {
	a.mustBeSetUp("TemplateContextGlobal")
	if a.contextGlobals == nil {
		a.contextGlobals = map[string]func(*Context) any{}
	}
	a.contextGlobals[name] = make
}

// JinjaOptions registers a function that sets up the environment of the
// templates, as app.jinja_options and app.jinja_env do: it is called before the
// first request, after the application's own filters and globals were set.
//
//	app.JinjaOptions(func(env *jinja.Env) {
//		env.AddExtension(jinja.Do{}, jinja.LoopControls{})
//		env.TrimBlocks = true
//	})
//
// An engine of the application's own that is a [render.Jinja] is set up too; for
// another the function is not called.
func (a *App) JinjaOptions(f func(env *jinja.Env)) {
	a.mustBeSetUp("JinjaOptions")
	a.jinjaOptions = append(a.jinjaOptions, f)
}

// setUpJinja calls the functions of JinjaOptions for an engine of Jinja.
func (a *App) setUpJinja(engine render.Engine) render.Engine {
	if j, ok := engine.(*render.Jinja); ok {
		for _, f := range a.jinjaOptions {
			f(j.Env)
		}
	}
	return engine
}

// ConfigKeys adds an extension's own keys to the configuration, by Flask's names
// and with pointers to where their values are kept:
//
//	app.ConfigKeys(map[string]any{"REMEMBER_COOKIE_NAME": &lm.CookieName, "REMEMBER_COOKIE_DURATION": &lm.Duration})
//
// A pointer is to a string, []string, bool, int or time.Duration, or is a
// func(any) error that takes the value as it was read from JSON. [App.LoadEnv]
// and its siblings set them as they do the fields of [Config]; what they read
// before is set now. Templates see them in config. A name that the configuration
// has already panics, and so does a value that cannot be taken.
func (a *App) ConfigKeys(keys map[string]any) {
	a.mustBeSetUp("ConfigKeys")
	fields := configFields(&a.Config)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if _, known := fields[key]; known || a.configKeys[key] != nil {
			panic(fmt.Errorf("cantil: ConfigKeys: the configuration has a key %s already", key))
		}
		if !envconfig.Takes(keys[key]) {
			panic(fmt.Errorf("cantil: ConfigKeys: %s is kept in a %T, which cannot be set", key, keys[key]))
		}
		if a.configKeys == nil {
			a.configKeys = map[string]any{}
		}
		a.configKeys[key] = keys[key]
		value, read := a.Extra[key]
		if !read {
			continue
		}
		if err := envconfig.Set(keys[key], value); err != nil {
			panic(fmt.Errorf("cantil: ConfigKeys: %s %w", key, err))
		}
		delete(a.Extra, key)
	}
}

// BlueprintSetupState is one registration of a blueprint, for [Blueprint.Record].
type BlueprintSetupState struct {
	App       *App
	Blueprint *Blueprint
	Name      string // under which it is registered, with its parents'
	URLPrefix string // with its parents'
	First     bool   // it was not registered before
}

// Record registers f to be called when the blueprint is registered on an
// application, each time: record(f).
func (b *Blueprint) Record(f func(BlueprintSetupState)) {
	b.onMounting("Record", func(m *mounting) {
		f(BlueprintSetupState{App: m.app, Blueprint: b, Name: m.scopes[0].name, URLPrefix: m.prefix, First: m.first})
	})
}

// RecordOnce is [Blueprint.Record] for the first time alone: record_once(f).
func (b *Blueprint) RecordOnce(f func(BlueprintSetupState)) {
	b.Record(func(state BlueprintSetupState) {
		if state.First {
			f(state)
		}
	})
}
