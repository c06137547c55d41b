package jinja

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestLoaderEscape checks that no name leads out of the templates.
func TestLoaderEscape(t *testing.T) {
	top := t.TempDir()
	root := filepath.Join(top, "templates")
	if err := os.MkdirAll(filepath.Join(root, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(top, "secret.html"), "secret")
	write(t, filepath.Join(root, "ok.html"), "ok")
	write(t, filepath.Join(root, "sub", "in.html"), "in")
	for link, to := range map[string]string{"file.html": filepath.Join(top, "secret.html"), "dir": top, "rel.html": "../secret.html"} {
		if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	dir, err := Dir(root)
	if err != nil {
		t.Fatal(err)
	}
	env := New(dir)
	for _, name := range []string{
		"../secret.html", "sub/../../secret.html", "/etc/passwd", filepath.Join(top, "secret.html"), "file.html",
		"rel.html", "dir/secret.html", "..", ".", "", "/", "//", "./", "sub", "sub/", "sub/../ok.html", "/../secret.html",
		"./../secret.html", ".//..", `..\secret.html`, "ok.html\x00", `sub\in.html`,
	} {
		_, err := env.Get(name)
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{
		"ok.html", "sub/in.html", "./ok.html", "/ok.html", "//ok.html", "ok.html/", "sub//in.html", "sub/./in.html", "/./sub///in.html//",
	} {
		if _, err := env.Get(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := env.RenderString("{% include '../secret.html' %}", nil); !errors.Is(err, ErrNotFound) {
		t.Errorf("include: %v", err)
	}
}

// TestAutoReload changes files, with the times they would have, and looks for
// the change in the next render: of a template, a parent and an include.
func TestAutoReload(t *testing.T) {
	root := t.TempDir()
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	put := func(name, content string) {
		t.Helper()
		write(t, filepath.Join(root, name), content)
		at = at.Add(time.Second)
		if err := os.Chtimes(filepath.Join(root, name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	put("base.html", "[{% block b %}{% endblock %}]")
	put("part.html", "1")
	put("page.html", "{% extends 'base.html' %}{% block b %}{% include 'part.html' %}{% endblock %}")
	dir, err := Dir(root)
	if err != nil {
		t.Fatal(err)
	}
	env, still := New(dir), New(dir)
	env.AutoReload = true
	expect := func(env *Env, want string) {
		t.Helper()
		tmpl, err := env.Get("page.html")
		if err != nil {
			if err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
			return
		}
		out, err := tmpl.Append(nil, nil)
		if err != nil || string(out) != want {
			t.Errorf("got %q %v, want %q", out, err, want)
		}
	}
	expect(env, "[1]")
	expect(still, "[1]")
	put("part.html", "2")
	expect(env, "[2]")
	put("base.html", "({% block b %}{% endblock %})")
	expect(env, "(2)")
	put("page.html", "{% if %}")
	broken := "jinja: TemplateSyntaxError: Expected an expression, got 'end of statement block' (page.html:1)\n    {% if %}"
	expect(env, broken)
	expect(env, broken)
	put("page.html", "fine")
	expect(env, "fine")
	expect(still, "[1]")
	if err := os.Remove(filepath.Join(root, "page.html")); err != nil {
		t.Fatal(err)
	}
	expect(env, "jinja: TemplateNotFound: page.html")
}

// failing is a loader whose storage is broken.
type failing struct{ err error }

func (l failing) Load(string) (string, string, error) { return "", "", l.err }
func (l failing) Fingerprint(string) (string, error)  { return "", l.err }

// TestLoaderError checks that a broken loader is not a missing template.
func TestLoaderError(t *testing.T) {
	broken := errors.New("disk on fire")
	env := New(Choice(Map{"a": "{% include 'b' ignore missing %}"}, failing{broken}))
	tmpl, err := env.Get("a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = tmpl.Append(nil, nil); !errors.Is(err, broken) || errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestSelect(t *testing.T) {
	env := New(FS(fstest.MapFS{"b.html": {Data: []byte("b")}, "bad.html": {Data: []byte("{% x %}")}}))
	if tmpl, err := env.Select("a.html", "b.html"); err != nil || tmpl.Name() != "b.html" {
		t.Errorf("got %v, %v", tmpl, err)
	}
	if _, err := env.Select("a.html", "c.html"); !errors.Is(err, ErrNotFound) {
		t.Errorf("none: %v", err)
	}
	var e *Error
	if _, err := env.Select("bad.html", "b.html"); !errors.As(err, &e) || e.Kind != KindSyntax {
		t.Errorf("broken: %v", err)
	}
}

// TestAliases checks that made-up spellings of one name do not fill the memory.
func TestAliases(t *testing.T) {
	env := New(FS(fstest.MapFS{"a.html": {Data: []byte("a")}}))
	for i := range 1000 {
		name := strings.Repeat("/", i) + "a.html"
		if tmpl, err := env.Get(name); err != nil || tmpl.Name() != name {
			t.Fatalf("%q: %v, %v", name, tmpl, err)
		}
	}
	if n := len(env.cache.entries); n > maxAliases+1 {
		t.Errorf("%d names are kept", n)
	}
}
