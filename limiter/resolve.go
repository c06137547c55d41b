package limiter

import (
	"slices"
	"strings"

	"github.com/cantil-go/cantil"
)

// before looks at the limits of a request that no decorator looks at.
func (l *Limiter) before(c *cantil.Context) any {
	l.start.Do(func() { l.defaults, l.application = l.ofDefaults.with(l.defaults), l.ofApp.with(l.application) })
	if l.exempt(c) || l.blueprintIsExempt(c) {
		return nil
	}
	limits, atView := l.application, len(decorated(c)) > 0
	if !atView {
		limits = slices.Concat(limits, l.withDefaults(c, nil))
	}
	return l.evaluate(c, limits, atView)
}

// atView looks at the limits of the request's route, once the innermost of its
// decorators is reached.
func (l *Limiter) atView(c *cantil.Context) any {
	if l.exempt(c) {
		return nil
	}
	limits := decorated(c)
	s := stateOf(c)
	if s.passed++; s.passed != len(limits) {
		return nil
	}
	limits = resolved(c, limits)
	if !l.blueprintIsExempt(c) {
		limits = l.withDefaults(c, limits)
	}
	return l.evaluate(c, limits, false)
}

// exempt reports whether no limit counts for the request.
func (l *Limiter) exempt(c *cantil.Context) bool {
	endpoint := c.Endpoint()
	return !l.enabled || endpoint == "" || endpoint[strings.LastIndexByte(endpoint, '.')+1:] == "static" ||
		c.RouteValue(exemptKey{}) != nil ||
		slices.ContainsFunc(l.filters, func(f func(*cantil.Context) bool) bool { return f(c) })
}

// blueprintIsExempt reports whether none but the route's own limits count.
func (l *Limiter) blueprintIsExempt(c *cantil.Context) bool {
	return slices.Contains(l.exemptBlueprints, c.Blueprint())
}

// resolved are the limits with the texts that those of [Dynamic] have for this
// request. One whose text is empty is not there: it overrides nothing either.
func resolved(c *cantil.Context, limits []*limit) []*limit {
	if !slices.ContainsFunc(limits, func(one *limit) bool { return one.text != nil }) {
		return limits
	}
	var all []*limit
	for _, one := range limits {
		if one.text != nil {
			text := one.text(c)
			if strings.TrimSpace(text) == "" {
				continue
			}
			own := *one
			own.rates, own.text = mustParse(text), nil
			one = &own
		}
		all = append(all, one)
	}
	return all
}

// decorated are the limits of the request's route.
func decorated(c *cantil.Context) []*limit {
	values, _ := c.RouteValue(limitKey{}).([]any)
	if len(values) == 0 {
		return nil
	}
	limits := make([]*limit, 0, len(values))
	for _, value := range values {
		limits = append(limits, value.(*limit))
	}
	return limits
}

// withDefaults adds to the route's limits those of its blueprint, and the default
// limits unless one of these overrides them.
func (l *Limiter) withDefaults(c *cantil.Context, limits []*limit) []*limit {
	if !slices.ContainsFunc(limits, (*limit).overrides) {
		limits = slices.Concat(limits, l.ofBlueprint(c))
	}
	method := c.Method()
	takes := func(one *limit) bool { return one.takes(method) }
	if !slices.ContainsFunc(limits, (*limit).overrides) || !slices.ContainsFunc(limits, takes) {
		limits = slices.Concat(l.defaults, limits) // of equal units the defaults are asked first
	}
	return limits
}

func (l *limit) overrides() bool { return l.override }

// takes reports whether the limit is for a method.
func (l *limit) takes(method string) bool {
	return l.methods == nil || slices.ContainsFunc(l.methods, func(m string) bool { return strings.EqualFold(m, method) })
}

// ofBlueprint are the limits of the request's blueprint, and of those around it
// unless its own override them.
func (l *Limiter) ofBlueprint(c *cantil.Context) []*limit {
	if len(l.blueprints) == 0 {
		return nil
	}
	var limits []*limit
	for _, name := range c.Blueprints() {
		own := resolved(c, l.blueprints[name])
		limits = append(limits, own...)
		if slices.ContainsFunc(own, (*limit).overrides) {
			break
		}
	}
	return limits
}
