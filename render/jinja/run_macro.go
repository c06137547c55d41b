package jinja

import "github.com/cantil-go/cantil/internal/pytext"

// macroFunc is the compiled form of a macro, or of the body of a call block.
type macroFunc struct {
	name        string // "" for a call block
	fn          *function
	params      []macroParam
	cost        int // steps of a call, its defaults included
	usesCaller  bool
	callerSlot  int // -1 if the caller is no parameter, or an explicit one
	kwargsSlot  int // -1 if unknown keywords are an error
	varargsSlot int // -1 if more arguments are an error
}

type macroParam struct {
	name string
	slot int
	def  expr // nil if there is none
}

// bind makes a macro of the code: it sees the variables of the run that
// defines it.
func (m *macroFunc) bind(f *frame) *macro { return &macro{m, f} }

type macroStmt struct {
	macro    *macroFunc
	target   slotRef
	toplevel bool
}

func (s *macroStmt) exec(f *frame) {
	m := s.macro.bind(f)
	f.outer(s.target.up).slots[s.target.slot] = m
	if s.toplevel {
		f.ctx.assign(s.target.name, m, s.target.name[0] != '_')
	}
}

// macro is a macro as a value.
type macro struct {
	*macroFunc
	up *frame
}

func (m *macro) attr(name string) (any, bool) {
	switch name {
	case "name":
		if m.name == "" {
			return nil, true
		}
		return m.name, true
	case "arguments":
		names := make(Tuple, len(m.params))
		for i, p := range m.params {
			names[i] = p.name
		}
		return names, true
	case "catch_kwargs":
		return m.kwargsSlot >= 0, true
	case "catch_varargs":
		return m.varargsSlot >= 0, true
	case "caller":
		return m.usesCaller, true
	}
	return nil, false
}

func (m *macro) pyType() string   { return "Macro" }
func (m *macro) pyModule() string { return "jinja2.runtime" }
func (m *macro) pyRepr() string {
	if m.name == "" {
		return "<Macro anonymous>"
	}
	return "<Macro " + pytext.Repr(m.name) + ">"
}

// call gives the text of a macro: safe if autoescaping is on where it is
// called, wherever the macro comes from.
func (m *macro) call(f *frame, args []any, kwargs []Arg) any {
	return f.markup(f.capture(func() { m.print(f, args, kwargs) }))
}

// print binds the arguments to the parameters and writes the body.
func (m *macro) print(f *frame, args []any, kwargs []Arg) {
	st := f.st
	checkSameRender(f, m.up.st)
	st.step(m.cost)
	mark := st.enter(m.fn)
	in := m.fn.newFrame(st, m.up.ctx, m.up)
	in.load(m.fn.enter)
	n := len(m.params)
	for i := range min(n, len(args)) {
		in.slots[m.params[i].slot] = args[i]
	}
	m.bindKeywords(in, len(args), kwargs)
	if m.varargsSlot >= 0 {
		in.slots[m.varargsSlot] = append(Tuple{}, args[min(n, len(args)):]...)
	} else if len(args) > n {
		fail(KindType, "macro %s takes not more than %d argument(s)", m.quotedName(), n)
	}
	for i := range m.params {
		p := &m.params[i]
		if in.slots[p.slot] != missing {
			continue
		}
		if p.def == nil {
			u := undefinedHint("parameter %s was not provided", pytext.Repr(p.name))
			u.name = p.name
			in.slots[p.slot] = u
			continue
		}
		// A default may use the parameters before it, and is evaluated anew for
		// every call.
		in.slots[p.slot] = p.def.eval(in)
	}
	in.run(m.fn.body)
	st.leave(mark)
}

// checkSameRender refuses what belongs to another render: a host could have
// kept a macro and given it to a template again.
func checkSameRender(f *frame, st *state) {
	if f.st != st {
		fail(KindRuntime, "macros, blocks and loops cannot be used in another render")
	}
}

// quotedName is the name of the macro in messages.
func (m *macro) quotedName() string {
	if m.name == "" {
		return "None"
	}
	return pytext.Repr(m.name)
}

// bindKeywords sets the parameters given by name, then the special ones.
func (m *macro) bindKeywords(in *frame, given int, kwargs []Arg) {
	var extra *Dict
	if m.kwargsSlot >= 0 {
		extra = &Dict{}
	}
	if m.callerSlot >= 0 {
		u := undefinedHint("No caller defined")
		u.name = "caller"
		in.slots[m.callerSlot] = u
	}
	unexpected := ""
	for _, kw := range kwargs {
		slot := m.keywordSlot(kw.Name, given)
		switch {
		case slot >= 0 && kw.Name == "caller" && slot == m.callerSlot && kw.Value == nil:
		case slot >= 0:
			in.slots[slot] = kw.Value
		case extra != nil:
			extra.Set(kw.Name, kw.Value)
		case kw.Name == "caller":
			fail(KindType, "macro %s was invoked with two values for the special caller argument."+
				" This is most likely a bug.", m.quotedName())
		case unexpected == "":
			unexpected = kw.Name
		}
	}
	if unexpected != "" {
		fail(KindType, "macro %s takes no keyword argument %s", m.quotedName(), pytext.Repr(unexpected))
	}
	if extra != nil {
		in.slots[m.kwargsSlot] = extra
	}
}

// keywordSlot gives the slot that a keyword sets, or -1.
func (m *macro) keywordSlot(name string, given int) int {
	for i := given; i < len(m.params); i++ {
		if m.params[i].name == name {
			return m.params[i].slot
		}
	}
	if name == "caller" && m.callerSlot >= 0 {
		return m.callerSlot
	}
	return -1
}
