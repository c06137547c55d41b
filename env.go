package cantil

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/cantil-go/cantil/internal/envconfig"
	"github.com/cantil-go/cantil/internal/flaskjson"
)

// LoadEnv sets the configuration from the environment,
// config.from_prefixed_env: with the prefix "FLASK" the variable
// FLASK_SECRET_KEY is SECRET_KEY. A value is read as JSON, and is text only if
// it is not JSON: "abc" in quotes is abc, and null is None, the zero value.
// A name that is neither a key of [Config] nor one of [App.ConfigKeys] goes to
// Config.Extra, and "__" leads into the mappings there: FLASK_MAIL__PORT=25 sets
// the PORT of MAIL.
//
// Times are numbers of seconds. A list, such as SECRET_KEY_FALLBACKS, is a JSON
// list or is separated by commas; its empty members are dropped. A number or
// bool whose variable is empty keeps its value.
//
// A value that its key cannot take, text for a number or a number for text,
// panics with an error that names the variable and never shows its value.
func (a *App) LoadEnv(prefix string) {
	a.mustBeSetUp("LoadEnv")
	fields := configFields(&a.Config)
	variables := os.Environ()
	slices.Sort(variables) // Flask's order: MAIL comes before MAIL__PORT
	for _, variable := range variables {
		name, text, _ := strings.Cut(variable, "=")
		key, ok := strings.CutPrefix(name, prefix+"_")
		if !ok {
			continue
		}
		if err := a.setConfig(fields, key, envconfig.Value(text)); err != nil {
			panic(fmt.Errorf("cantil: LoadEnv: %s %w", name, err))
		}
	}
}

// LoadMapping sets the configuration from a mapping, config.from_mapping and
// config.update: keys are Flask's names, and one that is not in upper case is
// passed over. Values are as [App.LoadEnv] reads them from JSON, or of the
// field's own type. One that its key cannot take panics with an error that names
// the key and never shows the value.
func (a *App) LoadMapping(values map[string]any) {
	a.mustBeSetUp("LoadMapping")
	a.loadMapping("LoadMapping", values)
}

func (a *App) loadMapping(what string, values map[string]any) {
	fields := configFields(&a.Config)
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if key == "" || strings.ToUpper(key) != key {
			continue
		}
		var err error
		if field, known := fields[key]; known {
			err = envconfig.Set(field.Addr().Interface(), values[key])
		} else if target := a.configKeys[key]; target != nil {
			err = envconfig.Set(target, values[key])
		} else {
			a.setExtra(key, values[key])
			continue
		}
		if err != nil {
			panic(fmt.Errorf("cantil: %s: %s %w", what, key, err))
		}
	}
}

func (a *App) setExtra(key string, value any) {
	if a.Extra == nil {
		a.Extra = map[string]any{}
	}
	a.Extra[key] = value
}

// LoadFile sets the configuration from a file below the root path,
// config.from_file(name, load): JSON unless load reads something else, such as
// TOML. A file that is not there, or cannot be read, is an error.
func (a *App) LoadFile(name string, load ...func(io.Reader) (map[string]any, error)) error {
	a.mustBeSetUp("LoadFile")
	f, err := os.Open(a.folder(name))
	if err != nil {
		return fmt.Errorf("cantil: LoadFile: %w", err)
	}
	defer f.Close()
	read := readJSONFile
	if len(load) > 0 {
		read = load[0]
	}
	values, err := read(f)
	if err != nil {
		return fmt.Errorf("cantil: LoadFile: %s: %w", name, err)
	}
	a.loadMapping("LoadFile: "+name, values)
	return nil
}

func readJSONFile(r io.Reader) (values map[string]any, err error) {
	text, err := io.ReadAll(r)
	if err == nil {
		err = flaskjson.Decode(text, &values)
	}
	return values, err
}

// GetNamespace returns the keys of the configuration that begin with a prefix,
// without it and in lower case: config.get_namespace("IMAGE_STORE_").
func (a *App) GetNamespace(prefix string) map[string]any {
	found := map[string]any{}
	for key, value := range a.ConfigMap() {
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			found[strings.ToLower(rest)] = value
		}
	}
	return found
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
		return envconfig.Set(field.Addr().Interface(), value)
	}
	if target := a.configKeys[key]; target != nil {
		return envconfig.Set(target, value)
	}
	parts := strings.Split(key, "__")
	if _, known := fields[parts[0]]; known || a.configKeys[parts[0]] != nil {
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

// flaskKeys are the keys whose spelling does not follow the rule of configKey.
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
		case reflect.Pointer:
			if all[key] = nil; !field.IsNil() {
				all[key] = field.Elem().Interface()
			}
		}
	}
	for key, target := range a.configKeys {
		if value, ok := envconfig.Get(target); ok {
			all[key] = value
		}
	}
	maps.Copy(all, a.Extra)
	return all
}
