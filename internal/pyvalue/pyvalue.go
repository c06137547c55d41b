// Package pyvalue holds the types of Python that have no counterpart in Go and
// that several public packages know by an alias: the session's codec, the
// templates and the root mean the same Markup and the same Tuple, so a value
// goes from one to the other as it is.
package pyvalue

// Markup is markupsafe.Markup: text that is HTML already.
type Markup string

// HTML returns the text, as __html__ does in Python.
func (m Markup) HTML() string { return string(m) }

// Tuple is Python's tuple.
type Tuple []any
