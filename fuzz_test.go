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
			value, ok := lookupCookie(header, key)
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
		if got, ok := lookupCookie(line, "n"); !ok || string(got) != value {
			t.Fatalf("sent %q, read %q, want %q", sent, got, value)
		}
	})
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"a=1&b=2&a=3", "%C3%A9=%FF&+=%&&=v", "\xff=%e2%82&%zz"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		v := parseQuery(raw)
		seen := map[string]bool{}
		last := ""
		for k, x := range v.Items() {
			if !utf8.ValidString(k) || !utf8.ValidString(x) {
				t.Fatalf("%q: %q=%q is no text", raw, k, x)
			}
			if seen[k] && k != last {
				t.Fatalf("%q: %q stands apart", raw, k)
			}
			seen[k], last = true, k
		}
		if v.Len() != len(seen) || len(v.Keys()) != len(seen) {
			t.Fatalf("%q: %d keys of %d", raw, v.Len(), len(seen))
		}
	})
}

func FuzzMultipart(f *testing.F) {
	f.Add("b", []byte("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n"), 0)
	f.Add("b", []byte("--b\nContent-Disposition: form-data; name=f; filename*=UTF-8''%C3%A9\n\nx\n--b--"), 100)
	f.Add("b", []byte("--b\r\nContent-Disposition: form-data; name*0=a; name*1=\"b\"\r\n\r\r\r\n--b-- "), 1)
	f.Fuzz(func(t *testing.T, boundary string, body []byte, limit int) {
		form, files, err := parseForm("multipart/form-data; boundary="+boundary, body, formLimits{memory: limit, parts: 5})
		if err != nil && (len(files) > 0 || form.Len() > 0) {
			t.Fatal("a form and an error")
		}
		total := len(files)
		for _, x := range form.Items() {
			total++
			if limit > 0 && len(x) > 3*limit {
				t.Fatalf("a field of %d bytes over the limit %d", len(x), limit)
			}
		}
		if total > 5 {
			t.Fatalf("%d parts", total)
		}
	})
}
