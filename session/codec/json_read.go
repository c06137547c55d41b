package codec

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

func (j *taggedJSON) SplitFields(dst []Field, payload string) ([]Field, error) {
	start := len(dst)
	dst, err := splitJSON(dst, payload)
	if err != nil {
		clear(dst[start:])
		return dst[:start], err
	}
	return dst, nil
}

func splitJSON(dst []Field, payload string) ([]Field, error) {
	if !utf8.ValidString(payload) {
		return dst, malformed("text that is not UTF-8", 0)
	}
	r := jsonReader{s: payload}
	r.space()
	if r.peek() != '{' {
		if _, err := r.whole(); err != nil {
			return dst, err
		}
		return dst, ErrNotMapping
	}
	start := len(dst)
	dst, err := r.split(slices.Grow(dst, r.capacity(cap(dst)-len(dst))))
	if err != nil {
		return dst, err
	}
	if r.space(); r.pos != len(payload) {
		return dst, malformed("trailing data", r.pos)
	}
	dst = dropRepeated(dst, start)
	// A session whose only key looks like a tag was wrapped in one, " di", when
	// it was written.
	if only := len(dst) == start+1; only && isTag(dst[start].Key) {
		return dst, unwrapField(&dst[start])
	}
	return dst, nil
}

func (j *taggedJSON) DecodeValue(raw string) (any, error) {
	return decodeJSON(jsonReader{s: raw, build: true})
}

func (j *taggedJSON) decodeOrdered(raw string) (any, error) {
	return decodeJSON(jsonReader{s: raw, build: true, ordered: true})
}

func decodeJSON(r jsonReader) (any, error) {
	if !utf8.ValidString(r.s) {
		return nil, malformed("text that is not UTF-8", 0)
	}
	r.space()
	return r.whole()
}

// A jsonReader walks over JSON text, by the rules of Python's json.loads: those
// of the standard, and NaN, Infinity and -Infinity. It builds the values, or,
// to check them, walks in the same way and builds nothing. The text is known to
// be UTF-8.
type jsonReader struct {
	s       string
	pos     int
	build   bool
	ordered bool // mappings become a *Dict
}

// whole reads the value that has to be all that is left.
func (r *jsonReader) whole() (any, error) {
	v, err := r.value(maxDepth)
	if err != nil {
		return nil, err
	}
	if r.space(); r.pos != len(r.s) {
		return nil, malformed("trailing data", r.pos)
	}
	return v, nil
}

// split appends the members of the mapping that begins here.
func (r *jsonReader) split(dst []Field) ([]Field, error) {
	err := r.each(func(key, raw string) { dst = append(dst, Field{Key: key, Raw: raw}) })
	return dst, err
}

// each goes over the members of the object that begins here, with their values
// as they stand.
func (r *jsonReader) each(member func(key, raw string)) error {
	r.pos++
	for more := !r.closes('}'); more; {
		key, err := r.key()
		if err != nil {
			return err
		}
		start := r.pos
		if _, err := r.value(maxDepth - 1); err != nil {
			return err
		}
		member(key, r.s[start:r.pos])
		if more, err = r.next('}'); err != nil {
			return err
		}
	}
	return nil
}

// capacity returns for how many fields of the mapping that begins here memory
// is worth having, where there is room for some. The colons are counted first,
// which is quick and never too few; only where they are many are the members.
func (r *jsonReader) capacity(room int) int {
	n := strings.Count(r.s, ":")
	if n > room && n > 64 {
		const shortest = len(`"":0,`)
		n = min(countMembers(r.s[r.pos:]), len(r.s)/shortest+1)
	}
	return n
}

// countMembers counts the members of the JSON object that s begins with, from
// its punctuation alone.
func countMembers(s string) int {
	depth, n, empty := 0, 1, true
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ' ', '\t', '\n', '\r':
			continue
		case '{', '[':
			if depth++; depth == 1 {
				continue
			}
		case '}', ']':
			if depth--; depth == 0 {
				if empty {
					return 0
				}
				return n
			}
		case ',':
			if depth == 1 {
				n++
			}
		case '"':
			for i++; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
		}
		empty = false
	}
	return n
}

func (r *jsonReader) space() {
	for r.pos < len(r.s) {
		switch r.s[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return
		}
	}
}

// peek returns the next byte, or 0 at the end.
func (r *jsonReader) peek() byte {
	if r.pos < len(r.s) {
		return r.s[r.pos]
	}
	return 0
}

// closes skips space and reports whether the list or mapping ends here, before
// its first item.
func (r *jsonReader) closes(end byte) bool {
	r.space()
	if r.peek() == end {
		r.pos++
		return true
	}
	return false
}

// next skips the comma or the end after an item and reports whether there are
// more.
func (r *jsonReader) next(end byte) (more bool, err error) {
	r.space()
	c := r.peek()
	if c != ',' && c != end {
		return false, malformed("comma or end expected", r.pos)
	}
	r.pos++
	if c == end {
		return false, nil
	}
	r.space()
	return true, nil
}

// value reads the value that begins here, in which depth more levels are
// allowed.
func (r *jsonReader) value(depth int) (any, error) {
	switch c := r.peek(); c {
	case '"':
		s, err := r.str(r.build)
		if err != nil || !r.build {
			return nil, err
		}
		return s, nil
	case '{':
		return r.object(depth)
	case '[':
		return r.list(depth)
	case 'n':
		return r.word("null", nil)
	case 't':
		return r.word("true", true)
	case 'f':
		return r.word("false", false)
	case 'N':
		return r.word("NaN", pythonNaN)
	case 'I':
		return r.word("Infinity", math.Inf(1))
	}
	if strings.HasPrefix(r.s[r.pos:], "-I") {
		return r.word("-Infinity", math.Inf(-1))
	}
	return r.number()
}

// pythonNaN has the bits of float("nan"), which are not those of math.NaN.
var pythonNaN = math.Float64frombits(0x7ff8000000000000)

func (r *jsonReader) word(word string, v any) (any, error) {
	if !strings.HasPrefix(r.s[r.pos:], word) {
		return nil, malformed("value expected", r.pos)
	}
	r.pos += len(word)
	return v, nil
}

// str reads a string. With want unset it is only checked, and returned as it is
// written.
func (r *jsonReader) str(want bool) (string, error) {
	if r.peek() != '"' {
		return "", malformed("string expected", r.pos)
	}
	start := r.pos + 1
	escaped := false
	for i := start; i < len(r.s); i++ {
		switch c := r.s[i]; {
		case c == '"':
			r.pos = i + 1
			if escaped && want {
				return unescape(r.s[start:i]), nil
			}
			return r.s[start:i], nil
		case c < ' ':
			return "", malformed("control character", i)
		case c == '\\':
			n := escapeLen(r.s[i+1:])
			if n == 0 {
				return "", malformed("escape", i)
			}
			i += n
			escaped = true
		}
	}
	return "", malformed("string without end", r.pos)
}

// escapeLen is how many bytes of s, which follows a backslash, belong to the
// escape; 0 if it is not one.
func escapeLen(s string) int {
	if s == "" {
		return 0
	}
	switch s[0] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 1
	case 'u':
		if len(s) < 5 {
			return 0
		}
		for i := range 4 {
			if pytext.Unhex(s[1+i]) < 0 {
				return 0
			}
		}
		return 5
	}
	return 0
}

// number reads an integer or, if it has a fraction or an exponent, a float.
func (r *jsonReader) number() (any, error) {
	start := r.pos
	if r.peek() == '-' {
		r.pos++
	}
	first := r.peek()
	digits := r.digits()
	if digits == 0 || first == '0' && digits > 1 {
		return nil, malformed("value expected", start)
	}
	isFloat, ok := r.fraction()
	switch {
	case !ok:
		return nil, malformed("number", start)
	case !isFloat && digits > pytext.MaxDigits: // Python refuses them too, for the time they take
		return nil, malformed("integer of too many digits", start)
	case !r.build:
		return nil, nil
	case isFloat:
		f, _ := strconv.ParseFloat(r.s[start:r.pos], 64) // too large is infinite, as in Python
		return f, nil
	}
	return parseInt(r.s[start:r.pos]), nil
}

func (r *jsonReader) digits() int {
	start := r.pos
	for r.pos < len(r.s) && r.s[r.pos]-'0' <= 9 {
		r.pos++
	}
	return r.pos - start
}

// fraction reads the part of a number that makes it a float.
func (r *jsonReader) fraction() (isFloat, ok bool) {
	if r.peek() == '.' {
		r.pos++
		isFloat = true
		if r.digits() == 0 {
			return true, false
		}
	}
	if c := r.peek(); c == 'e' || c == 'E' {
		r.pos++
		if c := r.peek(); c == '+' || c == '-' {
			r.pos++
		}
		return true, r.digits() > 0
	}
	return isFloat, true
}

func (r *jsonReader) list(depth int) (any, error) {
	if depth == 0 {
		return nil, ErrTooDeep
	}
	var list []any
	if r.build {
		list = []any{} // an empty list is not None
	}
	r.pos++
	for more := !r.closes(']'); more; {
		v, err := r.value(depth - 1)
		if err != nil {
			return nil, err
		}
		if r.build {
			list = append(list, v)
		}
		if more, err = r.next(']'); err != nil {
			return nil, err
		}
	}
	return list, nil
}
