package jinja

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/internal/gettext"
)

// environment is what a case of extensions.json asks of its environment.
type environment struct {
	Extensions []string       `json:"extensions"`
	Newstyle   bool           `json:"newstyle"`
	Trimmed    bool           `json:"trimmed"`
	Catalog    string         `json:"catalog"`
	Options    map[string]any `json:"options"`
}

// apply sets up an environment of the case.
func (e *environment) apply(env *Env, catalogs map[string]*gettext.Catalog) {
	env.Autoescape = func(name string) bool { return strings.HasSuffix(name, ".html") }
	text := func(name string) string { s, _ := e.Options[name].(string); return s }
	env.BlockStartString, env.BlockEndString = text("block_start_string"), text("block_end_string")
	env.VariableStartString, env.VariableEndString = text("variable_start_string"), text("variable_end_string")
	env.CommentStartString, env.CommentEndString = text("comment_start_string"), text("comment_end_string")
	env.LineStatementPrefix, env.LineCommentPrefix = text("line_statement_prefix"), text("line_comment_prefix")
	env.TrimBlocks, env.LstripBlocks = e.Options["trim_blocks"] == true, e.Options["lstrip_blocks"] == true
	calls := 0
	env.Globals["counter"] = func() int { calls++; return calls }
	env.Globals["shout"] = func(s string) string { return strings.ToUpper(s) + "!<" }
	for _, name := range e.Extensions {
		switch name {
		case "i18n":
			env.AddExtension(I18n{Newstyle: e.Newstyle, Trimmed: e.Trimmed, Translations: catalogs[e.Catalog]})
		case "do":
			env.AddExtension(Do{})
		case "loopcontrols":
			env.AddExtension(LoopControls{})
		case "debug":
			env.AddExtension(Debug{})
		}
	}
}

// TestExtensionCases renders the cases of extensions.json: the extensions, other
// delimiters and line statements, as the real Jinja prints them.
func TestExtensionCases(t *testing.T) {
	data, err := os.ReadFile("testdata/extensions.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Catalogs map[string]struct {
			Plural   string
			Messages map[string][]string
		}
		Cases []*testCase
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	catalogs := map[string]*gettext.Catalog{}
	for name, c := range file.Catalogs {
		if catalogs[name], err = gettext.New(c.Messages, c.Plural); err != nil {
			t.Fatal(err)
		}
	}
	known := knownFailures(t)
	passed := 0
	for _, c := range file.Cases {
		c.setUp = func(env *Env) { c.Environment.apply(env, catalogs) }
		problem, reason := c.check(), known["extensions/"+c.ID]
		switch {
		case problem == "" && reason == "":
			passed++
		case problem == "":
			t.Errorf("%s passes: take it from known_failures.txt", c.ID)
		case reason == "":
			t.Errorf("%s (%s): %s", c.ID, c.Feature, problem)
		}
	}
	t.Logf("%d of %d passed", passed, len(file.Cases))
}
