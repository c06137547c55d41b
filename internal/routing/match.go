package routing

import (
	"strings"

	"github.com/cantil-go/cantil/internal/urls"
)

// Kind is what became of a match.
type Kind uint8

// The outcomes of [Map.Match].
const (
	NotFound         Kind = iota // 404
	Matched                      // Rule and Args are set
	Redirect                     // 308 to Location
	MethodNotAllowed             // 405; Allowed is set
)

// Result is the outcome of a match. It is made to be used again and again: a
// match overwrites it and keeps the space of its arguments. Nothing else of it
// is shared, so a copy of an Arg stays good.
type Result struct {
	Kind Kind
	Rule *Rule // the rule that matched; at a redirect the rule that asked for it, nil if the slashes did
	Args []Arg // variables in their order, then other defaults

	search search
	m      *Map
	to     *Rule // at a redirect for the sake of a default: the rule that has it
}

// Match finds the rule for a request and puts the outcome into r. The path is
// decoded and without a query (see [DecodePath]); the texts of the arguments
// are parts of it, so the memory of the path must never change. Slashes at its
// start count as one.
func (m *Map) Match(method, path string, r *Result) {
	m.compile()
	r.Kind, r.Rule, r.to, r.m = NotFound, nil, nil, m
	s := &r.search
	s.path, s.have, s.lacks, s.args = rooted(path), 0, false, r.Args[:0]
	if s.method = m.knownMethod(method); s.method == 0 {
		s.method = m.knownMethod(strings.ToUpper(method))
	}
	rule := s.start(m.root)
	switch {
	case s.lacks:
		r.Kind, s.path = Redirect, s.path+"/"
	case rule != nil:
		r.finish(rule)
	default:
		if m.MergeSlashes && strings.Contains(s.path, "//") {
			r.matchMerged()
		}
		if r.Kind == NotFound && s.have != 0 {
			r.Kind = MethodNotAllowed
		}
	}
	if r.Kind != Matched && r.Rule == nil {
		r.Args = s.args[:0]
	}
}

// Take makes r a match of a static rule, found by other means (see
// [Rule.Static]).
func (r *Result) Take(rule *Rule) {
	r.Kind, r.Rule, r.Args = Matched, rule, r.Args[:0]
	if len(rule.defaults) > 0 {
		r.Args = rule.withDefaults(r.Args)
	}
}

// Allowed returns the methods that the path admits, sorted, if Kind is
// MethodNotAllowed.
func (r *Result) Allowed() []string {
	if r.Kind != MethodNotAllowed {
		return nil
	}
	return r.m.methodNames(r.search.have)
}

// rooted makes a path start with exactly one slash. The empty path stays: it
// only lacks the slash of the root.
func rooted(path string) string {
	if path == "" || path[0] == '/' && (len(path) == 1 || path[1] != '/') {
		return path
	}
	path = strings.TrimLeft(path, "/")
	return "/" + path
}

// start begins after the slash at the start of the path, which all rules have.
func (s *search) start(root *state) *Rule {
	first := root.child("")
	if first == nil {
		return nil
	}
	return s.visit(first, 1)
}

// matchMerged searches again with the slashes merged, for the sake of a
// redirect.
func (r *Result) matchMerged() {
	s := &r.search
	s.path = urls.MergeSlashes(s.path)
	rule := s.start(r.m.root)
	switch {
	case s.lacks:
		r.Kind, s.path = Redirect, s.path+"/"
	case rule != nil && rule.merge:
		r.Kind = Redirect
	}
}

// finish converts the arguments of the rule found and checks whether it
// redirects. A value that is out of bounds ends the search: no other rule is
// tried.
func (r *Result) finish(rule *Rule) {
	args := r.search.args
	for i, c := range rule.converters {
		a := &args[i]
		a.Name, a.kind, a.value = rule.names[i], argText, nil
		if !c.convert(a) {
			if r.search.have != 0 {
				r.Kind = MethodNotAllowed
			}
			return
		}
	}
	if len(rule.defaults) > 0 {
		args = rule.withDefaults(args)
	}
	r.Kind, r.Rule, r.Args = Matched, rule, args
	if len(rule.overrides) > 0 && r.m.RedirectDefaults && !rule.options.Alias {
		r.to = rule.defaultRule(args, r.search.method)
	}
	if r.to != nil || rule.options.RedirectTo != "" || rule.options.Alias && r.m.RedirectDefaults {
		r.Kind = Redirect
	}
}

// defaultRule returns the rule whose defaults are the values of args.
func (r *Rule) defaultRule(args []Arg, method uint64) *Rule {
	values := pairs(args)
	for _, o := range r.overrides {
		if o.admits(method) && o.suits(values) {
			return o
		}
	}
	return nil
}

func pairs(args []Arg) []Pair {
	values := make([]Pair, len(args))
	for i := range args {
		values[i] = Pair{args[i].Name, args[i].Value()}
	}
	return values
}

// Allowed returns the methods that the path can be asked with, sorted: the
// Allow header of an automatic OPTIONS.
func (m *Map) Allowed(path string) []string {
	var r Result
	m.Match("--", path, &r)
	return r.Allowed()
}
