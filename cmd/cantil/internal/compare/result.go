// Package compare sends a recording's requests to another site and tells where its
// answers differ.
package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
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
	Unsigned    int            `json:"unsigned"`        // requests sent without their session, for want of a key
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
	d.Was, d.Now = excerpts(d.Was, d.Now)
	r.found[key] = d
	r.Differences = append(r.Differences, d)
}

// excerpts are two texts as a report shows them: of long ones what is around the
// first difference, and bytes that are no text in quotes.
func excerpts(was, now string) (string, string) {
	const most, before = 400, 60
	from := 0
	for from < min(len(was), len(now)) && was[from] == now[from] {
		from++
	}
	if from = from - before; from < 0 || max(len(was), len(now)) <= most {
		from = 0
	}
	for from > 0 && from < len(was) && !utf8.RuneStart(was[from]) {
		from--
	}
	quoted := !utf8.ValidString(was) || !utf8.ValidString(now)
	short := func(text string) string {
		part, size := text[from:], len(text)
		if len(part) > most {
			part = part[:most]
			for !quoted && !utf8.ValidString(part) { // cut within a letter
				part = part[:len(part)-1]
			}
		}
		cut := len(part) < size
		if quoted {
			part = strconv.Quote(part)
		}
		if from > 0 {
			part = "… " + part
		}
		if cut {
			part += fmt.Sprintf("… (%d bytes)", size)
		}
		return part
	}
	return short(was), short(now)
}

// rank is lower for what explains others.
func rank(kind string) int {
	if kind == KindStatus || kind == KindFailed {
		return 0
	}
	return 1
}

// sort puts the routes with differences first, and a status before what follows of
// it.
func (r *Result) sort() {
	slices.SortStableFunc(r.Routes, func(a, b *Route) int {
		return cmp.Or(cmp.Compare(b.Different, a.Different), cmp.Compare(a.Route, b.Route))
	})
	slices.SortStableFunc(r.Differences, func(a, b *Difference) int {
		return cmp.Or(cmp.Compare(a.Route, b.Route), cmp.Compare(rank(a.Kind), rank(b.Kind)), cmp.Compare(b.Count, a.Count))
	})
}
