package codec

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"slices"
	"time"
	"unicode/utf8"
)

// msgpackSerializer writes what msgspec writes: the shortest header for every
// length, unsigned forms for what is not negative, floats of 64 bits.
type msgpackSerializer struct {
	markupAsText bool
}

func (m *msgpackSerializer) AppendFields(dst []byte, fields []Field) ([]byte, error) {
	start, err := len(dst), error(nil)
	dst = appendHeader(dst, mapHeaders, len(fields))
	for i := range fields {
		f := &fields[i]
		if dst, err = appendStr(dst, f.Key); err != nil {
			return dst[:start], err
		}
		if f.Raw != "" {
			dst = append(dst, f.Raw...)
		} else if dst, err = m.append(dst, f.Value, valueDepth); err != nil {
			return dst[:start], err
		}
	}
	return dst, nil
}

func (m *msgpackSerializer) AppendValue(dst []byte, v any) ([]byte, error) {
	out, err := m.append(dst, v, valueDepth)
	if err != nil {
		return dst, err
	}
	return out, nil
}

// append appends v, in which depth more levels are allowed.
func (m *msgpackSerializer) append(dst []byte, v any, depth int) ([]byte, error) {
	switch v := v.(type) {
	case string:
		return appendStr(dst, v)
	case int:
		return appendInt(dst, int64(v)), nil
	case bool:
		if v {
			return append(dst, 0xc3), nil
		}
		return append(dst, 0xc2), nil
	case nil:
		return append(dst, 0xc0), nil
	case float64:
		return binary.BigEndian.AppendUint64(append(dst, 0xcb), math.Float64bits(v)), nil
	case int64:
		return appendInt(dst, v), nil
	case uint64:
		return appendUint(dst, v), nil
	case time.Time:
		return appendTime(dst, v)
	case []byte:
		return append(appendHeader(dst, binHeaders, len(v)), v...), nil
	}
	if depth == 0 {
		return dst, ErrTooDeep
	}
	return m.appendCompound(dst, v, depth)
}

// appendCompound appends what may hold other values, and the rarer types.
func (m *msgpackSerializer) appendCompound(dst []byte, v any, depth int) ([]byte, error) {
	switch v := v.(type) {
	case []any:
		return m.appendList(dst, v, depth)
	case Tuple:
		return m.appendList(dst, v, depth)
	case []string:
		return appendStrings(dst, v)
	case map[string]any:
		return m.appendMap(dst, v, depth)
	case *Dict:
		if v != nil {
			return m.appendDict(dst, v.Items, depth)
		}
	case Dict:
		return m.appendDict(dst, v.Items, depth)
	case UUID:
		var text [36]byte
		return append(append(dst, 0xd9, 36), v.Append(text[:0])...), nil
	case *big.Int:
		return appendBigInt(dst, v)
	case Ext:
		return appendExt(dst, v.Code, v.Data), nil
	case htmler:
		return m.appendMarkup(dst, v)
	}
	plain, err := normalize(v)
	if err != nil {
		return dst, err
	}
	return m.append(dst, plain, depth-1)
}

// appendMarkup writes HTML as an extension, or as the text that it is.
func (m *msgpackSerializer) appendMarkup(dst []byte, v htmler) ([]byte, error) {
	if isNil(v) {
		return append(dst, 0xc0), nil
	}
	text := v.HTML()
	switch {
	case m.markupAsText:
		return appendStr(dst, text)
	case !utf8.ValidString(text):
		return dst, fmt.Errorf("%w: %.40q", ErrInvalidText, text)
	}
	return appendExt(dst, extMarkup, []byte(text)), nil
}

func (m *msgpackSerializer) appendList(dst []byte, list []any, depth int) (_ []byte, err error) {
	dst = appendHeader(dst, arrayHeaders, len(list))
	for _, v := range list {
		if dst, err = m.append(dst, v, depth-1); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func appendStrings(dst []byte, list []string) (_ []byte, err error) {
	dst = appendHeader(dst, arrayHeaders, len(list)) // as a []any, without one
	for _, s := range list {
		if dst, err = appendStr(dst, s); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// appendMap writes the keys sorted: equal maps become equal bytes.
func (m *msgpackSerializer) appendMap(dst []byte, mapping map[string]any, depth int) (_ []byte, err error) {
	var buf [16]string
	dst = appendHeader(dst, mapHeaders, len(mapping))
	for _, k := range sortedKeys(buf[:0], mapping) {
		if dst, err = appendStr(dst, k); err != nil {
			return dst, err
		}
		if dst, err = m.append(dst, mapping[k], depth-1); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// sortedKeys appends the keys of m to buf, which should be empty, and sorts
// them.
func sortedKeys(buf []string, m map[string]any) []string {
	for k := range m {
		buf = append(buf, k)
	}
	slices.Sort(buf)
	return buf
}

func (m *msgpackSerializer) appendDict(dst []byte, items []Item, depth int) (_ []byte, err error) {
	dst = appendHeader(dst, mapHeaders, len(items))
	for _, item := range items {
		if dst, err = m.append(dst, item.Key, depth-1); err != nil {
			return dst, err
		}
		if dst, err = m.append(dst, item.Value, depth-1); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// headers are the first bytes of a type with a length: the short form with room
// for the length itself up to short, then those with lengths of one, two and
// four bytes. A zero byte is a form that does not exist.
type headers struct{ fix, short, b8, b16, b32 byte }

var (
	mapHeaders   = headers{0x80, 15, 0, 0xde, 0xdf}
	arrayHeaders = headers{0x90, 15, 0, 0xdc, 0xdd}
	strHeaders   = headers{0xa0, 31, 0xd9, 0xda, 0xdb}
	binHeaders   = headers{0, 0, 0xc4, 0xc5, 0xc6}
	extHeaders   = headers{0, 0, 0xc7, 0xc8, 0xc9}
)

func appendHeader(dst []byte, h headers, n int) []byte {
	switch {
	case h.fix != 0 && n <= int(h.short):
		return append(dst, h.fix|byte(n))
	case h.b8 != 0 && n <= math.MaxUint8:
		return append(dst, h.b8, byte(n))
	case n <= math.MaxUint16:
		return append(dst, h.b16, byte(n>>8), byte(n))
	}
	return binary.BigEndian.AppendUint32(append(dst, h.b32), uint32(n))
}

func appendStr(dst []byte, s string) ([]byte, error) {
	if !utf8.ValidString(s) {
		return dst, fmt.Errorf("%w: %.40q", ErrInvalidText, s)
	}
	return append(appendHeader(dst, strHeaders, len(s)), s...), nil
}

// appendInt writes negative numbers in the shortest of the signed forms.
func appendInt(dst []byte, n int64) []byte {
	switch {
	case n >= 0:
		return appendUint(dst, uint64(n))
	case n >= -32:
		return append(dst, byte(n))
	case n >= math.MinInt8:
		return append(dst, 0xd0, byte(n))
	case n >= math.MinInt16:
		return append(dst, 0xd1, byte(n>>8), byte(n))
	case n >= math.MinInt32:
		return binary.BigEndian.AppendUint32(append(dst, 0xd2), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(dst, 0xd3), uint64(n))
}

func appendUint(dst []byte, n uint64) []byte {
	switch {
	case n < 0x80:
		return append(dst, byte(n))
	case n <= math.MaxUint8:
		return append(dst, 0xcc, byte(n))
	case n <= math.MaxUint16:
		return append(dst, 0xcd, byte(n>>8), byte(n))
	case n <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(dst, 0xce), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(dst, 0xcf), n)
}

func appendBigInt(dst []byte, n *big.Int) ([]byte, error) {
	switch {
	case n == nil:
		return append(dst, 0xc0), nil
	case n.IsInt64():
		return appendInt(dst, n.Int64()), nil
	case n.IsUint64():
		return appendUint(dst, n.Uint64()), nil
	}
	return dst, fmt.Errorf("%w: msgpack integers go from -2^63 to 2^64-1", ErrOutOfRange)
}

// appendTime writes the timestamp extension in the shortest of its three forms,
// with microseconds as in Python.
func appendTime(dst []byte, t time.Time) ([]byte, error) {
	if !storable(t) {
		return dst, errYear(t)
	}
	sec, nsec := uint64(t.Unix()), uint64(t.Nanosecond()/1000*1000)
	switch {
	case sec>>32 == 0 && nsec == 0:
		return binary.BigEndian.AppendUint32(append(dst, 0xd6, extTime), uint32(sec)), nil
	case sec>>34 == 0:
		return binary.BigEndian.AppendUint64(append(dst, 0xd7, extTime), nsec<<34|sec), nil
	}
	dst = binary.BigEndian.AppendUint32(append(dst, 0xc7, 12, extTime), uint32(nsec))
	return binary.BigEndian.AppendUint64(dst, sec), nil
}

// extTime is the code of timestamps, -1. extMarkup is that of [Markup], an 'M',
// one of those that MessagePack leaves to applications.
const (
	extTime   = 0xff
	extMarkup = 77
)

// appendExt writes an extension; those of five lengths have a first byte of
// their own.
func appendExt(dst []byte, code int8, data []byte) []byte {
	switch n := len(data); n {
	case 1, 2, 4, 8, 16:
		dst = append(dst, 0xd4+byte(math.Ilogb(float64(n))))
	default:
		dst = appendHeader(dst, extHeaders, n)
	}
	return append(append(dst, byte(code)), data...)
}
