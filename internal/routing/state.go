package routing

import (
	"slices"
	"strings"
)

// state is a node of the tree of parts.
type state struct {
	rules   []*Rule // those that end here, in the order in which they were added
	dynamic []edge
	slash   *state // after an empty part: what is here if the path has one more slash

	// A few static parts are compared one by one, which is faster than hashing;
	// table takes over from manyStatics on.
	names []string
	nexts []*state
	table map[string]*state
}

const manyStatics = 8

// edge leads over a dynamic part.
type edge struct {
	part
	next *state
}

// child returns the node after a static part, nil if there is none.
func (st *state) child(name string) *state {
	if st.table != nil {
		return st.table[name]
	}
	for i, known := range st.names {
		if known == name {
			return st.nexts[i]
		}
	}
	return nil
}

// add makes the way for a rule and puts it at its end.
func (st *state) add(r *Rule) {
	for i := range r.parts {
		if p := &r.parts[i]; p.static {
			st = st.enterStatic(p.text)
		} else {
			st = st.enterDynamic(p)
		}
	}
	st.rules = append(st.rules, r)
}

func (st *state) enterStatic(name string) *state {
	if next := st.child(name); next != nil {
		return next
	}
	next := &state{}
	st.names = append(st.names, name)
	st.nexts = append(st.nexts, next)
	if name == "" {
		st.slash = next
	}
	if st.table != nil {
		st.table[name] = next
	} else if len(st.names) > manyStatics {
		st.table = make(map[string]*state, 2*len(st.names))
		for i := range st.names {
			st.table[st.names[i]] = st.nexts[i]
		}
	}
	return next
}

func (st *state) enterDynamic(p *part) *state {
	for i := range st.dynamic {
		if st.dynamic[i].key == p.key {
			return st.dynamic[i].next
		}
	}
	next := &state{}
	st.dynamic = append(st.dynamic, edge{*p, next})
	return next
}

// sort orders the dynamic parts of this node and of those below it.
func (st *state) sort() {
	slices.SortStableFunc(st.dynamic, func(a, b edge) int { return a.weight.compare(b.weight) })
	for _, next := range st.nexts {
		next.sort()
	}
	for i := range st.dynamic {
		st.dynamic[i].next.sort()
	}
}

// search is one walk through the tree. A position is the start of the next
// segment; len(path)+1 says that none is left, len(path) that an empty one is.
type search struct {
	path   string
	method uint64 // the bit of the request's method
	have   uint64 // methods of rules that matched but for the method
	lacks  bool   // the path would match with a slash at its end: the search is over
	args   []Arg  // of the variables passed so far; only Text is set, the rest is left over from the match before
}

// push notes the text of a variable. It does not clear the argument: most are
// overwritten before anyone looks at them.
func (s *search) push(text string) {
	n := len(s.args)
	if n == cap(s.args) {
		s.args = append(s.args, Arg{Text: text})
		return
	}
	s.args = s.args[:n+1]
	s.args[n].Text = text
}

// visit returns the rule that matches the path from pos on, nil if there is
// none below st.
func (s *search) visit(st *state, pos int) *Rule {
	if pos > len(s.path) {
		return s.arrive(st)
	}
	end := len(s.path)
	if i := strings.IndexByte(s.path[pos:], '/'); i >= 0 {
		end = pos + i
	}
	if next := st.child(s.path[pos:end]); next != nil {
		if r := s.visit(next, end+1); r != nil || s.lacks {
			return r
		}
	}
	for i := range st.dynamic {
		if r := s.follow(&st.dynamic[i], pos, end); r != nil || s.lacks {
			return r
		}
	}
	if pos == len(s.path) {
		return s.loose(st)
	}
	return nil
}

// arrive picks a rule where the path ends.
func (s *search) arrive(st *state) *Rule {
	for _, r := range st.rules {
		if r.admits(s.method) {
			return r
		}
		s.have |= r.mask
	}
	if st.slash == nil {
		return nil
	}
	for _, r := range st.slash.rules {
		if !r.admits(s.method) {
			continue
		}
		if !r.strict {
			return r
		}
		s.lacks = true
		return nil
	}
	return nil
}

// loose picks a rule that does not mind the slash at the end of the path.
func (s *search) loose(st *state) *Rule {
	for _, r := range st.rules {
		switch {
		case r.strict:
		case r.admits(s.method):
			return r
		default:
			s.have |= r.mask
		}
	}
	return nil
}

// follow goes over a dynamic part whose segment is path[pos:end].
func (s *search) follow(e *edge, pos, end int) *Rule {
	rest := end + 1
	if e.final {
		end, rest = len(s.path), len(s.path)+1
	}
	if e.suffixed && end > pos && s.path[end-1] == '/' {
		end, rest = end-1, len(s.path) // the empty segment after the slash is left
		if end > pos && s.path[end-1] == '/' {
			return nil
		}
	}
	before := len(s.args)
	text := s.path[pos:end]
	if len(e.tokens) == 1 {
		if !e.tokens[0].matches(text) {
			return nil
		}
		s.push(text)
	} else if !e.matchTokens(text, s) {
		return nil
	}
	r := s.visit(e.next, rest)
	if r == nil {
		s.args = s.args[:before]
	}
	return r
}
