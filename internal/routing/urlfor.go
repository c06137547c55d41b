package routing

import (
	"errors"

	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/internal/urls"
)

// urlArguments are the names in url_for that are not values.
type urlArguments struct {
	anchor, method, scheme, external any
}

// URLFor returns the URL of an endpoint, as Flask's url_for. Values go into the
// rule's variables, the others into the query, in their order: a list repeats
// its name, nil drops it. Four names are special: _anchor, _method, _scheme
// (which makes the URL external) and _external; nil means not given. Of a name
// that comes twice the last value counts.
//
// A leading dot of the endpoint is the caller's business (see [Resolve]), and
// so are defaults that a program adds to the values of every URL. The error is
// a [*BuildError] if no rule suits; other errors are values that a converter
// refused.
func (m *Map) URLFor(b *Binding, endpoint string, values ...Pair) (string, error) {
	special, values := split(values)
	external := b.NoRequest || special.scheme != nil
	if special.external != nil {
		external = pytext.Truth(special.external)
	}
	if external && b.NoRequest && b.Host == "" {
		return "", errors.New("cantil: URLFor outside a request needs to know the host: set ServerName, or give _external=false")
	}
	o := buildOptions{external: external}
	if special.scheme != nil {
		if !external {
			return "", errors.New("cantil: URLFor was given _scheme together with _external=false: a URL without a host has no scheme")
		}
		scheme := str(special.scheme)
		o.scheme = &scheme
	}
	if special.method != nil {
		o.method = str(special.method)
	}
	url, err := m.build(b, endpoint, values, o)
	if err != nil || special.anchor == nil {
		return url, err
	}
	return string(urls.AppendFragment([]byte(url), str(special.anchor))), nil
}

// split takes the special names and the nils out of values. It copies only if
// there is something to take out.
func split(values []Pair) (special urlArguments, rest []Pair) {
	if plain(values) {
		return special, values
	}
	rest = make([]Pair, 0, len(values))
	for _, p := range values {
		switch p.Key {
		case "_anchor":
			special.anchor = p.Value
		case "_method":
			special.method = p.Value
		case "_scheme":
			special.scheme = p.Value
		case "_external":
			special.external = p.Value
		default:
			rest = setPair(rest, p.Key, p.Value)
		}
	}
	kept := rest[:0]
	for _, p := range rest {
		if !isNil(p.Value) {
			kept = append(kept, p)
		}
	}
	return special, kept
}

// plain reports whether values has no special names, no nils and no name twice.
func plain(values []Pair) bool {
	for i, p := range values {
		if p.Key != "" && p.Key[0] == '_' || isNil(p.Value) {
			return false
		}
		if _, twice := lookup(values[:i], p.Key); twice {
			return false
		}
	}
	return true
}

// Resolve completes an endpoint that starts with a dot: it is relative to the
// blueprint of the request, or to the program if the request has none.
func Resolve(endpoint, blueprint string) string {
	if endpoint == "" || endpoint[0] != '.' {
		return endpoint
	}
	if blueprint == "" {
		return endpoint[1:]
	}
	return blueprint + endpoint
}
