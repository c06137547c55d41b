package urls

import (
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/internal/pytext"
)

// TestIDNA compares with Python's codec; "" is an error.
func TestIDNA(t *testing.T) {
	table := map[string]string{
		"": "", "exemplo.com": "exemplo.com", "exemplo.com.": "exemplo.com.", "a_b-.c": "a_b-.c",
		"пример.рф": "xn--e1afmkfd.xn--p1ai", "ПРИМЕР.РФ": "xn--e1afmkfd.xn--p1ai", "café.com": "xn--caf-dma.com",
		"münchen。de": "xn--mnchen-3ya.de", "日本語.jp": "xn--wgv71a119e.jp", "straße.de": "strasse.de", "ς.gr": "xn--4xa.gr",
		"a_b.é": "a_b.xn--9ca", "-é.com": "xn----bga.com", "é-.com": "xn----9fa.com", "１２.é": "12.xn--9ca", "ﬁ.é": "fi.xn--9ca",
		"..é": "", "é..b": "", "a..b": "", ".a": "", strings.Repeat("é", 64): "", strings.Repeat("x", 64) + ".é": "",
		"1a.מים.il": "1a.xn--eebib.il", "İstanbul.com": "xn--istanbul-o0e.com",
		"e\u0301.com": "xn--9ca.com", "מים.il": "xn--eebib.il", "é.": "xn--9ca.",
	}
	for host, want := range table {
		if got, err := IDNA(host); got != want || (err != nil) != (want == "" && host != "") {
			t.Errorf("IDNA(%q) = %q, %v, want %q", host, got, err, want)
		}
	}
	// Python lets these pass, and its urlsplit refuses them for it.
	for _, c := range "／？＃＠：℀；％＼" {
		if got, err := IDNA("mau.com" + string(c) + ".bom.com"); err == nil {
			t.Errorf("%c ends a host: %q", c, got)
		}
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		return
	}
	// The table itself.
	hosts := slices.Sorted(maps.Keys(table))
	const program = `
import sys
for host in sys.argv[1:]:
    try:
        print(host.encode("idna").decode())
    except UnicodeError:
        print()
`
	out, err := exec.Command(python, append([]string{"-c", program}, hosts...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range strings.Split(strings.TrimSuffix(string(out), "\n"), "\n") {
		if got != table[hosts[i]] {
			t.Errorf("Python: %q is %q, want %q", hosts[i], got, table[hosts[i]])
		}
	}
}

// FuzzIDNA: what comes out is ASCII, and comes out as it is the next time.
func FuzzIDNA(f *testing.F) {
	for _, host := range []string{"exemplo.com", "пример.рф", "straße.de", "xn--e1afmkfd.xn--p1ai", "é..b", "\xff.é", "\u0301.é", "۱.é"} {
		f.Add(host)
	}
	f.Fuzz(func(t *testing.T, host string) {
		name, err := IDNA(host)
		if err != nil {
			return
		}
		if !pytext.IsASCII(name) || !pytext.IsASCII(host) && strings.ContainsAny(name, "/?#@:;%[]\\ \r\n\x00") {
			t.Errorf("%q is %q", host, name)
		}
		if again, err := IDNA(name); err != nil || again != name {
			t.Errorf("%q is %q, and that is %q, %v", host, name, again, err)
		}
	})
}

// TestIDNALong: a name of any length is looked at no further than to its length.
func TestIDNALong(t *testing.T) {
	for _, host := range []string{strings.Repeat("é", maxHost/2), strings.Repeat("é", 1<<20), strings.Repeat("é.", 1<<18)} {
		if _, err := IDNA(host); err == nil {
			t.Errorf("%d bytes are a host name", len(host))
		}
	}
}
