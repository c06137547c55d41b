package routing

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/cantil-go/cantil/internal/urls"
)

// Options are what a rule has besides its text. They are the keyword arguments
// of Werkzeug's Rule. No option of the framework sets MergeSlashes, Alias or
// BuildOnly, nor the three of [Map]: they stay because half of the recorded
// rule sets use them, and what those prove of the order of rules would go with
// them.
type Options struct {
	Endpoint      string
	Methods       []string       // upper-cased; GET brings HEAD. nil admits every method, as in Werkzeug: Flask's GET is up to the caller
	Defaults      map[string]any // values of variables that the path does not hold
	StrictSlashes *bool          // nil: as the map says
	MergeSlashes  *bool          // nil: as the map says
	RedirectTo    string         // a URL with <variables>, relative to the script root; empty for none
	Domain        string         // the subdomain or the host, with <variables>; counts if the map has Domains
	Alias         bool           // the endpoint has another rule, which is the canonical one
	BuildOnly     bool           // never matches
	Value         any            // for the owner of the map
}

// Rule is a rule of a map. It does not change after [Map.Add].
type Rule struct {
	m          *Map
	text       string // as it was given
	path       string // with its slashes merged, if it merges them
	options    Options
	strict     bool
	merge      bool
	methods    []string // sorted; nil for every method
	mask       uint64   // the same, by the bits of the map
	pieces     []piece
	parts      []part
	names      []string     // the variables in order
	converters []*Converter // of the same
	defaults   []Pair       // sorted by name
	arguments  []string     // variables, then defaults that are not variables
	builder    []buildStep
	overrides  []*Rule // rules of the endpoint whose defaults may say the same with a shorter path
}

// String returns the rule's text.
func (r *Rule) String() string { return r.text }

// Endpoint returns the rule's endpoint.
func (r *Rule) Endpoint() string { return r.options.Endpoint }

// Value returns what the owner attached.
func (r *Rule) Value() any { return r.options.Value }

// Methods returns the methods that the rule admits, sorted; nil if it admits
// all.
func (r *Rule) Methods() []string { return slices.Clone(r.methods) }

// Arguments returns the names of the rule's variables and of its defaults, sorted.
func (r *Rule) Arguments() []string {
	all := slices.Clone(r.arguments)
	slices.Sort(all)
	return all
}

// Defaults returns the values that the rule gives to variables, nil without any.
func (r *Rule) Defaults() map[string]any { return maps.Clone(r.options.Defaults) }

// Static reports whether a request for exactly [Rule.Path] with one of the
// rule's methods is answered by this rule and nothing else has to be looked at:
// such a rule may live in a table of paths, and [Result.Take] takes the place
// of the match. Of several static rules with the same path and method the one
// that was added first counts. Whatever the table does not hold must go through
// [Map.Match].
func (r *Rule) Static() bool {
	r.m.compile()
	alias := r.options.Alias && r.m.RedirectDefaults
	return len(r.names) == 0 && !r.options.BuildOnly && r.options.RedirectTo == "" && !alias && len(r.overrides) == 0
}

// Path returns the rule's text as it is matched: with its slashes merged,
// unless merging is off.
func (r *Rule) Path() string { return r.path }

// withDefaults sets the rule's defaults in args.
func (r *Rule) withDefaults(args []Arg) []Arg {
	for _, d := range r.defaults {
		i := slices.IndexFunc(args, func(a Arg) bool { return a.Name == d.Key })
		if i < 0 {
			i = len(args)
			args = append(args, Arg{Name: d.Key})
		}
		args[i].Set(d.Value)
	}
	return args
}

// newRule reads the text of a rule and everything that follows from it.
func newRule(m *Map, text string, o Options) (*Rule, error) {
	if !strings.HasPrefix(text, "/") {
		return nil, fmt.Errorf("cantil: rule %q does not start with a slash: write %q", text, "/"+text)
	}
	r := &Rule{m: m, text: text, path: text, options: o, strict: m.StrictSlashes, merge: m.MergeSlashes}
	if o.StrictSlashes != nil {
		r.strict = *o.StrictSlashes
	}
	if o.MergeSlashes != nil {
		r.merge = *o.MergeSlashes
	}
	if r.merge {
		r.path = urls.MergeSlashes(text)
	}
	if m.Domains != NoDomains {
		r.path = inDomain(strings.ToLower(o.Domain), r.path)
	}
	for _, step := range []func() error{r.readMethods, r.readDefaults, r.readVariables, r.checkRedirect, r.readParts, r.compileBuilder} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r *Rule) readMethods() (err error) {
	if r.options.Methods == nil {
		return nil
	}
	r.methods = []string{}
	for _, method := range r.options.Methods {
		r.methods = append(r.methods, strings.ToUpper(method))
	}
	if slices.Contains(r.methods, "GET") {
		r.methods = append(r.methods, "HEAD")
	}
	slices.Sort(r.methods)
	r.methods = slices.Compact(r.methods)
	for _, method := range r.methods {
		bit, err := r.m.methodBit(method)
		if err != nil {
			return fmt.Errorf("cantil: rule %q: %w", r.text, err)
		}
		r.mask |= bit
	}
	return nil
}

func (r *Rule) readDefaults() error {
	r.options.Defaults = maps.Clone(r.options.Defaults)
	for _, name := range slices.Sorted(maps.Keys(r.options.Defaults)) {
		r.defaults = append(r.defaults, Pair{name, r.options.Defaults[name]})
	}
	return nil
}

func (r *Rule) readVariables() (err error) {
	if r.pieces, err = scan(r.path); err != nil {
		return err
	}
	for _, p := range r.pieces {
		if !p.variable {
			continue
		}
		if slices.Contains(r.names, p.text) {
			return fmt.Errorf("cantil: rule %q has the variable %q twice: give each variable a name of its own", r.text, p.text)
		}
		c, err := r.m.newConverter(p)
		if err != nil {
			return fmt.Errorf("cantil: rule %q: %w", r.text, err)
		}
		r.names = append(r.names, p.text)
		r.converters = append(r.converters, c)
	}
	r.arguments = slices.Clone(r.names)
	for _, d := range r.defaults {
		if !slices.Contains(r.names, d.Key) {
			r.arguments = append(r.arguments, d.Key)
		}
	}
	return nil
}

// redirectVariable is a variable in the target of a redirect.
var redirectVariable = regexp.MustCompile(`<([^>]+)>`)

func (r *Rule) checkRedirect() error {
	for _, found := range redirectVariable.FindAllStringSubmatch(r.options.RedirectTo, -1) {
		if !slices.Contains(r.names, found[1]) {
			return fmt.Errorf("cantil: rule %q redirects to %q, but has no variable %q: use the variables of the rule", r.text, r.options.RedirectTo, found[1])
		}
	}
	return nil
}

func (r *Rule) readParts() (err error) {
	if r.parts, err = splitParts(r.pieces, r.converters); err != nil {
		return fmt.Errorf("cantil: rule %q %w", r.text, err)
	}
	return nil
}

func (r *Rule) variable(name string) int { return slices.Index(r.names, name) }

func (r *Rule) admits(mask uint64) bool { return r.methods == nil || r.mask&mask != 0 }
