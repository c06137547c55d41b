package render

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"sync"
)

// HTML is an [Engine] of html/template, for applications that come from Go. The
// variables are the fields of the dot, and functions among them are called with
// call: {{.nome}}, {{call .url_for "index"}}. All templates of the folder are one
// set, each under its path: {{template "parts/menu.html" .}}. What depends on the
// request and costs something ([Page.Lazy]: csrf_token, current_user) is a
// function of every template, whatever its dot is: {{call csrf_token}}.
type HTML struct {
	// FS holds the templates.
	FS fs.FS
	// Reload reads the templates again for every page, while one works on them.
	Reload bool
	// Funcs are functions for the templates, besides html/template's own.
	Funcs template.FuncMap

	mu      sync.Mutex
	library *library
}

// Render appends the page to dst.
func (e *HTML) Render(dst []byte, page Page) ([]byte, error) {
	run, err := e.prepare(page)
	if err != nil {
		return dst, err
	}
	out := bytes.NewBuffer(dst)
	if err := run(out); err != nil {
		return dst, err
	}
	return out.Bytes(), nil
}

// streamSize is how many bytes of output a streamed page gathers.
const streamSize = 4 << 10

// Stream finds the page and returns what renders it in pieces of some kilobytes.
// html/template does not tell when it waits for a value, as for the next item of
// a channel: what it has written before may wait too.
func (e *HTML) Stream(page Page) (func(write func([]byte) error) error, error) {
	run, err := e.prepare(page)
	if err != nil {
		return nil, err
	}
	return func(write func([]byte) error) error {
		out := bufio.NewWriterSize(writer(write), streamSize)
		if err := run(out); err != nil {
			return err
		}
		return out.Flush()
	}, nil
}

// writer is a function as an io.Writer.
type writer func(piece []byte) error

func (w writer) Write(piece []byte) (int, error) {
	if err := w(piece); err != nil {
		return 0, err
	}
	return len(piece), nil
}

// prepare finds the page's template and returns what renders it, once.
func (e *HTML) prepare(page Page) (run func(io.Writer) error, err error) {
	lib, err := e.read(page.Lazy)
	if err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	set, err := lib.take(page)
	if err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	t, err := set.find(page)
	if err != nil {
		lib.giveBack(set)
		return nil, err
	}
	return func(out io.Writer) error {
		defer lib.giveBack(set)
		if err := t.Execute(out, data(page)); err != nil {
			return fmt.Errorf("render: %w", err)
		}
		return nil
	}, nil
}

// read reads the folder once, or for every page if Reload says so.
func (e *HTML) read(lazy []string) (*library, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.library != nil && !e.Reload {
		return e.library, nil
	}
	lib := &library{}
	for _, name := range lazy {
		if e.Funcs[name] == nil { // which takes precedence
			lib.lazy = append(lib.lazy, name)
		}
	}
	lib.base = template.New("").Funcs(e.Funcs).Funcs(lib.functions(new(htmlSet)))
	if err := e.parse(lib.base); err != nil {
		return nil, err
	}
	var err error
	if lib.shared, err = lib.clone(); err != nil {
		return nil, err
	}
	e.library = lib
	return lib, nil
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
				if plain, ok := v.(Plain); ok {
					v = plain.Plain()
				}
				dot[name] = v
			}
		}
	}
	for name, v := range page.Vars {
		dot[name] = v
	}
	return dot
}
