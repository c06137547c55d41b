package cantil

import (
	"net/http"
	"slices"
)

// Route registers the decorated view for a rule, @app.route(rule):
//
//	app.Route("/user/<int:id>", cantil.Methods("GET", "POST"))(user)
//
// The rules are Flask's: variables by the converters string, int, float, path,
// uuid and any(…), and those of [App.Converter]. The endpoint is the view's
// name; a blueprint puts its prefix in front of the rule and its name in front
// of the endpoint. A rule that cannot be read, or an endpoint that another view
// has, panics.
func (s *registry) Route(rule string, options ...RouteOption) func(View) View {
	return func(view View) View {
		s.add(rule, view, options)
		return view
	}
}

// Get is Route for GET (and HEAD) alone, @app.get(rule).
func (s *registry) Get(rule string, options ...RouteOption) func(View) View {
	return s.Route(rule, withMethod(http.MethodGet, options)...)
}

// Post is Route for POST alone, @app.post(rule).
func (s *registry) Post(rule string, options ...RouteOption) func(View) View {
	return s.Route(rule, withMethod(http.MethodPost, options)...)
}

// Put is Route for PUT alone, @app.put(rule).
func (s *registry) Put(rule string, options ...RouteOption) func(View) View {
	return s.Route(rule, withMethod(http.MethodPut, options)...)
}

// Patch is Route for PATCH alone, @app.patch(rule).
func (s *registry) Patch(rule string, options ...RouteOption) func(View) View {
	return s.Route(rule, withMethod(http.MethodPatch, options)...)
}

// Delete is Route for DELETE alone, @app.delete(rule).
func (s *registry) Delete(rule string, options ...RouteOption) func(View) View {
	return s.Route(rule, withMethod(http.MethodDelete, options)...)
}

func withMethod(method string, options []RouteOption) []RouteOption {
	return append(slices.Clone(options), Methods(method))
}
