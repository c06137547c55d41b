package routing

import (
	"fmt"
	"slices"
	"strings"
)

// BuildError says that no rule of an endpoint suits the values, and what may
// have been meant.
type BuildError struct {
	Endpoint string
	Method   string   // as asked for with _method
	Values   []string // the names of the values given, sorted

	Suggested *Rule // the rule that comes closest; nil if there are no rules
}

func (m *Map) buildError(endpoint string, values []Pair, method string) *BuildError {
	e := &BuildError{Endpoint: endpoint, Method: method}
	for _, p := range values {
		e.Values = append(e.Values, p.Key)
	}
	slices.Sort(e.Values)
	best := -1.0
	for _, name := range m.endpoints {
		likeness := 0.98 * similarity(name, endpoint)
		for _, r := range m.byEndpoint[name] {
			if score := likeness + e.bonus(r); score > best {
				best, e.Suggested = score, r
			}
		}
	}
	return e
}

// bonus decides between rules of equally similar endpoints.
func (e *BuildError) bonus(r *Rule) float64 {
	bonus := 0.0
	if len(missing(e.Values, r.arguments)) == 0 {
		bonus += 0.01
	}
	if slices.Contains(r.methods, e.Method) {
		bonus += 0.01
	}
	return bonus
}

// Error names the endpoint, and the values or the endpoint that were probably
// meant.
func (e *BuildError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "cantil: no URL for endpoint %q", e.Endpoint)
	if e.Method != "" {
		fmt.Fprintf(&b, " with method %s", e.Method)
	}
	if len(e.Values) > 0 {
		fmt.Fprintf(&b, " with the values %q", e.Values)
	}
	r := e.Suggested
	switch {
	case r == nil:
		b.WriteString(": there are no rules")
	case r.Endpoint() != e.Endpoint:
		fmt.Fprintf(&b, ": there is no such endpoint; the nearest is %q", r.Endpoint())
	default:
		e.explain(&b, r)
	}
	return b.String()
}

// explain returns what keeps a rule of the right endpoint from being used.
func (e *BuildError) explain(b *strings.Builder, r *Rule) {
	fmt.Fprintf(b, ": rule %q", r.text)
	if e.Method != "" && r.methods != nil && !slices.Contains(r.methods, e.Method) {
		fmt.Fprintf(b, " admits only %s", strings.Join(r.methods, ", "))
	} else if lacking := missing(r.arguments, e.Values); len(lacking) > 0 {
		fmt.Fprintf(b, " also needs %q", lacking)
	} else {
		b.WriteString(" does not take these values")
	}
}

// missing returns what of wanted is not in given, sorted.
func missing(wanted, given []string) []string {
	var lacking []string
	for _, name := range wanted {
		if !slices.Contains(given, name) {
			lacking = append(lacking, name)
		}
	}
	slices.Sort(lacking)
	return lacking
}
