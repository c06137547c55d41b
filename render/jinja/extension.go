package jinja

import (
	"fmt"

	"github.com/cantil-go/cantil/render/jinja/internal/syntax"
)

// Extension adds tags to the templates of an [Env], see [Env.AddExtension]. The
// ones of Jinja are [I18n], [Do], [LoopControls] and [Debug]. One with more to do
// is a [Binder] or a [Preprocessor] too.
type Extension interface {
	// Tags are the names of the tags that Parse reads.
	Tags() []string
	// Parse reads a tag, from its name to its end, and with it what stands up to
	// the tag that closes it.
	Parse(p *Parser) Node
}

// Binder is an [Extension] that adds to the environment that it is given to:
// globals, filters, tests.
type Binder interface {
	Bind(env *Env)
}

// Preprocessor is an [Extension] that changes the source of a template before it
// is read. The name is "" for a template made from a string. What it adds or
// takes away moves the lines that errors name.
type Preprocessor interface {
	Preprocess(source, name string) string
}

// AddExtension gives extensions to the environment, as
// jinja_env.add_extension("jinja2.ext.do") does. Like the fields, they are set
// before the first template is used. Of two that have the same tag the first
// reads it; Jinja's own tags cannot be replaced.
func (env *Env) AddExtension(extensions ...Extension) {
	for _, ext := range extensions {
		if ext == nil {
			panic("jinja: AddExtension was given nil")
		}
		env.extensions = append(env.extensions, ext)
		if env.tags == nil {
			env.tags = map[string]syntax.Tag{}
		}
		for _, name := range ext.Tags() {
			if env.tags[name] == nil {
				env.tags[name] = func(p *syntax.Parser) []syntax.Node { return ext.Parse(&Parser{p: p}).nodes }
			}
		}
		if b, ok := ext.(Binder); ok {
			b.Bind(env)
		}
	}
}

// preprocess hands a source through the extensions.
func (env *Env) preprocess(source, name string) string {
	for _, ext := range env.extensions {
		if pre, ok := ext.(Preprocessor); ok {
			source = pre.Preprocess(source, name)
		}
	}
	return source
}

// Node is what a tag becomes. The methods of [Parser] make it; the zero Node
// does nothing.
type Node struct{ nodes []syntax.Node }

// Expr is an expression in a template, for [Parser.Call].
type Expr struct{ node syntax.Node }

// Body is what stands between two tags.
type Body struct{ nodes []syntax.Node }

// Parser reads the tag of an [Extension]. A mistake in the template ends Parse,
// whichever method finds it: errors need no handling.
type Parser struct{ p *syntax.Parser }

// Tag consumes the name of the tag, with which Parse begins, and gives it with
// its line.
func (p *Parser) Tag() (name string, line int) { return p.p.Tag() }

// Line is the line of what comes next.
func (p *Parser) Line() int { return p.p.Line() }

// AtEnd reports whether the tag ends here.
func (p *Parser) AtEnd() bool { return p.p.AtEnd() }

// Skip consumes a name or an operator, such as "as", "," or "=", if it comes
// next, and reports that.
func (p *Parser) Skip(text string) bool { return p.p.Skip(text) }

// Expect consumes a name or an operator that must come next.
func (p *Parser) Expect(text string) { p.p.Expect(text) }

// Name consumes a name.
func (p *Parser) Name() string { return p.p.Name() }

// Text consumes a text in quotes if one comes next.
func (p *Parser) Text() (text string, ok bool) { return p.p.Text() }

// Expression reads an expression.
func (p *Parser) Expression() Expr { return Expr{p.p.Expression()} }

// Body reads up to one of the end tags, which are not read as tags of their own.
// It consumes the name of the one that was found and gives it.
func (p *Parser) Body(ends ...string) (body Body, end string) {
	nodes, end := p.p.Body(ends...)
	return Body{nodes}, end
}

// Fail reports a mistake in a line of the template, a TemplateSyntaxError.
func (p *Parser) Fail(line int, format string, args ...any) { p.p.Fail(line, format, args...) }

// Call prints what f gives for the arguments, escaped unless it is [Markup], as
// {{ f(args) }} would. An error of f ends the render.
func (p *Parser) Call(line int, f func(t *TagCall) (any, error), args ...Expr) Node {
	return Node{[]syntax.Node{&syntax.OutputNode{Pos: syntax.Pos(line), Nodes: []syntax.Node{tagCall(line, f, args)}}}}
}

// CallBlock prints what f gives for the arguments and the body, a text that is
// not escaped: f is given the body by [TagCall.Body]. Names that the body
// assigns stay in it, as in a {% call %}.
func (p *Parser) CallBlock(line int, f func(t *TagCall) (any, error), body Body, args ...Expr) Node {
	return Node{[]syntax.Node{&syntax.CallBlockNode{Pos: syntax.Pos(line), Call: tagCall(line, f, args), Body: body.nodes}}}
}

// Set assigns what f gives for the arguments to a name, as {% set %} does.
func (p *Parser) Set(line int, name string, f func(t *TagCall) (any, error), args ...Expr) Node {
	target := &syntax.NameNode{Pos: syntax.Pos(line), Name: name, Ctx: syntax.CtxStore}
	return Node{[]syntax.Node{&syntax.AssignNode{Pos: syntax.Pos(line), Target: target, Value: tagCall(line, f, args)}}}
}

func tagCall(line int, f func(t *TagCall) (any, error), args []Expr) *syntax.CallNode {
	n := &syntax.CallNode{Pos: syntax.Pos(line), Node: &syntax.ConstNode{Pos: syntax.Pos(line), Value: tagFunc(f)}}
	for _, arg := range args {
		n.Args = append(n.Args, arg.node)
	}
	return n
}

// TagCall is one use of a custom tag while a template renders. It is valid
// during the call alone.
type TagCall struct {
	Context
	// Args are the values of the arguments.
	Args []any

	body any
}

// Body renders the body of a [Parser.CallBlock]. It can be called any number of
// times, or not at all where the text is at hand already.
func (t *TagCall) Body() (text string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = asError(r).place(t.f.st.tmpl, t.f.st.line)
		}
	}()
	if t.body == nil {
		return "", nil
	}
	s, _ := asString(asCallable(t.body).call(t.f, nil, nil))
	return s, nil
}

// tagFunc is the function of a custom tag, as a value that can be called.
type tagFunc func(t *TagCall) (any, error)

func (fn tagFunc) call(f *frame, args []any, kwargs []Arg) any {
	t := &TagCall{Context: Context{f}, Args: append([]any(nil), args...)}
	t.body, _ = Kwargs(kwargs).Get("caller")
	v, err := fn(t)
	if err != nil {
		failGo(err)
	}
	if t.body != nil { // it becomes output as it is, which has to be a text
		if v == nil {
			return ""
		}
		if _, ok := asString(v); !ok {
			failGo(fmt.Errorf("jinja: the tag gave a %T for its body, and not a text", v))
		}
	}
	return v
}

func (fn tagFunc) pyType() string { return "function" }
func (fn tagFunc) pyRepr() string { return "<function tag>" }
