package conformance

import (
	"fmt"
	"iter"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/session/codec"
)

// str is Python's str(v).
func str(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case codec.Markup:
		return string(v)
	case codec.UUID:
		return v.String()
	case time.Time:
		return v.Format("2006-01-02 15:04:05.999999-07:00")
	}
	return repr(v)
}

// repr is Python's repr(v) of what a session or a rule gives.
func repr(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return boolRepr(v)
	case float64:
		return string(pytext.AppendFloat(nil, v, 64))
	case string:
		return pytext.Repr(v)
	case []byte:
		return string(pytext.AppendReprBytes(nil, v))
	case []any:
		return "[" + join(v) + "]"
	case []int:
		return "[" + join(anys(v)) + "]"
	case []string:
		return "[" + join(anys(v)) + "]"
	case codec.Tuple:
		return tupleRepr(v)
	case map[string]any:
		return mapRepr(v)
	case *codec.Dict:
		return dictRepr(v)
	case time.Time:
		return timeRepr(v)
	case codec.UUID:
		return "UUID('" + v.String() + "')"
	case codec.Markup:
		return "Markup(" + pytext.Repr(string(v)) + ")"
	}
	return fmt.Sprint(v) // whole numbers
}

// typeName is Python's type(v).__name__.
func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case int, uint64, *big.Int:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case []byte:
		return "bytes"
	case []any:
		return "list"
	case codec.Tuple:
		return "tuple"
	case map[string]any, *codec.Dict:
		return "dict"
	case time.Time:
		return "datetime"
	case codec.UUID:
		return "UUID"
	case codec.Markup:
		return "Markup"
	}
	return fmt.Sprintf("%T", v)
}

func boolRepr(v bool) string {
	if v {
		return "True"
	}
	return "False"
}

func join(items []any) string {
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = repr(item)
	}
	return strings.Join(texts, ", ")
}

func tupleRepr(t codec.Tuple) string {
	if len(t) == 1 {
		return "(" + repr(t[0]) + ",)"
	}
	return "(" + join(t) + ")"
}

func mapRepr(m map[string]any) string {
	var items []string
	for _, key := range sortedKeys(m) {
		items = append(items, repr(key)+": "+repr(m[key]))
	}
	return "{" + strings.Join(items, ", ") + "}"
}

func dictRepr(d *codec.Dict) string {
	var items []string
	for _, item := range d.Items {
		items = append(items, repr(item.Key)+": "+repr(item.Value))
	}
	return "{" + strings.Join(items, ", ") + "}"
}

func timeRepr(t time.Time) string {
	text := fmt.Sprintf("%d, %d, %d, %d, %d", t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute())
	if us := t.Nanosecond() / 1000; us > 0 {
		text += fmt.Sprintf(", %d, %d", t.Second(), us)
	} else if t.Second() > 0 {
		text += fmt.Sprintf(", %d", t.Second())
	}
	return "datetime.datetime(" + text + ", tzinfo=datetime.timezone.utc)"
}

func anys[T any](list []T) []any {
	items := make([]any, len(list))
	for i, v := range list {
		items[i] = v
	}
	return items
}

func sortedKeys[T any](m map[string]T) []string {
	keys := []string{}
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// pairs is [[k, v] for k, v in values.items(multi=True)].
func pairs(values cantil.Values) [][]string {
	list := [][]string{}
	for key, value := range values.Items() {
		list = append(list, []string{key, value})
	}
	return list
}

// optional is values.get(key): None, which JSON writes as null, without the key.
func optional(values cantil.Values, key string) any {
	if !values.Has(key) {
		return nil
	}
	return values.Get(key)
}

var pyDigits = regexp.MustCompile(`^[+-]?[0-9]+(_[0-9]+)*$`)

// pyInt is int(text).
func pyInt(text string) int {
	text = strings.TrimSpace(text)
	n, err := strconv.Atoi(strings.ReplaceAll(text, "_", ""))
	if err != nil || !pyDigits.MatchString(text) {
		panic(pyError{"ValueError", "invalid literal for int() with base 10: " + repr(text)})
	}
	return n
}

// inOrder is a dict of keys and values in turn.
func inOrder(keysAndValues ...any) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for i := 0; i < len(keysAndValues); i += 2 {
			if !yield(keysAndValues[i].(string), keysAndValues[i+1]) {
				return
			}
		}
	}
}
