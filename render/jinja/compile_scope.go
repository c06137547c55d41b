package jinja

import "github.com/cantil-go/cantil/render/jinja/internal/syntax"

// Scoping. Jinja compiles a template to Python functions and each name in it
// to a local variable of one of them. What a template may see and change
// follows from these rules, so they are kept: a function (the root, a block, a
// macro, a recursive loop) has slots, a scope (a loop body, a with block ...)
// is a symbols that maps names to slots of its function, and inner functions
// reach the slots of those around them.

// fnScope is a function under construction.
type fnScope struct {
	parent *fnScope
	slots  map[slotKey]*ident
	closes bool // an inner function may outlive a run of this one
}

// slotKey identifies a slot: two scopes side by side at one level share the
// slots of equal names, as they share Python's variables. space keeps the test
// of a loop apart, which is a function of its own in Python.
type slotKey struct {
	level, space int
	name         string
}

// ident is a variable: a slot of a function.
type ident struct {
	fn   *fnScope
	slot int
	name string
}

// ident gives the variable of a key, a new one the first time.
func (fn *fnScope) ident(key slotKey) *ident {
	id := fn.slots[key]
	if id == nil {
		id = &ident{fn, len(fn.slots), key.name}
		if fn.slots == nil {
			fn.slots = map[slotKey]*ident{}
		}
		fn.slots[key] = id
	}
	return id
}

// up counts the functions between this one and an outer one.
func (fn *fnScope) up(outer *fnScope) int {
	n := 0
	for ; fn != outer; fn = fn.parent {
		n++
	}
	return n
}

// loadKind says what a variable holds when its scope is entered.
type loadKind uint8

const (
	loadParam     loadKind = iota // is set by whoever enters
	loadResolve                   // looked up in the context
	loadAlias                     // a copy of the outer variable
	loadUndefined                 // nothing yet
)

type load struct {
	kind loadKind
	src  *ident // of an alias
}

// symbols is one scope.
type symbols struct {
	level  int
	space  int
	parent *symbols
	fn     *fnScope
	refs   map[string]*ident
	loads  map[*ident]load
	order  []*ident // the keys of loads, in order, to compile the same every time
	stores map[string]bool
}

func newSymbols(parent *symbols, fn *fnScope) *symbols {
	s := &symbols{parent: parent, fn: fn}
	if parent != nil {
		s.level = parent.level + 1
	}
	s.refs, s.loads, s.stores = map[string]*ident{}, map[*ident]load{}, map[string]bool{}
	return s
}

// copy gives a scope for one branch of an if; join brings it back.
func (s *symbols) copy() *symbols {
	c := *s
	c.refs, c.loads, c.stores = map[string]*ident{}, map[*ident]load{}, map[string]bool{}
	c.order = nil
	c.merge(s)
	return &c
}

func (s *symbols) merge(o *symbols) {
	for name, id := range o.refs {
		s.refs[name] = id
	}
	for _, id := range o.order {
		s.setLoad(id, o.loads[id])
	}
	for name := range o.stores {
		s.stores[name] = true
	}
}

func (s *symbols) setLoad(id *ident, l load) {
	if _, ok := s.loads[id]; !ok {
		s.order = append(s.order, id)
	}
	s.loads[id] = l
}

func (s *symbols) define(name string, l load) *ident {
	id := s.fn.ident(slotKey{s.level, s.space, name})
	s.refs[name] = id
	s.setLoad(id, l)
	return id
}

// find gives the variable of a name, in this scope or one around it, or nil.
func (s *symbols) find(name string) *ident {
	for ; s != nil; s = s.parent {
		if id := s.refs[name]; id != nil {
			return id
		}
	}
	return nil
}

func (s *symbols) outer(name string) *ident {
	if s.parent == nil {
		return nil
	}
	return s.parent.find(name)
}

// store notes an assignment. A name that was not read before starts as a copy
// of the outer variable, if there is one.
func (s *symbols) store(name string) {
	s.stores[name] = true
	if s.refs[name] != nil {
		return
	}
	if outer := s.outer(name); outer != nil {
		s.define(name, load{loadAlias, outer})
		return
	}
	s.define(name, load{kind: loadUndefined})
}

// param notes a name that has its value from the start.
func (s *symbols) param(name string) *ident {
	s.stores[name] = true
	return s.define(name, load{kind: loadParam})
}

// load notes that a name is read. One that no scope knows comes from the context.
func (s *symbols) load(name string) {
	if s.find(name) == nil {
		s.define(name, load{kind: loadResolve})
	}
}

// join merges the branches of an if. What only a branch assigns must hold a
// value in the others too: the outer one, or the one of the context.
func (s *symbols) join(branches ...*symbols) {
	assigned := map[string]bool{}
	for _, b := range branches {
		for name := range b.stores {
			if !s.stores[name] {
				assigned[name] = true
			}
		}
	}
	for _, b := range branches {
		s.merge(b)
	}
	for name := range assigned {
		if outer := s.outer(name); outer != nil {
			s.setLoad(s.find(name), load{loadAlias, outer})
			continue
		}
		s.setLoad(s.find(name), load{kind: loadResolve})
	}
}

// visit notes the names that a node reads and assigns in this scope. Nodes
// that open a scope of their own contribute only what stands outside of it.
func (s *symbols) visit(n syntax.Node) {
	switch n := n.(type) {
	case *syntax.NameNode:
		s.visitName(n)
	case *syntax.NsRefNode:
		s.load(n.Name)
	case *syntax.IfNode:
		s.visitIf(n)
	case *syntax.MacroNode:
		s.store(n.Name)
	case *syntax.ImportNode:
		s.visit(n.Template)
		s.store(n.Target)
	case *syntax.FromImportNode:
		s.visit(n.Template)
		for _, name := range n.Names {
			s.store(name.Alias)
		}
	case *syntax.AssignNode:
		s.visit(n.Value)
		s.visit(n.Target)
	case *syntax.AssignBlockNode:
		s.visit(n.Target)
	case *syntax.ForNode:
		s.visit(n.Iter)
	case *syntax.CallBlockNode:
		s.visit(n.Call)
	case *syntax.FilterBlockNode:
		s.visit(n.Filter)
	case *syntax.WithNode:
		syntax.VisitAll(n.Values, s.visit)
	case *syntax.AutoescapeNode, *syntax.BlockNode:
	default:
		syntax.Children(n, s.visit)
	}
}

func (s *symbols) visitName(n *syntax.NameNode) {
	switch n.Ctx {
	case syntax.CtxLoad:
		s.load(n.Name)
	case syntax.CtxStore:
		s.store(n.Name)
	case syntax.CtxParam:
		s.param(n.Name)
	}
}

// visitIf looks at the branches apart, since only one of them runs.
func (s *symbols) visitIf(n *syntax.IfNode) {
	s.visit(n.Test)
	body, elifs, orelse := s.copy(), s.copy(), s.copy()
	syntax.VisitAll(n.Body, body.visit)
	syntax.VisitAll(n.Elifs, elifs.visit)
	syntax.VisitAll(n.Orelse, orelse.visit)
	s.join(body, elifs, orelse)
}

// visitTarget notes a loop's target, whose names are parameters of its body.
func (s *symbols) visitTarget(n syntax.Node) {
	switch n := n.(type) {
	case *syntax.NameNode:
		s.param(n.Name)
	case *syntax.TupleNode:
		syntax.VisitAll(n.Items, s.visitTarget)
	}
}

// stored lists the variables assigned in this scope and those around it; the
// innermost of a name wins. It is what an include, an import with context and
// a scoped block get to see.
func (s *symbols) stored() []*ident {
	var ids []*ident
	seen := map[string]bool{}
	for ; s != nil; s = s.parent {
		for name := range s.stores {
			if !seen[name] {
				seen[name] = true
				ids = append(ids, s.find(name))
			}
		}
	}
	return ids
}

// findUndeclared tells which of the special names are read without having been
// assigned before, blocks left out. It is what makes a macro accept varargs, a
// loop have "loop", a block have "super".
func findUndeclared(ns []syntax.Node, names ...string) map[string]bool {
	open := map[string]bool{}
	for _, name := range names {
		open[name] = true
	}
	found := map[string]bool{}
	var visit func(syntax.Node)
	visit = func(n syntax.Node) {
		switch n := n.(type) {
		case *syntax.BlockNode:
			return
		case *syntax.NameNode:
			if n.Ctx == syntax.CtxLoad && open[n.Name] {
				found[n.Name] = true
			} else {
				delete(open, n.Name)
			}
			return
		}
		syntax.Children(n, visit)
	}
	syntax.VisitAll(ns, visit)
	return found
}
