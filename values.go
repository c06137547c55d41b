package cantil

import (
	"bytes"
	"cmp"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

// Values is what came with a request under names that may repeat: the query string, a form, the cookies. It is Flask's
// ImmutableMultiDict. The strings are copies and stay valid after the request.
type Values struct {
	items  []pair // those of one key stand together, in the order in which the keys came first
	second int    // where another list begins, which may have the same keys; 0: nowhere
}

// combine puts one list behind the other, as CombinedMultiDict does.
func (v Values) combine(w Values) Values {
	return Values{slices.Concat(v.items, w.items), len(v.items)}
}

type pair struct{ key, value string }

// Get returns the first value of a key, or def, or "" if there is neither (form.get).
func (v Values) Get(key string, def ...string) string {
	if i := v.index(key); i >= 0 {
		return v.items[i].value
	}
	if len(def) > 0 {
		return def[0]
	}
	return ""
}

// Must returns the first value of a key. If there is none the request ends in a 400, as form['x'] does: Must panics with
// the error that Flask calls BadRequestKeyError.
func (v Values) Must(key string) string {
	i := v.index(key)
	if i < 0 {
		panic(badRequestKey(key))
	}
	return v.items[i].value
}

// Has reports whether a key is there ('x' in form).
func (v Values) Has(key string) bool { return v.index(key) >= 0 }

// All returns every value of a key, in order (getlist); nil if there is none.
func (v Values) All(key string) []string {
	var values []string
	for i := range v.items {
		if v.items[i].key == key {
			values = append(values, v.items[i].value)
		}
	}
	return values
}

// Int returns the first value of a key as a whole number, or def, or 0 if it is missing or is no number
// (get(key, default, type=int)). It reads what Python's int() reads: spaces around it, a sign, single underscores
// between digits, digits of any script. A number beyond int counts as none.
func (v Values) Int(key string, def ...int) int {
	if i := v.index(key); i >= 0 {
		if n, ok := pytext.ParseInt(v.items[i].value); ok && int64(int(n)) == n {
			return int(n)
		}
	}
	if len(def) > 0 {
		return def[0]
	}
	return 0
}

// Keys returns the keys, each once, in the order in which they came.
func (v Values) Keys() []string {
	var keys []string
	seen := v.firstKeys()
	for i := range v.items {
		if v.first(i) && (i < v.second || !seen[v.items[i].key]) {
			keys = append(keys, v.items[i].key)
		}
	}
	return keys
}

// Len returns the number of different keys.
func (v Values) Len() int {
	n := 0
	seen := v.firstKeys()
	for i := range v.items {
		if v.first(i) && (i < v.second || !seen[v.items[i].key]) {
			n++
		}
	}
	return n
}

// Items yields every pair, all of one key together (items(multi=True)).
func (v Values) Items() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, p := range v.items {
			if !yield(p.key, p.value) {
				return
			}
		}
	}
}

// ToMap returns the first value of every key (to_dict).
func (v Values) ToMap() map[string]string {
	m := make(map[string]string, len(v.items))
	for _, p := range slices.Backward(v.items) {
		m[p.key] = p.value
	}
	return m
}

func (v Values) index(key string) int {
	for i := range v.items {
		if v.items[i].key == key {
			return i
		}
	}
	return -1
}

// first reports whether item i is the first of its key in its list.
func (v Values) first(i int) bool {
	return i == 0 || i == v.second || v.items[i-1].key != v.items[i].key
}

// firstKeys are the keys of the first list if there is a second one.
func (v Values) firstKeys() map[string]bool {
	if v.second == 0 {
		return nil
	}
	keys := make(map[string]bool, v.second)
	for _, p := range v.items[:v.second] {
		keys[p.key] = true
	}
	return keys
}

func groupPairs(items []pair) []pair {
	return groupByKey(items, func(p *pair) string { return p.key })
}

// groupByKey moves the items of one key to where the first of them stands and keeps their order. Few items are
// compared with each other; many, which a hostile request can send, take a sort instead.
func groupByKey[T any](items []T, key func(*T) string) []T {
	if len(items) > 16 {
		return groupMany(items, key)
	}
	for i := 1; i < len(items); i++ {
		k := key(&items[i])
		at := i - 1
		for at >= 0 && key(&items[at]) != k {
			at--
		}
		if at < 0 || at == i-1 {
			continue
		}
		item := items[i]
		copy(items[at+2:i+1], items[at+1:i])
		items[at+1] = item
	}
	return items
}

func groupMany[T any](items []T, key func(*T) string) []T {
	type ranked struct {
		item T
		rank int
	}
	ranks := make(map[string]int, len(items))
	order := make([]ranked, len(items))
	for i := range items {
		k := key(&items[i])
		rank, seen := ranks[k]
		if !seen {
			rank = len(ranks)
			ranks[k] = rank
		}
		order[i] = ranked{items[i], rank}
	}
	if len(ranks) == len(items) {
		return items
	}
	slices.SortStableFunc(order, func(a, b ranked) int { return cmp.Compare(a.rank, b.rank) })
	for i := range order {
		items[i] = order[i].item
	}
	return items
}

// parseQuery reads a query string or an urlencoded body as Werkzeug does: "&" parts, the first "=" parts key and value,
// "+" is a space, empty parts are skipped, blank values kept. Bytes that are no UTF-8 stay percent-encoded, so "%FF"
// is read as the text "%FF". (Raw ones, for which Werkzeug fails with a 500, are treated alike.)
func parseQuery(raw []byte) Values {
	if len(raw) == 0 {
		return Values{}
	}
	// Every string is a part of one copy: decoding only ever shortens.
	var text strings.Builder
	text.Grow(len(raw))
	items := make([]pair, 0, min(bytes.Count(raw, []byte{'&'})+1, 32))
	for len(raw) > 0 {
		var part []byte
		part, raw = cutByte(raw, '&')
		if len(part) == 0 {
			continue
		}
		key, value := cutByte(part, '=')
		items = append(items, pair{unquotePlus(&text, key), unquotePlus(&text, value)})
	}
	return Values{items: groupPairs(items)}
}

func cutByte(b []byte, sep byte) (before, after []byte) {
	if i := bytes.IndexByte(b, sep); i >= 0 {
		return b[:i], b[i+1:]
	}
	return b, nil
}

// unquotePlus decodes b to the end of text and returns that part.
func unquotePlus(text *strings.Builder, b []byte) string {
	start := text.Len()
	high := false
	done := 0
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '+':
			text.Write(b[done:i])
			text.WriteByte(' ')
			done = i + 1
		case c == '%':
			c, ok := pytext.Escaped(b, i)
			if !ok {
				continue
			}
			text.Write(b[done:i])
			text.WriteByte(c)
			high = high || c >= utf8.RuneSelf
			i += 2
			done = i + 1
		case c >= utf8.RuneSelf:
			high = true
		}
	}
	text.Write(b[done:])
	s := text.String()[start:]
	if high && !utf8.ValidString(s) {
		return pytext.QuoteBroken(s)
	}
	return s
}
