package syntax

import (
	"fmt"
	"strconv"
)

// Options say how white space around tags is read.
type Options struct {
	TrimBlocks   bool // remove the newline after a block tag
	LstripBlocks bool // remove the indentation before one
}

// Error is a mistake in a source. Inside of this package it travels as a
// panic.
type Error struct {
	Kind    string // one of the Kind constants
	Message string
	Line    int
}

// Error gives the message with its line.
func (e *Error) Error() string { return e.Message + " (line " + strconv.Itoa(e.Line) + ")" }

// The names of the exceptions that a source can end with: Jinja's own two, and
// the one that Python raises for the code that Jinja makes of it.
const (
	KindSyntax       = "TemplateSyntaxError"
	KindAssertion    = "TemplateAssertionError"
	KindPythonSyntax = "SyntaxError"
)

func newError(kind string, line int, format string, args []any) *Error {
	if len(args) > 0 {
		format = fmt.Sprintf(format, args...)
	}
	return &Error{kind, format, line}
}

// Parse gives the tree of src, whose line ends [NormalizeNewlines] has made
// alike.
func Parse(src string, o Options) (body []Node, err *Error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Error:
			err = r
		default:
			panic(r)
		}
	}()
	p := &parser{lex: newLexer(src, o)}
	p.cur = p.lex.next()
	return p.subparse(nil), nil
}
