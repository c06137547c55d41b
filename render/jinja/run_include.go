package jinja

import (
	"errors"
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// getTemplate loads a template by what an extends or import names: a name, or
// a template that the host put into the context.
func (f *frame) getTemplate(v any) *Template {
	t, err := f.findTemplate(v)
	if err != nil {
		panic(err)
	}
	return t
}

// findTemplate takes a name or a template; a missing one is the second result.
func (f *frame) findTemplate(v any) (*Template, *Error) {
	switch v := norm(v).(type) {
	case *Template:
		return v, nil
	case *Undefined:
		v.fail()
	case string, Markup:
		name, _ := asString(v)
		return f.loadOne(name)
	}
	fail(KindType, "expected the name of a template, got %s", typeName(v))
	return nil, nil
}

// loadOne loads one template; a missing one is returned as an error, so that
// an include can ignore it, any other error ends the render.
func (f *frame) loadOne(name string) (*Template, *Error) {
	st := f.st
	if t := st.loaded[name]; t != nil {
		return t, nil
	}
	f.st.work(len(name))
	t, err := st.env.get(name)
	if err == nil {
		if st.env.AutoReload {
			st.keep(name, t)
		}
		return t, nil
	}
	var e *Error
	if errors.As(err, &e) && e.Kind == KindNotFound {
		st.step(missSteps)
		return nil, e
	}
	failGo(err)
	return nil, nil
}

// keep notes which version of a template this render saw: a file that changes
// meanwhile is not mixed in, and an include in a loop is checked once.
func (st *state) keep(name string, t *Template) {
	if st.loaded == nil {
		st.loaded = map[string]*Template{}
	}
	st.loaded[name] = t
}

// selectTemplate loads the first template there is of a list of names; v may
// be a single one, too.
func (f *frame) selectTemplate(v any) (*Template, *Error) {
	switch v := norm(v).(type) {
	case string, Markup, *Template, *Undefined:
		return f.findTemplate(v)
	}
	var names []any
	if truth(v) {
		names = toItems(f, v)
	}
	if len(names) == 0 {
		return nil, newError(KindNoneFound, "Tried to select from an empty list of templates.")
	}
	var list []string
	for _, name := range names {
		if u, undefined := name.(*Undefined); undefined {
			name = u.message()
		} else if t, err := f.findTemplate(name); err == nil {
			return t, nil
		}
		list = append(list, f.str(name))
	}
	e := newError(KindNoneFound, "none of the templates given were found: %s", strings.Join(list, ", "))
	e.cause = ErrNotFound
	return nil, e
}

type includeStmt struct {
	line          int
	template      expr
	withContext   bool
	ignoreMissing bool
	locals        []slotRef
}

func (s *includeStmt) exec(f *frame) {
	f.st.line = s.line
	t, err := f.selectTemplate(s.template.eval(f))
	if err != nil {
		if s.ignoreMissing {
			return
		}
		panic(err)
	}
	var ctx *context
	if s.withContext {
		ctx = f.ctx.newContext(t, false, f.ctx.snapshot(f.collect(s.locals)))
	} else {
		ctx = f.ctx.newContext(t, true, nil)
	}
	t.runRoot(ctx)
}

// module is an imported template: the names it exports, and its text.
type module struct {
	tmpl  *Template
	names map[string]any
	body  string
}

// HTML makes the text of a module safe: it was escaped when it was made.
func (m *module) HTML() string     { return m.body }
func (m *module) pyType() string   { return "TemplateModule" }
func (m *module) pyModule() string { return "jinja2.environment" }
func (m *module) pyStr() string    { return m.body }
func (m *module) pyRepr() string   { return "<TemplateModule " + pytext.Repr(m.tmpl.name) + ">" }

func (m *module) attr(name string) (any, bool) {
	v, ok := m.names[name]
	return v, ok
}

// importTemplate runs a template for what it exports. Without context the
// result is kept for the render: it cannot differ.
func (f *frame) importTemplate(v any, withContext bool, locals []slotRef) *module {
	t := f.getTemplate(v)
	st := f.st
	if m := st.modules[t]; m != nil && !withContext {
		return m
	}
	var ctx *context
	if withContext {
		ctx = f.ctx.newContext(t, false, f.ctx.snapshot(f.collect(locals)))
	} else {
		ctx = f.ctx.newContext(t, true, nil)
	}
	m := &module{tmpl: t, names: map[string]any{}}
	m.body = f.capture(func() { t.runRoot(ctx) })
	for _, b := range ctx.vars {
		if b.exported {
			m.names[b.name] = b.value
		}
	}
	if !withContext {
		if st.modules == nil {
			st.modules = map[*Template]*module{}
		}
		st.modules[t] = m
	}
	return m
}

type importStmt struct {
	line        int
	template    expr
	withContext bool
	locals      []slotRef
	target      slotRef
	toplevel    bool
}

func (s *importStmt) exec(f *frame) {
	f.st.line = s.line
	m := f.importTemplate(s.template.eval(f), s.withContext, s.locals)
	f.setImported(s.target, m, s.toplevel)
}

// setImported sets an imported name: visible like any other at the top level,
// but not exported in turn.
func (f *frame) setImported(t slotRef, v any, toplevel bool) {
	f.outer(t.up).slots[t.slot] = v
	if toplevel {
		f.ctx.assign(t.name, v, false)
		f.ctx.hide(t.name)
	}
}

type fromImportStmt struct {
	line        int
	template    expr
	withContext bool
	locals      []slotRef
	names       []importedName
	toplevel    bool
}

type importedName struct {
	name   string
	target slotRef
}

func (s *fromImportStmt) exec(f *frame) {
	f.st.line = s.line
	m := f.importTemplate(s.template.eval(f), s.withContext, s.locals)
	for _, n := range s.names {
		v, ok := m.names[n.name]
		if !ok {
			where := "line " + repr(s.line)
			if name := f.fn.tmpl.name; name != "" {
				where += " in " + pytext.Repr(name)
			}
			u := undefinedHint("the template %s (imported on %s) does not export the requested name %s",
				pytext.Repr(m.tmpl.name), where, pytext.Repr(n.name))
			u.name = n.name
			v = u
		}
		f.setImported(n.target, v, s.toplevel)
	}
}
