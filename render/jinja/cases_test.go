package jinja

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"
	"time"
)

// testCase is one case of testdata; its README is beside the harness that made
// it: every expectation comes from Flask and Jinja themselves.
type testCase struct {
	ID             string            `json:"id"`
	Feature        string            `json:"feature"`
	Set            string            `json:"set"`
	Templates      map[string]string `json:"templates"`
	Main           string            `json:"main"`
	Context        orderedValue      `json:"context"`
	Expect         *string           `json:"expect"`
	MustNotContain []string          `json:"must_not_contain"`
	Error          *struct {
		Type     string `json:"type"`
		Message  string `json:"message"`
		Template string `json:"template"`
		Line     int    `json:"line"`
	} `json:"error"`
	Routes  orderedValue `json:"routes"`
	Session orderedValue `json:"session"`
	G       orderedValue `json:"g"`
	Config  orderedValue `json:"config"`
	Flashes [][2]string  `json:"flashes"`
	Request struct {
		URL     string       `json:"url"`
		Method  string       `json:"method"`
		Form    orderedValue `json:"form"`
		Headers orderedValue `json:"headers"`
	} `json:"request"`
	Uses []string `json:"uses"`
}

// caseFile is the file of golden cases; the environment may name another one.
func caseFile() string {
	if name := os.Getenv("CANTIL_JINJA_CASES"); name != "" {
		return name
	}
	return "testdata/cases.json"
}

func readCases(t testing.TB, name string) []*testCase {
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var cases []*testCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

// render renders the main template of a case in its surroundings.
func (c *testCase) render() (string, error) {
	env := New(Map(c.Templates))
	for _, name := range c.Uses {
		extra(env, name)
	}
	config := NewDict("DEBUG", false)
	for i, k := range c.Config.dict().Keys() {
		config.Set(k, c.Config.dict().Values()[i])
	}
	globals := map[string]any{
		"request": newRequest(c), "session": c.Session.dict(), "g": &fakeG{c.G.dict()}, "config": config,
		"url_for": urlFor(c.Routes.dict()), "get_flashed_messages": flashedMessages(c.Flashes),
	}
	vars := map[string]any{}
	for i, k := range c.Context.dict().Keys() {
		vars[k.(string)] = c.Context.dict().Values()[i]
	}
	t, err := env.Get(c.Main)
	if err != nil {
		return "", err
	}
	resolve := ResolverFunc(func(name string) (any, bool) { v, ok := globals[name]; return v, ok })
	out, err := t.AppendScope(nil, Scope{Vars: vars, Globals: resolve})
	return string(out), err
}

// check tells what is wrong with the result of a case, or "".
func (c *testCase) check() string {
	type result struct {
		out string
		err error
	}
	done := make(chan result, 1)
	go func() {
		out, err := c.render()
		done <- result{out, err}
	}()
	var r result
	select {
	case r = <-done:
	case <-time.After(10 * time.Second):
		return "hangs"
	}
	for _, bad := range c.MustNotContain {
		if strings.Contains(r.out, bad) {
			return fmt.Sprintf("INJECTION: output contains %q: %q", bad, r.out)
		}
	}
	if c.Error != nil {
		return c.checkError(r.out, r.err)
	}
	if r.err != nil {
		return fmt.Sprintf("error %v\n want %q", r.err, *c.Expect)
	}
	if r.out != *c.Expect {
		return fmt.Sprintf("\n  got %q\n want %q", r.out, *c.Expect)
	}
	return ""
}

func (c *testCase) checkError(out string, err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return fmt.Sprintf("got %q, %v; want error %s: %s", out, err, c.Error.Type, c.Error.Message)
	}
	switch c.Error.Type {
	case KindSyntax, KindAssertion:
		if e.Kind != c.Error.Type || e.Template != c.Error.Template || e.Line != c.Error.Line {
			return fmt.Sprintf("got %s at %s:%d, want %s at %s:%d (%s)", e.Error(), e.Template, e.Line,
				c.Error.Type, c.Error.Template, c.Error.Line, c.Error.Message)
		}
	}
	if os.Getenv("CANTIL_JINJA_STRICT") != "" && (e.Kind != c.Error.Type || e.Message != c.Error.Message || e.Line != c.Error.Line) {
		return fmt.Sprintf("\n  got %s: %s (%s:%d)\n want %s: %s (%s:%d)", e.Kind, e.Message, e.Template, e.Line,
			c.Error.Type, c.Error.Message, c.Error.Template, c.Error.Line)
	}
	return ""
}

func TestCases(t *testing.T) { runCases(t, caseFile()) }

// TestMoreCases runs further cases, generated for every filter, test, method
// and statement and answered by Jinja.
func TestMoreCases(t *testing.T) { runCases(t, "testdata/more.json") }

func runCases(t *testing.T, file string) {
	type score struct{ passed, total int }
	sets, features := map[string]*score{}, map[string]*score{}
	count := func(m map[string]*score, key string, ok bool) {
		if m[key] == nil {
			m[key] = &score{}
		}
		m[key].total++
		if ok {
			m[key].passed++
		}
	}
	for _, c := range readCases(t, file) {
		problem := c.check()
		count(sets, c.Set, problem == "")
		count(features, c.Set+"/"+c.Feature, problem == "")
		if problem != "" {
			t.Logf("%s (%s): %s", c.ID, c.Feature, problem)
			if strings.HasPrefix(problem, "INJECTION") || problem == "hangs" {
				t.Fail()
			}
		}
	}
	var names []string
	for name := range features {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		t.Logf("%-28s %d/%d", name, features[name].passed, features[name].total)
	}
	for set, s := range sets {
		t.Logf("%s: %d of %d passed", set, s.passed, s.total)
		// Only the corners may miss a few.
		if set != "hard" && s.passed < s.total || s.passed*10 < s.total*9 {
			t.Errorf("%s: too few cases passed", set)
		}
	}
}
