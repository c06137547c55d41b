package cantil

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/flaskjson"
)

// LoadEnv sets the configuration from the environment, config.from_prefixed_env:
// with the prefix "FLASK" the variable FLASK_SECRET_KEY is SECRET_KEY. Times are
// in seconds; several SECRET_KEY_FALLBACKS are a JSON list, as Flask has it, or
// separated by commas. A variable that names no key of [Config] goes to
// Config.Extra, as JSON if it is that; a value that its key cannot take panics.
func (a *App) LoadEnv(prefix string) {
	fields := map[string]reflect.Value{}
	config := reflect.ValueOf(&a.Config).Elem()
	for i := range config.NumField() {
		fields[configKey(config.Type().Field(i).Name)] = config.Field(i)
	}
	for _, variable := range os.Environ() {
		name, text, _ := strings.Cut(variable, "=")
		key, ok := strings.CutPrefix(name, prefix+"_")
		if !ok {
			continue
		}
		field, known := fields[key]
		if !known {
			a.setExtra(key, text)
		} else if err := setConfig(field, text); err != nil {
			panic(fmt.Sprintf("cantil: LoadEnv: %s=%q: %v", name, text, err))
		}
	}
}

// setExtra keeps a key that is not Flask's.
func (a *App) setExtra(key, text string) {
	if a.Extra == nil {
		a.Extra = map[string]any{}
	}
	var value any
	if flaskjson.Parse([]byte(text), &value) != nil {
		value = text
	}
	a.Extra[key] = value
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

// setConfig reads text as the kind of value that field holds. Fields that no
// text can say (a logger, an interface) cannot be set.
func setConfig(field reflect.Value, text string) error {
	switch target := field.Addr().Interface().(type) {
	case *string:
		*target = text
	case *[]string:
		if json.Unmarshal([]byte(text), target) != nil {
			*target = strings.Split(text, ",")
		}
	case *bool:
		v, err := strconv.ParseBool(strings.ToLower(text))
		if err != nil {
			return fmt.Errorf("neither true nor false")
		}
		*target = v
	case *int:
		v, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("not a whole number")
		}
		*target = v
	case *time.Duration:
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fmt.Errorf("not a number of seconds")
		}
		*target = time.Duration(v * float64(time.Second))
	default:
		return fmt.Errorf("cannot be set from the environment")
	}
	return nil
}

// ConfigMap is the configuration by Flask's names, app.config: what templates
// see as config. A text, list or limit that was not set is nil, Flask's None.
func (a *App) ConfigMap() map[string]any {
	config := reflect.ValueOf(&a.Config).Elem()
	all := make(map[string]any, config.NumField())
	for i := range config.NumField() {
		field := config.Field(i)
		key := configKey(config.Type().Field(i).Name)
		switch all[key] = field.Interface(); field.Kind() {
		case reflect.String, reflect.Slice, reflect.Int:
			if field.IsZero() {
				all[key] = nil
			}
		}
	}
	delete(all, "EXTRA")
	maps.Copy(all, a.Extra)
	return all
}
