package examples

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// counted are the examples of the table, in its order, with the Go files that
// stand for app.py.
var counted = []struct{ folder, files string }{
	{"exemplo01", "main.go"}, {"exemplo02", "main.go"}, {"maria", "main.go"}, {"sessoes", "main.go"},
	{"cookies", "main.go"}, {"login", "main.go"}, {"uroki", "main.go"}, {"desafio", "*.go"}, {"flaskr", "*.go"}, {"migracao", "site.go"},
}

// limit is how much longer than Flask's an example may be.
const limit = 1.3

// The Go of an example is at most 1.3 times as long as its Python, and the
// table in the README says how long each is.
func TestLines(t *testing.T) {
	var table strings.Builder
	table.WriteString("| Folder | Python | Go | Go / Python | Go with lone braces |\n|---|---:|---:|---:|---:|\n")
	for _, e := range counted {
		python := pythonLines(t, filepath.Join(e.folder, "app.py"))
		code, all := 0, 0
		files, _ := filepath.Glob(filepath.Join(e.folder, e.files))
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") {
				c, a := goLines(t, file)
				code, all = code+c, all+a
			}
		}
		ratio := float64(code) / float64(python)
		fmt.Fprintf(&table, "| %s | %d | %d | %.2f | %d |\n", e.folder, python, code, ratio, all)
		if ratio > limit {
			t.Errorf("%s has %d lines of Go for %d of Python, %.2f times as many", e.folder, code, python, ratio)
		}
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), table.String()) {
		t.Errorf("the table in README.md is another one; it should be\n%s", &table)
	}
}

var (
	docstring = regexp.MustCompile(`(?s)\A""".*?"""\n`)
	mainBlock = regexp.MustCompile(`(?s)\nif __name__ ==.*`)
	imports   = regexp.MustCompile(`^\s*(import|from)\s`)
	word      = regexp.MustCompile(`[\pL\pN]`)
)

// pythonLines counts the lines of a Python file that hold a word, without its
// docstring, comments, imports and what runs it.
func pythonLines(t *testing.T, file string) int {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := mainBlock.ReplaceAllString(docstring.ReplaceAllString(string(source), ""), "")
	n := 0
	for line := range strings.Lines(text) {
		if word.MatchString(line) && !imports.MatchString(line) && !strings.HasPrefix(strings.TrimSpace(line), "#") {
			n++
		}
	}
	return n
}

// goLines counts the lines of a Go file that hold a word, and all that hold
// anything, without comments, package clause, imports and main.
func goLines(t *testing.T, file string) (code, all int) {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	outside := outsideLines(set, parsed)
	words, tokens := map[int]bool{}, map[int]bool{}
	for line, text := range tokenLines(source) {
		if !outside[line] {
			tokens[line] = true
			if word.MatchString(text) {
				words[line] = true
			}
		}
	}
	return len(words), len(tokens)
}

// tokenLines is the source by line, without comments and empty lines.
func tokenLines(source []byte) map[int]string {
	set := token.NewFileSet()
	file := set.AddFile("", -1, len(source))
	var s scanner.Scanner
	s.Init(file, source, nil, 0)
	lines := map[int]string{}
	for {
		pos, tok, literal := s.Scan()
		if tok == token.EOF {
			return lines
		}
		if tok == token.SEMICOLON && literal == "\n" { // the one that Go puts there itself
			continue
		}
		text := literal
		if text == "" {
			text = tok.String()
		}
		for i, part := range strings.Split(text, "\n") {
			if strings.TrimSpace(part) != "" {
				lines[file.Line(pos)+i] += part
			}
		}
	}
}

// outsideLines are those of the package clause, the imports and main.
func outsideLines(set *token.FileSet, file *ast.File) map[int]bool {
	lines := map[int]bool{set.Position(file.Package).Line: true}
	for _, d := range file.Decls {
		g, isGen := d.(*ast.GenDecl)
		f, isFunc := d.(*ast.FuncDecl)
		if isGen && g.Tok == token.IMPORT || isFunc && f.Name.Name == "main" {
			for line := set.Position(d.Pos()).Line; line <= set.Position(d.End()).Line; line++ {
				lines[line] = true
			}
		}
	}
	return lines
}
