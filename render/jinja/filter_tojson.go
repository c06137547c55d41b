package jinja

import (
	"encoding/json"
	"math/big"
	"math/bits"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

func init() {
	addFilter("tojson", "value, indent=None", func(f *frame, a []any) any { return toJSON(f, a[0], a[1]) })
}

// toJSON is the filter tojson: JSON that is safe in HTML and in a script, with
// sorted keys as Flask and Jinja have them.
func toJSON(f *frame, v, indent any) any {
	w := &jsonWriter{f: f}
	if indent != nil {
		if s, ok := asString(indent); ok {
			w.indent = s
		} else {
			n := max(0, toInt(indent))
			f.st.size(n)
			w.indent = strings.Repeat(" ", n)
		}
		w.pretty = true
	}
	w.write(v, 0)
	return Markup(w.out)
}

// jsonWriter writes one document.
type jsonWriter struct {
	f       *frame
	out     []byte
	charged int // how much of out is paid for
	indent  string
	pretty  bool
}

// write writes a value; depth finds lists that hold themselves.
func (w *jsonWriter) write(v any, depth int) {
	if depth > maxReprDepth {
		fail(KindValue, "Circular reference detected")
	}
	w.f.st.step(1)
	w.f.st.grow(w.charged, len(w.out))
	w.charged = len(w.out)
	switch v := norm(v).(type) {
	case nil:
		w.out = append(w.out, "null"...)
	case bool:
		if v {
			w.out = append(w.out, "true"...)
		} else {
			w.out = append(w.out, "false"...)
		}
	case int, *big.Int:
		w.out = append(w.out, str(v)...)
	case float64:
		w.out = pytext.AppendJSONFloat(w.out, v, 64)
	case string:
		w.writeString(v)
	case Markup:
		// Flask writes the HTML of what has any, and Markup is its own.
		w.writeString(string(v))
	case time.Time:
		w.writeString(v.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"))
	default:
		w.writeNested(v, depth)
	}
}

// writeNested writes lists, dicts, and what knows its own JSON or HTML.
func (w *jsonWriter) writeNested(v any, depth int) {
	if items, ok := w.f.asItems(v); ok {
		w.writeItems('[', ']', len(items), depth, func(i int) { w.write(items[i], depth+1) })
		return
	}
	if g, ok := v.(*groupTuple); ok {
		w.write(g.tuple(), depth)
		return
	}
	if m, ok := asMapping(v); ok {
		w.writeMapping(m, depth)
		return
	}
	if h, ok := v.(HTMLer); ok {
		w.writeString(h.HTML())
		return
	}
	if data, ok := hostJSON(v); ok {
		w.out = appendSafeJSON(w.out, data)
		return
	}
	fail(KindType, "Object of type %s is not JSON serializable", typeName(v))
}

// hostJSON gives the JSON of values of Go that are no objects of templates.
func hostJSON(v any) ([]byte, bool) {
	switch v.(type) {
	case callable, attributer, *Undefined, interface{ pyType() string }:
		return nil, false
	}
	data, err := json.Marshal(v)
	if err != nil {
		return nil, false
	}
	return data, true
}

// appendSafeJSON appends JSON of another encoder, made safe for HTML.
func appendSafeJSON(dst, data []byte) []byte {
	for _, c := range data {
		if c == '<' || c == '>' || c == '&' || c == '\'' {
			dst = pytext.AppendJSONUnicode(dst, rune(c))
		} else {
			dst = append(dst, c)
		}
	}
	return dst
}

func (w *jsonWriter) writeItems(open, end byte, n, depth int, item func(i int)) {
	w.out = append(w.out, open)
	for i := range n {
		if i > 0 {
			w.out = append(w.out, ',')
			if !w.pretty {
				w.out = append(w.out, ' ')
			}
		}
		w.newline(depth + 1)
		item(i)
	}
	if n > 0 {
		w.newline(depth)
	}
	w.out = append(w.out, end)
}

func (w *jsonWriter) newline(depth int) {
	if !w.pretty {
		return
	}
	w.f.st.product(depth, len(w.indent))
	w.out = append(w.out, '\n')
	for range depth {
		w.out = append(w.out, w.indent...)
	}
}

// writeMapping sorts by key, as Flask does; keys of several kinds cannot be.
func (w *jsonWriter) writeMapping(m Mapping, depth int) {
	keys := slices.Clone(w.f.keys(m))
	w.f.st.step(len(keys) * bits.Len(uint(len(keys))) >> 1)
	slices.SortStableFunc(keys, func(a, b any) int {
		c, ok := tryCompare(a, b)
		if !ok {
			fail(KindType, "'<' not supported between instances of '%s' and '%s'", typeName(b), typeName(a))
		}
		return c
	})
	w.writeItems('{', '}', len(keys), depth, func(i int) {
		w.writeString(jsonKey(keys[i]))
		w.out = append(w.out, ": "...)
		v, _ := m.Lookup(keys[i])
		w.write(v, depth+1)
	})
}

// jsonKey gives the text of a key: numbers, booleans and None are spelled out.
func jsonKey(k any) string {
	switch k := norm(k).(type) {
	case nil:
		return "null"
	case bool:
		if k {
			return "true"
		}
		return "false"
	case string, Markup, int, float64, *big.Int:
		return str(k)
	}
	fail(KindType, "keys must be str, int, float, bool or None, not %s", typeName(k))
	return ""
}

// writeString writes a text in ASCII, with what HTML could misread escaped.
func (w *jsonWriter) writeString(s string) {
	if len(s) > longText {
		w.f.st.size(len(s) * 6)
	}
	w.out = append(w.out, '"')
	for _, r := range s {
		switch {
		case r < ' ' || r == '"' || r == '\\':
			w.out = pytext.AppendJSONEscape(w.out, r)
		case r >= utf8.RuneSelf || strings.ContainsRune("<>&'", r):
			w.out = pytext.AppendJSONUnicode(w.out, r)
		default:
			w.out = append(w.out, byte(r))
		}
	}
	w.out = append(w.out, '"')
}
