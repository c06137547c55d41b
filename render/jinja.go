package render

import (
	"errors"
	"fmt"

	"github.com/cantil-go/cantil/render/jinja"
)

// Jinja is an [Engine] of package jinja: Flask's templates, unchanged.
type Jinja struct {
	Env *jinja.Env

	inline inlineCache
}

// Render appends the page to dst.
func (e *Jinja) Render(dst []byte, page Page) ([]byte, error) {
	t, err := e.find(page)
	if err != nil {
		return dst, err
	}
	return t.AppendScope(dst, scopeOf(page))
}

// Stream finds the page and returns what renders it piece by piece.
func (e *Jinja) Stream(page Page) (func(write func([]byte) error) error, error) {
	t, err := e.find(page)
	if err != nil {
		return nil, err
	}
	return func(write func([]byte) error) error { return t.StreamScope(scopeOf(page), write) }, nil
}

func scopeOf(page Page) jinja.Scope {
	scope := jinja.Scope{Vars: page.Vars}
	if page.Context != nil {
		scope.Context = page.Context
	}
	if page.Globals != nil {
		scope.Globals = page.Globals
	}
	return scope
}

func (e *Jinja) find(page Page) (*jinja.Template, error) {
	if !page.Inline {
		t, err := e.Env.Get(page.Name)
		if errors.Is(err, jinja.ErrNotFound) {
			err = fmt.Errorf("%w: %w", ErrNotFound, err)
		}
		return t, err
	}
	if t := e.inline.get(page.Source); t != nil {
		return t, nil
	}
	t, err := e.Env.FromString(page.Source)
	if err == nil {
		e.inline.put(page.Source, t)
	}
	return t, err
}
