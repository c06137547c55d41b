package routing

import (
	"cmp"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Map holds rules, matches paths against them and builds URLs from them. Rules
// and options are set up by one goroutine; after that any number may match and
// build at the same time.
type Map struct {
	StrictSlashes    bool               // a path that lacks only the slash at its end is redirected; set it before rules are added
	MergeSlashes     bool               // a path with runs of slashes is redirected to one without; set it before rules are added
	RedirectDefaults bool               // a path that spells out a default is redirected to the rule that has the default
	Domains          Domains            // what of the host rules name; set it before rules are added
	Converters       map[string]Factory // by their names in rules; may be added to and overridden

	root       *state
	rules      []*Rule
	endpoints  []string // in the order of their first rule
	byEndpoint map[string][]*Rule
	methods    []string // bit i of a mask stands for methods[i]
	mu         sync.Mutex
	compiled   atomic.Bool
}

// NewMap returns an empty map with Werkzeug's options (strict and merged
// slashes, redirects to defaults) and converters.
func NewMap() *Map {
	return &Map{
		StrictSlashes:    true,
		MergeSlashes:     true,
		RedirectDefaults: true,
		Converters:       maps.Clone(builtin),
		root:             &state{},
		byEndpoint:       map[string][]*Rule{},
	}
}

// Add adds a rule. Its errors are mistakes of the program: they name the rule
// and the remedy.
func (m *Map) Add(text string, options Options) (*Rule, error) {
	r, err := newRule(m, text, options)
	if err != nil {
		return nil, err
	}
	if !options.BuildOnly {
		m.root.add(r)
	}
	if m.byEndpoint[options.Endpoint] == nil {
		m.endpoints = append(m.endpoints, options.Endpoint)
	}
	m.rules = append(m.rules, r)
	m.byEndpoint[options.Endpoint] = append(m.byEndpoint[options.Endpoint], r)
	m.compiled.Store(false)
	return r, nil
}

// Rules returns all rules in the order in which they were added.
func (m *Map) Rules() []*Rule { return slices.Clone(m.rules) }

// Clone returns a map with the same options, converters and rules, which name
// their domains as domains says.
func (m *Map) Clone(domains Domains) *Map {
	c := NewMap()
	c.Domains = domains
	c.StrictSlashes, c.MergeSlashes, c.RedirectDefaults = m.StrictSlashes, m.MergeSlashes, m.RedirectDefaults
	c.Converters = maps.Clone(m.Converters)
	for _, r := range m.rules {
		if _, err := c.Add(r.text, r.options); err != nil {
			panic(err) // it could be read before
		}
	}
	return c
}

// compile sorts what Add appended, once after the last Add.
func (m *Map) compile() {
	if m.compiled.Load() {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.compiled.Load() {
		return
	}
	m.root.sort()
	for _, rules := range m.byEndpoint {
		slices.SortStableFunc(rules, compareForBuild)
		for i, r := range rules {
			r.overrides = nil
			for _, other := range rules[:i] {
				if other.providesDefaultsFor(r) {
					r.overrides = append(r.overrides, other)
				}
			}
		}
	}
	m.compiled.Store(true)
}

// compareForBuild puts first the rules with the most arguments, then those with
// the most defaults; aliases come last.
func compareForBuild(a, b *Rule) int {
	alias := func(r *Rule) int {
		if r.options.Alias {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(alias(a), alias(b)),
		cmp.Compare(len(b.arguments), len(a.arguments)),
		cmp.Compare(len(b.defaults), len(a.defaults)),
	)
}

// providesDefaultsFor reports whether r is another way to write o, with
// defaults in the place of variables.
func (r *Rule) providesDefaultsFor(o *Rule) bool {
	if r.options.BuildOnly || len(r.defaults) == 0 || len(r.arguments) != len(o.arguments) {
		return false
	}
	for _, name := range r.arguments {
		if !slices.Contains(o.arguments, name) {
			return false
		}
	}
	sameText := func(a, b piece) bool { return a.variable == b.variable && a.text == b.text }
	return !slices.EqualFunc(r.pieces, o.pieces, sameText)
}

func (m *Map) newConverter(p piece) (*Converter, error) {
	factory, ok := m.Converters[p.conv]
	if !ok {
		known := strings.Join(slices.Sorted(maps.Keys(m.Converters)), ", ")
		return nil, fmt.Errorf("there is no converter %q: use one of %s, or add it to the converters first", p.conv, known)
	}
	args, err := parseArgs(p.args)
	if err != nil {
		return nil, fmt.Errorf("converter %q of variable %q: %w", p.conv, p.text, err)
	}
	c, err := factory(args)
	if err == nil {
		c, err = c.prepared()
	}
	if err != nil {
		return nil, fmt.Errorf("converter %q of variable %q: %w", p.conv, p.text, err)
	}
	return c, nil
}

// methodBit returns the bit of a method, and gives it one if it has none.
func (m *Map) methodBit(method string) (uint64, error) {
	if bit := m.knownMethod(method); bit != 0 {
		return bit, nil
	}
	if len(m.methods) == 64 {
		return 0, fmt.Errorf("%q is the 65th HTTP method of this program: use at most 64", method)
	}
	m.methods = append(m.methods, method)
	return 1 << (len(m.methods) - 1), nil
}

// knownMethod returns the bit of a method, 0 if no rule names it.
func (m *Map) knownMethod(method string) uint64 {
	for i := range m.methods {
		if m.methods[i] == method {
			return 1 << i
		}
	}
	return 0
}

// methodNames returns the methods of a mask, sorted.
func (m *Map) methodNames(mask uint64) []string {
	names := make([]string, 0, bits.OnesCount64(mask))
	for ; mask != 0; mask &= mask - 1 {
		names = append(names, m.methods[bits.TrailingZeros64(mask)])
	}
	slices.Sort(names)
	return names
}
