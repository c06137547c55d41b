package cantil_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
)

type envVector struct {
	Env            map[string]string
	Before, Config map[string]any
	Error          string
}

// loadEnv reads an environment into an application, and returns what LoadEnv
// panicked with.
func loadEnv(t *testing.T, env map[string]string, before map[string]any) (app *cantil.App, err error) {
	t.Helper()
	for key, text := range env {
		t.Setenv("VETOR_"+key, text)
	}
	app = quiet()
	app.Extra = before
	defer func() {
		if v := recover(); v != nil {
			err = v.(error)
		}
	}()
	app.LoadEnv("VETOR")
	return app, nil
}

// TestEnvironmentAsFlask: what the real Flask read from each environment is
// what LoadEnv reads, as far as its key takes values of that type.
func TestEnvironmentAsFlask(t *testing.T) {
	data, err := os.ReadFile("testdata/env/env.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Vectors []envVector }
	if err := json.Unmarshal(data, &file); err != nil || len(file.Vectors) < 1000 {
		t.Fatalf("%d vectors, %v", len(file.Vectors), err)
	}
	defaults := quiet().ConfigMap()
	for i, v := range file.Vectors {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			app, err := loadEnv(t, v.Env, v.Before)
			want, ok := map[string]any{}, v.Error == ""
			for key, value := range v.Config {
				var fits bool
				want[key], fits = asKey(defaults, key, unfloat(value))
				ok = ok && fits
			}
			if ok != (err == nil) {
				t.Fatalf("%q: Flask has %v %s, LoadEnv ended with %v", v.Env, v.Config, v.Error, err)
			}
			if err != nil {
				checkEnvError(t, v.Env, err)
				return
			}
			got := app.ConfigMap()
			for key := range want {
				if g := fmt.Sprintf("%#v", unint(got[key])); g != fmt.Sprintf("%#v", want[key]) {
					t.Errorf("%q: %s is %s, want %#v", v.Env, key, g, want[key])
				}
			}
		})
	}
}

// checkEnvError: an error names its variable and shows no value.
func checkEnvError(t *testing.T, env map[string]string, err error) {
	t.Helper()
	named := false
	for key, text := range env {
		named = named || strings.HasPrefix(err.Error(), "cantil: LoadEnv: VETOR_"+key+" ")
		if len(text) > 3 && strings.Contains(err.Error(), text) {
			t.Errorf("%q: the error shows the value: %v", env, err)
		}
	}
	if !named {
		t.Errorf("%q: the error names no variable: %v", env, err)
	}
}

// asKey is what a key holds if Flask read value, and whether it can hold that.
func asKey(defaults map[string]any, key string, value any) (any, bool) {
	text, isText := value.(string)
	number, isNumber := value.(float64)
	switch key {
	case "OWN", "MAIL", "EXIST", "A", "A_", "A_B", "_A", "": // no key of Config
		return value, true
	case "SECRET_KEY_FALLBACKS", "TRUSTED_HOSTS":
		return asList(value)
	case "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "DEBUG", "TESTING":
		switch {
		case isText && text == "":
			return defaults[key], true
		case isText:
			lower := strings.ToLower(text)
			return lower == "true", lower == "true" || lower == "false"
		case isNumber:
			return number != 0, true
		}
		truth, isBool := value.(bool)
		return truth, isBool || value == nil
	case "MAX_CONTENT_LENGTH", "MAX_FORM_PARTS":
		if isText && text == "" {
			return unint(defaults[key]), true
		}
		if value == nil || number == 0 && isNumber {
			return nil, true
		}
		return number, isNumber && number == math.Trunc(number) && math.Abs(number) < 1<<53
	case "PERMANENT_SESSION_LIFETIME", "SEND_FILE_MAX_AGE_DEFAULT":
		if isText && text == "" {
			return defaults[key], true
		}
		return time.Duration(number * float64(time.Second)), value == nil || isNumber && math.Abs(number) < 9e9
	}
	if text == "" { // None, as what was never set
		return nil, value == nil || isText
	}
	return text, isText
}

func asList(value any) (any, bool) {
	var members []any
	switch v := value.(type) {
	case nil:
	case string:
		for member := range strings.SplitSeq(v, ",") {
			members = append(members, member)
		}
	case []any:
		members = v
	default:
		return nil, false
	}
	var list []string
	for _, member := range members {
		text, isText := member.(string)
		if !isText && member != nil {
			return nil, false
		}
		if text = strings.TrimSpace(text); text != "" {
			list = append(list, text)
		}
	}
	if len(list) == 0 {
		return nil, true
	}
	return list, true
}

// unfloat reads {"float": "nan"}.
func unfloat(value any) any {
	if m, ok := value.(map[string]any); ok && m["float"] != nil {
		return map[string]float64{"nan": math.NaN(), "inf": math.Inf(1), "-inf": math.Inf(-1)}[m["float"].(string)]
	}
	return value
}

// unint gives whole numbers, inside of lists and mappings too, as encoding/json
// reads them from the vectors.
func unint(value any) any {
	switch v := value.(type) {
	case int:
		return float64(v)
	case fmt.Stringer: // a *big.Int, not a time.Duration
		if f := 0.0; reflect.TypeOf(value).Kind() == reflect.Pointer {
			fmt.Sscan(v.String(), &f)
			return f
		}
	case []any:
		for i := range v {
			v[i] = unint(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = unint(v[key])
		}
	}
	return value
}

// TestEnvironmentLists: a variable that is there and empty is no key and no
// host, nor is an empty member of a list.
func TestEnvironmentLists(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, " ": nil, ",": nil, "old,": {"old"}, " a , b ": {"a", "b"}, "[null]": nil, `[""]`: nil, `["a", ""]`: {"a"},
		`"a"`: {"a"}, "null": nil, "[]": nil, `["a,b"]`: {"a,b"},
	} {
		app, err := loadEnv(t, map[string]string{"SECRET_KEY_FALLBACKS": text, "TRUSTED_HOSTS": text}, nil)
		if err != nil || !slices.Equal(app.SecretKeyFallbacks, want) || !slices.Equal(app.TrustedHosts, want) {
			t.Errorf("%q: %q and %q, %v, want %q", text, app.SecretKeyFallbacks, app.TrustedHosts, err, want)
		}
	}
}

// TestEnvironmentListInBrackets: what a shell leaves of ["old"] is no key: Flask
// would take each of its letters for one.
func TestEnvironmentListInBrackets(t *testing.T) {
	for _, text := range []string{"[old]", " [the new one] ", "[a,b]"} {
		_, err := loadEnv(t, map[string]string{"SECRET_KEY_FALLBACKS": text}, nil)
		if err == nil || !strings.Contains(err.Error(), "VETOR_SECRET_KEY_FALLBACKS is in brackets") || strings.Contains(err.Error(), "old") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestEnvironmentMergesIntoMap: a mapping that the program itself set, as a Map
// too, takes what a variable names in it.
func TestEnvironmentMergesIntoMap(t *testing.T) {
	app, err := loadEnv(t, map[string]string{"MAIL__PORT": "25"}, map[string]any{"MAIL": cantil.Map{"HOST": "a.example"}})
	if err != nil || !reflect.DeepEqual(app.Extra["MAIL"], cantil.Map{"HOST": "a.example", "PORT": 25}) {
		t.Errorf("%v, %v", app, err)
	}
}

// TestUnsettableFromEnvironment: what no text can say is refused by name.
func TestUnsettableFromEnvironment(t *testing.T) {
	for _, key := range []string{"LOGGER", "NOW", "SESSION_INTERFACE", "STATIC_FS"} {
		if _, err := loadEnv(t, map[string]string{key: "1"}, nil); err == nil || !strings.Contains(err.Error(), "VETOR_"+key) {
			t.Errorf("%s: %v", key, err)
		}
		os.Unsetenv("VETOR_" + key)
	}
}
