package cors

import (
	"net/http"
	"sync"

	"github.com/cantil-go/cantil"
)

// Target is what NewCORS is for: a [*cantil.App] or a [*cantil.Blueprint].
type Target interface {
	AfterRequest(f func(*cantil.Context, *cantil.Response))
}

// NewCORS opens the routes of an application or a blueprint to other sites,
// CORS(app, …): each path whose [Resource] is the first to match, all without
// one. A mistake in the options panics. What a view or [CrossOrigin] set stays.
func NewCORS(on Target, options ...Option) {
	of := perApp(func(app *cantil.App) []rule { return checked(rules(configured(app), options), true) })
	after := func(c *cantil.Context, r *cantil.Response) {
		if r.Header().Has(allowOrigin) || c.RequestCtx().UserValue(evaluated{}) != nil {
			return
		}
		path := c.Path()
		for _, rule := range of(c.App()) {
			if rule.path.matches(path) {
				rule.policy.apply(c, r)
				return
			}
		}
	}
	checked(rules(nil, options), false) // panics now
	if app, ok := on.(*cantil.App); ok {
		checked(rules(configured(app), options), true)
		app.AfterRequestLast(after) // what the application's own functions set counts
		return
	}
	on.AfterRequest(after)
}

func checked(rules []rule, whole bool) []rule {
	for _, r := range rules {
		r.policy.check(whole)
	}
	return rules
}

// CrossOrigin opens one view to other sites, @cross_origin(…):
//
//	app.Get("/itens", cors.CrossOrigin(cors.Origins("https://loja.example")))(itens)
//
// It answers OPTIONS for the view, unless [AutomaticOptions] is off. A mistake in
// the options panics. [Resource] has no meaning here.
func CrossOrigin(options ...Option) cantil.RouteOption {
	of := perApp(func(app *cantil.App) *policy { return newPolicy(configured(app), options).check(true) })
	own := newPolicy(nil, options).check(false)
	decorated := cantil.Decorate(func(view cantil.View) cantil.View {
		return func(c *cantil.Context) any {
			p := of(c.App())
			c.RequestCtx().SetUserValue(evaluated{}, true)
			c.AfterThisRequest(p.apply)
			if p.automaticOptions && c.Method() == http.MethodOptions {
				return c.MakeDefaultOptionsResponse()
			}
			return view(c)
		}
	})
	if !own.automaticOptions {
		return decorated
	}
	return cantil.RouteOptions(decorated, cantil.RequiredMethods(http.MethodOptions), cantil.ProvideAutomaticOptions(false))
}

// evaluated is the key of a request whose view's own policy counts.
type evaluated struct{}

// perApp keeps what build makes for each application: its configuration may be
// loaded after the options were given, and a blueprint belongs to several.
func perApp[T any](build func(*cantil.App) T) func(*cantil.App) T {
	var built sync.Map // *cantil.App to func() T
	return func(app *cantil.App) T {
		f, ok := built.Load(app)
		if !ok {
			f, _ = built.LoadOrStore(app, sync.OnceValue(func() T { return build(app) }))
		}
		return f.(func() T)()
	}
}
