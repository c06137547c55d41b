// Package envconfig reads values of a configuration from environment variables,
// as Flask's from_prefixed_env does.
package envconfig

import (
	"errors"
	"math"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/flaskjson"
)

// Value is what json.loads makes of a variable, or its text.
func Value(text string) any {
	var value any
	if flaskjson.Parse([]byte(text), &value) == nil {
		return value
	}
	switch strings.Trim(text, " \t\n\r") { // JSON for Python alone
	case "NaN":
		return math.NaN()
	case "Infinity":
		return math.Inf(1)
	case "-Infinity":
		return math.Inf(-1)
	}
	return text
}

// Set sets *target to a value that [Value] returned; nil, None, is the zero
// value. target points to a string, a list of them, a bool, an int or a
// Duration, of which the value is a number of seconds, or is a function that
// takes the value; any other type is an error. The error is the end of a sentence that begins with the variable's
// name, and does not show the value.
func Set(target, value any) error {
	var err error
	switch target := target.(type) {
	case *string:
		*target, err = readText(value)
	case *[]string:
		*target, err = readList(value)
	case *bool:
		err = setUnlessEmpty(target, value, readBool)
	case **bool:
		err = setUnlessEmpty(target, value, func(value any) (*bool, error) {
			if value == nil {
				return nil, nil
			}
			on, err := readBool(value)
			return &on, err
		})
	case *int:
		err = setUnlessEmpty(target, value, readInt)
	case *time.Duration:
		err = setUnlessEmpty(target, value, readSeconds)
	case func(any) error:
		err = target(value)
	default:
		err = errors.New("cannot be set from the environment")
	}
	return err
}

// Takes reports whether Set can set target.
func Takes(target any) bool {
	switch target.(type) {
	case *string, *[]string, *bool, *int, *time.Duration, func(any) error:
		return true
	}
	return false
}

// Get returns what target, as Set takes it, holds: nil for a text, list or
// number that is not set. It reports false for a function.
func Get(target any) (value any, ok bool) {
	var empty bool
	switch target := target.(type) {
	case *string:
		value, empty = *target, *target == ""
	case *[]string:
		value, empty = *target, len(*target) == 0
	case *bool:
		value = *target
	case *int:
		value, empty = *target, *target == 0
	case *time.Duration:
		value = *target
	default:
		return nil, false
	}
	if empty {
		value = nil
	}
	return value, true
}

// setUnlessEmpty sets target to what read makes of value. A variable that is
// there and empty, as docker-compose makes of one that is not set, counts as
// not set.
func setUnlessEmpty[T any](target *T, value any, read func(any) (T, error)) error {
	if value == "" {
		return nil
	}
	v, err := read(value)
	if err == nil {
		*target = v
	}
	return err
}

func readText(value any) (string, error) {
	if raw, ok := value.([]byte); ok { // a key
		return string(raw), nil
	}
	text, ok := value.(string)
	if !ok && value != nil {
		return "", errors.New("is JSON where text belongs: digits and the like are text in quotes")
	}
	return text, nil
}

func readList(value any) ([]string, error) {
	if list, ok := value.([]string); ok {
		return slices.Clone(list), nil
	}
	members, ok := value.([]any)
	if text, isText := value.(string); isText {
		if bare := strings.TrimSpace(text); strings.HasPrefix(bare, "[") && strings.HasSuffix(bare, "]") {
			return nil, errors.New("is in brackets and is no JSON: a shell takes the quotes away, unless '…' is around all of it")
		}
		for member := range strings.SplitSeq(text, ",") {
			members = append(members, member)
		}
	} else if !ok && value != nil {
		return nil, errors.New("is neither a list nor text")
	}
	var list []string
	for _, member := range members {
		text, err := readText(member)
		if err != nil {
			return nil, errors.New("has a member that is not text")
		}
		if text = strings.TrimSpace(text); text != "" {
			list = append(list, text)
		}
	}
	return list, nil
}

func readBool(value any) (bool, error) {
	switch v := value.(type) {
	case nil:
		return false, nil
	case bool:
		return v, nil
	case string: // "False" is true in Flask, as every text is: never what was meant
		if v = strings.TrimSpace(v); strings.EqualFold(v, "true") || strings.EqualFold(v, "false") {
			return strings.EqualFold(v, "true"), nil
		}
	default:
		if n, ok := readNumber(value); ok {
			return n != 0, nil
		}
	}
	return false, errors.New("is neither true nor false")
}

func readInt(value any) (int, error) {
	if n, ok := value.(int); ok {
		return n, nil
	}
	f, ok := readNumber(value)
	if !ok || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, errors.New("is not a whole number")
	}
	return int(f), nil
}

func readSeconds(value any) (time.Duration, error) {
	if d, ok := value.(time.Duration); ok {
		return d, nil
	}
	seconds, ok := readNumber(value)
	if !ok || !(math.Abs(seconds) < math.MaxInt64/float64(time.Second)) {
		return 0, errors.New("is not a number of seconds")
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

// readNumber gives a number of JSON, and 0 for None.
func readNumber(value any) (float64, bool) {
	switch v := value.(type) {
	case nil:
		return 0, true
	case int:
		return float64(v), true
	case float64:
		return v, true
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		return f, true
	}
	return 0, false
}
