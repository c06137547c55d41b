package httpheader

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// Accept is what a client would like to get, best first,
// request.accept_mimetypes and its siblings.
type Accept struct {
	items    []acceptItem
	provided bool // the header came

	// normal is how languages, charsets and encodings are compared; nil for
	// media types, which have ranges.
	normal    func(string) string
	languages bool
}

// acceptItem is one media range of the header, in lower case, with its weight.
type acceptItem struct {
	text, kind, subtype string
	params              []string // sorted
	quality             float64
	specificity         []bool // for each part, whether it is more than "*"
}

// BestMatch returns the one of mimetypes that the client likes best, "" if it
// takes none of them or does not say what it takes: best_match(mimetypes).
//
// Languages that no range names fall back to what both call the primary
// language: "en" is a match for "en-US", and the other way round.
func (a Accept) BestMatch(mimetypes ...string) string {
	best := a.bestMatch(mimetypes)
	if best != "" || !a.languages {
		return best
	}
	return a.bestPrimary(mimetypes)
}

func (a Accept) bestMatch(mimetypes []string) string {
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

// Quality returns how much the client likes a media type, from 0, not at all,
// to 1: quality(mimetype).
func (a Accept) Quality(mimetype string) float64 {
	if item := a.find(mimetype); item != nil {
		return item.quality
	}
	return 0
}

// Values lists the client's media ranges, the most specific and best first:
// values().
func (a Accept) Values() []string {
	var values []string
	for i := range a.items {
		values = append(values, a.items[i].text)
	}
	return values
}

// find returns the first item that a media type falls under.
func (a Accept) find(mimetype string) *acceptItem {
	if a.normal != nil {
		want := a.normal(mimetype)
		for i := range a.items {
			if item := &a.items[i]; item.text == "*" || a.normal(item.text) == want {
				return item
			}
		}
		return nil
	}
	want := newAcceptItem(mimetype, 1)
	for i := range a.items {
		if a.items[i].covers(&want) {
			return &a.items[i]
		}
	}
	return nil
}

// ParseAccept reads an Accept header. Items with an impossible weight are left
// out.
func ParseAccept(header string) Accept { return parseAccept(header, Accept{}) }

func parseAccept(header string, a Accept) Accept {
	list := SplitList(header)
	a.items, a.provided = make([]acceptItem, 0, len(list)), header != ""
	for _, text := range list {
		value, options := ParseOptions(text)
		quality := 1.0
		if q, ok := options.Get("q"); ok {
			if quality, ok = parseQuality(q); !ok {
				continue
			}
		}
		text = value + options.acceptParams()
		if a.normal == nil {
			a.items = append(a.items, newAcceptItem(text, quality))
			continue
		}
		usual := usualSpecificity[0][:1]
		if text != "*" {
			usual = usualSpecificity[3][:1]
		}
		a.items = append(a.items, acceptItem{text: text, quality: quality, specificity: usual})
	}
	a.sort()
	return a
}

// sort puts the most specific items first, and of those the best, in the order
// in which they came. A header has room for thousands of items, so items of one
// rank are counted, and only the ranks are sorted.
func (a *Accept) sort() {
	var ranks []acceptRank
	known := map[acceptRank]int{}
	rankOf := make([]int32, len(a.items))
	var counts []int32
	for i := range a.items {
		rank := a.items[i].rank()
		n := slices.Index(ranks[:min(len(ranks), 4)], rank) // mostly one of the first
		seen := n >= 0
		if !seen {
			n, seen = known[rank]
		}
		if !seen {
			n = len(ranks)
			known[rank] = n
			ranks, counts = append(ranks, rank), append(counts, 0)
		}
		rankOf[i] = int32(n)
		counts[n]++
	}
	if len(ranks) <= 1 {
		return
	}
	order := make([]int, len(ranks))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int { return ranks[y].compare(&ranks[x]) })
	next := int32(0)
	for _, n := range order { // from how many to where the next one goes
		next, counts[n] = next+counts[n], next
	}
	sorted := make([]acceptItem, len(a.items))
	for i := range a.items {
		sorted[counts[rankOf[i]]] = a.items[i]
		counts[rankOf[i]]++
	}
	a.items = sorted
}

// acceptRank is what items are sorted by. The specificity of a list of parts is
// a digit to the base of 3 for each, and 0 where there is none; the few that
// are too long for that are texts.
type acceptRank struct {
	specificity uint64
	parts       string
	quality     float64
}

// rankDigits is how many parts a number has room for: 3^40 < 2^64.
const rankDigits = 40

var powersOf3 = func() (powers [rankDigits + 1]uint64) {
	for i, power := 0, uint64(1); i <= rankDigits; i, power = i+1, power*3 {
		powers[i] = power
	}
	return powers
}()

func (r *acceptItem) rank() acceptRank {
	rank := acceptRank{quality: r.quality}
	for i, specific := range r.specificity {
		digit := uint64(1)
		if specific {
			digit = 2
		}
		if i < rankDigits {
			rank.specificity = rank.specificity*3 + digit
		} else {
			rank.parts += string(byte('0' + digit))
		}
	}
	rank.specificity *= powersOf3[rankDigits-min(len(r.specificity), rankDigits)]
	return rank
}

func (r *acceptRank) compare(other *acceptRank) int {
	return cmp.Or(cmp.Compare(r.specificity, other.specificity), strings.Compare(r.parts, other.parts),
		cmp.Compare(r.quality, other.quality))
}

// acceptParams writes the parameters of a media range again, each once, but for
// its weight.
func (o Options) acceptParams() string {
	if len(o) == 0 || len(o) == 1 && o[0].Key == "q" {
		return ""
	}
	if len(o) == 1 {
		return "; " + o[0].Key + "=" + string(AppendValue(nil, o[0].Value))
	}
	byKey := make(map[string]Options, len(o))
	for _, option := range o {
		byKey[option.Key] = append(byKey[option.Key], option)
	}
	var b []byte
	for _, option := range o {
		same := byKey[option.Key]
		if option.Key != "q" && same != nil {
			value, _ := same.Get(option.Key)
			b = AppendValue(append(append(append(b, "; "...), option.Key...), '='), value)
		}
		byKey[option.Key] = nil
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
	if item.simple() { // most are
		return item
	}
	parts := splitMimetype(text)
	item.specificity = make([]bool, len(parts))
	for i, part := range parts {
		item.specificity[i] = part != "*"
		parts[i] = strings.ToLower(part)
	}
	if strings.Contains(text, "/") {
		item.kind, item.subtype = parts[0], parts[1]
		item.params = parts[2:]
		slices.Sort(item.params)
	}
	return item
}

// simple takes apart what has no parameters and one slash at most, and reports
// whether that was all.
func (r *acceptItem) simple() bool {
	if strings.IndexByte(r.text, ';') >= 0 {
		return false
	}
	kind, subtype, slash := strings.Cut(r.text, "/")
	if strings.IndexByte(subtype, '/') >= 0 {
		return false
	}
	usual := &usualSpecificity[0]
	switch {
	case kind != "*" && subtype != "*":
		usual = &usualSpecificity[3]
	case kind != "*":
		usual = &usualSpecificity[2]
	case subtype != "*":
		usual = &usualSpecificity[1]
	}
	r.specificity = usual[:1]
	if slash {
		r.specificity = usual[:2]
		r.kind, r.subtype = strings.ToLower(kind), strings.ToLower(subtype)
	}
	return true
}

// usualSpecificity are the lists of type and subtype, which are only read.
var usualSpecificity = [...][2]bool{{false, false}, {false, true}, {true, false}, {true, true}}

// splitMimetype splits at slashes, and at semicolons with the spaces around
// them.
func splitMimetype(text string) []string {
	var parts []string
	pieces := strings.Split(text, ";")
	for i, piece := range pieces {
		if i > 0 {
			piece = strings.TrimLeftFunc(piece, pytext.IsSpace)
		}
		if i < len(pieces)-1 {
			piece = strings.TrimRightFunc(piece, pytext.IsSpace)
		}
		parts = append(parts, strings.Split(piece, "/")...)
	}
	return parts
}

// covers reports whether the client's range takes a media type of the program.
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
