package conformance

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

// The kinds of answers to a test of Flask's own suite.
const (
	same     = "same"               // run shows the behaviour
	purpose  = "on purpose"         // run shows what Cantil does instead; why says the reason
	onlyPy   = "only Python"        // what is tested can only be meant in Python
	noneHere = "no counterpart yet" // why says what is missing
)

// A flaskTest is one test of Flask's own suite in our words, under its name there.
type flaskTest struct {
	name string
	kind string
	why  string
	run  func(t *testing.T)
}

// ported is a test that behaves the same.
func ported(name string, run func(t *testing.T)) flaskTest { return flaskTest{name, same, "", run} }

// differs is a test of which Cantil's behaviour is another one.
func differs(name, why string, run func(t *testing.T)) flaskTest {
	return flaskTest{name, purpose, why, run}
}

// python are tests of what only Python has.
func python(why string, names ...string) (all []flaskTest) {
	for _, name := range names {
		all = append(all, flaskTest{name, onlyPy, why, nil})
	}
	return all
}

// missing are tests of what Cantil has not.
func missing(why string, names ...string) (all []flaskTest) {
	for _, name := range names {
		all = append(all, flaskTest{name, noneHere, why, nil})
	}
	return all
}

// flaskFile is a file of Flask's tests, and how many tests it has in 3.1.3.
type flaskFile struct {
	name  string
	count int
	tests [][]flaskTest
}

// flaskFiles are in the order in which a porter meets them.
var flaskFiles = []flaskFile{
	{"test_basic.py", 88, [][]flaskTest{flaskBasicRouting, flaskBasicSession, flaskBasicHooks, flaskBasicAnswers, flaskBasicURLs}},
	{"test_blueprints.py", 47, [][]flaskTest{flaskBlueprints, flaskBlueprintTemplates}},
	{"test_templating.py", 32, [][]flaskTest{flaskTemplating}},
	{"test_user_error_handler.py", 8, [][]flaskTest{flaskErrorHandlers}},
	{"test_json.py", 17, [][]flaskTest{flaskJSON}},
	{"test_helpers.py", 25, [][]flaskTest{flaskHelpers}},
	{"test_views.py", 13, [][]flaskTest{flaskViews}},
	{"test_reqctx.py", 14, [][]flaskTest{flaskReqctx}},
	{"test_testing.py", 25, [][]flaskTest{flaskTesting}},
	{"test_config.py", 17, [][]flaskTest{flaskConfig}},
	{"test_signals.py", 7, [][]flaskTest{flaskSignals}},
	{"test_request.py", 3, [][]flaskTest{flaskRequests}},
	{"test_converters.py", 2, flaskSmallFiles[:1]},
	{"test_regression.py", 1, flaskSmallFiles[1:]},
}

// TestFlaskOwnTests runs each test of Flask's own suite that is ported, and
// checks that none was left out.
func TestFlaskOwnTests(t *testing.T) {
	for _, file := range flaskFiles {
		seen := map[string]bool{}
		for _, group := range file.tests {
			for _, test := range group {
				if seen[test.name] {
					t.Errorf("%s: %s is there twice", file.name, test.name)
				}
				seen[test.name] = true
				if (test.kind == same || test.kind == purpose) != (test.run != nil) || (test.kind == same) != (test.why == "") {
					t.Errorf("%s: %s: a row says %q, why %q", file.name, test.name, test.kind, test.why)
				}
				if test.run != nil {
					t.Run(strings.TrimSuffix(file.name, ".py")+"/"+test.name, test.run)
				}
			}
		}
		if len(seen) != file.count {
			t.Errorf("%s has %d tests, and %d rows are here", file.name, file.count, len(seen))
		}
	}
}

// TestFlaskTable holds docs/flask-tests.md to the rows. CANTIL_UPDATE=1 writes it.
func TestFlaskTable(t *testing.T) {
	name := filepath.Join("..", "..", "docs", "flask-tests.md")
	want := flaskTable(t)
	if os.Getenv("CANTIL_UPDATE") != "" {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil || string(got) != want {
		t.Errorf("docs/flask-tests.md is not what the rows say: CANTIL_UPDATE=1 go test ./internal/conformance -run FlaskTable writes it (%v)", err)
	}
}

// flaskTable is the page about Flask's own tests.
func flaskTable(t *testing.T) string {
	var b, rows strings.Builder
	all := map[string]int{}
	fmt.Fprint(&rows, "| file | tests | same | on purpose | only Python | no counterpart yet |\n|---|---|---|---|---|---|\n")
	for _, file := range flaskFiles {
		count := map[string]int{}
		fmt.Fprintf(&b, "\n## %s\n\n| test | Cantil | why |\n|---|---|---|\n", file.name)
		for _, test := range slices.Concat(file.tests...) {
			count[test.kind]++
			all[test.kind]++
			fmt.Fprintf(&b, "| %s | %s | %s |\n", test.name, test.kind, test.why)
		}
		fmt.Fprintf(&rows, "| %s | %d | %d | %d | %d | %d |\n", file.name, file.count, count[same], count[purpose], count[onlyPy], count[noneHere])
	}
	applicable := all[same] + all[purpose] + all[noneHere]
	if all[noneHere]*20 > applicable {
		t.Errorf("%d of %d applicable tests have no counterpart: more than 5 %%", all[noneHere], applicable)
	}
	return "# Flask's own tests\n\n" +
		"Each test of these files of Flask 3.1.3 is a row of `internal/conformance/flask_*_test.go`, in our own words. This page is\n" +
		"made of the rows: `CANTIL_UPDATE=1 go test ./internal/conformance -run FlaskTable`. Where Cantil differs on purpose, the row\n" +
		"shows what it does instead.\n\n" + rows.String() +
		fmt.Sprintf("\nOf %d tests that can be meant in Go, %d behave the same, %d differ on purpose, and %d have no counterpart yet.\n",
			applicable, all[same], all[purpose], all[noneHere]) + b.String()
}

// quietApp is an application for one test.
func quietApp() *cantil.App {
	app := cantil.New()
	app.SecretKey = "test key"
	app.Logger = slog.New(slog.DiscardHandler)
	app.StaticFolder = ""
	return app
}

// gives is a view, or a before_request function, that answers with rv.
func gives(rv any) cantil.View { return func(*cantil.Context) any { return rv } }

// ep names a rule.
func ep(name string) cantil.RouteOption { return cantil.Endpoint(name) }

// is compares what two values print.
func is(t *testing.T, got, want any) {
	t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Errorf("got  %s\nwant %s", g, w)
	}
}

// has looks for a text.
func has(t *testing.T, text, want string) {
	t.Helper()
	if !strings.Contains(text, want) {
		t.Errorf("%q lacks %q", text, want)
	}
}

// panics fails unless f panics with a text that holds want.
func panics(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if v := recover(); v == nil || !strings.Contains(fmt.Sprint(v), want) {
			t.Errorf("the panic is %v, want %q in it", v, want)
		}
	}()
	f()
}

// answer is the status and the text of an answer.
func answered(r *cantil.ClientResponse) string { return fmt.Sprint(r.Status, " ", r.Text()) }
