package vectors

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cantil-go/cantil/session/codec"
)

// A Value is a Python value as the vectors write it, with its type.
type Value struct {
	T      string          `json:"t"`
	V      json.RawMessage `json:"v"`
	UTF16  string          `json:"utf16"`
	Hex    string          `json:"hex"`
	Bits   string          `json:"bits"`
	ISO    string          `json:"iso"`
	US     string          `json:"us"`
	Repeat json.RawMessage `json:"repeat"`
	Nest   int             `json:"nest"`
	Inner  *Value          `json:"inner"`
	Code   int8            `json:"code"`
}

// A Format is what a value is written in. The Python side writes types that Go does not have differently in each.
type Format int

// The formats.
const (
	Msgpack Format = iota
	TaggedJSON
)

// Go returns the value that a Go program stores where a Python program stores v. Dicts are *codec.Dict, to keep their
// order. For what Python writes as text it is that text; for what cannot be stored it is a channel, which cannot either.
func (v Value) Go(f Format) any {
	switch v.T {
	case "null":
		return nil
	case "bool":
		return string(v.V) == "true"
	case "int":
		return v.int()
	case "float":
		bits := must(strconv.ParseUint(v.Bits, 16, 64))
		return math.Float64frombits(bits)
	case "str":
		return v.str()
	case "bytes", "bytearray":
		if v.T == "bytearray" && f == TaggedJSON {
			return make(chan int)
		}
		return must(hex.DecodeString(v.Hex))
	case "list", "set", "tuple":
		return v.sequence(f)
	case "dict":
		return v.dict(f)
	case "datetime", "date", "time", "timedelta":
		return v.time(f)
	case "uuid":
		return must(codec.ParseUUID(v.text()))
	case "markup":
		return codec.Markup(v.text())
	case "decimal":
		return v.text()
	case "ext":
		return codec.Ext{Code: v.Code, Data: must(hex.DecodeString(v.Hex))}
	case "object":
		return make(chan int)
	}
	panic("golden: unknown type " + v.T)
}

// must stops the test program: a vector that cannot be read is a mistake in the file.
func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprint("golden: ", err))
	}
	return v
}

// field reads a JSON value of a known type.
func field[T any](raw json.RawMessage) (v T) {
	must(0, json.Unmarshal(raw, &v))
	return v
}

func (v Value) text() string { return field[string](v.V) }

func (v Value) int() any {
	n, ok := new(big.Int).SetString(v.text(), 10)
	if !ok {
		panic("golden: int " + v.text())
	}
	switch {
	case n.IsInt64():
		if i := int(n.Int64()); int64(i) == n.Int64() {
			return i
		}
		return n.Int64()
	case n.IsUint64():
		return n.Uint64()
	}
	return n
}

func (v Value) str() string {
	switch {
	case v.UTF16 != "":
		return wtf8(must(hex.DecodeString(v.UTF16)))
	case v.Repeat != nil:
		pair := field[[2]json.RawMessage](v.Repeat)
		return strings.Repeat(field[string](pair[0]), field[int](pair[1]))
	}
	return v.text()
}

// wtf8 keeps lone surrogates, as codec does: it lets tagged JSON read each unit, since JSON has an escape for them.
func wtf8(utf16be []byte) string {
	quoted := `"`
	for i := 0; i+1 < len(utf16be); i += 2 {
		quoted += fmt.Sprintf(`\u%02x%02x`, utf16be[i], utf16be[i+1])
	}
	return must(codec.TaggedJSON.DecodeValue(quoted + `"`)).(string)
}

// items returns the members of a sequence.
func (v Value) items() []Value {
	switch {
	case v.Nest > 1:
		inner := v
		inner.Nest--
		return []Value{inner}
	case v.Nest == 1:
		return []Value{*v.Inner}
	case v.Repeat != nil:
		pair := field[[2]json.RawMessage](v.Repeat)
		return slices.Repeat([]Value{field[Value](pair[0])}, field[int](pair[1]))
	}
	return field[[]Value](v.V)
}

func (v Value) sequence(f Format) any {
	if v.T == "set" && f == TaggedJSON {
		return make(chan int)
	}
	list := []any{}
	for _, item := range v.items() {
		list = append(list, item.Go(f))
	}
	if v.T == "tuple" {
		return codec.Tuple(list)
	}
	return list
}

// pairs returns the entries of a dict.
func (v Value) pairs() [][2]Value { return field[[][2]Value](v.V) }

func (v Value) dict(f Format) any {
	d := new(codec.Dict)
	for _, pair := range v.pairs() {
		d.Items = append(d.Items, codec.Item{Key: pair[0].Go(f), Value: pair[1].Go(f)})
	}
	return d
}

// time returns a time.Time for a datetime, and for its relatives the text that the Python side writes.
func (v Value) time(f Format) any {
	switch {
	case v.T == "datetime" && v.aware():
		return must(time.Parse(time.RFC3339Nano, v.ISO))
	case v.T == "datetime" && f == TaggedJSON:
		return must(time.Parse(time.RFC3339Nano, v.ISO+"Z")) // Werkzeug takes it for UTC
	case v.T == "date" && f == TaggedJSON:
		return must(time.Parse(time.DateOnly, v.ISO)).Format("Mon, 02 Jan 2006 15:04:05 GMT")
	case f == TaggedJSON:
		return make(chan int) // not JSON serializable
	case v.T == "timedelta":
		return duration(must(strconv.ParseInt(v.US, 10, 64)))
	}
	return strings.Replace(v.ISO, "+00:00", "Z", 1)
}

// aware tells whether a datetime has an offset.
func (v Value) aware() bool {
	_, clock, _ := strings.Cut(v.ISO, "T")
	return strings.ContainsAny(clock, "+-Z")
}

// duration writes microseconds in the ISO 8601 form of msgspec.
func duration(us int64) string {
	sign := ""
	if us < 0 {
		sign, us = "-", -us
	}
	days, rest := us/86_400_000_000, us%86_400_000_000
	text := sign + "P"
	if days > 0 || rest == 0 {
		text += fmt.Sprintf("%dD", days)
	}
	if rest == 0 {
		return text
	}
	text += fmt.Sprintf("T%d", rest/1_000_000)
	if fraction := rest % 1_000_000; fraction > 0 {
		text += strings.TrimRight(fmt.Sprintf(".%06d", fraction), "0")
	}
	return text + "S"
}
