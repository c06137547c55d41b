package routing

import "strings"

// Kind says what became of a match.
type Kind uint8

// The outcomes of [Map.Match].
const (
	NotFound         Kind = iota // 404
	Matched                      // Rule and Args are set
	Redirect                     // 308 to Location
	MethodNotAllowed             // 405; Allowed is set
)

// Result is the outcome of a match.
type Result struct {
	Kind    Kind
	Rule    *Rule    // the rule that matched; at a redirect the rule that asked for it, if one did
	Args    []Arg    // in the caller's buffer: variables in order, then other defaults
	Allowed []string // sorted

	m    *Map
	path string // the target of a redirect for the sake of slashes
	to   *Rule  // the rule whose defaults say the same
}

// Match finds the rule for a request. The path is decoded and without a query (see [DecodePath]); it and the texts in
// the result share memory, so it must never change. Slashes at its start count as one. The arguments are written into
// the space behind args; what is in args before is given up.
func (m *Map) Match(method, path string, args []Arg) Result {
	m.compile()
	path = rooted(path)
	bit := m.knownMethod(method)
	if bit == 0 {
		bit = m.knownMethod(strings.ToUpper(method))
	}
	s := search{path: path, method: bit, args: args[:0]}
	r := s.start(m.root)
	switch {
	case s.lacks:
		return Result{Kind: Redirect, m: m, path: s.path + "/"}
	case r != nil:
		return m.settle(r, &s)
	case m.MergeSlashes && strings.Contains(path, "//"):
		return m.matchMerged(&s)
	}
	return m.noMatch(s.have)
}

// rooted makes a path start with exactly one slash. The empty path stays: it only lacks the slash of the root.
func rooted(path string) string {
	if path == "" || path[0] == '/' && (len(path) == 1 || path[1] != '/') {
		return path
	}
	path = strings.TrimLeft(path, "/")
	return "/" + path
}

// start begins behind the slash at the start of the path, which all rules have.
func (s *search) start(root *state) *Rule {
	first := root.child("")
	if first == nil {
		return nil
	}
	return s.visit(first, 1)
}

// matchMerged searches again with the slashes merged, for the sake of a redirect.
func (m *Map) matchMerged(s *search) Result {
	s.path = mergeSlashes(s.path)
	s.args = s.args[:0]
	r := s.start(m.root)
	switch {
	case s.lacks:
		return Result{Kind: Redirect, m: m, path: s.path + "/"}
	case r == nil || !r.merge:
		return m.noMatch(s.have)
	}
	return Result{Kind: Redirect, m: m, path: s.path}
}

func (m *Map) noMatch(have uint64) Result {
	if have == 0 {
		return Result{Kind: NotFound}
	}
	return Result{Kind: MethodNotAllowed, Allowed: m.methodNames(have)}
}

// settle converts the arguments of the rule found and looks whether it wants to be elsewhere. A value that is out of
// bounds ends the search: no other rule is tried.
func (m *Map) settle(r *Rule, s *search) Result {
	args := s.args
	for i, c := range r.converters {
		args[i].Name = r.names[i]
		if !c.convert(&args[i]) {
			return m.noMatch(s.have)
		}
	}
	if len(r.defaults) > 0 {
		args = r.AppendDefaults(args)
	}
	result := Result{Kind: Matched, Rule: r, Args: args, m: m}
	if m.RedirectDefaults {
		if r.options.Alias {
			result.Kind = Redirect
			return result
		}
		if len(r.overrides) > 0 {
			result.to = r.defaultRule(args, s.method)
		}
	}
	if result.to != nil || r.options.RedirectTo != "" {
		result.Kind = Redirect
	}
	return result
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

// Allowed returns the methods that the path can be asked with, sorted: the Allow header of an automatic OPTIONS.
func (m *Map) Allowed(path string) []string {
	return m.Match("--", path, nil).Allowed
}
