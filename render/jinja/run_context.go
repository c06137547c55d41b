package jinja

import "maps"

// evalContext is the part of a context that {% autoescape %} changes. Derived
// contexts share it.
type evalContext struct{ autoescape bool }

// binding is a variable of a context.
type binding struct {
	name     string
	value    any
	exported bool // importable from the template
}

// context is what a template sees while it renders: the names it assigned at
// its top level, the names handed down by an include or a scoped block, and
// the names of the render call and of the environment.
type context struct {
	st      *state
	tmpl    *Template
	eval    *evalContext
	vars    []binding // assigned at the top level
	locals  []binding // handed down
	bare    bool      // sees only globals: an import without context
	lineage []*Template
}

// resolve looks a name up; ok is false if it is nowhere.
func (c *context) resolve(name string) (v any, ok bool) {
	for i := range c.vars {
		if b := &c.vars[i]; b.name == name {
			return b.value, true
		}
	}
	for i := len(c.locals) - 1; i >= 0; i-- {
		if b := &c.locals[i]; b.name == name {
			return b.value, true
		}
	}
	s := &c.st.scope
	if !c.bare {
		if v, ok = s.Vars[name]; ok {
			return v, true
		}
		if s.Context != nil {
			if v, ok = s.Context.Resolve(name); ok {
				return v, true
			}
		}
	}
	if s.Globals != nil {
		if v, ok = s.Globals.Resolve(name); ok {
			return v, true
		}
	}
	v, ok = c.st.env.Globals[name]
	return v, ok
}

// all gives every name with its value, but those that are made when they are
// asked for: what Jinja's context.get_all() gives.
func (c *context) all() map[string]any {
	all := maps.Clone(c.st.env.Globals)
	if all == nil {
		all = map[string]any{}
	}
	s := &c.st.scope
	addListed(all, s.Globals)
	if !c.bare {
		addListed(all, s.Context)
		maps.Copy(all, s.Vars)
	}
	for _, bindings := range [][]binding{c.locals, c.vars} {
		for _, b := range bindings {
			all[b.name] = b.value
		}
	}
	return all
}

// addListed adds the names that a resolver lists.
func addListed(all map[string]any, r Resolver) {
	lister, ok := r.(interface{ Names() []string })
	if !ok {
		return
	}
	for _, name := range lister.Names() {
		if v, ok := r.Resolve(name); ok {
			all[name] = v
		}
	}
}

// assign sets a variable of the top level.
func (c *context) assign(name string, value any, exported bool) {
	for i := range c.vars {
		if b := &c.vars[i]; b.name == name {
			b.value, b.exported = value, exported || b.exported
			return
		}
	}
	c.vars = append(c.vars, binding{name, value, exported})
}

// hide takes a variable from what can be imported.
func (c *context) hide(name string) {
	for i := range c.vars {
		if c.vars[i].name == name {
			c.vars[i].exported = false
		}
	}
}

// snapshot gives everything assigned or handed down so far, followed by more.
func (c *context) snapshot(more []binding) []binding {
	if len(c.vars) == 0 && len(c.locals) == 0 {
		return more
	}
	all := make([]binding, 0, len(c.vars)+len(c.locals)+len(more))
	all = append(all, c.locals...)
	all = append(all, c.vars...)
	return append(all, more...)
}

// derived gives a context of the same template that sees more names.
func (c *context) derived(more []binding) *context {
	return &context{
		st: c.st, tmpl: c.tmpl, eval: c.eval, bare: c.bare, lineage: c.lineage,
		locals: c.snapshot(more),
	}
}

// newContext gives the context of another template: of an include or import.
func (c *context) newContext(t *Template, bare bool, locals []binding) *context {
	n := &context{st: c.st, tmpl: t, bare: bare || c.bare, locals: locals,
		eval: &evalContext{t.env.autoescape(t.name)}}
	n.lineage = append(n.lineage, t)
	return n
}

// block finds a block in the templates from the child up to its ancestors,
// skipping the first skip of them that have it.
func (c *context) block(name string, skip int) *function {
	for _, t := range c.lineage {
		if fn := t.blocks[name]; fn != nil {
			if skip == 0 {
				return fn
			}
			skip--
		}
	}
	return nil
}

// collect evaluates the variables that are handed down. Those without a value
// are left out, and those not looked up yet: they come from the context, which
// the receiver sees anyway.
func (f *frame) collect(ids []slotRef) []binding {
	var out []binding
	for _, id := range ids {
		v := f.outer(id.up).slots[id.slot]
		if v != missing && v != unresolved {
			if out == nil {
				out = make([]binding, 0, len(ids))
			}
			out = append(out, binding{name: id.name, value: v})
		}
	}
	return out
}

// slotRef is a variable as seen from a function.
type slotRef struct {
	up, slot int
	name     string
}

// Context is what a function of the host sees of the render that calls it, as a
// function of Python does that pass_context decorates. It is valid during the
// call alone.
type Context struct{ f *frame }

// Lookup gives a variable of the template's context, which a name assigned in a
// loop or macro is not part of.
func (c *Context) Lookup(name string) (value any, ok bool) { return c.f.ctx.resolve(name) }

// Autoescape reports whether output is escaped at this place.
func (c *Context) Autoescape() bool { return c.f.autoescape() }
