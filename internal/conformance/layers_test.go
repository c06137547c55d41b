package conformance

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const modulePath = "github.com/cantil-go/cantil"

// allowedImports are the packages of this module that each room may import, by
// their folders; "." is the root. Arrows run down alone: a package that is not
// here, such as an example, stands above the root, and no room may
// import it.
var allowedImports = map[string][]string{
	".": {"internal/breaker", "internal/command", "internal/cookies", "internal/debugpage", "internal/envconfig", "internal/flaskjson", "internal/flaskobject", "internal/formdata", "internal/httpheader", "internal/httpstatus", "internal/listen",
		"internal/nethttp", "internal/pytext", "internal/routing", "internal/sendfile", "internal/signal", "internal/termlog", "internal/urls", "internal/wire", "render", "render/jinja", "session", "session/codec"},

	"login":               {".", "render", "session"}, // above the root, by its public API alone
	"csrf":                {".", "render", "render/jinja", "session/itsdangerous"},
	"babel":               {".", "babel/internal/cldr", "internal/gettext", "render/jinja"}, // above the root, by its public API alone
	"babel/internal/cldr": nil,

	"render":                       {"render/jinja"},
	"render/jinja":                 {"internal/pytext", "internal/pyvalue", "render/jinja/internal/syntax"},
	"render/jinja/internal/syntax": {"internal/pytext"},

	"session":               {"internal/pytext", "session/codec", "session/itsdangerous"},
	"session/itsdangerous":  {"internal/flaskjson", "internal/pytext"},
	"session/codec":         {"internal/httpheader", "internal/pytext", "internal/pyvalue", "internal/uuid"},
	"session/redisstore":    {"session", "session/internal/wait"},
	"session/memcachestore": {"session", "session/internal/wait"},
	"session/sqlstore":      {"session"},
	"session/httpsession":   {"internal/breaker", "internal/cookies", "internal/httpheader", "session", "session/codec"},
	"session/storetest":     {"session", "session/codec"},
	"session/internal/wait": nil,

	// Flask's extensions, over the root's public API.
	"compress":            {"internal/httpheader"},
	"cors":                {"."},
	"limiter":             {"."},
	"limiter/redislimits": {"limiter"},
	"sse":                 {"."},
	"talisman":            {"."},

	"internal/breaker":     {"session"},
	"internal/command":     nil,
	"internal/debugpage":   {"internal/secretname", "internal/urls"},
	"internal/secretname":  nil,
	"internal/termlog":     nil,
	"internal/wire":        {"internal/urls"},
	"internal/nethttp":     {"internal/httpheader", "internal/wire"},
	"internal/httpstatus":  nil,
	"internal/listen":      nil,
	"internal/signal":      nil,
	"internal/cookies":     {"internal/formdata", "internal/httpheader", "internal/pytext", "internal/urls"},
	"internal/envconfig":   {"internal/flaskjson"},
	"internal/flaskjson":   {"internal/httpheader", "internal/pytext", "session/codec"}, // of codec the types: Tuple, Markup
	"internal/flaskobject": {"internal/flaskjson", "internal/httpheader", "render/jinja"},
	"internal/formdata":    {"internal/httpheader", "internal/pytext"},
	"internal/routing":     {"internal/pytext", "internal/urls", "internal/uuid"},
	"internal/sendfile":    {"internal/httpheader", "internal/pytext"},
	"internal/httpheader":  {"internal/pytext"},
	"internal/gettext":     nil,
	"internal/urls":        {"internal/pytext"},
	"internal/uuid":        {"internal/pytext"},
	"internal/pyvalue":     nil,
	"internal/pytext":      nil, // the standard library alone

	"internal/testkit":          nil,
	"internal/testkit/browser":  {"internal/testkit"},
	"internal/testkit/flask":    {"internal/testkit"},
	"internal/testkit/modproxy": nil,
	"internal/testkit/servers":  {"internal/testkit"},
	"internal/testkit/vectors":  {"session/codec"},
}

// usesReflect are the files that import reflect, and what for.
var usesReflect = map[string]string{
	"babel/internal/cldr/gen/main.go": "whether a locale says the same as its parent",
	"app.go":                          "whether Now is time.Now",
	"env.go":                          "the fields of Config by their names",
	"errors.go":                       "handlers by the Go type of an error",
	"hooks.go":                        "the type parameter of ErrorHandlerFor",
	"params.go":                       "whether a url_value_preprocessor changed a value",
	"route.go":                        "the name of a view, and whether two are the same",
	"view.go":                         "maps, slices and structs are JSON",

	"login/load.go": "a nil pointer of the program's own type is no user",

	"internal/flaskjson/read.go":          "numbers inside of a target that encoding/json filled",
	"internal/flaskjson/reflect.go":       "values of the program's own types",
	"internal/flaskjson/struct.go":        "fields of structs by their json tags",
	"internal/flaskjson/write.go":         "values of the program's own types",
	"internal/pytext/truth.go":            "the truth of the program's own types",
	"internal/routing/build.go":           "values of the program's own types in URLs",
	"internal/routing/number.go":          "numbers of the program's own types in URLs",
	"internal/routing/python.go":          "str() of the program's own types",
	"internal/testkit/vectors/compare.go": "numbers of any type are compared by value",
	"render/jinja/value.go":               "a template is handed values of any type",
	"render/jinja/value_attr.go":          "fields and methods of any type",
	"render/jinja/value_compare.go":       "values of any type",
	"render/jinja/value_convert.go":       "arguments of functions of any type",
	"render/jinja/value_dict.go":          "maps of any type",
	"render/jinja/value_func.go":          "functions of any type are called",
	"render/jinja/value_host.go":          "methods of any type",
	"render/jinja/value_iter.go":          "slices, maps and iterators of any type",
	"render/jinja/value_repr.go":          "values of any type are shown",
	"session/codec/assign.go":             "a value of a session into a variable of the program",
	"session/codec/codec.go":              "values of any type are stored",
	"session/codec/json_write.go":         "values of any type are stored",
	"session/codec/texts.go":              "values of any type are stored",
	"session/codec/reflect.go":            "maps, slices and structs of any type are stored",
	"session/codec/types.go":              "keys of maps of any type",
	"session/config.go":                   "whether the serializer is one of package codec's",
	"session/value.go":                    "a value of a session as a Go type",
}

// mayBeUnsafe are the folders that may import unsafe and make system calls without
// the scheduler.
var mayBeUnsafe = []string{"internal/wire/", "internal/testkit/", "cmd/"}

const (
	rootSources = 40  // in the root, at most
	rootLines   = 300 // in each of them, at most
)

// source is a Go file that is no test.
type source struct {
	name    string // relative to the module's root
	text    []byte
	file    *ast.File
	imports []string
}

// sources are those of the module, for every system.
func sources(t *testing.T) []source {
	t.Helper()
	root := filepath.Join("..", "..")
	var all []source
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, _ := filepath.Rel(root, name)
		relative = filepath.ToSlash(relative)
		if entry.IsDir() {
			if relative == "bench" || entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".") && relative != "." {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(relative, ".go") || strings.HasSuffix(relative, "_test.go") {
			return nil
		}
		s := source{name: relative}
		if s.text, err = os.ReadFile(name); err != nil {
			return err
		}
		if s.file, err = parser.ParseFile(token.NewFileSet(), name, s.text, parser.SkipObjectResolution); err != nil {
			return err
		}
		for _, spec := range s.file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			s.imports = append(s.imports, imported)
		}
		all = append(all, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 100 {
		t.Fatalf("only %d sources were found", len(all))
	}
	return all
}

// TestLayers: each room imports what its row says, and no arrow runs back up.
func TestLayers(t *testing.T) {
	rooms := map[string]bool{}
	for _, s := range sources(t) {
		room := path.Dir(s.name)
		allowed, isRoom := allowedImports[room]
		top, _, nested := strings.Cut(room, "/")
		if !isRoom && (top == "internal" && nested || top == "session" || top == "render") {
			t.Errorf("%s: a new room: give it a row in allowedImports", s.name)
			continue
		}
		rooms[room] = true
		for _, imported := range s.imports {
			folder, ours := strings.CutPrefix(imported, modulePath)
			if !ours {
				if room == "internal/pytext" && strings.Contains(imported, ".") {
					t.Errorf("%s imports %s: internal/pytext needs the standard library alone", s.name, imported)
				}
				continue
			}
			if folder = strings.TrimPrefix(folder, "/"); folder == "" {
				folder = "."
			}
			if isRoom && !slices.Contains(allowed, folder) {
				t.Errorf("%s imports %q: %q may import %q", s.name, folder, room, allowed)
			}
		}
	}
	for room := range allowedImports {
		if !rooms[room] {
			t.Errorf("allowedImports has a row for %q, where no source is", room)
		}
	}
	checkDown(t)
}

// checkDown fails if a room can be reached from itself by allowed imports.
func checkDown(t *testing.T) {
	t.Helper()
	left := maps.Clone(allowedImports)
	for len(left) > 0 {
		before := len(left)
		for room, imports := range left {
			if !slices.ContainsFunc(imports, func(below string) bool { _, waits := left[below]; return waits }) {
				delete(left, room)
			}
		}
		if len(left) == before {
			t.Fatalf("allowedImports goes around in a circle: %q", slices.Sorted(maps.Keys(left)))
		}
	}
}

// TestUnsafe: memory is read as another type, and the system is called behind the
// scheduler's back, in a few places only.
func TestUnsafe(t *testing.T) {
	for _, s := range sources(t) {
		if slices.ContainsFunc(mayBeUnsafe, func(place string) bool {
			return s.name == place || strings.HasSuffix(place, "/") && strings.HasPrefix(s.name, place)
		}) {
			continue
		}
		if slices.Contains(s.imports, "unsafe") {
			t.Errorf("%s imports unsafe", s.name)
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			switch name := call.Sel.Name; name {
			case "RawSyscall", "RawSyscall6", "Syscall", "Syscall6", "Syscall9", "UnsafeAddr", "UnsafePointer", "NewAt":
				if pkg, ok := call.X.(*ast.Ident); name != "UnsafePointer" || !ok || pkg.Name != "reflect" { // reflect.UnsafePointer is a Kind
					t.Errorf("%s uses %s", s.name, name)
				}
			}
			return true
		})
		if strings.Contains(string(s.text), "\n//go:linkname") {
			t.Errorf("%s has a go:linkname", s.name)
		}
	}
}

// TestReflect: a file that imports reflect says why in the list, and the list has
// no other files.
func TestReflect(t *testing.T) {
	left := maps.Clone(usesReflect)
	for _, s := range sources(t) {
		if slices.Contains(s.imports, "reflect") && usesReflect[s.name] == "" {
			t.Errorf("%s imports reflect: it needs a reason in usesReflect, or another way", s.name)
		}
		if slices.Contains(s.imports, "reflect") {
			delete(left, s.name)
		}
	}
	if len(left) > 0 {
		t.Errorf("usesReflect has files that do not import reflect: %q", slices.Sorted(maps.Keys(left)))
	}
}

// TestRootIsTheFramework: what is about no App, Context, Request or Response
// has a room of its own, so the root stays small.
func TestRootIsTheFramework(t *testing.T) {
	n := 0
	for _, s := range sources(t) {
		if strings.Contains(s.name, "/") {
			continue
		}
		n++
		if lines := strings.Count(string(s.text), "\n"); lines > rootLines {
			t.Errorf("%s has %d lines, at most %d are allowed", s.name, lines, rootLines)
		}
		if strings.ToLower(s.name) != s.name || strings.Contains(s.name, "-") {
			t.Errorf("%s: names of files are snake_case", s.name)
		}
	}
	if n > rootSources {
		t.Errorf("the root has %d sources, at most %d are allowed", n, rootSources)
	}
}
