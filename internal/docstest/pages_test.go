package docstest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPrograms: each block of Go compiles, as a file, as declarations or as
// statements; those that a page names belong to the program of that page, and those
// of a file of the checkout to TestExcerpts.
func TestPrograms(t *testing.T) {
	folder, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	temp, err := os.MkdirTemp(folder, "docs-programs-") // within the module, so that its packages are at hand
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(temp) })
	n := 0
	for _, page := range pages(t) {
		for _, b := range blocks(t, page) {
			if b.language != "go" || b.file != "" || b.from != "" {
				continue
			}
			text := b.text
			switch {
			case b.kind == "body":
				text = wrapped("func _(app *cantil.App, c *cantil.Context) { ", text, used(text)+"}")
			case b.kind == "file":
				text = wrapped("", text, "")
			case b.notRun:
				continue
			case !strings.HasPrefix(text, "package "):
				t.Errorf("%s:%d: nothing compiles this block: give it a comment, as in markdown_test.go", page, b.line)
				continue
			}
			n++
			at := filepath.Join(temp, fmt.Sprintf("p%d", n))
			if err := os.Mkdir(at, 0o700); err != nil {
				t.Fatal(err)
			}
			source := fmt.Sprintf("//line %s:%d\n%s", filepath.Join(folder, page), b.line+1, text)
			if err := os.WriteFile(filepath.Join(at, "main.go"), []byte(source), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n == 0 {
		t.Fatal("no page has a program")
	}
	cmd := exec.CommandContext(t.Context(), "go", "vet", "./"+filepath.Base(temp)+"/...")
	cmd.Dir = folder
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// followed are the pages whose commands TestFirstHour runs.
var followed = []string{
	"README.md", "README.pt.md", "README.ru.md", "docs/first-hour.md", "docs/pt/first-hour.md", "docs/ru/first-hour.md",
}

// TestCommands: a test runs the commands of each page, or the page says why none
// can. Which one is told here for those that are run elsewhere.
func TestCommands(t *testing.T) {
	elsewhere := map[string]string{
		"docs/command.md":      "TestFromAnEmptyFolder of cmd/cantil",
		"docs/translations.md": "TestDocumentedCommands of babel",
		"docs/deploy.md":       "TestScratch and cmd/cantil",
		"docs/pt/deploy.md":    "TestScratch and cmd/cantil",
	}
	for _, page := range pages(t) {
		for _, b := range blocks(t, page) {
			if b.language == "sh" && !b.notRun && elsewhere[page] == "" && !slices.Contains(followed, page) {
				t.Errorf("%s:%d: no test runs these commands", page, b.line)
			}
		}
	}
}

// given is what the fragments of the pages take for granted.
const given = `
type account struct { alternative string; name string; ID, Name string }
func (account) GetID() string { return "" }
func (account) IsAuthenticated() bool { return true }
func (account) IsActive() bool { return true }
func (account) IsAnonymous() bool { return false }
type table struct{}
func (table) Find(id string) (login.User, error) { return account{}, nil }
var (db *sql.DB; client redis.UniversalClient; accounts map[string]*account; user account; users table; conta cantil.View; newApp func() *cantil.App)
func use(...any) {}
`

// imports are the packages that a fragment may name, by their names.
var imports = map[string]string{
	"cantil": cantilPath, "session": cantilPath + "/session", "codec": cantilPath + "/session/codec", "redisstore": cantilPath + "/session/redisstore",
	"sqlstore": cantilPath + "/session/sqlstore", "login": cantilPath + "/login", "csrf": cantilPath + "/csrf", "security": cantilPath + "/security",
	"babel": cantilPath + "/babel", "sse": cantilPath + "/sse", "limiter": cantilPath + "/limiter", "talisman": cantilPath + "/talisman",
	"compress": cantilPath + "/compress", "cors": cantilPath + "/cors", "redis": "github.com/redis/go-redis/v9", "sql": "database/sql",
	"fmt": "fmt", "log": "log", "rand": "crypto/rand", "os": "os", "filepath": "path/filepath", "strings": "strings", "time": "time", "testing": "testing", "expvar": "expvar",
}

const cantilPath = "github.com/cantil-go/cantil"

// wrapped is a fragment as a program, on the line of what stands before it, so that
// errors name the page's.
func wrapped(before, fragment, after string) string {
	var names []string
	for name, path := range imports {
		if regexp.MustCompile(`\b` + name + `\.`).MatchString(before + fragment + given) {
			names = append(names, fmt.Sprintf("%q", path))
		}
	}
	slices.Sort(names)
	return "package main; import (" + strings.Join(names, ";") + "); func main() {}; " + before + fragment + after + given
}

// used uses what a fragment declares and leaves to its reader.
func used(fragment string) string {
	var b strings.Builder
	for _, found := range regexp.MustCompile(`(?m)^([\w, ]+) :=`).FindAllStringSubmatch(fragment, -1) {
		b.WriteString("use(" + found[1] + ");")
	}
	return b.String()
}

// TestLanguages: a page in another language has the headings of the English one,
// and as many rows of tables, and as many blocks of each language, in the same order.
func TestLanguages(t *testing.T) {
	n := 0
	for _, page := range pages(t) {
		language, name, ok := strings.Cut(strings.TrimPrefix(page, "docs/"), "/")
		english := "docs/" + name
		if !strings.HasPrefix(page, "docs/") || !ok || len(language) != 2 {
			rest, translated := strings.CutPrefix(page, "README.")
			if !translated || rest == "md" {
				continue
			}
			english = "README.md"
		}
		n++
		if got, want := headings(t, page), headings(t, english); !slices.Equal(got, want) {
			t.Errorf("%s has the headings %q, %s has %q", page, got, english, want)
		}
		if got, want := tableRows(t, page), tableRows(t, english); got != want && strings.HasPrefix(page, "docs/") {
			t.Errorf("%s has %d rows in its tables, %s has %d", page, got, english, want)
		}
		kinds := func(page string) (all []string) {
			for _, b := range blocks(t, page) {
				all = append(all, b.language+" "+b.file)
			}
			return all
		}
		if got, want := kinds(page), kinds(english); !slices.Equal(got, want) {
			t.Errorf("%s has the blocks %q, %s has %q", page, got, english, want)
		}
	}
	if n < 2 {
		t.Errorf("%d pages in other languages", n)
	}
}

// TestExcerpts: what a page quotes from a file stands there, part by part.
func TestExcerpts(t *testing.T) {
	n := 0
	for _, page := range pages(t) {
		for _, b := range blocks(t, page) {
			if b.from == "" {
				continue
			}
			n++
			file := read(t, b.from)
			for part := range strings.SplitSeq(b.text, "\n\n") {
				if !strings.Contains(file, strings.TrimSpace(part)) {
					t.Errorf("%s:%d: %s does not have\n%s", page, b.line, b.from, part)
				}
			}
		}
	}
	if n < 20 {
		t.Errorf("%d excerpts", n)
	}
}

// TestListOfPages: docs/public/llms.txt has each page of the site by its title, and
// nothing else; the site's menu has each English one.
func TestListOfPages(t *testing.T) {
	list, menu := read(t, "docs/public/llms.txt"), read(t, "docs/.vitepress/config.mts")
	n := 0
	for _, page := range pages(t) {
		name, ok := strings.CutPrefix(strings.TrimSuffix(page, ".md"), "docs/")
		if !ok || filepath.Base(name) == "index" {
			continue
		}
		n++
		title, _, _ := strings.Cut(strings.TrimPrefix(read(t, page), "# "), "\n")
		if !strings.Contains(list, fmt.Sprintf("- [%s](/%s): ", title, name)) {
			t.Errorf("llms.txt does not have %s, %q", name, title)
		}
		if !strings.Contains(name, "/") && !strings.Contains(menu, "'"+name+"'") {
			t.Errorf("the menu of the site does not have %s", name)
		}
	}
	if listed := strings.Count(list, "\n- ["); listed != n {
		t.Errorf("llms.txt lists %d pages, there are %d", listed, n)
	}
}
