// Package scaffold makes a small site to begin with.
package scaffold

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"text/template"
)

//go:embed all:site
var files embed.FS

// Site is what is to be made.
type Site struct {
	Name    string // of the program, and its module unless Module says otherwise
	Module  string // the module's path
	Lang    string // "en", "pt" or "ru"
	Version string // of Cantil, that go.mod requires; "" for none
	Replace string // a checkout of Cantil in its place, or ""
	T       texts  // filled in by Make
}

// Module is Cantil's.
const Module = "github.com/cantil-go/cantil"

// names are those of a program: a folder, and what go build writes.
var names = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

// modules are the paths that go.mod can name.
var modules = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._~-]*(/[A-Za-z0-9_][A-Za-z0-9._~-]*)*$`)

// plain are the folders that go.mod can name without quotes.
var plain = regexp.MustCompile(`^[A-Za-z0-9._~/:+@-]+$`)

// Check refuses a name that is no program's, a path that is no module's, or a
// language that is not there.
func (s *Site) Check() error {
	if s.Module == "go" || s.Module == "toolchain" { // words of go.mod
		return fmt.Errorf("%q is no path of a module: --module names another", s.Module)
	}
	if !names.MatchString(s.Name) {
		return fmt.Errorf("%q is no name for a program: small letters, digits, - and _, a letter first", s.Name)
	}
	if !modules.MatchString(s.Module) {
		return fmt.Errorf("%q is no path of a module, such as example.com/loja", s.Module)
	}
	if _, ok := languages[s.Lang]; !ok {
		return fmt.Errorf("there is no language %q: en, pt or ru", s.Lang)
	}
	return nil
}

// Make writes the site to folder, which must not be there, or be empty.
func (s *Site) Make(folder string) error {
	if err := s.Check(); err != nil {
		return err
	}
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s is not empty: nothing was written", folder)
	}
	s.T = languages[s.Lang]
	err = fs.WalkDir(files, "site", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return s.write(folder, name)
	})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "go.mod"), []byte(s.goMod()), 0o644)
}

// write writes one file, whose texts stand in [[ ]].
func (s *Site) write(folder, name string) error {
	source, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	t, err := template.New(name).Delims("[[", "]]").Option("missingkey=error").Parse(string(source))
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := t.Execute(&text, s); err != nil {
		return err
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "site/"), ".tmpl")
	if name == "gitignore" {
		name = ".gitignore"
	}
	path := filepath.Join(folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, text.Bytes(), 0o644)
}

// goMod is the module's file before go mod tidy has seen it.
func (s *Site) goMod() string {
	text := "module " + s.Module + "\n\ngo 1.26\n"
	if s.Version != "" {
		text += "\nrequire " + Module + " " + s.Version + "\n"
	}
	if folder := s.Replace; folder != "" {
		if !plain.MatchString(folder) {
			folder = strconv.Quote(folder)
		}
		text += "\nreplace " + Module + " => " + folder + "\n"
	}
	return text
}
