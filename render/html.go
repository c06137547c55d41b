package render

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"sync"
)

// HTML is an [Engine] of html/template, for applications that come from Go. The
// variables are the fields of the dot, and functions among them are called with
// call: {{.nome}}, {{call .url_for "index"}}. All templates of the folder are one
// set, each under its path: {{template "parts/menu.html" .}}.
type HTML struct {
	// FS holds the templates.
	FS fs.FS
	// Reload reads the templates again for every page, while one works on them.
	Reload bool
	// Funcs are functions for the templates, besides html/template's own.
	Funcs template.FuncMap

	mu    sync.Mutex
	base  *template.Template // never executed: html/template closes a set at its first use
	pages *template.Template // a clone of base, for the folder's pages
}

// Render appends the page to dst.
func (e *HTML) Render(dst []byte, page Page) ([]byte, error) {
	t, err := e.find(page)
	if err != nil {
		return dst, err
	}
	out := bytes.NewBuffer(dst)
	if err := t.Execute(out, data(page)); err != nil {
		return dst, fmt.Errorf("render: %w", err)
	}
	return out.Bytes(), nil
}

// find returns the page's template: one of the set, or its own source with the
// set at hand.
func (e *HTML) find(page Page) (*template.Template, error) {
	base, pages, err := e.sets()
	if err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	if page.Inline {
		return inline(base, page)
	}
	if t := pages.Lookup(page.Name); t != nil {
		return t, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrNotFound, page.Name)
}

func inline(base *template.Template, page Page) (*template.Template, error) {
	set, err := base.Clone()
	if err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	t, err := set.New(page.Name).Parse(page.Source)
	if err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	return t, nil
}

// sets reads the folder once, or for every page if Reload says so.
func (e *HTML) sets() (base, pages *template.Template, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.base != nil && !e.Reload {
		return e.base, e.pages, nil
	}
	base = template.New("").Funcs(e.Funcs)
	if err := e.parse(base); err != nil {
		return nil, nil, err
	}
	if pages, err = base.Clone(); err != nil {
		return nil, nil, err
	}
	e.base, e.pages = base, pages
	return base, pages, nil
}

// parse adds every file of the folder to the set. A folder that does not exist
// has none.
func (e *HTML) parse(set *template.Template) error {
	return fs.WalkDir(e.FS, ".", func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == "." {
			return nil
		}
		if err != nil || entry.IsDir() {
			return err
		}
		source, err := fs.ReadFile(e.FS, path)
		if err != nil {
			return err
		}
		_, err = set.New(path).Parse(string(source))
		return err
	})
}

// data is the dot: the page's own variables go before the context's, and those
// before the globals.
func data(page Page) map[string]any {
	dot := map[string]any{}
	for _, names := range []Names{page.Globals, page.Context} {
		if names == nil {
			continue
		}
		for _, name := range names.Names() {
			if v, ok := names.Resolve(name); ok {
				dot[name] = v
			}
		}
	}
	for name, v := range page.Vars {
		dot[name] = v
	}
	return dot
}
