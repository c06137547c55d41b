package jinja

import (
	"slices"

	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/render/jinja/internal/syntax"
)

// compiler turns the tree of one template into functions of nodes that are
// evaluated. It goes through the tree in the order of Jinja's compiler, so that
// of two mistakes in a template the same one is reported.
type compiler struct {
	env    *Env
	tmpl   *Template
	blocks []*syntax.BlockNode
	// What is known so far about {% extends %} tags of this template.
	extends      int
	knownExtends bool
	haveExtends  bool
	autoescape   bool // the setting at this place of the source
	volatile     bool // it is only known at run time
	folding      bool // compiling a constant, to compute it
	spaces       int  // the number of loop tests so far
	nodes        int  // the number of expressions in the body at hand so far
	total        int  // the number of all expressions and statements so far
	jumps        bool // the body at hand has a break or continue for a loop around it
	consts       map[syntax.Node]constInfo
}

// cframe is a scope under compilation.
type cframe struct {
	sym         *symbols
	toplevel    bool // at the root or in an if of it
	rootlevel   bool // at the root itself
	loop        bool
	block       bool
	inLoop      bool // a break ends a loop of this function
	soft        bool // in an if: unknown filters are reported when they are used
	outputCheck bool // output counts only where no parent was extended
}

// inner gives a scope within this one, of the same function.
func (fr *cframe) inner() *cframe {
	return &cframe{sym: newSymbols(fr.sym, fr.sym.fn), outputCheck: fr.outputCheck, inLoop: fr.inLoop}
}

// innerFn gives a scope within this one that is a function of its own.
func (fr *cframe) innerFn() *cframe {
	c := fr.inner()
	c.sym.fn, c.inLoop = &fnScope{parent: fr.sym.fn}, false
	return c
}

// soften gives the frame of an if: the scope is the same.
func (fr *cframe) soften() *cframe {
	c := *fr
	c.rootlevel, c.soft = false, true
	return &c
}

// fail reports what the grammar allows but the language does not.
func (c *compiler) fail(line int, format string, args ...any) {
	e := newError(KindAssertion, format, args...)
	e.Line, e.Template = line, c.tmpl.name
	panic(e)
}

// compileTemplate fills in the functions of a template.
func compileTemplate(t *Template, body []syntax.Node) {
	c := &compiler{env: t.env, tmpl: t, autoescape: t.env.autoescape(t.name)}
	c.findBlocks(body)
	t.root = c.compileRoot(body)
	t.blocks = make(map[string]*function, len(c.blocks))
	for _, b := range c.blocks {
		t.blocks[b.Name] = c.compileBlock(b)
	}
	t.size = templateBytes + len(t.source) + c.total*nodeBytes
}

// What a template and a compiled node take up, measured over pages.
const (
	templateBytes = 1 << 10
	nodeBytes     = 64
)

// findBlocks collects the blocks, however deep they stand, before anything is
// compiled: they are functions of the template, not of the place they stand at.
func (c *compiler) findBlocks(body []syntax.Node) {
	seen := map[string]bool{}
	for _, n := range body {
		syntax.Walk(n, func(n syntax.Node) {
			switch n := n.(type) {
			case *syntax.ExtendsNode:
				c.haveExtends = true
			case *syntax.BlockNode:
				if seen[n.Name] {
					c.fail(n.Line(), "block %s defined twice", pytext.Repr(n.Name))
				}
				seen[n.Name] = true
				c.blocks = append(c.blocks, n)
			}
		})
	}
}

// newFunction finishes a function once its body is compiled.
func (c *compiler) newFunction(fr *cframe, enter []loadOp, body []stmt) *function {
	return &function{
		tmpl: c.tmpl, nslots: len(fr.sym.fn.slots), closes: fr.sym.fn.closes,
		enter: enter, body: body,
	}
}

// compileRoot compiles the top level of a template.
func (c *compiler) compileRoot(body []syntax.Node) *function {
	fr := &cframe{sym: newSymbols(nil, &fnScope{}), toplevel: true, rootlevel: true}
	var pre []stmt
	if findUndeclared(body, "self")["self"] {
		pre = append(pre, &selfStmt{fr.sym.param("self").slot})
	}
	syntax.VisitAll(body, fr.sym.visit)
	fr.outputCheck = c.haveExtends
	stmts := append(pre, c.stmts(body, fr)...)
	return c.newFunction(fr, c.loads(fr), stmts)
}

// compileBlock compiles a block. It sees nothing of the scopes around it: it may
// be called from a template that extends this one.
func (c *compiler) compileBlock(b *syntax.BlockNode) *function {
	fr := &cframe{sym: newSymbols(nil, &fnScope{}), block: true}
	special := findUndeclared(b.Body, "self", "super")
	var pre []stmt
	if special["self"] {
		pre = append(pre, &selfStmt{fr.sym.param("self").slot})
	}
	if special["super"] {
		pre = append(pre, &superStmt{fr.sym.param("super").slot, b.Name, c.tmpl})
	}
	syntax.VisitAll(b.Body, fr.sym.visit)
	stmts := append(pre, c.stmts(b.Body, fr)...)
	return c.newFunction(fr, c.loads(fr), stmts)
}

// loads gives what to do when the scope of a frame is entered.
func (c *compiler) loads(fr *cframe) []loadOp {
	var ops []loadOp
	for _, id := range fr.sym.order {
		l := fr.sym.loads[id]
		op := loadOp{kind: l.kind, slot: id.slot}
		switch l.kind {
		case loadParam:
			continue
		case loadAlias:
			op.up, op.from = fr.sym.fn.up(l.src.fn), l.src.slot
		}
		ops = append(ops, op)
	}
	return ops
}

// splitLoads separates the loads of a loop body: names that the body never
// assigns keep their value over all rounds, so they are looked up once.
func splitLoads(fr *cframe, ops []loadOp) (once, each []loadOp) {
	stored := map[int]bool{}
	for name := range fr.sym.stores {
		if id := fr.sym.refs[name]; id != nil {
			stored[id.slot] = true
		}
	}
	for _, op := range ops {
		if op.kind == loadResolve && !stored[op.slot] {
			once = append(once, op)
		} else {
			each = append(each, op)
		}
	}
	return once, each
}

// unloads gives what to do when a scope ends: closures must not see its
// variables any more, as Python's do not.
func (c *compiler) unloads(fr *cframe) []loadOp {
	if !fr.sym.fn.closes {
		return nil
	}
	var ops []loadOp
	for _, id := range fr.sym.order {
		ops = append(ops, loadOp{kind: loadUndefined, slot: id.slot})
	}
	return ops
}

// ref gives a variable as the code of a frame reaches it.
func (c *compiler) ref(fr *cframe, name string) slotRef {
	id := fr.sym.find(name)
	if id == nil { // a name that only a filter of a set block reads
		id = fr.sym.define(name, load{kind: loadResolve})
	}
	return slotRef{fr.sym.fn.up(id.fn), id.slot, name}
}

// stored lists what an include or the like hands down.
func (c *compiler) stored(fr *cframe) []slotRef {
	var refs []slotRef
	for _, id := range fr.sym.stored() {
		refs = append(refs, slotRef{fr.sym.fn.up(id.fn), id.slot, id.name})
	}
	return refs
}

// stmts compiles a body. Statements after a second {% extends %} can never run
// and are dropped, mistakes in them included.
func (c *compiler) stmts(body []syntax.Node, fr *cframe) (out []stmt) {
	outer, outerJumps := c.nodes, c.jumps
	c.nodes, c.jumps = 0, false
	defer func() {
		if c.jumps {
			out = []stmt{&jumpBody{out}}
		}
		c.jumps = c.jumps || outerJumps
		c.total += c.nodes + len(out)
		if cost := bodyCost(c.nodes + len(out)); cost > 0 {
			out = slices.Insert(out, 0, stmt(&chargeStmt{cost}))
		}
		c.nodes = outer
	}()
	for _, n := range body {
		out = c.stmt(out, n, fr)
		if _, ok := n.(*syntax.ExtendsNode); ok && c.knownExtends && c.extends > 1 {
			break
		}
	}
	return out
}

// bodyCost gives the steps of n nodes: what is shorter than eight is paid for
// by the round or the call that it belongs to.
func bodyCost(n int) int { return n >> 3 }

// stmt appends the statements of a node.
func (c *compiler) stmt(out []stmt, n syntax.Node, fr *cframe) []stmt {
	switch n := n.(type) {
	case *syntax.OutputNode:
		return c.output(out, n, fr)
	case *syntax.ExtendsNode:
		return c.extend(out, n, fr)
	case *syntax.BlockNode:
		return c.blockCall(out, n, fr)
	case *syntax.IfNode:
		return append(out, c.ifStmt(n, fr))
	case *syntax.ForNode:
		return append(out, c.forStmt(n, fr))
	case *syntax.IncludeNode:
		return append(out, &includeStmt{n.Line(), c.expr(n.Template, fr), n.WithContext,
			n.IgnoreMissing, c.stored(fr)})
	case *syntax.ImportNode:
		s := &importStmt{line: n.Line(), template: c.expr(n.Template, fr), withContext: n.WithContext,
			locals: c.stored(fr), target: c.ref(fr, n.Target), toplevel: fr.toplevel}
		return append(out, s)
	case *syntax.FromImportNode:
		return append(out, c.fromImport(n, fr))
	case *syntax.MacroNode:
		return append(out, c.macroStmt(n, fr))
	case *syntax.CallBlockNode:
		return append(out, c.callBlock(n, fr))
	case *syntax.FilterBlockNode:
		return append(out, c.filterBlock(n, fr))
	case *syntax.WithNode:
		return append(out, c.with(n, fr))
	case *syntax.AssignNode:
		return append(out, c.assign(n, fr))
	case *syntax.AssignBlockNode:
		return append(out, c.assignBlock(n, fr))
	case *syntax.AutoescapeNode:
		return append(out, c.autoescapeStmt(n, fr))
	case *syntax.ExprNode:
		return append(out, &exprStmt{n.Line(), c.expr(n.Node, fr)})
	case *syntax.JumpNode:
		return append(out, c.jump(n, fr))
	}
	return out
}

// scope is a body with a scope of its own in the same function.
type scope struct {
	enter, leave []loadOp
	body         []stmt
}

func (s *scope) run(f *frame) {
	f.load(s.enter)
	f.run(s.body)
	f.load(s.leave)
}

func (c *compiler) scope(body []syntax.Node, fr *cframe) scope {
	stmts := c.stmts(body, fr)
	return scope{c.loads(fr), c.unloads(fr), stmts}
}

// output compiles text and print statements. Constants become text.
func (c *compiler) output(out []stmt, n *syntax.OutputNode, fr *cframe) []stmt {
	if fr.outputCheck && c.knownExtends {
		return out
	}
	var body []stmt
	for _, child := range n.Nodes {
		text, ok := c.constText(child)
		if !ok {
			body = append(body, &printStmt{line: child.Line(), expr: c.expr(child, fr), mode: c.escapeMode()})
			continue
		}
		if len(body) > 0 {
			if last, ok := body[len(body)-1].(*textStmt); ok {
				last.text += text
				continue
			}
		}
		body = append(body, &textStmt{text})
	}
	if fr.outputCheck {
		return append(out, &orphanStmt{body})
	}
	return append(out, body...)
}

// escapeMode tells how output is escaped at this place of the source.
func (c *compiler) escapeMode() escapeMode {
	switch {
	case c.volatile:
		return escapeVolatile
	case c.autoescape:
		return escapeOn
	}
	return escapeOff
}

// constText gives the output of a child that is known now.
func (c *compiler) constText(n syntax.Node) (string, bool) {
	if t, ok := n.(*syntax.TextNode); ok {
		return t.Data, true
	}
	if c.volatile && hasFilter(n) {
		return "", false
	}
	v, ok := c.printable(n)
	if !ok {
		return "", false
	}
	return string(appendValue(nil, v, c.autoescape)), true
}

// extend compiles {% extends %}. One at the root makes a child template certain,
// and its own output is not even compiled then.
func (c *compiler) extend(out []stmt, n *syntax.ExtendsNode, fr *cframe) []stmt {
	if !fr.toplevel {
		c.fail(n.Line(), "cannot use extend from a non top-level scope")
	}
	s := &extendsStmt{line: n.Line(), again: c.extends > 0}
	if s.again && c.knownExtends {
		c.extends++
		return append(out, s)
	}
	s.template = c.expr(n.Template, fr)
	if fr.rootlevel {
		c.knownExtends = true
	}
	c.extends++
	return append(out, s)
}

// blockCall compiles the place of a block: where its text goes.
func (c *compiler) blockCall(out []stmt, n *syntax.BlockNode, fr *cframe) []stmt {
	if fr.toplevel && c.knownExtends {
		return out
	}
	s := &blockStmt{line: n.Line(), name: n.Name, scoped: n.Scoped, required: n.Required,
		orphan: fr.toplevel && c.extends > 0}
	if n.Scoped {
		s.locals = c.stored(fr)
	}
	return append(out, s)
}
