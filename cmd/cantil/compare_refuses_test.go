package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCompareRefuses: what is wrong with a recording, rules or the command line is
// told, with the line where there is one.
func TestCompareRefuses(t *testing.T) {
	folder := t.TempDir()
	file := func(name, text string) string {
		write(t, folder, name, text)
		return filepath.Join(folder, name)
	}
	const good = `{"v":1,"client":"c1","request":{"method":"GET","target":"/"},"response":{"status":200}}` + "\n"
	for _, test := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{file("a", "{\n"), "http://127.0.0.1:1"}, 1, "line 1 of the recording"},
		{[]string{file("b", good+`{"v":2}`), "http://127.0.0.1:1"}, 1, "does not answer"},
		{[]string{file("c", `{"v":2}`), "http://127.0.0.1:1"}, 1, "its version is 2"},
		{[]string{file("d", ""), "http://127.0.0.1:1"}, 1, "nothing was compared"},
		{[]string{file("e", good), "127.0.0.1:1"}, 2, "no address of a site"},
		{[]string{file("f", good)}, 2, "--help"},
		{[]string{filepath.Join(folder, "none"), "http://127.0.0.1:1"}, 1, "no such file"},
		{[]string{"--ignore", file("g", "# why\n/x html p\n"), file("h", good), "http://127.0.0.1:1"}, 1, "line 2 of the rules: it has no reason"},
		{[]string{"--report", file("m", good), file("n", good), "http://127.0.0.1:1"}, 1, "there is something in it that is no page"},
		{[]string{"--ignore", file("o", "\ufeff/x htm p # y\n"), file("p", good), "http://127.0.0.1:1"}, 1, "is no kind"},
		{[]string{"--ignore", file("q", "\ufeff# a comment\n"), file("r", good), "http://127.0.0.1:1"}, 1, "does not answer"},
		{[]string{"--ignore", file("i", "/x htm p # y\n"), file("j", good), "http://127.0.0.1:1"}, 1, "is no kind"},
	} {
		r := cantil(t, nil, "", append([]string{"compare"}, test.args...)...)
		if r.status != test.status || !strings.Contains(r.err+r.out, test.want) {
			t.Errorf("%q: %d\n%s%s", test.args, r.status, r.out, r.err)
		}
	}
	kept := file("kept.html", "<p>of yesterday")
	r := cantil(t, nil, "", "compare", "--report", kept, file("l", good), "http://127.0.0.1:1")
	if text, err := os.ReadFile(kept); r.status != 1 || err != nil || string(text) != "<p>of yesterday" {
		t.Errorf("a report of nothing: %d, %s, %v", r.status, text, err)
	}
	report := filepath.Join(folder, "none", "report.html")
	if r := cantil(t, nil, "", "compare", "--report", report, file("k", good), "http://127.0.0.1:1"); r.status != 1 || !strings.Contains(r.err, "no such file") {
		t.Errorf("a report that cannot be written: %d %s", r.status, r.err)
	}
	if r := cantil(t, nil, "", "record", "--to", "localhost"); r.status != 2 || !strings.Contains(r.err, "--to") {
		t.Errorf("record: %d %s", r.status, r.err)
	}
}
