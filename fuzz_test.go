package cantil

import (
	"bytes"
	"testing"
	"unicode/utf8"
)

// FuzzCookieHeader holds the two readers of a Cookie header together: whatever the full parse finds first under a
// name, the lookup finds too, and nothing else.
func FuzzCookieHeader(f *testing.F) {
	for _, seed := range []string{"a=1; b=2", `a="\303\251"; a=2`, "=__Host-x=bad", `a="1;2" x; b`, "\xe9=\xa0\xff", "a=x\ny;b", `a="\`} {
		f.Add([]byte(seed), "a")
	}
	f.Fuzz(func(t *testing.T, header []byte, name string) {
		all := parseCookies(header)
		for _, key := range append(all.Keys(), name) {
			value, ok := findCookie(header, key)
			if ok != all.Has(key) || string(value) != all.Get(key) {
				t.Fatalf("%q: lookup of %q = %q, %v; parsed %q", header, key, value, ok, all.items)
			}
			if !utf8.Valid(value) {
				t.Fatalf("%q: %q is no text", header, value)
			}
		}
	})
}

// FuzzSetCookie: any text survives being sent and read again, in one line.
func FuzzSetCookie(f *testing.F) {
	f.Add("plain", "/")
	f.Add("a;b,\"\\\r\n é\x00\x1a😀", "/a;b c")
	f.Fuzz(func(t *testing.T, value, path string) {
		line, err := appendSetCookie(nil, "n", value, &Cookie{Path: path}, cookieEpoch)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.ContainsAny(line, "\r\n\x00") || bytes.Count(line, []byte{';'}) > 1 {
			t.Fatalf("%q", line)
		}
		if !utf8.ValidString(value) {
			return
		}
		sent, _, _ := bytes.Cut(line, []byte("; "))
		if got, ok := findCookie(line, "n"); !ok || string(got) != value {
			t.Fatalf("sent %q, read %q, want %q", sent, got, value)
		}
	})
}

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
