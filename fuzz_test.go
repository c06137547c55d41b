package cantil

import (
	"testing"
)

// FuzzValues: a list of values counts each key once.
func FuzzValues(f *testing.F) {
	for _, seed := range []string{"a=1&b=2&a=3", "%C3%A9=%FF&+=%&&=v"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		v := parseQuery(raw)
		keys := map[string]bool{}
		for k := range v.Items() {
			keys[k] = true
		}
		if v.Len() != len(keys) || len(v.Keys()) != len(keys) {
			t.Fatalf("%q: %d keys of %d", raw, v.Len(), len(keys))
		}
	})
}
