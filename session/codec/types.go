package codec

import (
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strconv"

	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/internal/pyvalue"
	"github.com/cantil-go/cantil/internal/uuid"
	"github.com/vmihailenco/msgpack/v5"
)

// A Tuple is Python's tuple. Only tagged JSON tells it from a list; msgpack
// writes an array and reads a []any.
type Tuple = pyvalue.Tuple

// Markup is text that is HTML already, markupsafe.Markup in Python: templates
// do not escape it again. Tagged JSON keeps the type, and so does [Msgpack], by
// an extension of our own; [MsgpackRows] writes a str. (msgspec refuses it.)
type Markup = pyvalue.Markup

// htmler is the counterpart of Python's __html__: tagged JSON stores any value
// with it as Markup.
type htmler interface{ HTML() string }

// A UUID is Python's uuid.UUID: 16 bytes, whose String method gives the usual
// form of 36 characters in lower case. It is also a TextMarshaler,
// TextUnmarshaler and msgpack's CustomEncoder and CustomDecoder. Tagged JSON
// keeps the type; msgpack writes its text and reads a string. The variable of a
// <uuid:…> rule is one too.
type UUID = uuid.UUID

// ParseUUID reads 32 hexadecimal digits, or 36 characters with the four dashes.
// The error wraps [ErrMalformed].
func ParseUUID(s string) (UUID, error) {
	u, err := uuid.Parse(s)
	if err != nil {
		return u, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return u, nil
}

// An Ext is a msgpack extension value of a code that has no Go type here: all but
// -1, a date, and 77, Markup. JSON cannot hold one.
type Ext struct {
	Code int8
	Data []byte
}

// EncodeMsgpack writes the extension where an Ext lies inside of a struct.
func (e Ext) EncodeMsgpack(enc *msgpack.Encoder) error {
	return enc.Encode(msgpack.RawMessage(appendExt(nil, e.Code, e.Data)))
}

// A Dict is a mapping in a fixed order whose keys may be of any type that a
// Python dict takes: what a nested dict with a key other than a string is read
// as. Dicts with string keys only are read as map[string]any.
type Dict struct {
	Items []Item
}

// An Item is one entry of a [Dict].
type Item struct {
	Key, Value any
}

// Get returns the value of a key. The key has to have the type that decoding
// gives it, an int for a Python int.
func (d *Dict) Get(key any) (value any, ok bool) {
	if i := d.index(key); i >= 0 {
		return d.Items[i].Value, true
	}
	return nil, false
}

// Set gives a key a value: in its place if it is there, else at the end, d[key]
// = value.
func (d *Dict) Set(key, value any) {
	if i := d.index(key); i >= 0 {
		d.Items[i].Value = value
		return
	}
	d.Items = append(d.Items, Item{key, value})
}

// Delete removes a key, del d[key], and reports whether it was there.
func (d *Dict) Delete(key any) bool {
	i := d.index(key)
	if i >= 0 {
		d.Items = slices.Delete(d.Items, i, i+1)
	}
	return i >= 0
}

// dropRepeated leaves one item for each key, which are strings: the last value
// in the first place.
func (d *Dict) dropRepeated() *Dict {
	at := make(map[any]int, len(d.Items))
	kept := d.Items[:0]
	for _, item := range d.Items {
		i, ok := at[item.Key]
		if ok {
			kept[i].Value = item.Value
			continue
		}
		at[item.Key] = len(kept)
		kept = append(kept, item)
	}
	d.Items = kept
	return d
}

// index is the place of a key, -1 if it is not there; the last of several
// counts, as in reading.
func (d *Dict) index(key any) int {
	for i, item := range slices.Backward(d.Items) {
		if reflect.DeepEqual(item.Key, key) {
			return i
		}
	}
	return -1
}

// Len is the number of items.
func (d *Dict) Len() int { return len(d.Items) }

// EncodeMsgpack writes the mapping where a Dict lies inside of a struct.
func (d Dict) EncodeMsgpack(enc *msgpack.Encoder) error {
	raw, err := new(msgpackSerializer).appendDict(nil, d.Items, valueDepth)
	if err != nil {
		return err
	}
	return enc.Encode(msgpack.RawMessage(raw))
}

// appendKeyText appends the text that json.dumps makes of a dict key: of None,
// bools and numbers too, of nothing else.
func appendKeyText(dst []byte, key any) ([]byte, bool) {
	switch k := key.(type) {
	case string:
		return append(dst, k...), true
	case nil:
		return append(dst, "null"...), true
	case bool:
		return strconv.AppendBool(dst, k), true
	case int:
		return strconv.AppendInt(dst, int64(k), 10), true
	case int64:
		return strconv.AppendInt(dst, k, 10), true
	case uint64:
		return strconv.AppendUint(dst, k, 10), true
	case float64:
		return pytext.AppendJSONFloat(dst, k, 64), true
	case *big.Int:
		return k.Append(dst, 10), true
	}
	return dst, false
}

// keyText is appendKeyText as a string.
func keyText(key any) (string, bool) {
	if s, ok := key.(string); ok {
		return s, true
	}
	text, ok := appendKeyText(nil, key)
	return string(text), ok
}
