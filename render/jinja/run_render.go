package jinja

// render runs the template. A state that ended with an error is not used
// again: its stacks are as the error left them.
func (t *Template) render(st *state, dst []byte, scope Scope) (out []byte, err error) {
	defer func() {
		if len(st.stops) > 0 {
			defer st.stopIterators()
		}
		if r := recover(); r != nil {
			out, err = dst, asError(r).place(st.tmpl, st.line)
		}
	}()
	st.out, st.maxOut = dst, len(dst)+t.env.Limits.Output
	st.scope = scope
	st.eval.autoescape = t.env.autoescape(t.name)
	st.root = context{st: st, tmpl: t, eval: &st.eval,
		vars: st.root.vars[:0], lineage: append(st.root.lineage[:0], t)}
	t.runRoot(&st.root)
	return st.out, nil
}

// maxKept bounds the buffers that states keep between renders.
const maxKept = 1 << 20

func (env *Env) getState() *state {
	if st, ok := env.pool.Get().(*state); ok {
		return st
	}
	return &state{env: env, slots: make([]any, 0, 64), args: make([]any, 0, 32), kwargs: make([]Arg, 0, 8)}
}

// putState keeps a state for the next render. It must not keep alive what the
// render saw.
func (env *Env) putState(st *state) {
	st.out, st.scope, st.tmpl = nil, Scope{}, nil
	st.line, st.depth, st.steps, st.bytes = 0, 0, 0, 0
	st.write, st.captures = nil, 0
	clear(st.slots[:cap(st.slots)])
	clear(st.args[:cap(st.args)])
	clear(st.kwargs[:cap(st.kwargs)])
	st.slots, st.args, st.kwargs = st.slots[:0], st.args[:0], st.kwargs[:0]
	clear(st.frames[:])
	st.nframes = 0
	st.modules, st.loaded = nil, nil
	for _, l := range st.loops {
		*l = loopContext{}
	}
	vars, lineage := st.root.vars[:cap(st.root.vars)], st.root.lineage[:cap(st.root.lineage)]
	clear(vars)
	clear(lineage)
	st.root = context{vars: vars[:0], lineage: lineage[:0]}
	env.pool.Put(st)
}
