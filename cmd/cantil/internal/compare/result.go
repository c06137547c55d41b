// Package compare sends a recording's requests to another site and tells where its
// answers differ.
package compare

import (
	"cmp"
	"fmt"
	"slices"
)

// Difference is one kind of difference at one route, however often it was seen.
type Difference struct {
	Route string `json:"route"` // "GET /profile"'s path: /profile
	Kind  string `json:"kind"`
	Name  string `json:"name"` // the header, cookie, key or place in the body
	Was   string `json:"was"`  // what the recording has, the first time
	Now   string `json:"now"`
	Count int    `json:"count"`
	First string `json:"first"` // the first request: method and target
}

// Route is what became of the requests of one route.
type Route struct {
	Route     string `json:"route"`
	Requests  int    `json:"requests"`
	Same      int    `json:"same"`
	Different int    `json:"different"`
	Skipped   int    `json:"skipped"`
	Ignored   int    `json:"ignored"` // differences that rules cover
}

// Result is what a comparison has found.
type Result struct {
	Target      string         `json:"target"`
	Requests    int            `json:"requests"`
	Same        int            `json:"same"`
	Different   int            `json:"different"`
	Skipped     map[string]int `json:"skipped"` // by reason
	Routes      []*Route       `json:"routes"`
	Differences []*Difference  `json:"differences"`
	Dropped     int            `json:"dropped"`         // differences of kinds beyond the first thousand
	Damaged     int            `json:"damaged"`         // lines of the recording that could not be read
	Ended       string         `json:"ended,omitempty"` // why the rest of the recording was not compared
	Rules       []*Rule        `json:"rules"`

	routes map[string]*Route
	found  map[[3]string]*Difference
}

// maxDifferences bounds how many kinds of differences are kept, and maxRoutes the
// routes.
const (
	maxDifferences = 1000
	maxRoutes      = 1000
)

func newResult(target string, rules []*Rule) *Result {
	return &Result{Target: target, Rules: rules, Skipped: map[string]int{}, routes: map[string]*Route{}, found: map[[3]string]*Difference{}}
}

// Agrees reports whether nothing differs that no rule covers, and anything was
// compared at all, up to the end of the recording.
func (r *Result) Agrees() bool { return r.Alike() && r.Damaged == 0 && r.Ended == "" }

// Alike reports whether nothing differs of what was compared.
func (r *Result) Alike() bool { return r.Different == 0 && r.Same > 0 }

// Compared is how many requests were sent.
func (r *Result) Compared() int { return r.Same + r.Different }

func (r *Result) route(name string) *Route {
	route := r.routes[name]
	if route == nil {
		if len(r.routes) >= maxRoutes {
			if name = "(other routes)"; r.routes[name] != nil {
				return r.routes[name]
			}
		}
		route = &Route{Route: name}
		r.routes[name] = route
		r.Routes = append(r.Routes, route)
	}
	return route
}

func (r *Result) skip(name, reason string) {
	route := r.route(name)
	r.Requests++
	route.Requests++
	route.Skipped++
	r.Skipped[reason]++
}

// add counts a request and what differs at it.
func (r *Result) add(name, request string, differences []Difference) {
	route := r.route(name)
	r.Requests++
	route.Requests++
	differs := false
	for i := range differences {
		d := &differences[i]
		d.Route = route.Route
		if rule := slices.IndexFunc(r.Rules, func(rule *Rule) bool { return rule.covers(d) }); rule >= 0 {
			r.Rules[rule].Used++
			route.Ignored++
			continue
		}
		differs = true
		d.First = request
		r.keep(d)
	}
	if differs {
		r.Different++
		route.Different++
	} else {
		r.Same++
		route.Same++
	}
}

func (r *Result) keep(d *Difference) {
	key := [3]string{d.Route, d.Kind, d.Name}
	if known := r.found[key]; known != nil {
		known.Count++
		return
	}
	if len(r.found) >= maxDifferences {
		r.Dropped++
		return
	}
	d.Count = 1
	d.Was, d.Now = short(d.Was), short(d.Now)
	r.found[key] = d
	r.Differences = append(r.Differences, d)
}

// short is a text as a report shows it.
func short(text string) string {
	const most = 400
	if len(text) <= most {
		return text
	}
	return fmt.Sprintf("%s… (%d bytes)", text[:most], len(text))
}

// sort puts the routes with differences first.
func (r *Result) sort() {
	slices.SortStableFunc(r.Routes, func(a, b *Route) int {
		return cmp.Or(cmp.Compare(b.Different, a.Different), cmp.Compare(a.Route, b.Route))
	})
	slices.SortStableFunc(r.Differences, func(a, b *Difference) int {
		return cmp.Or(cmp.Compare(a.Route, b.Route), cmp.Compare(b.Count, a.Count))
	})
}
