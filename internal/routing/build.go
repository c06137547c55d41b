package routing

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// buildStep is one item of a URL: quoted static text, or the variable with this
// number.
type buildStep struct {
	text     string
	variable int // -1 for static text
}

// compileBuilder prepares the steps. A variable that has a default is static
// text: the rule is for that value only.
func (r *Rule) compileBuilder() error {
	var static []byte
	variable := 0
	flush := func() {
		if len(static) > 0 {
			r.builder = append(r.builder, buildStep{string(static), -1})
			static = nil
		}
	}
	for _, p := range r.pieces {
		if !p.variable {
			static = pytext.AppendQuoted(static, p.text, safeInPath)
			continue
		}
		if value, ok := r.options.Defaults[p.text]; ok {
			var err error
			if static, err = r.converters[variable].toURL(static, value); err != nil {
				return fmt.Errorf("cantil: rule %q: the default of %q does not fit its converter: %w", r.text, p.text, err)
			}
		} else {
			flush()
			r.builder = append(r.builder, buildStep{"", variable})
		}
		variable++
	}
	flush()
	return nil
}

// suits reports whether values give what the rule needs and do not contradict
// its defaults.
func (r *Rule) suits(values []Pair) bool {
	for _, name := range r.names {
		if _, ok := lookup(values, name); ok {
			continue
		}
		if _, ok := r.options.Defaults[name]; !ok {
			return false
		}
	}
	for _, d := range r.defaults {
		if v, ok := lookup(values, d.Key); ok && !equal(d.Value, v) {
			return false
		}
	}
	return true
}

// build appends the rule's path, and unless unknown is false the other values
// as a query.
func (r *Rule) build(dst []byte, values []Pair, unknown bool) ([]byte, error) {
	var err error
	for _, step := range r.builder {
		if step.variable < 0 {
			dst = append(dst, step.text...)
			continue
		}
		value, _ := lookup(values, r.names[step.variable])
		if dst, err = r.converters[step.variable].toURL(dst, value); err != nil {
			return dst, err
		}
	}
	if unknown && len(values) > 0 {
		dst = r.appendQuery(dst, values)
	}
	return dst, nil
}

// appendQuery appends the values that are not arguments of the rule. Lists
// repeat their name.
func (r *Rule) appendQuery(dst []byte, values []Pair) []byte {
	mark := byte('?')
	add := func(key string, value any) {
		if isNil(value) {
			return
		}
		dst = append(dst, mark)
		dst = appendFormQuoted(dst, key)
		dst = append(dst, '=')
		dst = appendFormQuoted(dst, str(value))
		mark = '&'
	}
	for _, p := range values {
		if slices.Contains(r.arguments, p.Key) {
			continue
		}
		list, ok := listOf(p.Value)
		if !ok {
			add(p.Key, p.Value)
			continue
		}
		for i := range list.Len() {
			add(p.Key, list.Index(i).Interface())
		}
	}
	return dst
}

// listOf reports whether a value is a list, whose items stand for themselves:
// bytes are a text, and a list that can print itself is one value.
func listOf(value any) (reflect.Value, bool) {
	switch value.(type) {
	case string, int, []byte, fmt.Stringer, error:
		return reflect.Value{}, false
	}
	r := reflect.ValueOf(value)
	return r, r.Kind() == reflect.Slice || r.Kind() == reflect.Array
}

// isNil reports whether a value stands for Python's None.
func isNil(value any) bool {
	switch r := reflect.ValueOf(value); r.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Func:
		return r.IsNil()
	}
	return false
}

// buildOptions are the arguments of MapAdapter.build.
type buildOptions struct {
	method      string  // empty: prefer the request's, take any
	scheme      *string // nil: the request's
	external    bool
	dropUnknown bool
}

// build returns the URL of the first of an endpoint's rules that suits the
// values. Without a method in o, rules for the request's own method are tried
// before the others.
func (m *Map) build(b *Binding, endpoint string, values []Pair, o buildOptions) (string, error) {
	m.compile()
	var space [128]byte
	prefix := b.appendPrefix(space[:0], o)
	if o.method == "" && b.Method != "" {
		if url, err := m.firstBuilt(b, prefix, endpoint, values, b.Method, o); url != "" || err != nil {
			return url, err
		}
	}
	url, err := m.firstBuilt(b, prefix, endpoint, values, o.method, o)
	if url == "" && err == nil {
		err = m.buildError(endpoint, values, o.method)
	}
	return url, err
}

// firstBuilt builds by the first rule that suits; the result is empty if none
// does. An empty method admits all rules.
func (m *Map) firstBuilt(b *Binding, prefix []byte, endpoint string, values []Pair, method string, o buildOptions) (string, error) {
	for _, r := range m.byEndpoint[endpoint] {
		if method != "" && r.methods != nil && !slices.Contains(r.methods, method) || !r.suits(values) {
			continue
		}
		if m.Domains != NoDomains {
			prefix = nil
		}
		url, err := r.build(prefix, values, !o.dropUnknown)
		switch {
		case err == nil && m.Domains != NoDomains:
			return m.place(b, string(url), o), nil
		case err == nil:
			return withOneSlash(url, len(prefix)), nil
		}
		if !errors.Is(err, ErrValidation) {
			return "", err
		}
	}
	return "", nil
}

// withOneSlash returns url as text, with the slashes at the start of its path,
// after the prefix, made one.
func withOneSlash(url []byte, prefix int) string {
	slashes := 0
	for prefix+slashes < len(url) && url[prefix+slashes] == '/' {
		slashes++
	}
	if slashes > 1 {
		url = slices.Delete(url, prefix+1, prefix+slashes)
	}
	return string(url)
}

// appendPrefix appends what stands before the path; without a host that is only
// the script name. The scheme is http or https, whatever is asked for; an
// explicitly empty one leaves it to the page that the URL stands on.
func (b *Binding) appendPrefix(dst []byte, o buildOptions) []byte {
	if !o.external || b.Host == "" {
		return append(dst, strings.TrimRight(b.ScriptName, "/")...)
	}
	scheme := b.Scheme
	if o.scheme != nil {
		scheme = *o.scheme
	}
	switch scheme {
	case "":
	case "https", "wss":
		dst = append(dst, "https:"...)
	default:
		dst = append(dst, "http:"...)
	}
	dst = append(dst, "//"...)
	dst = append(dst, strings.ToLower(b.Host)...)
	return append(dst, strings.TrimSuffix(b.ScriptName, "/")...)
}
