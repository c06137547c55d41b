package jinja

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// testCase is one case of testdata: every expectation comes from Flask and
// Jinja themselves.
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
	Uses        []string    `json:"uses"`
	Environment environment `json:"environment"`

	setUp func(env *Env) // more to set up, or nil
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
	if c.setUp != nil {
		c.setUp(env)
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

// knownFailures reads the cases that differ from Jinja, each with the reason.
func knownFailures(t *testing.T) map[string]string {
	data, err := os.ReadFile("testdata/known_failures.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		id, reason, _ := strings.Cut(line, " ")
		if reason == "" || known[id] != "" {
			t.Errorf("known_failures.txt: %s is listed twice or without a reason", id)
		}
		known[id] = reason
	}
	return known
}

// runCases runs every case of a file. All have to pass but the known failures,
// and those have to fail: a case that was mended leaves the list.
func runCases(t *testing.T, file string) {
	known := knownFailures(t)
	cases := readCases(t, file)
	passed := 0
	for _, c := range cases {
		problem := c.check()
		reason := known[c.ID]
		switch {
		case problem == "" && reason != "":
			t.Errorf("%s passes: take it from known_failures.txt", c.ID)
		case problem == "":
			passed++
		case reason == "":
			t.Errorf("%s (%s): %s", c.ID, c.Feature, problem)
		case strings.HasPrefix(problem, "INJECTION") || problem == "hangs":
			t.Errorf("%s may differ, but not by this: %s", c.ID, problem)
		}
	}
	t.Logf("golden jinja %s: %d ran, %d passed", filepath.Base(file), len(cases), passed)
}
