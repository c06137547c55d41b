package httpheader

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// Accept is what a client would like to get, best first, request.accept_mimetypes.
type Accept struct {
	items []acceptItem
}

// acceptItem is one media range of the header, in small letters, with its weight.
type acceptItem struct {
	text, kind, subtype string
	params              []string // sorted
	quality             float64
	specificity         []bool // for each part, whether it is more than "*"
}

// BestMatch returns the one of mimetypes that the client likes best, "" if it
// takes none of them or does not say what it takes: best_match(mimetypes).
func (a Accept) BestMatch(mimetypes ...string) string {
	best, bestItem := "", (*acceptItem)(nil)
	for _, mimetype := range mimetypes {
		item := a.find(mimetype)
		if item == nil || item.quality <= 0 || bestItem != nil && item.quality < bestItem.quality {
			continue
		}
		if bestItem == nil || item.quality > bestItem.quality || compareParts(item.specificity, bestItem.specificity) > 0 {
			best, bestItem = mimetype, item
		}
	}
	return best
}

// Quality returns how much the client likes a media type, from 0, not at all, to
// 1: quality(mimetype).
func (a Accept) Quality(mimetype string) float64 {
	if item := a.find(mimetype); item != nil {
		return item.quality
	}
	return 0
}

// Values lists the client's media ranges, the most specific and best first: values().
func (a Accept) Values() []string {
	var values []string
	for i := range a.items {
		values = append(values, a.items[i].text)
	}
	return values
}

// find returns the first item that a media type falls under.
func (a Accept) find(mimetype string) *acceptItem {
	want := newAcceptItem(mimetype, 1)
	for i := range a.items {
		if a.items[i].covers(&want) {
			return &a.items[i]
		}
	}
	return nil
}

// ParseAccept reads an Accept header. Items with an impossible weight are left out.
func ParseAccept(header string) Accept {
	var a Accept
	for _, text := range SplitList(header) {
		value, options := ParseOptions(text)
		quality := 1.0
		if q, ok := options.Get("q"); ok {
			if quality, ok = parseQuality(q); !ok {
				continue
			}
		}
		a.items = append(a.items, newAcceptItem(value+options.acceptParams(), quality))
	}
	slices.SortStableFunc(a.items, func(x, y acceptItem) int {
		if n := compareParts(y.specificity, x.specificity); n != 0 {
			return n
		}
		return cmp.Compare(y.quality, x.quality)
	})
	return a
}

// acceptParams writes the parameters of a media range again, but for its weight.
func (o Options) acceptParams() string {
	var b []byte
	for i, option := range o {
		last := !slices.ContainsFunc(o[:i], func(p Option) bool { return p.Key == option.Key })
		if option.Key != "q" && last {
			value, _ := o.Get(option.Key)
			b = AppendValue(append(append(append(b, "; "...), option.Key...), '='), value)
		}
	}
	return string(b)
}

// parseQuality reads a weight: a decimal number between 0 and 1.
func parseQuality(text string) (float64, bool) {
	text = pytext.Trim(text)
	whole, fraction, dot := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	if !pytext.IsDigits(whole) || dot && !pytext.IsDigits(fraction) {
		return 0, false
	}
	q, err := strconv.ParseFloat(text, 64)
	return q, err == nil && q >= 0 && q <= 1
}

// newAcceptItem takes a media type or range apart.
func newAcceptItem(text string, quality float64) acceptItem {
	item := acceptItem{text: text, quality: quality}
	parts := splitMimetype(text)
	for _, part := range parts {
		item.specificity = append(item.specificity, part != "*")
	}
	for i := range parts {
		parts[i] = strings.ToLower(parts[i])
	}
	if strings.Contains(text, "/") {
		item.kind, item.subtype = parts[0], parts[1]
		item.params = slices.Sorted(slices.Values(parts[2:]))
	}
	return item
}

// splitMimetype splits at slashes, and at semicolons with the spaces around them.
func splitMimetype(text string) []string {
	var parts []string
	for i, piece := range strings.Split(text, ";") {
		if i > 0 {
			piece = strings.TrimLeftFunc(piece, pytext.IsSpace)
		}
		if i < strings.Count(text, ";") {
			piece = strings.TrimRightFunc(piece, pytext.IsSpace)
		}
		parts = append(parts, strings.Split(piece, "/")...)
	}
	return parts
}

// covers tells whether the client's range takes a media type of the program.
func (r *acceptItem) covers(m *acceptItem) bool {
	switch {
	case r.kind == "" && r.subtype == "", r.kind == "*" && r.subtype != "*":
		return false
	case r.kind == "*", m.kind == "*" && m.subtype == "*":
		return true
	case r.kind != m.kind:
		return false
	}
	return r.subtype == "*" || m.subtype == "*" || r.subtype == m.subtype && slices.Equal(r.params, m.params)
}

// compareParts orders lists of booleans as Python does tuples.
func compareParts(a, b []bool) int {
	return slices.CompareFunc(a, b, func(x, y bool) int {
		switch {
		case x == y:
			return 0
		case x:
			return 1
		}
		return -1
	})
}
