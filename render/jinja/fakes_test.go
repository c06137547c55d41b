package jinja

import (
	"fmt"
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// The surroundings of the cases: what Flask puts around a template, as far as
// the cases use it, and the objects and extras that they name.

// fakeG is flask.g: what is missing is undefined, and it has get.
type fakeG struct{ d *Dict }

func (g *fakeG) JinjaAttr(name string) (any, bool) {
	if name == "get" {
		get := func(name string, def any) any { return lookupOr(g.d, name, def) }
		return Func("get", get, P("name"), P("default", nil)), true
	}
	return g.d.Lookup(name)
}
func (g *fakeG) Lookup(key any) (any, bool) {
	if name, ok := key.(string); ok && g.d.find(name) >= 0 {
		return g.d.Lookup(key)
	}
	return nil, false
}
func (g *fakeG) Keys() []any    { return g.d.Keys() }
func (g *fakeG) Len() int       { return g.d.Len() }
func (g *fakeG) String() string { return "<flask.g of 'app'>" }

// multiDict is request.args, form, headers and cookies.
type multiDict struct {
	keys   []string
	values map[string][]string
	fold   func(string) string
}

func newMultiDict(fold func(string) string) *multiDict {
	return &multiDict{values: map[string][]string{}, fold: fold}
}

func (m *multiDict) add(k, v string) {
	k = m.fold(k)
	if m.values[k] == nil {
		m.keys = append(m.keys, k)
	}
	m.values[k] = append(m.values[k], v)
}

func (m *multiDict) Lookup(key any) (any, bool) {
	name, ok := key.(string)
	if !ok || len(m.values[m.fold(name)]) == 0 {
		return nil, false
	}
	return m.values[m.fold(name)][0], true
}
func (m *multiDict) Keys() []any { return toAny(m.keys) }
func (m *multiDict) Len() int    { return len(m.keys) }

// Getlist is a method of the host that templates see as getlist.
func (m *multiDict) Getlist(name string) []string { return m.values[m.fold(name)] }

func asIs(s string) string { return s }

// fakeRequest is flask.request.
type fakeRequest struct {
	Method, Path, FullPath, Host, URL, BaseURL, URLRoot string
	Endpoint, Referrer                                  any
	Args, Form, Headers, Cookies                        *multiDict
}

func newRequest(c *testCase) *fakeRequest {
	target := c.Request.URL
	if target == "" {
		target = "/"
	}
	path, query, _ := strings.Cut(target, "?")
	r := &fakeRequest{Method: c.Request.Method, Host: "localhost", Args: newMultiDict(asIs),
		Form: newMultiDict(asIs), Headers: newMultiDict(strings.ToLower), Cookies: newMultiDict(asIs)}
	if r.Method == "" {
		r.Method = "GET"
	}
	r.Path, _ = url.PathUnescape(path)
	r.FullPath = r.Path + "?" + query
	r.URLRoot = "http://localhost/"
	r.BaseURL = "http://localhost" + path
	r.URL = r.BaseURL
	if query != "" {
		r.URL += "?" + query
	}
	addQuery(r.Args, query)
	for k, v := range pairsOf(c.Request.Form) {
		r.Form.add(k, v)
	}
	for k, v := range pairsOf(c.Request.Headers) {
		r.Headers.add(k, v)
		switch strings.ToLower(k) {
		case "cookie":
			for _, part := range strings.Split(v, ";") {
				name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
				r.Cookies.add(name, value)
			}
		case "referer":
			r.Referrer = v
		case "host":
			r.Host = v
		}
	}
	for i, endpoint := range c.Routes.dict().Keys() {
		if matchRule(c.Routes.dict().Values()[i].(string), r.Path) {
			r.Endpoint = endpoint
		}
	}
	return r
}

func addQuery(m *multiDict, query string) {
	for _, part := range strings.Split(query, "&") {
		if part == "" {
			continue
		}
		k, v, _ := strings.Cut(part, "=")
		k, _ = url.QueryUnescape(k)
		v, _ = url.QueryUnescape(v)
		m.add(k, v)
	}
}

// pairsOf goes over a JSON object whose values are texts or lists of them.
func pairsOf(o orderedValue) func(yield func(k, v string) bool) {
	return func(yield func(k, v string) bool) {
		d := o.dict()
		for i, k := range d.Keys() {
			items := []any{d.Values()[i]}
			if l, ok := items[0].(*List); ok {
				items = l.Items
			}
			for _, v := range items {
				if !yield(str(k), str(v)) {
					return
				}
			}
		}
	}
}

// matchRule matches a path against a rule such as /post/<int:id>.
func matchRule(rule, path string) bool {
	a, b := strings.Split(rule, "/"), strings.Split(path, "/")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		_, err := strconv.Atoi(b[i])
		switch {
		case strings.HasPrefix(a[i], "<int:"):
			if err != nil {
				return false
			}
		case strings.HasPrefix(a[i], "<"):
			if b[i] == "" {
				return false
			}
		case a[i] != b[i]:
			return false
		}
	}
	return true
}

// urlFor is flask.url_for over the routes of a case.
func urlFor(routes *Dict) any {
	return func(endpoint string, kwargs Kwargs) (string, error) {
		rule := "/static/<path:filename>"
		if v, ok := routes.Lookup(endpoint); ok {
			rule = v.(string)
		} else if endpoint != "static" {
			return "", fmt.Errorf("Could not build url for endpoint %s.", pytext.Repr(endpoint))
		}
		var prefix, anchor string
		var query []string
		for _, kw := range kwargs {
			switch kw.Name {
			case "_external":
				prefix = "http://localhost"
				continue
			case "_anchor":
				anchor = "#" + pytext.Quote(str(kw.Value), pathBytes)
				continue
			}
			if kw.Value == nil {
				continue
			}
			replaced := false
			for _, form := range []string{"<" + kw.Name + ">", "<int:" + kw.Name + ">", "<path:" + kw.Name + ">"} {
				if strings.Contains(rule, form) {
					rule, replaced = strings.Replace(rule, form, pytext.Quote(str(kw.Value), pathBytes), 1), true
				}
			}
			if !replaced {
				values := []any{kw.Value}
				if l, ok := kw.Value.(*List); ok {
					values = l.Items
				}
				for _, v := range values {
					query = append(query, url.QueryEscape(kw.Name)+"="+url.QueryEscape(str(v)))
				}
			}
		}
		if strings.Contains(rule, "<") {
			return "", fmt.Errorf("Could not build url for endpoint %s.", pytext.Repr(endpoint))
		}
		s := prefix + rule
		if len(query) > 0 {
			s += "?" + strings.Join(query, "&")
		}
		return s + anchor, nil
	}
}

// flashedMessages is flask.get_flashed_messages.
func flashedMessages(flashes [][2]string) any {
	fn := func(withCategories any, filter any) any {
		out := NewList()
		for _, fl := range flashes {
			if l, ok := filter.(*List); ok && len(l.Items) > 0 && !slices.Contains(l.Items, any(fl[0])) {
				continue
			}
			if truth(withCategories) {
				out.Items = append(out.Items, Tuple{fl[0], fl[1]})
			} else {
				out.Items = append(out.Items, fl[1])
			}
		}
		return out
	}
	return Func("get_flashed_messages", fn, P("with_categories", false), P("category_filter", NewList()))
}

// extra registers one of the things that a case lists under "uses".
func extra(env *Env, name string) {
	switch name {
	case "filter:nl2br":
		env.Filters["nl2br"] = func(v any) Markup {
			return Markup(strings.ReplaceAll(string(Escape(v)), "\n", "<br>\n"))
		}
	case "filter:reverse_text":
		env.Filters["reverse_text"] = func(s string) string {
			rs := []rune(s)
			slices.Reverse(rs)
			return string(rs)
		}
	case "filter:brl":
		env.Filters["brl"] = func(v float64) string {
			s := spec{group: ',', prec: 2, verb: 'f', fill: ' '}.formatFloat(v)
			return "R$ " + strings.NewReplacer(",", ".", ".", ",").Replace(s)
		}
	case "filter:add":
		add := func(v, n, times int) int { return v + n*times }
		env.Filters["add"] = Func("add", add, P("value"), P("n", 1), P("times", 1))
	case "test:prime":
		env.Tests["prime"] = func(n int) bool { return big.NewInt(int64(n)).ProbablyPrime(10) }
	case "func:greet":
		greet := func(name, greeting, mark string) string { return greeting + ", " + name + mark }
		env.Globals["greet"] = Func("greet", greet, P("name"), P("greeting", "Hello"), P("mark", "!"))
	case "func:link":
		link := func(href, text any) Markup { return `<a href="` + Escape(href) + `">` + Escape(text) + `</a>` }
		env.Globals["link"] = Func("link", link, P("href"), P("text"))
	case "func:pair":
		env.Globals["pair"] = define("pair", "*args, **kwargs", func(f *frame, a []any) any {
			var parts []string
			for _, v := range a[0].(Tuple) {
				parts = append(parts, str(v))
			}
			d := a[1].(*Dict)
			keys := toItems(f, d)
			slices.SortFunc(keys, func(a, b any) int { return strings.Compare(str(a), str(b)) })
			for _, k := range keys {
				v, _ := d.Lookup(k)
				parts = append(parts, str(k)+"="+str(v))
			}
			return strings.Join(parts, "|")
		})
	default:
		panic("unknown extra " + name)
	}
}
