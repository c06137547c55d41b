package cantil

import (
	"iter"
	"net/http"
	"slices"

	"github.com/cantil-go/cantil/internal/cookies"
	"github.com/cantil-go/cantil/internal/formdata"
	"github.com/cantil-go/cantil/internal/pytext"
)

// Values is what came with a request under names that may repeat: the query
// string, a form, the cookies. It is Flask's ImmutableMultiDict. The strings
// are copies and stay valid after the request.
type Values struct {
	items  []formdata.Pair // those of one key stand together, in the order in which the keys came first
	second int             // where another list begins, which may have the same keys; 0: nowhere
}

// combine puts w after v, as CombinedMultiDict does.
func (v Values) combine(w Values) Values {
	return Values{slices.Concat(v.items, w.items), len(v.items)}
}

// Get returns the first value of a key, or def, or "" if there is neither
// (form.get).
func (v Values) Get(key string, def ...string) string {
	if i := v.index(key); i >= 0 {
		return v.items[i].Value
	}
	if len(def) > 0 {
		return def[0]
	}
	return ""
}

// Must returns the first value of a key. If there is none the request ends in a
// 400, as form['x'] does: Must panics with the error that Flask calls
// BadRequestKeyError.
func (v Values) Must(key string) string {
	i := v.index(key)
	if i < 0 {
		panic(badRequestKey(key))
	}
	return v.items[i].Value
}

// Has reports whether a key is there ('x' in form).
func (v Values) Has(key string) bool { return v.index(key) >= 0 }

// All returns every value of a key, in order (getlist); nil if there is none.
func (v Values) All(key string) []string {
	var values []string
	for i := range v.items {
		if v.items[i].Key == key {
			values = append(values, v.items[i].Value)
		}
	}
	return values
}

// Int returns the first value of a key as a whole number, or def, or 0 if it is
// missing or is no number (get(key, default, type=int)). It reads what Python's
// int() reads: spaces around it, a sign, single underscores between digits,
// digits of any script. A number beyond int counts as none.
func (v Values) Int(key string, def ...int) int {
	if i := v.index(key); i >= 0 {
		if n, ok := pytext.ParseInt(v.items[i].Value); ok && int64(int(n)) == n {
			return int(n)
		}
	}
	if len(def) > 0 {
		return def[0]
	}
	return 0
}

// GetAs returns the first value of a key as convert reads it, or def, or the zero
// value, if it is missing or convert fails: get(key, default, type=convert).
//
//	page := cantil.GetAs(c.Args(), "price", func(s string) (float64, error) { return strconv.ParseFloat(s, 64) }, 1.5)
func GetAs[T any](v Values, key string, convert func(string) (T, error), def ...T) T {
	if i := v.index(key); i >= 0 {
		if value, err := convert(v.items[i].Value); err == nil {
			return value
		}
	}
	if len(def) > 0 {
		return def[0]
	}
	var zero T
	return zero
}

// GetAllAs returns the values of a key that convert can read: getlist(key,
// type=convert).
func GetAllAs[T any](v Values, key string, convert func(string) (T, error)) []T {
	var all []T
	for _, text := range v.All(key) {
		if value, err := convert(text); err == nil {
			all = append(all, value)
		}
	}
	return all
}

// Keys returns the keys, each once, in the order in which they came.
func (v Values) Keys() []string {
	var keys []string
	seen := v.firstKeys()
	for i := range v.items {
		if v.first(i) && (i < v.second || !seen[v.items[i].Key]) {
			keys = append(keys, v.items[i].Key)
		}
	}
	return keys
}

// Len returns the number of different keys.
func (v Values) Len() int {
	n := 0
	seen := v.firstKeys()
	for i := range v.items {
		if v.first(i) && (i < v.second || !seen[v.items[i].Key]) {
			n++
		}
	}
	return n
}

// Items yields every pair, all of one key together (items(multi=True)).
func (v Values) Items() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, p := range v.items {
			if !yield(p.Key, p.Value) {
				return
			}
		}
	}
}

// ToMap returns the first value of every key (to_dict).
func (v Values) ToMap() map[string]string {
	m := make(map[string]string, len(v.items))
	for _, p := range slices.Backward(v.items) {
		m[p.Key] = p.Value
	}
	return m
}

func (v Values) index(key string) int {
	for i := range v.items {
		if v.items[i].Key == key {
			return i
		}
	}
	return -1
}

// first reports whether item i is the first of its key in its list.
func (v Values) first(i int) bool {
	return i == 0 || i == v.second || v.items[i-1].Key != v.items[i].Key
}

// firstKeys are the keys of the first list if there is a second one.
func (v Values) firstKeys() map[string]bool {
	if v.second == 0 {
		return nil
	}
	keys := make(map[string]bool, v.second)
	for _, p := range v.items[:v.second] {
		keys[p.Key] = true
	}
	return keys
}

// parseQuery reads a query string.
func parseQuery(raw []byte) Values { return Values{items: formdata.ParseQuery(raw)} }

// Args are the values of the query, request.args.
func (c *Context) Args() Values {
	if c.args == nil {
		args := parseQuery(c.ctx.URI().QueryString())
		c.args = &args
	}
	return *c.args
}

// Values are the query's and then, of a request with a body, the form's values:
// request.values. Get finds the query's first.
func (c *Context) Values() Values {
	args := c.Args()
	switch c.Method() {
	case http.MethodPost, http.MethodPut, http.MethodPatch:
		return args.combine(c.Form())
	}
	return args
}

// Cookies are the request's cookies, request.cookies.
func (c *Context) Cookies() Values {
	if c.cookies == nil {
		c.cookies = &Values{items: cookies.Parse(cookieHeader(&c.ctx.Request.Header))}
	}
	return *c.cookies
}
