package syntax

import (
	"fmt"
	"strconv"
)

// Options say how a source is read.
type Options struct {
	TrimBlocks   bool // remove the newline after a block tag
	LstripBlocks bool // remove the indentation before one
	Delimiters   Delimiters
	Tags         map[string]Tag // those of extensions
}

// Tag reads a tag of an extension, whose name is the current token, and gives
// what stands for it.
type Tag func(p *Parser) []Node

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
	if o.Delimiters == (Delimiters{}) {
		o.Delimiters = DefaultDelimiters
	}
	p := &Parser{lex: newLexer(src, o), extra: o.Tags}
	p.cur = p.lex.next()
	return p.subparse(nil), nil
}
