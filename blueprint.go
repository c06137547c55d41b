package cantil

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Blueprint is a part of an application that is registered as a whole,
// flask.Blueprint: its routes, hooks, error handlers, templates and static
// files. The hooks apply to the requests of its routes.
type Blueprint struct {
	scaffold
	name   string
	prefix string
	files  blueprintFiles

	defaults Map
	domain   *string // the subdomain

	steps  []func(*mounting) // what to do on an application: routes, app-wide handlers
	nested []nestedBlueprint

	registered bool // on an application: what comes now would have no effect
}

type nestedBlueprint struct {
	blueprint *Blueprint
	options   []BlueprintOption
}

// mounting is one registration of a blueprint on an application; the same
// blueprint can be registered again under another name.
type mounting struct {
	app      *App
	prefix   string         // in front of every rule
	defaults map[string]any // of every rule
	domain   *string        // the subdomain of every rule
	scopes   []scope        // the blueprint's, those around it, the application's
	first    bool
}

// BlueprintOption is an option of NewBlueprint and RegisterBlueprint.
type BlueprintOption func(*blueprintOptions)

type blueprintOptions struct {
	prefix   *string
	name     string
	defaults Map
	domain   *string
	files    blueprintFiles
}

// URLPrefix puts prefix in front of the blueprint's rules, url_prefix=.
func URLPrefix(prefix string) BlueprintOption {
	return func(o *blueprintOptions) { o.prefix = &prefix }
}

// BlueprintName registers a blueprint under another name, name=.
func BlueprintName(name string) BlueprintOption {
	return func(o *blueprintOptions) { o.name = name }
}

// URLDefaults are values for variables of the blueprint's prefix and rules that
// the rules do not have themselves, url_defaults={…}.
func URLDefaults(values Map) BlueprintOption {
	return func(o *blueprintOptions) { o.defaults = values }
}

// BlueprintSubdomain is the subdomain of the blueprint's rules, subdomain=: see
// [Subdomain]. That of a nested blueprint stands before that of its parent.
func BlueprintSubdomain(name string) BlueprintOption {
	return func(o *blueprintOptions) { o.domain = &name }
}

// NewBlueprint makes a blueprint, Blueprint(name, __name__). Its endpoints begin
// with the name: "auth.login". A name with a dot panics.
func NewBlueprint(name string, options ...BlueprintOption) *Blueprint {
	if name == "" || strings.Contains(name, ".") {
		panic(fmt.Errorf("cantil: NewBlueprint(%q): a name is needed, without dots", name))
	}
	o := gather(options)
	o.files.root = callerFolder(2)
	bp := &Blueprint{name: name, files: o.files, defaults: o.defaults, domain: o.domain}
	bp.setUp = bp.mustBeSetUp
	bp.addRoute = func(rule string, view View, options []RouteOption) {
		bp.onMounting("Route", func(m *mounting) {
			m.app.addRule(m.scopes, joinRule(m.prefix, rule), view, m.withDefaults(options))
		})
	}
	if o.prefix != nil {
		bp.prefix = *o.prefix
	}
	return bp
}

// Name is the blueprint's name, blueprint.name.
func (b *Blueprint) Name() string { return b.name }

func gather(options []BlueprintOption) blueprintOptions {
	var o blueprintOptions
	for _, option := range options {
		option(&o)
	}
	return o
}

// onMounting keeps f to be called for each registration of the blueprint on an
// application.
func (b *Blueprint) onMounting(what string, f func(*mounting)) {
	b.mustBeSetUp(what)
	b.steps = append(b.steps, f)
}

// mustBeSetUp panics if the blueprint was registered.
func (b *Blueprint) mustBeSetUp(what string) {
	if b.registered {
		panic(fmt.Errorf("cantil: %s on the blueprint %q after it was registered: it would have no effect", what, b.name))
	}
}

// RegisterBlueprint nests another blueprint, whose endpoints become
// "outer.inner.view".
func (b *Blueprint) RegisterBlueprint(inner *Blueprint, options ...BlueprintOption) {
	if inner == b {
		panic(fmt.Errorf("cantil: the blueprint %q cannot be registered on itself", b.name))
	}
	b.mustBeSetUp("RegisterBlueprint")
	b.nested = append(b.nested, nestedBlueprint{inner, options})
}

// Blueprint is the one that is registered under a name, such as that of
// [Context.Blueprint]: app.blueprints.get(name), nil if there is none.
func (a *App) Blueprint(name string) *Blueprint { return a.blueprints[name] }

// RegisterBlueprint adds the blueprint's routes, hooks and error handlers to the
// application, app.register_blueprint(bp). An option given here takes precedence
// over the blueprint's. A name that is taken panics.
func (a *App) RegisterBlueprint(bp *Blueprint, options ...BlueprintOption) {
	a.mustBeSetUp("RegisterBlueprint")
	bp.register(&mounting{app: a, scopes: []scope{{"", &a.scaffold}}}, options)
}

// register adds bp inside of outer.
func (b *Blueprint) register(outer *mounting, options []BlueprintOption) {
	o := gather(options)
	if o.files != (blueprintFiles{}) {
		panic(fmt.Errorf("cantil: RegisterBlueprint(%q): its files are an option of NewBlueprint", b.name))
	}
	name, prefix := b.name, b.prefix
	if o.name != "" {
		name = o.name
	}
	if o.prefix != nil {
		prefix = *o.prefix
	}
	if around := outer.scopes[0].name; around != "" {
		name = around + "." + name
	}
	if outer.app.blueprints[name] != nil {
		panic(fmt.Errorf("cantil: RegisterBlueprint: the name %q is taken; cantil.BlueprintName gives another", name))
	}
	if slices.ContainsFunc(outer.scopes, func(s scope) bool { return s.scaffold == &b.scaffold }) {
		panic(fmt.Errorf("cantil: RegisterBlueprint: the blueprint %q is nested in itself, as %q", b.name, name))
	}
	outer.app.blueprints[name] = b
	defer func() { b.registered = true }()
	m := &mounting{app: outer.app, prefix: joinPrefix(outer.prefix, prefix), first: !b.registered,
		defaults: merged([]Map{outer.defaults, b.defaults, o.defaults}),
		scopes:   append([]scope{{name, &b.scaffold}}, outer.scopes...)}
	m.domain = nestedDomain(outer.domain, cmp.Or(o.domain, b.domain))
	b.files.addTo(m)
	for _, step := range b.steps {
		step(m)
	}
	for _, n := range b.nested {
		n.blueprint.register(m, n.options)
	}
}

// nestedDomain puts the subdomain of a blueprint before that of its parent.
func nestedDomain(outer, inner *string) *string {
	if outer == nil || inner == nil {
		return cmp.Or(inner, outer)
	}
	both := *inner + "." + *outer
	return &both
}

// withDefaults adds the blueprint's defaults to the options of a rule.
func (m *mounting) withDefaults(options []RouteOption) []RouteOption {
	if len(m.defaults) == 0 && m.domain == nil {
		return options
	}
	return append(slices.Clone(options), func(o *routeOptions) {
		if len(m.defaults) > 0 {
			o.Options.Defaults = merged([]Map{m.defaults, o.Options.Defaults})
		}
		if o.subdomain == nil {
			o.subdomain = m.domain
		}
	})
}

// AppErrorHandlerFor is [ErrorHandlerFor] for the whole application,
// app_errorhandler(SomeError).
func AppErrorHandlerFor[E error](bp *Blueprint, f func(c *Context, err E) any) {
	bp.onMounting("AppErrorHandlerFor", func(m *mounting) { ErrorHandlerFor(m.app, f) })
}

// AppTemplateFilter is [App.TemplateFilter], app_template_filter(name): a filter
// for the templates of the whole application.
func (b *Blueprint) AppTemplateFilter(name string) func(f any) {
	return func(f any) {
		b.onMounting("AppTemplateFilter", func(m *mounting) { m.app.TemplateFilter(name)(f) })
	}
}

// AppTemplateTest is [App.TemplateTest], app_template_test(name).
func (b *Blueprint) AppTemplateTest(name string) func(f any) {
	return func(f any) { b.onMounting("AppTemplateTest", func(m *mounting) { m.app.TemplateTest(name)(f) }) }
}

// AppTemplateGlobal is [App.TemplateGlobal], app_template_global(name).
func (b *Blueprint) AppTemplateGlobal(name string) func(f any) {
	return func(f any) {
		b.onMounting("AppTemplateGlobal", func(m *mounting) { m.app.TemplateGlobal(name)(f) })
	}
}

// AppErrorHandler registers an error handler for the whole application,
// app_errorhandler(404).
func (b *Blueprint) AppErrorHandler(code int) func(ErrorHandlerFunc) ErrorHandlerFunc {
	return func(f ErrorHandlerFunc) ErrorHandlerFunc {
		b.onMounting("AppErrorHandler", func(m *mounting) { m.app.ErrorHandler(code)(f) })
		return f
	}
}

// BeforeAppRequest registers f to be called before every request of the
// application, before_app_request.
func (b *Blueprint) BeforeAppRequest(f func(*Context) any) {
	b.onMounting("BeforeAppRequest", func(m *mounting) { m.app.BeforeRequest(f) })
}

// AfterAppRequest registers f to be called with every response of the
// application, after_app_request.
func (b *Blueprint) AfterAppRequest(f func(*Context, *Response)) {
	b.onMounting("AfterAppRequest", func(m *mounting) { m.app.AfterRequest(f) })
}

// AppContextProcessor adds variables to every template of the application,
// app_context_processor.
func (b *Blueprint) AppContextProcessor(f func(*Context) Map) {
	b.onMounting("AppContextProcessor", func(m *mounting) { m.app.ContextProcessor(f) })
}

// AppURLValuePreprocessor is URLValuePreprocessor for the whole application,
// app_url_value_preprocessor.
func (b *Blueprint) AppURLValuePreprocessor(f func(c *Context, endpoint string, values map[string]any)) {
	b.onMounting("AppURLValuePreprocessor", func(m *mounting) { m.app.URLValuePreprocessor(f) })
}

// AppURLDefaults is URLDefaults for the whole application, app_url_defaults.
func (b *Blueprint) AppURLDefaults(f func(c *Context, endpoint string, values map[string]any)) {
	b.onMounting("AppURLDefaults", func(m *mounting) { m.app.URLDefaults(f) })
}

// TeardownAppRequest registers f to be called at the end of every request of
// the application, teardown_app_request.
func (b *Blueprint) TeardownAppRequest(f func(*Context, error)) {
	b.onMounting("TeardownAppRequest", func(m *mounting) { m.app.TeardownRequest(f) })
}

// joinRule puts a blueprint's prefix in front of a rule.
func joinRule(prefix, rule string) string {
	if rule == "" {
		return prefix
	}
	return joinPrefix(prefix, rule)
}

// joinPrefix puts two prefixes together with one slash between them.
func joinPrefix(outer, inner string) string {
	if outer == "" || inner == "" {
		return outer + inner
	}
	return strings.TrimRight(outer, "/") + "/" + strings.TrimLeft(inner, "/")
}
