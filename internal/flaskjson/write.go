// Package flaskjson writes and reads JSON as Flask does, character for
// character, for the values that Go programs have.
package flaskjson

import (
	"cmp"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/session/codec"
)

// Options say how JSON is written, as the attributes of Flask's
// DefaultJSONProvider.
type Options struct {
	SortKeys bool // sort_keys, True in Flask
	ASCII    bool // ensure_ascii, True in Flask
	Indent   int  // spaces a level; 0 is compact, Flask uses 2 in debug mode
	Spaced   bool // spaces after "," and ":", as json.dumps has them
	Plain    bool // json.dumps without Flask's provider: no time.Time, []byte or UUID
}

// Default is what an application writes unless it is told otherwise.
var Default = Options{SortKeys: true, ASCII: true}

// maxDepth bounds nesting, and with it values that contain themselves.
const maxDepth = 1000

var errDepth = errors.New("cantil: JSON: nested too deeply, or a value that contains itself")

// Append appends v as JSON, character for character what Flask writes; a
// response adds a newline.
//
// Beside what encoding/json knows (struct tags, MarshalJSON, MarshalText;
// []byte is base64) it writes: time.Time as an HTTP date in UTC, a value with
// HTML() string as that text (__html__), a 16-byte array with String() as that
// text (uuid.UUID), iter.Seq2[string, any] and anything with All() of that type
// as an object, floats as Python's repr, NaN and infinities by name. Keys of
// structs are sorted like those of maps.
func Append(dst []byte, v any, opts Options) ([]byte, error) {
	w := writer{buf: dst, opts: opts}
	if err := w.value(v); err != nil {
		return dst, err
	}
	return w.buf, nil
}

// writer writes one document.
type writer struct {
	buf      []byte
	opts     Options
	depth    int // brackets that are open
	pointers int // pointers that are being followed
}

// value writes the kinds that views usually return without reflection, and
// leaves the rest to [writer.special].
func (w *writer) value(v any) error {
	switch v := v.(type) {
	case nil:
		w.buf = append(w.buf, "null"...)
	case bool:
		w.buf = strconv.AppendBool(w.buf, v)
	case string:
		w.string(v)
	case int:
		w.buf = strconv.AppendInt(w.buf, int64(v), 10)
	case int64:
		w.buf = strconv.AppendInt(w.buf, v, 10)
	case float64:
		w.buf = pytext.AppendJSONFloat(w.buf, v, 64)
	case map[string]any:
		return writeMap(w, v, w.value)
	case map[string]string:
		return writeMap(w, v, w.stringValue)
	case []any:
		return writeList(w, v, w.value)
	case []string:
		return writeList(w, v, w.stringValue)
	case iter.Seq2[string, any]:
		return w.sequence(v)
	default:
		return w.special(v)
	}
	return nil
}

func (w *writer) stringValue(s string) error {
	w.string(s)
	return nil
}

// special writes values that say themselves how they are written.
func (w *writer) special(v any) error {
	if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer && r.IsNil() {
		w.buf = append(w.buf, "null"...)
		return nil
	}
	switch v := v.(type) {
	case time.Time:
		return w.time(v)
	case *time.Time:
		return w.time(*v)
	case interface{ HTML() string }:
		w.string(v.HTML())
	case interface{ All() iter.Seq2[string, any] }:
		return w.sequence(v.All())
	case *codec.Dict:
		return w.dict(v)
	case json.Number:
		return w.number(v)
	case json.Marshaler:
		text, err := v.MarshalJSON()
		if err != nil {
			return fmt.Errorf("cantil: JSON: %T: %w", v, err)
		}
		return w.raw(text)
	case encoding.TextMarshaler:
		if w.opts.Plain && isBytes(reflect.TypeOf(v)) {
			return notSerializable(v)
		}
		text, err := v.MarshalText()
		if err != nil {
			return fmt.Errorf("cantil: JSON: %T: %w", v, err)
		}
		w.string(string(text))
	default:
		return w.reflected(reflect.ValueOf(v))
	}
	return nil
}

func (w *writer) time(t time.Time) error {
	if w.opts.Plain {
		return notSerializable(t)
	}
	if t.Year() < 1 || !t.Before(httpheader.MaxDate) {
		return fmt.Errorf("cantil: JSON: year %d is out of range", t.Year())
	}
	w.buf = httpheader.AppendDate(append(w.buf, '"'), t)
	w.buf = append(w.buf, '"')
	return nil
}

// isBytes reports whether a type is []byte or a UUID, a pointer to it too.
func isBytes(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) && t.Elem().Kind() == reflect.Uint8
}

func notSerializable(v any) error {
	return fmt.Errorf("cantil: JSON: a value of type %T is not JSON serializable", v)
}

// number writes the text of a number that came from JSON.
func (w *writer) number(n json.Number) error {
	if n == "" {
		n = "0"
	}
	if !json.Valid([]byte(n)) || n[0] != '-' && (n[0] < '0' || n[0] > '9') {
		return fmt.Errorf("cantil: JSON: %q is not a number", string(n))
	}
	w.buf = append(w.buf, n...)
	return nil
}

// raw writes JSON that a value made itself, in the form of the rest.
func (w *writer) raw(text []byte) error {
	var v any
	if err := decodeNumbers(text, &v); err != nil {
		return fmt.Errorf("cantil: JSON: MarshalJSON gave no JSON: %w", err)
	}
	return w.value(v) // its numbers keep their text
}

// open and close write the brackets; item what stands before an item.
func (w *writer) open(bracket byte) error {
	if w.depth++; w.depth > maxDepth {
		return errDepth
	}
	w.buf = append(w.buf, bracket)
	return nil
}

func (w *writer) item(i int) {
	if i > 0 {
		w.buf = append(w.buf, ',')
		if w.opts.Spaced {
			w.buf = append(w.buf, ' ')
		}
	}
	w.newline()
}

func (w *writer) close(bracket byte, items int) {
	w.depth--
	if items > 0 {
		w.newline()
	}
	w.buf = append(w.buf, bracket)
}

func (w *writer) newline() {
	if w.opts.Indent == 0 {
		return
	}
	w.buf = append(w.buf, '\n')
	for range w.depth * w.opts.Indent {
		w.buf = append(w.buf, ' ')
	}
}

func (w *writer) key(i int, key string) {
	w.item(i)
	w.string(key)
	w.buf = append(w.buf, ':')
	if w.opts.Indent > 0 || w.opts.Spaced {
		w.buf = append(w.buf, ' ')
	}
}

// writeMap writes a map with its keys sorted; Go's maps have no order that
// could be kept.
func writeMap[T any](w *writer, m map[string]T, write func(T) error) error {
	if m == nil {
		w.buf = append(w.buf, "null"...)
		return nil
	}
	var few [16]string // most objects are small: no allocation then
	keys := few[:0]
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	if err := w.open('{'); err != nil {
		return err
	}
	for i, k := range keys {
		w.key(i, k)
		if err := write(m[k]); err != nil {
			return err
		}
	}
	w.close('}', len(keys))
	return nil
}

func writeList[T any](w *writer, list []T, write func(T) error) error {
	if list == nil {
		w.buf = append(w.buf, "null"...)
		return nil
	}
	if err := w.open('['); err != nil {
		return err
	}
	for i, v := range list {
		w.item(i)
		if err := write(v); err != nil {
			return err
		}
	}
	w.close(']', len(list))
	return nil
}

// sequence writes an ordered map.
func (w *writer) sequence(all iter.Seq2[string, any]) error {
	type member struct {
		key   string
		value any
	}
	var members []member
	if all != nil {
		for k, v := range all {
			members = append(members, member{k, v})
		}
	}
	if w.opts.SortKeys {
		slices.SortStableFunc(members, func(a, b member) int { return cmp.Compare(a.key, b.key) })
	}
	if err := w.open('{'); err != nil {
		return err
	}
	for i, m := range members {
		w.key(i, m.key)
		if err := w.value(m.value); err != nil {
			return err
		}
	}
	w.close('}', len(members))
	return nil
}

// dict writes a mapping in its order. Keys that are not strings become their
// text.
func (w *writer) dict(d *codec.Dict) error {
	keys := make([]string, len(d.Items))
	for i, item := range d.Items {
		key, err := mapKey(reflect.ValueOf(item.Key))
		if err != nil {
			return err
		}
		keys[i] = key
	}
	return w.sequence(func(yield func(string, any) bool) {
		for i, key := range keys {
			if !yield(key, d.Items[i].Value) {
				return
			}
		}
	})
}

// string writes a quoted string. Bytes that are not UTF-8 become U+FFFD.
func (w *writer) string(s string) {
	w.buf = append(w.buf, '"')
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < 0x7f && c != '"' && c != '\\' {
			i++
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if !w.opts.ASCII && (r == 0x7f || r >= utf8.RuneSelf && (r != utf8.RuneError || size > 1)) {
			i += size
			continue
		}
		w.buf = append(w.buf, s[done:i]...)
		w.escape(r)
		i += size
		done = i
	}
	w.buf = append(append(w.buf, s[done:]...), '"')
}

// escape writes one character that does not stand for itself.
func (w *writer) escape(r rune) {
	if r == utf8.RuneError && !w.opts.ASCII {
		w.buf = utf8.AppendRune(w.buf, r)
		return
	}
	w.buf = pytext.AppendJSONEscape(w.buf, r)
}

func (w *writer) base64(b []byte) {
	w.buf = append(w.buf, '"')
	w.buf = base64.StdEncoding.AppendEncode(w.buf, b)
	w.buf = append(w.buf, '"')
}
