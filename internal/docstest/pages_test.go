package docstest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestPrograms: each block that is a whole Go file compiles; those that a page
// names belong to the program of that page.
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
			case b.body:
				text = wrapped(text)
			case !strings.HasPrefix(text, "package "):
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

// imports are the packages that a fragment may name, by their names.
var imports = map[string]string{
	"cantil": "", "session": "/session", "codec": "/session/codec", "login": "/login", "csrf": "/csrf", "security": "/security", "babel": "/babel",
	"sse": "/sse", "limiter": "/limiter", "talisman": "/talisman", "compress": "/compress", "cors": "/cors",
}

// standard are those of Go.
var standard = []string{"fmt", "log", "os", "path/filepath", "strings", "time"}

// wrapped is a fragment as a program: statements with an application and a request
// at hand, on the line of the function's begin, so that errors name the page's.
func wrapped(body string) string {
	var names []string
	for name, path := range imports {
		if name == "cantil" || strings.Contains(body, name+".") {
			names = append(names, fmt.Sprintf("%q", "github.com/cantil-go/cantil"+path))
		}
	}
	for _, path := range standard {
		if strings.Contains(body, filepath.Base(path)+".") {
			names = append(names, fmt.Sprintf("%q", path))
		}
	}
	slices.Sort(names)
	return "package main; import (" + strings.Join(names, ";") + "); func main() {}; func _(app *cantil.App, c *cantil.Context) { " + body + "}\n"
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
