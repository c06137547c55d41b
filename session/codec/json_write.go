package codec

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/cantil-go/cantil/internal/pytext"
)

// taggedJSON writes what flask.json.tag.TaggedJSONSerializer writes under the
// options of Flask's JSON provider.
type taggedJSON struct {
	keepOrder bool // app.json.sort_keys = False
	unicode   bool // app.json.ensure_ascii = False
}

// An Option is a deviation from what Flask's JSON provider does by default, see
// [NewTaggedJSON].
type Option func(*taggedJSON)

// SortKeys is app.json.sort_keys, true unless set. If false, the order of
// insertion is kept, at the top level and in a [Dict]; a Go map has none and is
// always written sorted.
func SortKeys(on bool) Option { return func(j *taggedJSON) { j.keepOrder = !on } }

// EnsureASCII is app.json.ensure_ascii, true unless set. If false, characters
// beyond ASCII are written as they are.
func EnsureASCII(on bool) Option { return func(j *taggedJSON) { j.unicode = !on } }

// NewTaggedJSON returns a serializer for an application that has set options of
// its JSON provider. Without options it is [TaggedJSON]. Reading is the same
// for all of them.
func NewTaggedJSON(options ...Option) Serializer {
	j := new(taggedJSON)
	for _, o := range options {
		o(j)
	}
	return j
}

func (j *taggedJSON) AppendFields(dst []byte, fields []Field) ([]byte, error) {
	start := len(dst)
	var out []byte
	var err error
	if j.keepOrder || slices.IsSortedFunc(fields, compareFields) {
		out, err = j.appendInOrder(dst, fields, nil)
	} else {
		var buf [32]int32
		out, err = j.appendInOrder(dst, fields, sortedOrder(buf[:0], fields))
	}
	if err != nil {
		return dst[:start], err
	}
	return out, nil
}

// appendInOrder writes the fields in the given order, nil being the one they
// stand in.
func (j *taggedJSON) appendInOrder(dst []byte, fields []Field, order []int32) (_ []byte, err error) {
	wrapped := len(fields) == 1 && isTag(fields[0].Key)
	if dst = append(dst, '{'); wrapped {
		dst = append(dst, `" di":{`...)
	}
	for i := range fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		f := &fields[i]
		if order != nil {
			f = &fields[order[i]]
		}
		if dst, err = j.appendKey(dst, f.Key, wrapped); err != nil {
			return dst, err
		}
		if f.Raw != "" {
			dst = append(dst, f.Raw...)
		} else if dst, err = j.append(dst, f.Value, valueDepth); err != nil {
			return dst, err
		}
	}
	if wrapped {
		dst = append(dst, '}')
	}
	return append(dst, '}'), nil
}

func compareFields(a, b Field) int { return compareText(a.Key, b.Key) }

// sortedOrder appends the indexes of the fields to buf in the order of the
// keys. It sorts a few by insertion, which takes no memory.
func sortedOrder(buf []int32, fields []Field) []int32 {
	for i := range fields {
		buf = append(buf, int32(i))
	}
	if len(fields) > 32 {
		slices.SortFunc(buf, func(a, b int32) int { return compareText(fields[a].Key, fields[b].Key) })
		return buf
	}
	for i := 1; i < len(buf); i++ {
		for k := i; k > 0 && fields[buf[k]].Key < fields[buf[k-1]].Key; k-- {
			buf[k], buf[k-1] = buf[k-1], buf[k]
		}
	}
	return buf
}

func (j *taggedJSON) AppendValue(dst []byte, v any) ([]byte, error) {
	out, err := j.append(dst, v, valueDepth)
	if err != nil {
		return dst, err
	}
	return out, nil
}

// append appends v, in which depth more levels are allowed.
func (j *taggedJSON) append(dst []byte, v any, depth int) ([]byte, error) {
	switch v := v.(type) {
	case string:
		return j.appendString(dst, v)
	case int:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case nil:
		return append(dst, "null"...), nil
	case float64:
		return pytext.AppendJSONFloat(dst, v, 64), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case uint64:
		return strconv.AppendUint(dst, v, 10), nil
	}
	if depth <= 1 { // a tag takes two levels
		return dst, ErrTooDeep
	}
	return j.appendCompound(dst, v, depth)
}

// appendCompound appends what may hold other values, what needs a tag, and the
// rarer types.
func (j *taggedJSON) appendCompound(dst []byte, v any, depth int) ([]byte, error) {
	switch v := v.(type) {
	case []any:
		return j.appendList(dst, v, depth)
	case []string:
		return j.appendStrings(dst, v)
	case map[string]any:
		return j.appendMap(dst, v, depth)
	case *Dict:
		if v != nil {
			return j.appendDict(dst, v.Items, depth)
		}
	case Dict:
		return j.appendDict(dst, v.Items, depth)
	case *big.Int:
		if v != nil {
			return appendBigDigits(dst, v)
		}
	case Ext:
		return dst, &UnsupportedTypeError{reflect.TypeOf(v), "JSON has no extension types"}
	case Tuple, []byte, UUID, time.Time, htmler:
		return j.appendTagged(dst, v, depth)
	}
	plain, err := normalize(v)
	if err != nil {
		return dst, err
	}
	return j.append(dst, plain, depth-1)
}

// appendTagged writes the types that need a tag: a mapping of one key, which
// says the type.
func (j *taggedJSON) appendTagged(dst []byte, v any, depth int) (_ []byte, err error) {
	switch v := v.(type) {
	case Tuple:
		dst, err = j.appendList(append(dst, `{" t":`...), v, depth-1)
	case []byte:
		dst = base64.StdEncoding.AppendEncode(append(dst, `{" b":"`...), v)
		dst = append(dst, '"')
	case UUID:
		dst = hex.AppendEncode(append(dst, `{" u":"`...), v[:])
		dst = append(dst, '"')
	case time.Time:
		dst, err = appendHTTPDate(append(dst, `{" d":"`...), v)
		dst = append(dst, '"')
	case htmler:
		if isNil(v) {
			return append(dst, "null"...), nil
		}
		dst, err = j.appendString(append(dst, `{" m":`...), v.HTML())
	}
	return append(dst, '}'), err
}

func (j *taggedJSON) appendList(dst []byte, list []any, depth int) (_ []byte, err error) {
	dst = append(dst, '[')
	for i, v := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = j.append(dst, v, depth-1); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

func (j *taggedJSON) appendStrings(dst []byte, list []string) (_ []byte, err error) {
	dst = append(dst, '[')
	for i, s := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = j.appendString(dst, s); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

func appendBigDigits(dst []byte, n *big.Int) ([]byte, error) {
	// Checked by bits first: the digits of a huge number take quadratic time.
	if n.BitLen() <= 4*pytext.MaxDigits {
		start := len(dst)
		dst = n.Append(dst, 10)
		digits := len(dst) - start
		if n.Sign() < 0 {
			digits--
		}
		if digits <= pytext.MaxDigits {
			return dst, nil
		}
	}
	return dst, fmt.Errorf("%w: Python reads integers of up to %d digits", ErrOutOfRange, pytext.MaxDigits)
}
