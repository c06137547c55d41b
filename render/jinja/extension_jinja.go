package jinja

import (
	"maps"
	"slices"

	"github.com/cantil-go/cantil/render/jinja/internal/syntax"
)

// Do is Jinja's extension jinja2.ext.do: {% do expression %} evaluates and
// prints nothing, {% do items.append(1) %}.
type Do struct{}

// Tags is "do".
func (Do) Tags() []string { return []string{"do"} }

// Parse reads the tag.
func (Do) Parse(p *Parser) Node { return Node{syntax.Do(p.p)} }

// LoopControls is Jinja's extension jinja2.ext.loopcontrols: {% break %} ends a
// loop, {% continue %} its round. As in Jinja, a loop whose first round ends by
// either has its else part printed, too, unless a later round gets to its end.
type LoopControls struct{}

// Tags are "break" and "continue".
func (LoopControls) Tags() []string { return []string{"break", "continue"} }

// Parse reads either tag.
func (LoopControls) Parse(p *Parser) Node { return Node{syntax.Jump(p.p)} }

// Debug is Jinja's extension jinja2.ext.debug: {% debug %} prints the names that
// the template sees with their values, and the filters and tests there are.
// Never on a page for others: it shows the session and the configuration.
type Debug struct{}

// Tags is "debug".
func (Debug) Tags() []string { return []string{"debug"} }

// Parse reads the tag.
func (Debug) Parse(p *Parser) Node {
	_, line := p.Tag()
	return p.Call(line, debugDump)
}

// debugDump lists the context. Names that are only made when they are asked for
// are not in it.
func debugDump(t *TagCall) (any, error) {
	f, names := t.f, &Dict{}
	vars := f.ctx.all()
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		names.Set(name, vars[name])
	}
	env := f.st.env
	filters := sortedNames(builtinFilters, env.Filters)
	tests := sortedNames(builtinTests, env.Tests)
	return pprintCompact(f, NewDict("context", names, "filters", filters, "tests", tests), 3), nil
}

// sortedNames lists the names of the built-in functions of a kind and the host's.
func sortedNames(builtin table, host map[string]any) *List {
	names := slices.AppendSeq(slices.Collect(maps.Keys(builtin)), maps.Keys(host))
	slices.Sort(names)
	list := &List{}
	for _, name := range slices.Compact(names) {
		list.Items = append(list.Items, name)
	}
	return list
}
