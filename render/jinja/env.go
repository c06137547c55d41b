package jinja

import (
	"cmp"
	"io"
	"maps"
	"strings"
	"sync"

	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/render/jinja/internal/syntax"
)

// Env holds what templates have in common: where they come from, and the
// filters, tests and globals they can use. Set its fields before the first
// template is used; after that it may be used by many goroutines at once.
type Env struct {
	// Loader finds the sources of templates by name. Without one only
	// templates made from strings exist.
	Loader Loader
	// Filters and Tests are the host's, by name; they win over the built-in
	// ones. A value is any Go function: its first parameter is the filtered or
	// tested value, see [Func] for keywords and defaults.
	Filters map[string]any
	Tests   map[string]any
	// Globals are seen by every template, those imported without context too.
	// range, dict, lipsum, cycler, joiner and namespace are there from the
	// start.
	Globals map[string]any
	// Autoescape decides by the name of a template whether its expressions are
	// escaped; the name is "" for a template made from a string. The default is
	// Flask's rule, [SelectAutoescape].
	Autoescape func(name string) bool
	// AutoReload makes every use of a template check whether its source
	// changed. It is Flask's TEMPLATES_AUTO_RELOAD.
	AutoReload bool
	// TrimBlocks removes the newline after a block tag; LstripBlocks the
	// indentation before one. Flask leaves both off.
	TrimBlocks   bool
	LstripBlocks bool
	// KeepTrailingNewline keeps the newline at the end of a template.
	KeepTrailingNewline bool
	// BlockStartString and the next five are the texts that begin and end tags,
	// as Jinja's environment names them: {% %}, {{ }} and {# #}, also where they
	// are empty.
	BlockStartString, BlockEndString       string
	VariableStartString, VariableEndString string
	CommentStartString, CommentEndString   string
	// LineStatementPrefix makes a tag of a line that begins with it, as
	// "# for x in y"; LineCommentPrefix a comment of the rest of a line. Empty,
	// there are none.
	LineStatementPrefix, LineCommentPrefix string
	// Limits bound what a template can use up.
	Limits Limits

	extensions []Extension
	tags       map[string]syntax.Tag
	cache      cache
	pool       sync.Pool // of *state
}

// delimiters gives the texts that begin and end tags.
func (env *Env) delimiters() syntax.Delimiters {
	def := syntax.DefaultDelimiters
	d := syntax.Delimiters{
		BlockStart: cmp.Or(env.BlockStartString, def.BlockStart), BlockEnd: cmp.Or(env.BlockEndString, def.BlockEnd),
		VariableStart: cmp.Or(env.VariableStartString, def.VariableStart), VariableEnd: cmp.Or(env.VariableEndString, def.VariableEnd),
		CommentStart: cmp.Or(env.CommentStartString, def.CommentStart), CommentEnd: cmp.Or(env.CommentEndString, def.CommentEnd),
		LineStatement: env.LineStatementPrefix, LineComment: env.LineCommentPrefix,
	}
	if d.BlockStart == d.VariableStart || d.VariableStart == d.CommentStart || d.CommentStart == d.BlockStart {
		fail(KindAssert, "block, variable and comment start strings must be different")
	}
	return d
}

// Limits bound a render. Passing one ends it with an error that wraps
// [ErrLimit].
type Limits struct {
	// Depth is how deep macros, includes, blocks and recursive loops may call
	// one another. The default is 300, near to what Python's stack allows.
	Depth int
	// Steps bounds the work: a round of a loop and an item of a list that is
	// built are a step each, a call of a macro four, and 16 to 64 bytes of text
	// that is built or searched another. The default is ten million, which is
	// about a second.
	Steps int
	// Output bounds the bytes of the output, and of any string that a template
	// builds. The default is 64 MiB.
	Output int
	// Memory bounds the bytes of all values that one render builds: strings,
	// lists, dicts and captured output, those dropped on the way included. What
	// the host passes in is not counted. The default, for 0 too, is twice
	// Output.
	Memory int
}

// memory is Memory with its default.
func (l *Limits) memory() int {
	if l.Memory > 0 {
		return l.Memory
	}
	return 2 * l.Output
}

// New makes an environment with the defaults of Flask.
func New(loader Loader) *Env {
	return &Env{
		Loader:     loader,
		Filters:    map[string]any{},
		Tests:      map[string]any{},
		Globals:    maps.Clone(defaultGlobals),
		Autoescape: SelectAutoescape,
		Limits:     Limits{Depth: 300, Steps: 10_000_000, Output: 64 << 20, Memory: 128 << 20},
	}
}

// SelectAutoescape is Flask's rule: on for names that end in .html, .htm,
// .xml, .xhtml or .svg, and for templates made from strings.
func SelectAutoescape(name string) bool {
	if name == "" {
		return true
	}
	for _, end := range [...]string{".html", ".htm", ".xml", ".xhtml", ".svg"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

func (env *Env) autoescape(name string) bool {
	return env.Autoescape != nil && env.Autoescape(name)
}

// Get gives a template by name, parsed once. The error is an *[Error] of the
// kind TemplateNotFound, TemplateSyntaxError or TemplateAssertionError.
func (env *Env) Get(name string) (*Template, error) { return env.get(name) }

// Select gives the first template there is of several names.
func (env *Env) Select(names ...string) (*Template, error) {
	for _, name := range names {
		t, err := env.Get(name)
		if e, ok := err.(*Error); ok && e.Kind == KindNotFound {
			continue
		}
		return t, err
	}
	e := newError(KindNoneFound, "none of the templates given were found: %s", strings.Join(names, ", "))
	e.cause = ErrNotFound
	return nil, e
}

// FromString makes a template from its source.
func (env *Env) FromString(src string) (*Template, error) { return env.compile("", src) }

// RenderString renders a template given as source, once.
func (env *Env) RenderString(src string, vars map[string]any) (string, error) {
	t, err := env.FromString(src)
	if err != nil {
		return "", err
	}
	out, err := t.Append(nil, vars)
	return string(out), err
}

// compile makes a template of a source.
func (env *Env) compile(name, src string) (t *Template, err error) {
	t = &Template{env: env, name: name}
	defer func() {
		if r := recover(); r != nil {
			t, err = nil, asError(r).place(t, 1)
		}
	}()
	t.source = syntax.NormalizeNewlines(env.preprocess(src, name), env.KeepTrailingNewline)
	body, bad := syntax.Parse(t.source, syntax.Options{TrimBlocks: env.TrimBlocks, LstripBlocks: env.LstripBlocks,
		Delimiters: env.delimiters(), Tags: env.tags})
	if bad != nil {
		e := &Error{Kind: bad.Kind, Message: bad.Message, Line: bad.Line, Template: name}
		return nil, e.place(t, 1)
	}
	compileTemplate(t, body)
	if len(t.source)+2 < len(src) { // line ends were replaced, so there are two texts
		t.size += len(src)
	}
	return t, nil
}

// Template is a compiled template. It may be rendered by many goroutines at
// once.
type Template struct {
	env    *Env
	name   string
	source string
	root   *function
	blocks map[string]*function
	size   int
}

// Size estimates the bytes of memory that the template takes up, compiled code
// and source together. Caches count with it.
func (t *Template) Size() int { return t.size }

// Name gives the name the template was loaded by, "" if it was made from a
// string.
func (t *Template) Name() string { return t.name }

func (t *Template) pyType() string { return "Template" }
func (t *Template) pyRepr() string { return "<Template " + pytext.Repr(t.name) + ">" }

// Scope is where the names of one render come from. Vars win over Context,
// Context over Globals, Globals over those of the environment.
type Scope struct {
	// Vars are the variables given to the render.
	Vars map[string]any
	// Context gives further variables when they are asked for. Like Vars, they
	// are not seen by templates imported without context: it is the place for
	// what Flask calls context processors.
	Context Resolver
	// Globals gives names that every template of the render sees, such as
	// Flask's request, session and g.
	Globals Resolver
}

// Resolver gives the value of a name at the time a template uses it. A name
// that no template of a render uses is never asked for.
type Resolver interface {
	Resolve(name string) (value any, ok bool)
}

// ResolverFunc makes a function a [Resolver].
type ResolverFunc func(name string) (value any, ok bool)

// Resolve calls the function.
func (f ResolverFunc) Resolve(name string) (any, bool) { return f(name) }

// Render writes the template to w, all of it or, on an error, nothing.
func (t *Template) Render(w io.Writer, vars map[string]any) error {
	st := t.env.getState()
	out, err := t.render(st, st.buffer[:0], Scope{Vars: vars})
	if err != nil {
		return err
	}
	_, err = w.Write(out)
	if cap(out) <= maxKept {
		st.buffer = out[:0]
	}
	t.env.putState(st)
	return err
}

// Append appends the rendered template to dst. On an error dst comes back as
// it was.
func (t *Template) Append(dst []byte, vars map[string]any) ([]byte, error) {
	return t.AppendScope(dst, Scope{Vars: vars})
}

// AppendScope is [Template.Append] with full control over the names.
func (t *Template) AppendScope(dst []byte, scope Scope) ([]byte, error) {
	st := t.env.getState()
	out, err := t.render(st, dst, scope)
	if err != nil {
		return dst, err
	}
	t.env.putState(st)
	return out, nil
}
