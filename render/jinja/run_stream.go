package jinja

// streamSize is how many bytes of output a streamed render gathers.
const streamSize = 4 << 10

// StreamScope renders the template and hands its output to write as it is made,
// template.generate(): in pieces of some kilobytes, and before a loop waits for
// the next item of an iterator. write must not keep what it is given; its error
// ends the render.
func (t *Template) StreamScope(scope Scope, write func([]byte) error) error {
	st := t.env.getState()
	st.write = write
	out, err := t.render(st, nil, scope)
	if err == nil && len(out) > 0 {
		err = write(out)
	}
	if err != nil {
		return err
	}
	st.write = nil
	t.env.putState(st)
	return nil
}

// flush hands the output over, unless it is being captured. What was written
// counts against the limit all the same.
func (st *state) flush() {
	if st.captures > 0 || len(st.out) == 0 {
		return
	}
	if err := st.write(st.out); err != nil {
		failGo(err)
	}
	st.maxOut -= len(st.out)
	st.out = st.out[:0]
}
