package docstest

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of the map of names into its pages")

// mapOfNames is the table of Flask's names and Cantil's, of which the pages are made.
const mapOfNames = "docs/flask-to-cantil.txt"

// mapPages are the pages that have the table, in the order of the words in it.
var mapPages = []string{"docs/flask-to-cantil.md", "docs/pt/flask-to-cantil.md", "docs/ru/flask-to-cantil.md"}

// TestMapPages: the tables of the pages are those of the one table.
func TestMapPages(t *testing.T) {
	const begin, end = "<!-- made of flask-to-cantil.txt -->\n", "<!-- end -->\n"
	for i, page := range mapPages {
		text := read(t, page)
		before, rest, ok := strings.Cut(text, begin)
		was, after, ended := strings.Cut(rest, end)
		if !ok || !ended {
			t.Fatalf("%s has no place for the table", page)
		}
		made := mapTables(t, i)
		if was == made {
			continue
		}
		if !*update {
			t.Errorf("%s has other tables: go test ./internal/docstest -run TestMapPages -update", page)
			continue
		}
		if err := os.WriteFile(filepath.Join(root, page), []byte(before+begin+made+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// mapTables are the sections and tables in one language.
func mapTables(t *testing.T, language int) string {
	t.Helper()
	var b strings.Builder
	choose := func(words string) string {
		choices := strings.Split(strings.Trim(words, "⟦⟧"), "|")
		if len(choices) != len(mapPages) {
			t.Fatalf("%s: %d languages", words, len(choices))
		}
		return choices[language]
	}
	words := regexp.MustCompile(`⟦[^⟧]*⟧`)
	for line := range strings.Lines(read(t, mapOfNames)) {
		line = strings.TrimSuffix(line, "\n")
		if title, ok := strings.CutPrefix(line, "== "); ok {
			b.WriteString("\n## " + choose(title) + "\n\n| Flask | Cantil |\n|---|---|\n")
			continue
		}
		if line == "" || line[0] == '#' {
			continue
		}
		flask, cantil, ok := strings.Cut(words.ReplaceAllStringFunc(line, choose), "\t")
		if !ok || strings.ContainsAny(cantil, "\t|") {
			t.Fatalf("%s: a line has two cells: %q", mapOfNames, line)
		}
		b.WriteString("| " + flask + " | " + cantil + " |\n")
	}
	return b.String() + "\n"
}

// variables are what a short name in the map stands for.
var variables = map[string][]string{
	"app": {"cantil.App"}, "c": {"cantil.Context"}, "r": {"cantil.Response"}, "bp": {"cantil.Blueprint"}, "client": {"cantil.Client"}, "f": {"cantil.File"},
	"s": {"session.Session", "itsdangerous.URLSafeTimedSerializer"}, "side": {"session.ServerSide"},
	"lm": {"login.LoginManager"}, "protect": {"csrf.CSRFProtect"}, "env": {"jinja.Env"}, "w": {"sse.Writer"},
}

// TestMapOfNames: each name of Cantil's in the map is declared where the map says:
// by the package, or by the type that the variable is of. What a call returns may
// be any type of the module's.
func TestMapOfNames(t *testing.T) {
	declared := exported(t)
	name := regexp.MustCompile(`(\b[a-z]\w*|\))\.([A-Z]\w*)`)
	foreign := []string{"time", "http", "bytes"}
	checked := 0
	for line := range strings.Lines(read(t, mapOfNames)) {
		_, cantil, _ := strings.Cut(line, "\t")
		for _, found := range name.FindAllStringSubmatch(cantil, -1) {
			owners := variables[found[1]]
			switch {
			case slices.Contains(foreign, found[1]):
				continue
			case found[1] == ")":
				owners = []string{"any type"}
			case owners == nil:
				owners = []string{found[1]}
			}
			checked++
			if !slices.ContainsFunc(owners, func(owner string) bool { return declared.has(owner, found[2]) }) {
				t.Errorf("%q declares no %s: %s", owners, found[2], strings.TrimSpace(cantil))
			}
		}
	}
	if checked < 170 {
		t.Errorf("%d names were looked at: the map is not what it was", checked)
	}
}

// names are the exported names of packages ("cantil"), of types ("cantil.App") and
// of "any type"; embedded are the types that a type embeds.
type names struct {
	of       map[string]map[string]bool
	embedded map[string][]string
}

func (n *names) add(owner, name string) {
	if n.of[owner] == nil {
		n.of[owner] = map[string]bool{}
	}
	n.of[owner][name] = true
}

func (n *names) has(owner, name string) bool {
	return n.of[owner][name] || slices.ContainsFunc(n.embedded[owner], func(embedded string) bool { return n.has(embedded, name) })
}

// exported are the names that the packages of the module declare.
func exported(t *testing.T) *names {
	t.Helper()
	all := &names{of: map[string]map[string]bool{}, embedded: map[string][]string{}}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			switch entry.Name() {
			case "testdata", "node_modules", "bench", "examples", "cmd", "internal", ".git":
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
		for _, d := range file.Decls {
			all.addDecl(file.Name.Name, d)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (n *names) addDecl(pkg string, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			n.add(pkg, d.Name.Name)
			return
		}
		n.add(pkg+"."+typeName(d.Recv.List[0].Type), d.Name.Name)
		n.add("any type", d.Name.Name)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.ValueSpec:
				for _, id := range spec.Names {
					n.add(pkg, id.Name)
				}
			case *ast.TypeSpec:
				n.add(pkg, spec.Name.Name)
				n.addType(pkg, spec)
			}
		}
	}
}

// addType adds the fields of a struct and the methods of an interface.
func (n *names) addType(pkg string, spec *ast.TypeSpec) {
	owner := pkg + "." + spec.Name.Name
	var fields *ast.FieldList
	switch of := spec.Type.(type) {
	case *ast.StructType:
		fields = of.Fields
	case *ast.InterfaceType:
		fields = of.Methods
	default:
		if spec.Assign.IsValid() { // type Markup = codec.Markup
			n.embedded[owner] = append(n.embedded[owner], qualified(pkg, spec.Type))
		}
		return
	}
	for _, field := range fields.List {
		if field.Names == nil {
			n.embedded[owner] = append(n.embedded[owner], qualified(pkg, field.Type))
		}
		for _, id := range field.Names {
			n.add(owner, id.Name)
			n.add("any type", id.Name)
		}
	}
}

// qualified is a type's name with its package.
func qualified(pkg string, of ast.Expr) string {
	if star, ok := of.(*ast.StarExpr); ok {
		of = star.X
	}
	if selector, ok := of.(*ast.SelectorExpr); ok {
		return typeName(selector.X) + "." + selector.Sel.Name
	}
	return pkg + "." + typeName(of)
}

// typeName is a type's name without package, pointer and type parameters.
func typeName(of ast.Expr) string {
	switch of := of.(type) {
	case *ast.StarExpr:
		return typeName(of.X)
	case *ast.IndexExpr:
		return typeName(of.X)
	case *ast.IndexListExpr:
		return typeName(of.X)
	case *ast.Ident:
		return of.Name
	}
	return ""
}
