package httpheader

import (
	"strconv"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/pytext"
)

// CacheControl is a Cache-Control header: directives in their order, which have a
// value or none. The zero value has no directives.
type CacheControl struct {
	directives []directive
}

type directive struct {
	name, value string
	valued      bool
}

// ParseCacheControl reads a Cache-Control header. Of a directive that is there
// twice the last value counts.
func ParseCacheControl(header string) CacheControl {
	var c CacheControl
	for _, item := range SplitList(header) {
		name, value, valued := strings.Cut(item, "=")
		if name = pytext.Trim(name); name == "" {
			continue
		}
		value = pytext.Trim(value)
		if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
			value = unquoteQuoted(value)
		}
		c.put(directive{name, value, valued})
	}
	return c
}

func (c *CacheControl) put(d directive) {
	if i := c.index(d.name); i >= 0 {
		c.directives[i] = d
		return
	}
	c.directives = append(c.directives, d)
}

func (c *CacheControl) index(name string) int {
	for i := range c.directives {
		if c.directives[i].name == name {
			return i
		}
	}
	return -1
}

// Has reports whether a directive is there: cache_control.no_store is
// Has("no-store").
func (c CacheControl) Has(name string) bool { return c.index(name) >= 0 }

// Value returns the value of a directive, "" if it has none or is not there.
func (c CacheControl) Value(name string) string {
	if i := c.index(name); i >= 0 {
		return c.directives[i].value
	}
	return ""
}

// Seconds returns the value of a directive that is a number of seconds, and
// whether it has one: cache_control.max_age is Seconds("max-age").
func (c CacheControl) Seconds(name string) (time.Duration, bool) {
	i := c.index(name)
	if i < 0 {
		return 0, false
	}
	n, ok := pytext.ParseInt(c.directives[i].value)
	if !ok || n > int64(1<<62)/int64(time.Second) || n < -int64(1<<62)/int64(time.Second) {
		return 0, false
	}
	return time.Duration(n) * time.Second, true
}

// Set gives a directive, with a value or without: Set("private"),
// Set("no-cache", "Set-Cookie").
func (c *CacheControl) Set(name string, value ...string) {
	d := directive{name: name}
	if len(value) > 0 {
		d.value, d.valued = value[0], true
	}
	c.own()
	c.put(d)
}

// SetSeconds gives a directive a number of seconds: cache_control.max_age = 60.
func (c *CacheControl) SetSeconds(name string, d time.Duration) {
	c.Set(name, strconv.FormatInt(int64(d/time.Second), 10))
}

// Del takes a directive away.
func (c *CacheControl) Del(name string) {
	if i := c.index(name); i >= 0 {
		c.own()
		c.directives = append(c.directives[:i], c.directives[i+1:]...)
	}
}

// own makes the directives c's alone before they change.
func (c *CacheControl) own() { c.directives = append([]directive(nil), c.directives...) }

// String is the header as it is written: to_header().
func (c CacheControl) String() string {
	var b []byte
	for i, d := range c.directives {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(b, d.name...)
		if d.valued {
			b = AppendValue(append(b, '='), d.value)
		}
	}
	return string(b)
}

// Range is a Range header, the pieces of a body that a client wants.
type Range struct {
	Units  string // in lower case, mostly "bytes"
	Pieces []RangePiece
}

// RangePiece is one piece: from Start up to, and without, End. Without an end it
// goes on to the body's end; a Start below 0 counts from there.
type RangePiece struct {
	Start, End int64
	Open       bool // without an end
}

// ParseRanges reads a Range header as Werkzeug does; ok is false if there is
// none, or one that cannot be read.
func ParseRanges(header string) (r Range, ok bool) {
	units, list, found := strings.Cut(header, "=")
	if !found {
		return r, false
	}
	r.Units = strings.ToLower(pytext.Trim(units))
	lastEnd := int64(0)
	for item := range strings.SplitSeq(list, ",") {
		item = pytext.Trim(item)
		piece, ok := parsePiece(item, &lastEnd)
		if !ok {
			return Range{}, false
		}
		r.Pieces = append(r.Pieces, piece)
	}
	return r, true
}

// parsePiece reads one piece. Pieces come in their order, and after one without
// an end there is none.
func parsePiece(item string, lastEnd *int64) (p RangePiece, ok bool) {
	if *lastEnd < 0 {
		return p, false
	}
	first, last, found := strings.Cut(item, "-")
	if !found {
		return p, false
	}
	p.Open = true
	if first == "" { // "-5"
		n, ok := rangeNumber(pytext.Trim(last))
		*lastEnd = -1
		p.Start = -n
		return p, ok && pytext.Trim(last) == last
	}
	if p.Start, ok = rangeNumber(pytext.Trim(first)); !ok || p.Start < *lastEnd {
		return p, false
	}
	*lastEnd = -1
	if last = pytext.Trim(last); last == "" {
		return p, true
	}
	if p.End, ok = rangeNumber(last); !ok || p.End < p.Start {
		return p, false
	}
	p.End++
	p.Open, *lastEnd = false, p.End
	return p, true
}

// ForLength returns from where to where the only piece of a body of length bytes
// goes: range_for_length. It is not ok for other units, several pieces, or a
// piece outside of the body.
func (r Range) ForLength(length int64) (start, end int64, ok bool) {
	if r.Units != "bytes" || len(r.Pieces) != 1 {
		return 0, 0, false
	}
	p := r.Pieces[0]
	start, end = p.Start, p.End
	if p.Open {
		if end = length; start < 0 {
			start += length
		}
	}
	if start < 0 || start >= end || start >= length {
		return 0, 0, false
	}
	return start, min(end, length), true
}

// String is the header as it is written again: to_header().
func (r Range) String() string {
	texts := make([]string, len(r.Pieces))
	for i, p := range r.Pieces {
		texts[i] = strconv.FormatInt(p.Start, 10)
		switch {
		case !p.Open:
			texts[i] += "-" + strconv.FormatInt(p.End-1, 10)
		case p.Start >= 0:
			texts[i] += "-"
		}
	}
	return r.Units + "=" + strings.Join(texts, ",")
}
