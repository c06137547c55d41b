package cookies

import (
	"bytes"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/formdata"
)

// FuzzCookieHeader holds the two readers of a Cookie header together: whatever
// the full parse finds first under a name, the lookup finds too, and nothing
// else.
func FuzzCookieHeader(f *testing.F) {
	for _, seed := range []string{"a=1; b=2", `a="\303\251"; a=2`, "=__Host-x=bad", `a="1;2" x; b`, "\xe9=\xa0\xff", "a=x\ny;b", `a="\`} {
		f.Add([]byte(seed), "a")
	}
	f.Fuzz(func(t *testing.T, header []byte, name string) {
		all := Parse(header)
		for _, pair := range append(all, formdata.Pair{Key: name}) {
			value, ok := Find(header, pair.Key)
			at := slices.IndexFunc(all, func(p formdata.Pair) bool { return p.Key == pair.Key })
			if ok != (at >= 0) || ok && string(value) != all[at].Value {
				t.Fatalf("%q: lookup of %q = %q, %v; parsed %q", header, pair.Key, value, ok, all)
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
		line, err := AppendSet(nil, "n", value, &Attributes{Path: path}, epoch)
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
		if got, ok := Find(line, "n"); !ok || string(got) != value {
			t.Fatalf("sent %q, read %q, want %q", sent, got, value)
		}
	})
}
