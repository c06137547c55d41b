package cors

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cantil-go/cantil"
)

// configured are the options of the application's CORS_* keys. A value that its
// key cannot take panics.
func configured(app *cantil.App) []Option {
	values := map[string]any{}
	for key, value := range app.Extra {
		if name, ok := strings.CutPrefix(key, "CORS_"); ok && value != nil && value != "" {
			values[strings.ToLower(name)] = value
		}
	}
	return fromMapping("CORS_", values)
}

// fromMapping are the options that a mapping of Flask-CORS' names holds.
func fromMapping(prefix string, values map[string]any) []Option {
	var options []Option
	for _, name := range slices.Sorted(maps.Keys(values)) {
		read, known := readers[name]
		if !known {
			continue // intercept_exceptions, or another program's
		}
		more, err := read(values[name])
		if err != nil {
			panic(fmt.Errorf("cors: %s%s: %w", prefix, strings.ToUpper(name), err))
		}
		options = append(options, more...)
	}
	return options
}

var readers map[string]func(any) ([]Option, error)

func init() { // readResources uses it
	readers = map[string]func(any) ([]Option, error){
		"origins":               patterns(Origins),
		"allow_headers":         patterns(AllowHeaders),
		"methods":               texts(Methods),
		"expose_headers":        texts(ExposeHeaders),
		"supports_credentials":  switched(SupportsCredentials),
		"send_wildcard":         switched(SendWildcard),
		"vary_header":           switched(VaryHeader),
		"automatic_options":     switched(AutomaticOptions),
		"always_send":           switched(AlwaysSend),
		"allow_private_network": switched(AllowPrivateNetwork),
		"max_age":               readMaxAge,
		"resources":             readResources,
	}
}

// members are the values of a list, or the one value that is no list.
func members(value any) []any {
	switch value := value.(type) {
	case []any:
		return value
	case []string:
		var list []any
		for _, text := range value {
			list = append(list, text)
		}
		return list
	}
	return []any{value}
}

// patterns reads a list of patterns. One text with commas is a list too, unless
// it is an expression.
func patterns(option func(...any) Option) func(any) ([]Option, error) {
	return func(value any) ([]Option, error) {
		if text, ok := value.(string); ok && strings.Contains(text, ",") && !strings.ContainsAny(text, `*\]?$^[()`) {
			value = strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
		}
		return []Option{option(members(value)...)}, nil
	}
}

func texts(option func(...string) Option) func(any) ([]Option, error) {
	return func(value any) ([]Option, error) {
		var list []string
		for _, member := range members(value) {
			text, ok := member.(string)
			if !ok {
				return nil, fmt.Errorf("%v is not text", member)
			}
			list = append(list, text)
		}
		return []Option{option(list...)}, nil
	}
}

func switched(option func(bool) Option) func(any) ([]Option, error) {
	return func(value any) ([]Option, error) {
		on, ok := value.(bool)
		if text, isText := value.(string); isText { // "False" of an environment is no JSON
			var err error
			on, err = strconv.ParseBool(text)
			ok = err == nil
		}
		if !ok {
			return nil, fmt.Errorf("%v is neither true nor false", value)
		}
		return []Option{option(on)}, nil
	}
}

// readMaxAge reads a number of seconds.
func readMaxAge(value any) ([]Option, error) {
	if age, ok := value.(time.Duration); ok {
		return []Option{MaxAge(age)}, nil
	}
	seconds, err := strconv.ParseFloat(fmt.Sprint(value), 64)
	const most = 9e9 // about what a Duration holds
	switch {
	case err != nil || math.IsNaN(seconds) || math.Abs(seconds) > most:
		return nil, fmt.Errorf("%v is not a number of seconds", value)
	case seconds == 0: // in Python no value at all
		return []Option{func(p *policy) { p.maxAge = "" }}, nil
	}
	return []Option{MaxAge(time.Duration(seconds * float64(time.Second)))}, nil
}

// readResources reads a path, a list of them, or a mapping of paths to options.
func readResources(value any) ([]Option, error) {
	options := []Option{func(p *policy) { p.resources = []resource{} }} // instead of those before; none at all, if it is empty
	mapping, ok := value.(map[string]any)
	if !ok {
		for _, path := range members(value) {
			options = append(options, Resource(path))
		}
		return options, nil
	}
	for _, path := range slices.Sorted(maps.Keys(mapping)) {
		own, ok := mapping[path].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("the options of %q are a %T", path, mapping[path])
		}
		options = append(options, Resource(path, fromMapping("CORS_RESOURCES: ", own)...))
	}
	return options, nil
}
