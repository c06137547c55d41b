package jinja

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

func init() {
	addFilter("pprint", "value", func(f *frame, a []any) any { return pprint(f, a[0]) })
}

// pprint is Python's pprint.pformat: a repr that is broken into lines where it
// is longer than eighty characters, with sorted dicts.
func pprint(f *frame, v any) string {
	var b strings.Builder
	p := &printerState{f: f, out: &b}
	p.format(v, 0, 0, 0)
	return b.String()
}

// pprintCompact is pformat(v, depth=levels, compact=True): short items share
// lines, and what is nested deeper is left out.
func pprintCompact(f *frame, v any, levels int) string {
	var b strings.Builder
	p := &printerState{f: f, out: &b, levels: levels, compact: true}
	p.format(v, 0, 0, 0)
	return b.String()
}

const pprintWidth = 80

type printerState struct {
	f       *frame
	out     *strings.Builder
	levels  int // 0 for any
	compact bool
}

// write writes a text and pays for it.
func (p *printerState) write(s string) {
	p.f.st.grow(p.out.Len(), p.out.Len()+len(s))
	p.out.WriteString(s)
}

// format writes a value that starts in column indent; allowance is the room
// that closing brackets after it need.
func (p *printerState) format(v any, indent, allowance, depth int) {
	v = norm(v)
	if depth > maxReprDepth {
		p.write("...")
		return
	}
	text := p.repr(v, depth)
	if runeLen(text) <= pprintWidth-indent-allowance {
		p.write(text)
		return
	}
	switch v := v.(type) {
	case Tuple:
		end := ")"
		if len(v) == 1 {
			end = ",)"
		}
		p.items("(", v, end, indent, allowance, depth)
		return
	case string:
		p.text(v, indent, allowance, depth)
		return
	}
	if items, ok := p.f.asList(v); ok {
		p.items("[", items, "]", indent, allowance, depth)
		return
	}
	if m, ok := asMapping(v); ok {
		p.mapping(m, indent, allowance, depth)
		return
	}
	p.write(text)
}

// items writes one item to a line.
func (p *printerState) items(open string, items []any, end string, indent, allowance, depth int) {
	p.write(open)
	if p.compact {
		p.compactItems(items, indent+1, allowance+len(end), depth)
		p.write(end)
		return
	}
	for i, item := range items {
		last := i == len(items)-1
		room := 1
		if last {
			room = allowance + len(end)
		}
		p.format(item, indent+1, room, depth+1)
		if !last {
			p.newline(indent + 1)
		}
	}
	p.write(end)
}

// compactItems fills the lines with items.
func (p *printerState) compactItems(items []any, indent, allowance, depth int) {
	full := pprintWidth - indent + 1
	width, room := full, 1
	delim := ""
	for i, item := range items {
		if i == len(items)-1 {
			full, width, room = full-allowance, width-allowance, allowance
		}
		text := p.repr(item, depth+1)
		need := runeLen(text) + 2
		if width < need {
			width = full
			if delim != "" {
				delim = ",\n" + strings.Repeat(" ", indent)
			}
		}
		p.write(delim)
		if width >= need {
			width -= need
			delim = ", "
			p.write(text)
			continue
		}
		delim = ",\n" + strings.Repeat(" ", indent)
		p.format(item, indent, room, depth+1)
	}
}

func (p *printerState) newline(indent int) {
	p.f.st.size(indent)
	p.write(",\n" + strings.Repeat(" ", indent))
}

// mapping writes one pair to a line, sorted by key.
func (p *printerState) mapping(m Mapping, indent, allowance, depth int) {
	p.out.WriteByte('{')
	keys := p.sortedKeys(m)
	for i, k := range keys {
		last := i == len(keys)-1
		name := p.f.repr(k)
		p.write(name + ": ")
		v, _ := m.Lookup(k)
		room := 1
		if last {
			room = allowance + 1
		}
		p.format(v, indent+1+runeLen(name)+2, room, depth+1)
		if !last {
			p.newline(indent + 1)
		}
	}
	p.out.WriteByte('}')
}

func (p *printerState) sortedKeys(m Mapping) []any {
	keys := slices.Clone(p.f.keys(m))
	p.f.st.items(len(keys))
	p.f.st.step(len(keys) * bits.Len(uint(len(keys))) >> 1)
	slices.SortStableFunc(keys, comparePrinted)
	return keys
}

// comparePrinted orders keys where they can be compared and by the names of their
// types where not.
func comparePrinted(a, b any) int {
	if c, ok := tryCompare(a, b); ok && c != unordered {
		return c
	}
	return strings.Compare(typeName(a), typeName(b))
}

// repr is repr with the keys of dicts sorted.
func (p *printerState) repr(v any, depth int) string {
	p.f.st.step(1)
	if text, tooDeep := p.tooDeep(v, depth); tooDeep {
		return text
	}
	if m, ok := asMapping(norm(v)); ok && depth < maxReprDepth {
		d := &Dict{}
		for _, k := range p.sortedKeys(m) {
			val, _ := m.Lookup(k)
			d.Set(k, rawText{p.repr(val, depth+1)})
		}
		p.f.st.entries(d.Len())
		return p.f.repr(d)
	}
	if items, ok := p.f.asItems(norm(v)); ok && depth < maxReprDepth {
		p.f.st.items(len(items))
		out := make([]any, len(items))
		for i, item := range items {
			out[i] = rawText{p.repr(item, depth+1)}
		}
		if _, isTuple := v.(Tuple); isTuple {
			return p.f.repr(Tuple(out))
		}
		return p.f.repr(&List{out})
	}
	return p.f.repr(v)
}

// tooDeep gives what stands for a value that is nested deeper than is shown.
func (p *printerState) tooDeep(v any, depth int) (string, bool) {
	if p.levels == 0 || depth < p.levels {
		return "", false
	}
	v = norm(v)
	if m, ok := asMapping(v); ok && m.Len() > 0 {
		return "{...}", true
	}
	if t, ok := v.(Tuple); ok && len(t) > 0 {
		return "(...)", true
	}
	if items, ok := asList(v); ok && len(items) > 0 {
		return "[...]", true
	}
	return "", false
}

// rawText prints as it is.
type rawText struct{ text string }

func (r rawText) pyRepr() string { return r.text }
func (r rawText) pyType() string { return "str" }

// text breaks a long text into several literals, at white space.
func (p *printerState) text(s string, indent, allowance, depth int) {
	var parts []string
	lines := p.f.splitLines(s, true)
	if depth == 0 {
		indent, allowance = indent+1, allowance+1
	}
	width := pprintWidth - indent
	for i, line := range lines {
		parts = append(parts, breakLine(line, width, i == len(lines)-1, allowance)...)
	}
	if len(parts) == 1 {
		p.write(parts[0])
		return
	}
	open, end := "", ""
	if depth == 0 {
		open, end = "(", ")"
	}
	p.f.st.product(len(parts), indent+1)
	p.write(open + strings.Join(parts, "\n"+strings.Repeat(" ", indent)) + end)
}

// breakLine gives the literals of one line of a text.
func breakLine(line string, width int, last bool, allowance int) []string {
	room := width
	if last {
		room -= allowance
	}
	if r := pytext.Repr(line); runeLen(r) <= room {
		return []string{r}
	}
	var parts []string
	current := ""
	words := wordsWithSpace(line)
	for i, word := range words {
		limit := width
		if i == len(words)-1 && last {
			limit -= allowance
		}
		if current != "" && runeLen(pytext.Repr(current+word)) > limit {
			parts = append(parts, pytext.Repr(current))
			current = word
			continue
		}
		current += word
	}
	if current != "" {
		parts = append(parts, pytext.Repr(current))
	}
	return parts
}

// wordsWithSpace divides a line into words with the white space after them.
func wordsWithSpace(s string) []string {
	var words []string
	for s != "" {
		i := strings.IndexFunc(s, pytext.IsSpace)
		if i < 0 {
			return append(words, s)
		}
		i = pytext.SkipSpace(s, i)
		words = append(words, s[:i])
		s = s[i:]
	}
	return words
}
