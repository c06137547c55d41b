package cantil_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// papers are what a reader of the repository walks through by links.
var papers = []string{
	"*.md", "docs/*.md", "docs/*/*.md", "examples/*.md", "examples/*/*.md", "bench/*.md", "render/*/*.md",
}

// link is a link in Markdown, its text and its target; code blocks are cut away
// before.
var (
	link   = regexp.MustCompile(`\[([^\]]*)\]\(([^)\s]+)\)`)
	fenced = regexp.MustCompile("(?ms)^```.*?^```$")
	goName = regexp.MustCompile("^`(?:[A-Za-z_]+\\.)?([A-Za-z_]\\w*)`$")
)

// Every relative link leads to a file that is there, #name to a heading of it
// and #L7 to a line. A link to a Go file whose text is a name in code style says
// that the file declares the name.
func TestLinks(t *testing.T) {
	n := 0
	for _, pattern := range papers {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			for _, l := range link.FindAllStringSubmatch(prose(t, file), -1) {
				if isRelative(l[2]) {
					n++
					checkLink(t, file, l[1], l[2])
				}
			}
		}
	}
	if n < 100 {
		t.Errorf("%d links were found: the papers are not where this test looks", n)
	}
}

func isRelative(target string) bool {
	return !strings.Contains(target, "://") && !strings.HasPrefix(target, "mailto:")
}

func checkLink(t *testing.T, file, text, target string) {
	t.Helper()
	path, anchor, _ := strings.Cut(target, "#")
	led := filepath.Join(filepath.Dir(file), filepath.FromSlash(path))
	if path == "" {
		led = file
	}
	if _, err := os.Stat(led); err != nil {
		t.Errorf("%s: [%s](%s): there is no such file", file, text, target)
		return
	}
	if anchor != "" && !hasAnchor(t, led, anchor) {
		t.Errorf("%s: [%s](%s): there is no such heading or line", file, text, target)
	}
	if name := goName.FindStringSubmatch(text); name != nil && strings.HasSuffix(led, ".go") && !declares(t, led, name[1]) {
		t.Errorf("%s: [%s](%s): the file declares no such name", file, text, target)
	}
}

// prose is a file's text without its code blocks.
func prose(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return fenced.ReplaceAllString(string(text), "")
}

// hasAnchor reports whether a Markdown file has a heading of that name, or any
// file a line of that number.
func hasAnchor(t *testing.T, file, anchor string) bool {
	t.Helper()
	text := prose(t, file)
	if number, ok := strings.CutPrefix(anchor, "L"); ok && !strings.HasSuffix(file, ".md") {
		line, err := strconv.Atoi(number)
		return err == nil && 0 < line && line <= strings.Count(text, "\n")
	}
	for line := range strings.Lines(text) {
		if heading := strings.TrimLeft(line, "#"); heading != line && anchorOf(heading) == anchor {
			return true
		}
	}
	return false
}

// anchorOf is the anchor that GitHub gives a heading.
func anchorOf(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(heading))
}

// declares reports whether a Go file declares a function, method, type, variable
// or constant of that name at its top level.
func declares(t *testing.T, file, name string) bool {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range parsed.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.Name == name {
				return true
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if specDeclares(spec, name) {
					return true
				}
			}
		}
	}
	return false
}

func specDeclares(spec ast.Spec, name string) bool {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		return spec.Name.Name == name
	case *ast.ValueSpec:
		for _, n := range spec.Names {
			if n.Name == name {
				return true
			}
		}
	}
	return false
}
