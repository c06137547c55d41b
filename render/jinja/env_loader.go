package jinja

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// Loader finds the source of a template.
type Loader interface {
	// Load gives the source of a template and a fingerprint of it. A name that
	// does not exist is an error that wraps [ErrNotFound].
	Load(name string) (source, fingerprint string, err error)
	// Fingerprint gives the fingerprint that Load would give now, at less cost.
	// It differs as soon as the source does.
	Fingerprint(name string) (string, error)
}

// FS loads templates from a file system. Names have slashes and are relative
// to its root, with or without a slash before them; ".." does not exist,
// whatever the file system thinks of it. Use [Dir] for a directory: os.DirFS follows
// symbolic links out of its root.
func FS(fsys fs.FS) Loader { return fsLoader{fsys} }

// Dir loads templates from a directory that neither names nor symbolic links
// lead out of. The error is that of opening it.
func Dir(name string) (Loader, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("jinja: open templates: %w", err)
	}
	return fsLoader{root.FS()}, nil
}

type fsLoader struct{ fsys fs.FS }

// cleanName gives the path that a name means, by the rule of Jinja's
// split_template_path: empty segments and "." count for nothing, so /a//./b is
// a/b, and ".." is refused. So are a backslash and a null byte.
func cleanName(name string) (string, error) {
	if strings.ContainsAny(name, "\\\x00") || slices.Contains(strings.Split(name, "/"), "..") {
		return "", ErrNotFound
	}
	clean := path.Clean("/" + name)[1:]
	if clean == "" || !fs.ValidPath(clean) {
		return "", ErrNotFound
	}
	return clean, nil
}

func (l fsLoader) Load(name string) (source, fingerprint string, err error) {
	// The fingerprint comes first: a change in between makes the next check
	// load again, not miss it.
	fingerprint, err = l.Fingerprint(name)
	if err != nil {
		return "", "", err
	}
	if name, err = cleanName(name); err != nil {
		return "", "", err
	}
	data, err := fs.ReadFile(l.fsys, name)
	if err != nil {
		return "", "", notFound(err)
	}
	return string(data), fingerprint, nil
}

func (l fsLoader) Fingerprint(name string) (string, error) {
	name, err := cleanName(name)
	if err != nil {
		return "", err
	}
	info, err := fs.Stat(l.fsys, name)
	if err != nil {
		return "", notFound(err)
	}
	if info.IsDir() {
		return "", ErrNotFound
	}
	return fmt.Sprintf("%d-%d", info.ModTime().UnixNano(), info.Size()), nil
}

// notFound takes every error about the path for a missing file: whether there
// is something outside of the root is nobody's business.
func notFound(err error) error {
	var pathErr *fs.PathError
	if errors.Is(err, fs.ErrNotExist) || errors.As(err, &pathErr) && !errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	return fmt.Errorf("jinja: load template: %w", err)
}

// Map loads templates from a map of names to sources.
type Map map[string]string

// Load gives the source of a name.
func (m Map) Load(name string) (source, fingerprint string, err error) {
	source, ok := m[name]
	if !ok {
		return "", "", ErrNotFound
	}
	return source, source, nil
}

// Fingerprint gives the source itself: it is what changes.
func (m Map) Fingerprint(name string) (string, error) {
	_, fingerprint, err := m.Load(name)
	return fingerprint, err
}

// Choice asks several loaders in order; the first that has a name gives it.
func Choice(loaders ...Loader) Loader { return choice(loaders) }

type choice []Loader

func (c choice) Load(name string) (source, fingerprint string, err error) {
	for i, l := range c {
		source, fingerprint, err = l.Load(name)
		if !errors.Is(err, ErrNotFound) {
			return source, fmt.Sprintf("%d:%s", i, fingerprint), err
		}
	}
	return "", "", ErrNotFound
}

func (c choice) Fingerprint(name string) (string, error) {
	for i, l := range c {
		fingerprint, err := l.Fingerprint(name)
		if !errors.Is(err, ErrNotFound) {
			return fmt.Sprintf("%d:%s", i, fingerprint), err
		}
	}
	return "", ErrNotFound
}
