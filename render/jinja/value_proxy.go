package jinja

// A Proxy is a value that stands for another, as Werkzeug's LocalProxy does:
// it decides on some attributes, as an [Attributer], and all else that a
// template asks of it, other attributes, items, ==, the printed text, is the
// other value's.
type Proxy interface {
	Attributer
	// JinjaValue returns the value that it stands for.
	JinjaValue() any
}

// behind returns the value that v stands for, or v.
func behind(v any) any {
	if p, ok := v.(Proxy); ok {
		return norm(p.JinjaValue())
	}
	return v
}
