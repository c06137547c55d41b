package render

import (
	"errors"
	"fmt"
	"sync"

	"github.com/cantil-go/cantil/render/jinja"
)

// Jinja is an [Engine] of package jinja: Flask's templates, unchanged.
type Jinja struct {
	Env *jinja.Env

	mu     sync.RWMutex
	inline map[string]*jinja.Template // by source
}

// maxInline is how many templates given as text are kept. A program that makes
// up its sources must not fill the memory with them.
const maxInline = 256

// Render appends the page to dst.
func (e *Jinja) Render(dst []byte, page Page) ([]byte, error) {
	t, err := e.find(page)
	if err != nil {
		return dst, err
	}
	scope := jinja.Scope{Vars: page.Vars}
	if page.Context != nil {
		scope.Context = page.Context
	}
	if page.Globals != nil {
		scope.Globals = page.Globals
	}
	return t.AppendScope(dst, scope)
}

func (e *Jinja) find(page Page) (*jinja.Template, error) {
	if !page.Inline {
		t, err := e.Env.Get(page.Name)
		if errors.Is(err, jinja.ErrNotFound) {
			err = fmt.Errorf("%w: %w", ErrNotFound, err)
		}
		return t, err
	}
	e.mu.RLock()
	t := e.inline[page.Source]
	e.mu.RUnlock()
	if t != nil {
		return t, nil
	}
	t, err := e.Env.FromString(page.Source)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.inline == nil || len(e.inline) >= maxInline {
		e.inline = map[string]*jinja.Template{}
	}
	e.inline[page.Source] = t
	return t, nil
}
