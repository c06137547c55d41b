package codec

import (
	"fmt"
	"math"
	"slices"
	"unicode/utf8"
)

func (*msgpackSerializer) SplitFields(dst []Field, payload string) ([]Field, error) {
	r := msgpackReader{s: payload}
	start := len(dst)
	dst, err := r.split(dst)
	if err == nil && r.pos != len(payload) {
		err = malformed("trailing data", r.pos)
	}
	if err != nil {
		clear(dst[start:])
		return dst[:start], err
	}
	return dropRepeated(dst, start), nil
}

func (*msgpackSerializer) DecodeValue(raw string) (any, error) {
	if len(raw) == 1 && raw[0] < 0x80 { // positive fixint: most numbers are that
		return int(raw[0]), nil
	}
	return decodeMsgpack(msgpackReader{s: raw, build: true})
}

func (*msgpackSerializer) decodeOrdered(raw string) (any, error) {
	return decodeMsgpack(msgpackReader{s: raw, build: true, ordered: true})
}

func decodeMsgpack(r msgpackReader) (any, error) {
	v, err := r.value(maxDepth)
	if err == nil && r.pos != len(r.s) {
		err = malformed("trailing data", r.pos)
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// A msgpackReader walks over a payload. It builds the values, or, to check
// them, walks in the same way and builds nothing.
type msgpackReader struct {
	s       string
	pos     int
	build   bool
	ordered bool // mappings become a *Dict
	checked bool // the payload was walked before: its strings are UTF-8
}

// split appends the fields of the mapping that s is. A header may announce any
// number of them: space is made for no more than the bytes after it can hold.
func (r *msgpackReader) split(dst []Field) ([]Field, error) {
	n, err := r.mapping()
	if err != nil {
		return dst, err
	}
	dst = slices.Grow(dst, min(n, (len(r.s)-r.pos)/2))
	for range n {
		key, err := r.fieldKey()
		if err != nil {
			return dst, err
		}
		start := r.pos
		if err := r.skip(maxDepth - 1); err != nil {
			return dst, err
		}
		dst = append(dst, Field{Key: key, Raw: r.s[start:r.pos]})
	}
	return dst, nil
}

// mapping reads the header of a mapping.
func (r *msgpackReader) mapping() (int, error) {
	c, err := r.code()
	switch {
	case err != nil:
		return 0, err
	case c&0xf0 == 0x80:
		return int(c & 0x0f), nil
	case c == 0xde:
		return r.length(2)
	case c == 0xdf:
		return r.length(4)
	}
	return 0, ErrNotMapping
}

// fieldKey reads a key of the session. What is not a string becomes the text
// that JSON has for it.
func (r *msgpackReader) fieldKey() (string, error) {
	if r.pos < len(r.s) && isStr(r.s[r.pos]) {
		return r.str()
	}
	r.build = true
	key, err := r.value(1)
	r.build = false
	if err != nil {
		return "", err
	}
	text, ok := keyText(key)
	if !ok {
		return "", fmt.Errorf("%w: a key is of type %T", ErrNotMapping, key)
	}
	return text, nil
}

func isStr(c byte) bool { return c&0xe0 == 0xa0 || 0xd9 <= c && c <= 0xdb }

// value reads one value, in which depth more levels are allowed. The first byte
// says the type, by the names of the MessagePack specification, and often the
// value or a length too.
func (r *msgpackReader) value(depth int) (any, error) {
	c, err := r.code()
	if err != nil {
		return nil, err
	}
	switch {
	case c < 0x80: // positive fixint
		return r.int(int64(c)), nil
	case c >= 0xe0: // negative fixint
		return r.int(int64(int8(c))), nil
	case isStr(c): // fixstr, str 8 to 32
		r.pos--
		return r.text()
	case c < 0x90: // fixmap
		return r.dict(int(c&0x0f), depth)
	case c < 0xa0: // fixarray
		return r.list(int(c&0x0f), depth)
	case c <= 0xc3: // nil, the byte that is never used, false, true
		return r.constant(c)
	case c <= 0xc6: // bin 8 to 32
		return r.bin(1 << (c - 0xc4))
	case c <= 0xc9: // ext 8 to 32
		n, err := r.length(1 << (c - 0xc7))
		return r.ext(n, err)
	case c <= 0xd3: // float 32 and 64, uint 8 to 64, int 8 to 64
		return r.number(c)
	case c <= 0xd8: // fixext 1 to 16
		return r.ext(1<<(c-0xd4), nil)
	case c <= 0xdd: // array 16 and 32
		n, err := r.length(2 << (c - 0xdc))
		if err != nil {
			return nil, err
		}
		return r.list(n, depth)
	}
	n, err := r.length(2 << (c - 0xde)) // map 16 and 32
	if err != nil {
		return nil, err
	}
	return r.dict(n, depth)
}

// code returns the first byte of a value.
func (r *msgpackReader) code() (byte, error) {
	if r.pos >= len(r.s) {
		return 0, malformed("cut off", r.pos)
	}
	c := r.s[r.pos]
	r.pos++
	return c, nil
}

// take returns the next n bytes.
func (r *msgpackReader) take(n int) (string, error) {
	if n > len(r.s)-r.pos {
		return "", malformed("cut off", len(r.s))
	}
	s := r.s[r.pos : r.pos+n]
	r.pos += n
	return s, nil
}

// uint reads a big-endian number of size bytes.
func (r *msgpackReader) uint(size int) (n uint64, err error) {
	s, err := r.take(size)
	for i := range len(s) {
		n = n<<8 | uint64(s[i])
	}
	return n, err
}

// length reads a length or count. Each byte or item that it counts needs a byte
// of its own after it.
func (r *msgpackReader) length(size int) (int, error) {
	n, err := r.uint(size)
	if err != nil {
		return 0, err
	}
	if n > uint64(len(r.s)-r.pos) {
		return 0, malformed("cut off", len(r.s))
	}
	return int(n), nil
}

func (r *msgpackReader) int(n int64) any {
	if !r.build {
		return nil
	}
	return intValue(n)
}

// text reads a string as a value. It is a part of the payload, which never
// changes: no copy is made.
func (r *msgpackReader) text() (any, error) {
	s, err := r.str()
	if err != nil || !r.build {
		return nil, err
	}
	return s, nil
}

// str reads a string where isStr says that there is one. It is on the way of
// every request, so that the commonest form, with its length in the first byte,
// calls nothing.
func (r *msgpackReader) str() (s string, err error) {
	c, start := r.s[r.pos], r.pos+1
	n := int(c & 0x1f)
	if c >= 0xd9 {
		r.pos++
		if n, err = r.length(1 << (c - 0xd9)); err != nil {
			return "", err
		}
		start = r.pos
	}
	if n > len(r.s)-start {
		return "", malformed("cut off", len(r.s))
	}
	s, r.pos = r.s[start:start+n], start+n
	if !r.checked && !utf8.ValidString(s) {
		return "", malformed("string that is not UTF-8", start)
	}
	return s, nil
}

func (r *msgpackReader) constant(c byte) (any, error) {
	switch {
	case c == 0xc1:
		return nil, malformed("byte 0xc1", r.pos-1)
	case c == 0xc0 || !r.build:
		return nil, nil
	}
	return c == 0xc3, nil
}

// bin reads bytes, whose length has size bytes. They may be changed, and so are
// a copy.
func (r *msgpackReader) bin(size int) (any, error) {
	n, err := r.length(size)
	if err != nil {
		return nil, err
	}
	s, err := r.take(n)
	if err != nil || !r.build {
		return nil, err
	}
	return []byte(s), nil
}

// number reads floats (0xca, 0xcb), unsigned (0xcc to 0xcf) and signed (0xd0 to
// 0xd3) integers.
func (r *msgpackReader) number(c byte) (any, error) {
	size := 1 << (c & 3)
	if c < 0xcc {
		size = 4 << (c - 0xca)
	}
	n, err := r.uint(size)
	if err != nil || !r.build {
		return nil, err
	}
	switch {
	case c == 0xca:
		return float64(math.Float32frombits(uint32(n))), nil
	case c == 0xcb:
		return math.Float64frombits(n), nil
	case c < 0xd0:
		return uintValue(n), nil
	}
	shift := 64 - 8*size // there and back again, which repeats the sign
	return intValue(int64(n<<shift) >> shift), nil
}

// maxHint bounds what is allocated on the word of a header; lists inside of
// each other could each claim the whole payload.
const maxHint = 1024

func (r *msgpackReader) list(n, depth int) (any, error) {
	if depth == 0 {
		return nil, ErrTooDeep
	}
	if !r.build {
		return nil, r.skipAll(n, depth-1)
	}
	list := make([]any, 0, min(n, maxHint))
	for range n {
		v, err := r.value(depth - 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// dict reads a mapping: a map if all keys are strings, else a *Dict.
func (r *msgpackReader) dict(n, depth int) (any, error) {
	if depth == 0 {
		return nil, ErrTooDeep
	}
	start := r.pos
	if r.build && r.ordered {
		return r.mixedDict(nil, start, 0, n, depth)
	}
	var m map[string]any
	if r.build {
		m = make(map[string]any, min(n, maxHint))
	}
	for i := range n {
		if r.pos == len(r.s) {
			return nil, malformed("cut off", r.pos)
		}
		if !isStr(r.s[r.pos]) {
			return r.mixedDict(m, start, i, n, depth)
		}
		key, err := r.str()
		if err != nil {
			return nil, err
		}
		v, err := r.value(depth - 1)
		if err != nil {
			return nil, err
		}
		if r.build {
			m[key] = v
		}
	}
	return m, nil
}

// mixedDict goes on with a mapping, whose n items begin at start, after the
// first done items had string keys and stand in m. Their order is read again,
// without the values.
func (r *msgpackReader) mixedDict(m map[string]any, start, done, n, depth int) (any, error) {
	d := new(Dict)
	if r.build {
		d.Items = make([]Item, 0, min(n, maxHint))
		again := msgpackReader{s: r.s, pos: start}
		for range done {
			key, _ := again.str() // neither can fail: r has been here
			_, _ = again.value(depth - 1)
			d.Items = append(d.Items, Item{key, m[key]})
		}
	}
	for range n - done {
		item, err := r.item(depth)
		if err != nil {
			return nil, err
		}
		if r.build {
			d.Items = append(d.Items, item)
		}
	}
	return d, nil
}

// item reads an entry with a key of any type that can be one in Python: not a
// dict, and an array is a tuple.
func (r *msgpackReader) item(depth int) (item Item, err error) {
	at := r.pos
	if item.Key, err = r.value(depth - 1); err != nil {
		return item, err
	}
	if c := r.s[at]; c&0xf0 == 0x80 || c == 0xde || c == 0xdf {
		return item, malformed("mapping as a key", at)
	}
	if list, ok := item.Key.([]any); ok {
		item.Key = Tuple(list)
	}
	item.Value, err = r.value(depth - 1)
	return item, err
}
