package session

import (
	"encoding/base64"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/cantil-go/cantil/session/codec"
)

// RowJSON writes rows as Flask-Session does where SESSION_SERIALIZATION_FORMAT
// is "json": JSON without tags, in which bytes are base64, dates text, and
// tuples lists, and come back as such. It is for [RowSerializer], and for rows
// that other programs read.
var RowJSON codec.Serializer = rowJSON{}

// rowJSON leaves reading to tagged JSON, which plain JSON is a part of.
type rowJSON struct{}

var untagged = codec.NewTaggedJSON(codec.SortKeys(false), codec.EnsureASCII(false))

func (rowJSON) SplitFields(dst []codec.Field, payload string) ([]codec.Field, error) {
	return untagged.SplitFields(dst, payload)
}

func (rowJSON) DecodeValue(raw string) (any, error) { return untagged.DecodeValue(raw) }

func (j rowJSON) AppendFields(dst []byte, fields []codec.Field) ([]byte, error) {
	out := append(dst, '{')
	for i, f := range fields {
		if i > 0 {
			out = append(out, ',')
		}
		value, err := f.Value, error(nil)
		if f.Raw != "" {
			value, err = j.DecodeValue(f.Raw)
		}
		if err == nil {
			out, err = untagged.AppendValue(out, f.Key)
		}
		if err == nil {
			out, err = j.AppendValue(append(out, ':'), value)
		}
		if err != nil {
			return dst, err
		}
	}
	return append(out, '}'), nil
}

// AppendValue goes by way of msgpack, which checks the value and leaves only
// the kinds that appendPlain knows.
func (rowJSON) AppendValue(dst []byte, v any) ([]byte, error) {
	encoded, err := codec.MsgpackRows.AppendValue(nil, v)
	if err != nil {
		return dst, err
	}
	if v, err = codec.Msgpack.DecodeValue(string(encoded)); err != nil {
		return dst, err
	}
	out, err := appendPlain(dst, v)
	if err != nil {
		return dst, err
	}
	return out, nil
}

// appendPlain writes v without tags. What a tag would be for becomes text.
func appendPlain(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case []byte:
		return untagged.AppendValue(dst, base64.StdEncoding.EncodeToString(v))
	case time.Time:
		return untagged.AppendValue(dst, isoText(v))
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return append(dst, "null"...), nil
		}
	case []any:
		return appendPlainList(dst, v)
	case map[string]any:
		return appendPlainMap(dst, v)
	}
	return untagged.AppendValue(dst, v)
}

// isoText is a date as msgspec writes it: microseconds, if there are any.
func isoText(t time.Time) string {
	if t.Nanosecond() == 0 {
		return t.UTC().Format("2006-01-02T15:04:05Z")
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000Z")
}

func appendPlainList(dst []byte, list []any) (_ []byte, err error) {
	dst = append(dst, '[')
	for i, v := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = appendPlain(dst, v); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

func appendPlainMap(dst []byte, m map[string]any) (_ []byte, err error) {
	dst = append(dst, '{')
	for i, key := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = untagged.AppendValue(dst, key); err != nil {
			return dst, err
		}
		if dst, err = appendPlain(append(dst, ':'), m[key]); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}
