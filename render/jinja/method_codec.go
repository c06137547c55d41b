package jinja

import (
	byteorder "encoding/binary"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

// codec writes and reads the bytes of a text. encode gives false for a character
// that the encoding has not; decode gives the length of what it read, and false
// for bytes that are none.
type codec struct {
	name   string
	mark   []byte // at the beginning of the bytes
	encode func(dst []byte, r rune) ([]byte, bool)
	decode func(b []byte) (r rune, n int, ok bool)
}

// codecOf finds an encoding by one of its names in Python.
func codecOf(name string) *codec {
	plain := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name))
	switch plain {
	case "utf8", "u8", "cp65001":
		return &codec{"utf-8", nil, func(dst []byte, r rune) ([]byte, bool) { return utf8.AppendRune(dst, r), true },
			func(b []byte) (rune, int, bool) {
				r, n := utf8.DecodeRune(b)
				return r, n, r != utf8.RuneError || n > 1
			}}
	case "ascii", "usascii", "646":
		return byteCodec("ascii", 0x80)
	case "latin1", "iso88591", "l1", "8859", "cp819", "latin":
		return byteCodec("latin-1", 0x100)
	case "utf16", "u16":
		return wideCodec("utf-16", []byte{0xff, 0xfe}, byteorder.LittleEndian, 2)
	case "utf16le":
		return wideCodec("utf-16-le", nil, byteorder.LittleEndian, 2)
	case "utf16be":
		return wideCodec("utf-16-be", nil, byteorder.BigEndian, 2)
	case "utf32", "u32":
		return wideCodec("utf-32", []byte{0xff, 0xfe, 0, 0}, byteorder.LittleEndian, 4)
	case "utf32le":
		return wideCodec("utf-32-le", nil, byteorder.LittleEndian, 4)
	case "utf32be":
		return wideCodec("utf-32-be", nil, byteorder.BigEndian, 4)
	}
	fail(KindLookup, "unknown encoding: %s", name)
	return nil
}

// byteCodec has the characters below limit, a byte each.
func byteCodec(name string, limit rune) *codec {
	return &codec{name, nil, func(dst []byte, r rune) ([]byte, bool) { return append(dst, byte(r)), r < limit },
		func(b []byte) (rune, int, bool) { return rune(b[0]), 1, rune(b[0]) < limit }}
}

// wideCodec is UTF-16 or UTF-32, by the size of its units.
func wideCodec(name string, mark []byte, order byteorder.AppendByteOrder, size int) *codec {
	c := &codec{name: name, mark: mark}
	c.encode = func(dst []byte, r rune) ([]byte, bool) {
		switch {
		case size == 4:
			return order.AppendUint32(dst, uint32(r)), true
		case r < 0x10000:
			return order.AppendUint16(dst, uint16(r)), true
		}
		r -= 0x10000
		return order.AppendUint16(order.AppendUint16(dst, uint16(0xd800+r>>10)), uint16(0xdc00+r&0x3ff)), true
	}
	read := order.(byteorder.ByteOrder)
	c.decode = func(b []byte) (rune, int, bool) {
		if len(b) < size {
			return 0, len(b), false
		}
		if size == 4 {
			r := read.Uint32(b)
			return rune(r), 4, r <= utf8.MaxRune && utf8.ValidRune(rune(r))
		}
		r := rune(read.Uint16(b))
		if r < 0xd800 || r > 0xdfff {
			return r, 2, true
		}
		if r > 0xdbff || len(b) < 4 {
			return 0, 2, false
		}
		low := rune(read.Uint16(b[2:]))
		return 0x10000 + (r-0xd800)<<10 + low - 0xdc00, 4, low >= 0xdc00 && low <= 0xdfff
	}
	return c
}

// encodeText is str.encode.
func encodeText(f *frame, s, encoding, errors string) []byte {
	c := codecOf(encoding)
	f.st.size(8 * len(s))
	out := append([]byte{}, c.mark...)
	at := 0
	for _, r := range s {
		next, ok := c.encode(out, r)
		if !ok {
			next = out
			for _, r := range c.replacement(r, at, errors) {
				next, _ = c.encode(next, r)
			}
		}
		out = next
		at++
	}
	return out
}

// replacement gives what stands for a character that an encoding has not.
func (c *codec) replacement(r rune, at int, errors string) string {
	switch errors {
	case "ignore":
		return ""
	case "replace":
		return "?"
	case "xmlcharrefreplace":
		return "&#" + strconv.Itoa(int(r)) + ";"
	case "backslashreplace":
		return string(pytext.AppendEscape(nil, r))
	case "strict":
		limit := "128"
		if c.name == "latin-1" {
			limit = "256"
		}
		fail(KindUnicodeEncode, "'%s' codec can't encode character '%s' in position %d: ordinal not in range(%s)",
			c.name, pytext.AppendEscape(nil, r), at, limit)
	}
	fail(KindLookup, "unknown error handler name '%s'", errors)
	return ""
}

// decodeBytes is bytes.decode.
func decodeBytes(f *frame, b []byte, encoding, errors string) string {
	c := codecOf(encoding)
	f.st.size(4 * len(b))
	var out strings.Builder
	rest := b[len(commonMark(b, c.mark)):]
	for len(rest) > 0 {
		r, n, ok := c.decode(rest)
		switch {
		case ok:
			out.WriteRune(r)
		case errors == "replace":
			out.WriteRune(utf8.RuneError)
		case errors == "backslashreplace":
			for _, x := range rest[:n] {
				out.WriteString(`\x` + string("0123456789abcdef"[x>>4]) + string("0123456789abcdef"[x&15]))
			}
		case errors == "strict":
			fail(KindUnicodeDecode, "'%s' codec can't decode byte 0x%02x in position %d", c.name, rest[0], len(b)-len(rest))
		case errors != "ignore":
			fail(KindLookup, "unknown error handler name '%s'", errors)
		}
		rest = rest[n:]
	}
	return out.String()
}

func commonMark(b, mark []byte) []byte {
	if strings.HasPrefix(string(b[:min(len(b), len(mark))]), string(mark)) {
		return mark
	}
	return nil
}

// addByteOrderMethods adds int.to_bytes and int.from_bytes.
func addByteOrderMethods() {
	intMethods.add("int.", "to_bytes", "self, length=1, byteorder='big', signed=False", func(f *frame, a []any) any {
		n, _ := asBig(a[0])
		size := toInt(a[1])
		if size < 0 {
			fail(KindValue, "length argument must be non-negative")
		}
		f.st.size(size)
		signed := truth(a[3])
		if n.Sign() < 0 && !signed {
			fail(KindOverflow, "can't convert negative int to unsigned")
		}
		bits := n.BitLen()
		if signed {
			bits = new(big.Int).Add(new(big.Int).Abs(n), big.NewInt(int64(min(n.Sign(), 0)))).BitLen() + 1
		}
		if bits > 8*size && n.Sign() != 0 {
			fail(KindOverflow, "int too big to convert")
		}
		if n.Sign() < 0 {
			n = new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), uint(8*size)))
		}
		return inOrder(n.FillBytes(make([]byte, size)), strArg(a[2]))
	})
	intMethods.add("int.", "from_bytes", "self, bytes, byteorder='big', signed=False", func(f *frame, a []any) any {
		b, ok := a[1].([]byte)
		if !ok {
			fail(KindType, "cannot convert '%s' object to bytes", typeName(a[1]))
		}
		f.st.size(len(b))
		b = inOrder(append([]byte{}, b...), strArg(a[2]))
		n := new(big.Int).SetBytes(b)
		if len(b) > 0 && b[0] >= 0x80 && truth(a[3]) {
			n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
		}
		return normBig(n)
	})
}

// inOrder turns bytes around where the lowest is to come first.
func inOrder(b []byte, order string) []byte {
	switch order {
	case "big":
		return b
	case "little":
		for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
			b[i], b[j] = b[j], b[i]
		}
		return b
	}
	fail(KindValue, "byteorder must be either 'little' or 'big'")
	return nil
}

// makeTranslation is str.maketrans: a dict of the numbers of characters.
func makeTranslation(f *frame, x, y, z any) any {
	out := &Dict{}
	if y == nil {
		m, ok := asMapping(norm(x))
		if !ok {
			fail(KindType, "if you give only one argument to maketrans it must be a dict")
		}
		for _, k := range f.keys(m) {
			v, _ := m.Lookup(k)
			if s, ok := asString(k); ok {
				if runeLen(s) != 1 {
					fail(KindValue, "string keys in translate table must be of length 1")
				}
				r, _ := utf8.DecodeRuneInString(s)
				k = int(r)
			}
			out.Set(k, v)
		}
		return out
	}
	from, to := []rune(strArg(x)), []rune(strArg(y))
	if len(from) != len(to) {
		fail(KindValue, "the first two maketrans arguments must have equal length")
	}
	f.st.entries(len(from))
	for i, r := range from {
		out.Set(int(r), int(to[i]))
	}
	if z != nil {
		for _, r := range strArg(z) {
			f.st.entries(1)
			out.Set(int(r), nil)
		}
	}
	return out
}
