package cantil

import (
	"os"
	"reflect"
	"regexp"
	"testing"
)

// TestConfigurationPage: docs/configuration.md and its translation have a row for
// each field of Config, with the key that the environment knows it by.
func TestConfigurationPage(t *testing.T) {
	for _, page := range []string{"docs/configuration.md", "docs/pt/configuration.md"} {
		t.Run(page, func(t *testing.T) { checkConfigurationPage(t, page) })
	}
}

func checkConfigurationPage(t *testing.T, name string) {
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (?:`(\\w+)`|any other name|qualquer outro nome|) \\|").FindAllStringSubmatch(string(page), -1) {
		rows[row[1]] = row[2]
	}
	values := New().ConfigMap()
	config := reflect.TypeFor[Config]()
	for i := range config.NumField() {
		field := config.Field(i)
		key, listed := rows[field.Name]
		delete(rows, field.Name)
		_, settable := values[configKey(field.Name)]
		if !listed || key != "" && (key != configKey(field.Name) || !settable) {
			t.Errorf("%s has the key %q on the page, listed %v; it is %s", field.Name, key, listed, configKey(field.Name))
		}
	}
	for name := range rows {
		t.Errorf("there is no field %s", name)
	}
}
