package docstest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestMapOfNames: each name in the right column of the map from Flask to Cantil is
// one that some package here declares, or Go's own.
func TestMapOfNames(t *testing.T) {
	declared := exported(t)
	name := regexp.MustCompile(`(\b[a-z]\w*|\))\.([A-Z]\w*)`)
	foreign := map[string]bool{"time": true, "slog": true, "http": true, "os": true, "fasthttp": true, "template": true, "errors": true, "context": true, "fmt": true, "sql": true, "redis": true, "bytes": true}
	checked := 0
	for line := range strings.Lines(read(t, "docs/flask-to-cantil.md")) {
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		cells := strings.Split(strings.ReplaceAll(line, `\|`, "&"), "|")
		if len(cells) < 4 {
			t.Errorf("a row has %d cells: %s", len(cells), line)
			continue
		}
		for _, code := range regexp.MustCompile("`[^`]+`").FindAllString(cells[2], -1) {
			for _, found := range name.FindAllStringSubmatch(code, -1) {
				if foreign[found[1]] {
					continue
				}
				checked++
				if !declared[found[2]] {
					t.Errorf("no package declares %s of %s", found[2], code)
				}
			}
		}
	}
	if checked < 150 {
		t.Errorf("%d names were looked at: the map is not what it was", checked)
	}
}

// exported are the names that the packages of the module declare: functions,
// methods, types, fields, variables and constants.
func exported(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	add := func(ids ...*ast.Ident) {
		for _, id := range ids {
			names[id.Name] = id.IsExported() || names[id.Name]
		}
	}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			switch entry.Name() {
			case "testdata", "node_modules", "bench", "examples", "cmd", ".git":
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				add(n.Name)
			case *ast.TypeSpec:
				add(n.Name)
			case *ast.ValueSpec:
				add(n.Names...)
			case *ast.Field:
				add(n.Names...)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
