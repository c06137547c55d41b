// Package render turns templates into text for package cantil: the one-method
// [Engine] and what it is handed.
package render

import "errors"

// Engine renders templates. It serves all requests at once.
type Engine interface {
	// Render appends the rendered page to dst. On an error dst is returned as it
	// was, and the error names the template and the line. A template that does
	// not exist is an error that wraps [ErrNotFound].
	Render(dst []byte, page Page) ([]byte, error)
}

// Streamer is an [Engine] that can hand out a page before the whole of it was
// made. Where an engine is none, a page is streamed in one piece.
type Streamer interface {
	// Stream finds the page, and returns a function that renders it and calls
	// write with each piece, which write does not keep. An error of write ends it.
	Stream(page Page) (render func(write func(piece []byte) error) error, err error)
}

// ErrNotFound is wrapped in the error for a template that does not exist,
// Jinja's TemplateNotFound.
var ErrNotFound = errors.New("render: template not found")

// Page is what to render.
type Page struct {
	// Name is the template's path in the templates folder, with slashes.
	Name string
	// Source is the template itself if Inline; Name is then
	// only what errors call it.
	Source string
	// Inline tells that the page is Source, which may be empty, and not in the folder.
	Inline bool
	// Vars are the variables of the render call.
	Vars map[string]any
	// Context are variables that every template has but those that are imported
	// without context: what context processors give. It may be nil.
	Context Names
	// Globals are names that every template has: session, request, g, config and
	// the like. It may be nil.
	Globals Names
	// Lazy are more names that Globals resolves and does not list, in order and
	// the same for every page of an engine: making their values costs something.
	Lazy []string
}

// Names is a set of named values that are made when they are asked for.
type Names interface {
	// Resolve returns the value of a name, and whether there is one.
	Resolve(name string) (any, bool)
	// Names lists the names that Resolve knows.
	Names() []string
}

// Plain is a value that templates of Go, html/template's, see as another one:
// request is the Context there.
type Plain interface {
	Plain() any
}
