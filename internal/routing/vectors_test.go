package routing

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/internal/uuid"
)

// The recorded cases were made by Werkzeug 3.1.8 and Flask 3.1.3: random rules,
// paths near them and random URLs.
var vectorFile = flag.String("vectors", "testdata/werkzeug.json", "recorded cases to run")

type vectorSet struct {
	Strict           bool
	Merge            bool
	RedirectDefaults bool `json:"redirect_defaults"`
	Rules            []vectorRule
	Error            string // of adding the rules, if that failed
	Match            []vectorMatch
	Build            []vectorBuild
}

type vectorRule struct {
	Rule, Endpoint string
	Methods        []string
	Defaults       [][2]json.RawMessage
	Strict, Merge  *bool
	RedirectTo     string `json:"redirect_to"`
	Alias          bool
	BuildOnly      bool `json:"build_only"`
}

type vectorMatch struct {
	Method, Path, Query, Script, Scheme string
	Want                                struct {
		Rule     *int
		Args     map[string]json.RawMessage
		Location string
		Allowed  []string
		NotFound bool
		Crash    string
	}
}

type vectorBuild struct {
	Endpoint, Scheme, Host, Script, Method string
	Values                                 [][2]json.RawMessage
	Want                                   struct {
		URL        string
		BuildError bool
		Suggested  *string
		Error      string
	}
}

// testConverters are the user converters that the recording had.
func testConverters(m *Map) {
	m.Converters["hex"] = func(ConverterArgs) (*Converter, error) {
		return &Converter{Regex: "[0-9a-f]+", Weight: 60, ToGo: func(s string) (any, error) {
			n, err := strconv.ParseInt(s, 16, 64)
			if err != nil || len(s) >= 8 {
				return nil, ErrValidation
			}
			return int(n), nil
		}, ToURL: func(v any) (string, error) {
			switch v := v.(type) {
			case bool:
				return map[bool]string{true: "1", false: "0"}[v], nil
			case int:
				return fmt.Sprintf("%x", v), nil
			case *big.Int:
				return fmt.Sprintf("%x", v), nil
			}
			return "", fmt.Errorf("hex: %w", ErrValidation)
		}}, nil
	}
	m.Converters["slug"] = func(ConverterArgs) (*Converter, error) {
		return &Converter{Regex: "[a-z]+(?:-[a-z]+)*"}, nil
	}
	m.Converters["plain"] = func(ConverterArgs) (*Converter, error) { return &Converter{}, nil }
	m.Converters["multi"] = func(ConverterArgs) (*Converter, error) {
		return &Converter{Regex: "[a-z]+(?:/[a-z]+)*", Weight: 150,
			ToGo:  func(s string) (any, error) { return strings.ReplaceAll(s, "/", "+"), nil },
			ToURL: func(v any) (string, error) { return strings.ReplaceAll(str(v), "+", "/"), nil },
		}, nil
	}
}

func TestWerkzeug(t *testing.T) {
	data, err := os.ReadFile(*vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Sets []vectorSet }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	matches, builds := 0, 0
	for i, set := range file.Sets {
		m, rules, err := set.load(t)
		if set.Error != "" || err != nil {
			if (set.Error != "") != (err != nil) {
				t.Errorf("set %d: adding the rules %+v: got %v, want %q", i, set.Rules, err, set.Error)
			}
			continue
		}
		for _, c := range set.Match {
			if got, want := c.run(m, rules), c.want(t); got != want && c.Want.Crash == "" {
				t.Errorf("set %d: %s %q\n got %s\nwant %s\n%s", i, c.Method, c.Path, got, want, set.describe())
			}
			matches++
		}
		for _, c := range set.Build {
			if got, want := c.run(t, m), c.want(); got != want {
				t.Errorf("set %d: URL of %q with %s\n got %s\nwant %s\n%s", i, c.Endpoint, c.Values, got, want, set.describe())
			}
			builds++
		}
	}
	t.Logf("%d rule sets, %d matches, %d URLs", len(file.Sets), matches, builds)
}

func (set *vectorSet) load(t *testing.T) (*Map, []*Rule, error) {
	m := NewMap()
	m.StrictSlashes, m.MergeSlashes, m.RedirectDefaults = set.Strict, set.Merge, set.RedirectDefaults
	testConverters(m)
	var rules []*Rule
	for _, v := range set.Rules {
		o := Options{Endpoint: v.Endpoint, Methods: v.Methods, StrictSlashes: v.Strict, MergeSlashes: v.Merge,
			RedirectTo: v.RedirectTo, Alias: v.Alias, BuildOnly: v.BuildOnly}
		for _, p := range typedPairs(t, v.Defaults) {
			if o.Defaults == nil {
				o.Defaults = map[string]any{}
			}
			o.Defaults[p.Key] = p.Value
		}
		r, err := m.Add(v.Rule, o)
		if err != nil {
			return nil, nil, err
		}
		rules = append(rules, r)
	}
	return m, rules, nil
}

func (set *vectorSet) describe() string {
	var b strings.Builder
	fmt.Fprintf(&b, "strict=%t merge=%t redirect defaults=%t\n", set.Strict, set.Merge, set.RedirectDefaults)
	for i, r := range set.Rules {
		text, _ := json.Marshal(r)
		fmt.Fprintf(&b, "%d %s\n", i, text)
	}
	return b.String()
}

func (c *vectorMatch) run(m *Map, rules []*Rule) string {
	var r Result
	m.Match(c.Method, c.Path, &r)
	switch r.Kind {
	case Matched:
		args := make([]string, len(r.Args))
		for i := range r.Args {
			args[i] = r.Args[i].Name + "=" + typeText(r.Args[i].Value())
		}
		slices.Sort(args)
		return fmt.Sprint("rule ", slices.Index(rules, r.Rule), args)
	case Redirect:
		url, err := r.Location(&Binding{Scheme: c.Scheme, Host: "localhost", ScriptName: c.Script, Method: c.Method, Query: c.Query})
		return fmt.Sprint("redirect ", url, err)
	case MethodNotAllowed:
		return fmt.Sprint("allowed ", r.Allowed())
	}
	return "not found"
}

func (c *vectorMatch) want(t *testing.T) string {
	w := &c.Want
	switch {
	case w.Rule != nil:
		var args []string
		for name, raw := range w.Args {
			args = append(args, name+"="+typeText(typed(t, raw)))
		}
		slices.Sort(args)
		if args == nil {
			args = []string{}
		}
		return fmt.Sprint("rule ", *w.Rule, args)
	case w.Location != "":
		return fmt.Sprint("redirect ", w.Location, nil)
	case w.Allowed != nil:
		return fmt.Sprint("allowed ", w.Allowed)
	}
	return "not found"
}

func (c *vectorBuild) run(t *testing.T, m *Map) string {
	b := &Binding{Scheme: c.Scheme, Host: c.Host, ScriptName: c.Script, Method: c.Method}
	url, err := m.URLFor(b, c.Endpoint, typedPairs(t, c.Values)...)
	var failed *BuildError
	switch {
	case errors.As(err, &failed):
		return "build error, suggested " + failed.Suggested.Endpoint()
	case err != nil:
		return "error"
	}
	return url
}

func (c *vectorBuild) want() string {
	switch {
	case c.Want.BuildError:
		return "build error, suggested " + *c.Want.Suggested
	case c.Want.Error != "":
		return "error"
	}
	return c.Want.URL
}

func typedPairs(t *testing.T, raw [][2]json.RawMessage) []Pair {
	var pairs []Pair
	for _, r := range raw {
		var key string
		if err := json.Unmarshal(r[0], &key); err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, Pair{key, typed(t, r[1])})
	}
	return pairs
}

// typed reads a value of the recording: an object whose only key is its type.
func typed(t *testing.T, raw json.RawMessage) any {
	var v struct {
		I, F, S, U *string
		B          *bool
		L          []json.RawMessage
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	switch {
	case v.I != nil:
		n, _ := parseInt(*v.I)
		return n
	case v.F != nil:
		f, _ := parseFloat(*v.F)
		return f
	case v.S != nil:
		return *v.S
	case v.U != nil:
		return mustUUID(*v.U)
	case v.B != nil:
		return *v.B
	case v.L != nil:
		list := make([]any, len(v.L))
		for i := range v.L {
			list[i] = typed(t, v.L[i])
		}
		return list
	}
	return nil
}

func typeText(v any) string { return fmt.Sprintf("%T(%s)", v, str(v)) }

func mustUUID(s string) uuid.UUID {
	id, err := uuid.Parse(s)
	if err != nil {
		panic(err)
	}
	return id
}
