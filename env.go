package cantil

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/flaskjson"
)

// LoadEnv sets the configuration from the environment,
// config.from_prefixed_env: with the prefix "FLASK" the variable
// FLASK_SECRET_KEY is SECRET_KEY. A value is read as JSON, and is text only if
// it is not JSON: "abc" in quotes is abc, and null is None, the zero value.
// A name that is no key of [Config] goes to Config.Extra, and "__" leads into
// the mappings there: FLASK_MAIL__PORT=25 sets the PORT of MAIL.
//
// Times are numbers of seconds. A list, such as SECRET_KEY_FALLBACKS, is a JSON
// list or is separated by commas; its empty members are dropped. A number or
// bool whose variable is empty keeps its value.
//
// A value that its key cannot take, text for a number or a number for text,
// panics with an error that names the variable and never shows its value.
func (a *App) LoadEnv(prefix string) {
	fields := configFields(&a.Config)
	variables := os.Environ()
	slices.Sort(variables) // Flask's order: MAIL comes before MAIL__PORT
	for _, variable := range variables {
		name, text, _ := strings.Cut(variable, "=")
		key, ok := strings.CutPrefix(name, prefix+"_")
		if !ok {
			continue
		}
		if err := a.setConfig(fields, key, envValue(text)); err != nil {
			panic(fmt.Errorf("cantil: LoadEnv: %s %w", name, err))
		}
	}
}

// configFields are the fields of config by Flask's name for them.
func configFields(config *Config) map[string]reflect.Value {
	v := reflect.ValueOf(config).Elem()
	fields := make(map[string]reflect.Value, v.NumField())
	for i := range v.NumField() {
		fields[configKey(v.Type().Field(i).Name)] = v.Field(i)
	}
	delete(fields, "EXTRA")
	return fields
}

// setConfig sets what a variable's name says, config[key] or, with "__", an
// entry of a mapping in there.
func (a *App) setConfig(fields map[string]reflect.Value, key string, value any) error {
	if field, known := fields[key]; known {
		return setField(field, value)
	}
	parts := strings.Split(key, "__")
	if _, known := fields[parts[0]]; known {
		return errors.New("names an entry of " + parts[0] + ", which is no mapping")
	}
	if a.Extra == nil {
		a.Extra = map[string]any{}
	}
	mapping, last := a.Extra, len(parts)-1
	for i, part := range parts[:last] {
		inner, known := mapping[part]
		if !known {
			inner = map[string]any{}
			mapping[part] = inner
		}
		m, ok := asMapping(inner)
		if !ok {
			return errors.New("names an entry of " + strings.Join(parts[:i+1], "__") + ", which is no mapping")
		}
		mapping = m
	}
	mapping[parts[last]] = value
	return nil
}

// asMapping returns v as a mapping that can be written to.
func asMapping(v any) (map[string]any, bool) {
	switch m := v.(type) {
	case map[string]any:
		return m, m != nil
	case Map:
		return m, m != nil
	}
	return nil, false
}

// envValue is what json.loads makes of a variable, or its text.
func envValue(text string) any {
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

// flaskKeys are the keys that Flask spells otherwise than the rule has it.
var flaskKeys = map[string]string{
	"SendFileMaxAge": "SEND_FILE_MAX_AGE_DEFAULT",
	"JSONASCII":      "JSON_AS_ASCII",
}

// configKey is Flask's name for a field: SessionCookieSameSite is
// SESSION_COOKIE_SAMESITE.
func configKey(field string) string {
	if key := flaskKeys[field]; key != "" {
		return key
	}
	field = strings.NewReplacer("HTTPOnly", "Httponly", "HTTP", "Http", "SameSite", "Samesite", "URL", "Url", "JSON", "Json",
		"FS", "Fs").Replace(field)
	var key strings.Builder
	for i, r := range field {
		if i > 0 && 'A' <= r && r <= 'Z' {
			key.WriteByte('_')
		}
		key.WriteRune(r)
	}
	return strings.ToUpper(key.String())
}

// setField sets a field of Config to a value of JSON. None is the zero value.
func setField(field reflect.Value, value any) error {
	var err error
	switch target := field.Addr().Interface().(type) {
	case *string:
		*target, err = envText(value)
	case *[]string:
		*target, err = envList(value)
	case *bool:
		err = setUnlessEmpty(target, value, envBool)
	case *int:
		err = setUnlessEmpty(target, value, envInt)
	case *time.Duration:
		err = setUnlessEmpty(target, value, envSeconds)
	default:
		err = errors.New("cannot be set from the environment")
	}
	return err
}

// setUnlessEmpty sets target to what read makes of value. A variable that is
// there and empty, as docker-compose makes of one that is not set, is none.
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

func envText(value any) (string, error) {
	text, ok := value.(string)
	if !ok && value != nil {
		return "", errors.New("is JSON where text belongs: digits and the like are text in quotes")
	}
	return text, nil
}

func envList(value any) ([]string, error) {
	members, ok := value.([]any)
	if text, isText := value.(string); isText {
		for member := range strings.SplitSeq(text, ",") {
			members = append(members, member)
		}
	} else if !ok && value != nil {
		return nil, errors.New("is neither a list nor text")
	}
	var list []string
	for _, member := range members {
		text, err := envText(member)
		if err != nil {
			return nil, errors.New("has a member that is no text")
		}
		if text = strings.TrimSpace(text); text != "" {
			list = append(list, text)
		}
	}
	return list, nil
}

func envBool(value any) (bool, error) {
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
		if n, ok := envNumber(value); ok {
			return n != 0, nil
		}
	}
	return false, errors.New("is neither true nor false")
}

func envInt(value any) (int, error) {
	if n, ok := value.(int); ok {
		return n, nil
	}
	f, ok := envNumber(value)
	if !ok || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, errors.New("is no whole number")
	}
	return int(f), nil
}

func envSeconds(value any) (time.Duration, error) {
	seconds, ok := envNumber(value)
	if !ok || !(math.Abs(seconds) < math.MaxInt64/float64(time.Second)) {
		return 0, errors.New("is no number of seconds")
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

// envNumber gives a number of JSON, and 0 for None.
func envNumber(value any) (float64, bool) {
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

// ConfigMap is the configuration by Flask's names, app.config: what templates
// see as config. A text, list or limit that was not set is nil, Flask's None.
func (a *App) ConfigMap() map[string]any {
	fields := configFields(&a.Config)
	all := make(map[string]any, len(fields)+len(a.Extra))
	for key, field := range fields {
		switch all[key] = field.Interface(); field.Kind() {
		case reflect.String, reflect.Slice, reflect.Int:
			if field.IsZero() {
				all[key] = nil
			}
		}
	}
	maps.Copy(all, a.Extra)
	return all
}
