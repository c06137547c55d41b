package render

import (
	"fmt"
	"html/template"
	"sync"
)

// library is a folder of html/template. Functions that depend on the request
// belong to a set of templates, so each render has one to itself then; without
// them all renders share one.
type library struct {
	base   *template.Template // never executed: html/template closes a set at its first use
	lazy   []string           // the functions that depend on the request
	shared *htmlSet           // where there are none
	sets   sync.Pool
}

// htmlSet is a clone of a library's templates.
type htmlSet struct {
	templates *template.Template
	globals   Names // of the request that renders
	own       bool  // cloned for one source
}

// take returns a set that renders page: a new one for a source, which is added
// to it.
func (lib *library) take(page Page) (set *htmlSet, err error) {
	switch {
	case page.Inline:
		if set, err = lib.clone(); err != nil {
			return nil, err
		}
		set.own = true
	case len(lib.lazy) == 0:
		return lib.shared, nil
	default:
		if set, _ = lib.sets.Get().(*htmlSet); set == nil {
			if set, err = lib.clone(); err != nil {
				return nil, err
			}
		}
	}
	set.globals = page.Globals
	return set, nil
}

// giveBack keeps a set for another render.
func (lib *library) giveBack(set *htmlSet) {
	if !set.own && set != lib.shared {
		set.globals = nil
		lib.sets.Put(set)
	}
}

func (lib *library) clone() (*htmlSet, error) {
	templates, err := lib.base.Clone()
	if err != nil {
		return nil, err
	}
	set := &htmlSet{}
	set.templates = templates.Funcs(lib.functions(set))
	return set, nil
}

// functions are the lazy names as functions that ask the request of set.
func (lib *library) functions(set *htmlSet) template.FuncMap {
	all := template.FuncMap{}
	for _, name := range lib.lazy {
		all[name] = func() (any, error) {
			if set.globals != nil {
				if v, ok := set.globals.Resolve(name); ok {
					return v, nil
				}
			}
			return nil, fmt.Errorf("%s has no value here", name)
		}
	}
	return all
}

// find returns the page's template: one of the set, or its own source with the
// set at hand.
func (set *htmlSet) find(page Page) (*template.Template, error) {
	if page.Inline {
		t, err := set.templates.New(page.Name).Parse(page.Source)
		if err != nil {
			return nil, fmt.Errorf("render: %w", err)
		}
		return t, nil
	}
	if t := set.templates.Lookup(page.Name); t != nil {
		return t, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrNotFound, page.Name)
}
