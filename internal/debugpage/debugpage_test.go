package debugpage

import (
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// TestValue: what a name, or a name inside of a value, says is secret is not in
// the text.
func TestValue(t *testing.T) {
	for _, test := range []struct {
		name  string
		value any
		want  string
	}{
		{"user", "Maria", `"Maria"`},
		{"user", nil, "None"},
		{"n", 3, "3"},
		{"PIN_SECRET", 987654, Hidden},
		{"csrf_token", "abc", Hidden},
		{"API_KEY", "abc", Hidden},
		{"MAIL_PASSWORD", "", Hidden},
		{"auth_enabled", true, "true"},
		{"tokens", []any{"a"}, Hidden},
		{"MAIL", map[string]any{"PORT": 25, "PASSWORD": "x", "deep": []any{map[string]any{"secret": "y"}}},
			`{"PASSWORD": (not shown), "PORT": 25, "deep": [{"secret": (not shown)}]}`},
		{"tokens", map[string]any{"github": "ghp_x"}, Hidden},
		{"smtp", map[string]string{"host": "h", "password": "x"}, `{"host": "h", "password": (not shown)}`},
		{"smtp", struct{ Host, Pass string }{"h", "x"}, `{"Host": "h", "Pass": (not shown)}`},
		{"smtp", &struct{ Port int64 }{1 << 60}, `{"Port": 1152921504606846976}`},
		{"names", []string{"a", "b"}, `["a", "b"]`},
		{"name", []byte("a\xff"), `"a\xff"`},
		{"f", func() {}, "(a func())"},
		{"when", time.Unix(0, 0).UTC(), "1970-01-01 00:00:00 +0000 UTC"},
		{"senha", "x", Hidden},
		{"SMTP_PASS", "x", Hidden},
		{"author", "Maria", `"Maria"`},
	} {
		if got := Value(test.name, test.value); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestQueryAndHeaders(t *testing.T) {
	if got := Query("a=1&token=x&b&next=%2F&Api_Key=y&pass%77ord=z"); got != "a=1&token=(not shown)&b&next=%2F&Api_Key=(not shown)&pass%77ord=(not shown)" {
		t.Error(got)
	}
	for name, want := range map[string]bool{"Cookie": true, "Set-Cookie": true, "Authorization": true, "X-Session-Id": true, "Accept": false, "Host": false} {
		if IsSecretHeader(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

func TestMasker(t *testing.T) {
	m := NewMasker("a long secret", "abc", "", "a long secret of two", "raw\xff\"key")
	for text, want := range map[string]string{
		"the key is a long secret!":            "the key is (not shown)!",
		"abc":                                  "abc", // too short: it would hide words
		"dial postgres://loja:pw@db:5432/loja": "dial postgres://loja:(not shown)@db:5432/loja",
		"http://host/path@x":                   "http://host/path@x",
		"http://loja:p@ss@host/":               "http://loja:(not shown)@host/",
		"it is a long secret of two.":          "it is (not shown).",
		strconv.Quote("raw\xff\"key"):          `"(not shown)"`,
	} {
		if got := m.Mask(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// stackOf is the stack of a panic below this function.
func stackOf() (stack []byte) {
	defer func() {
		recover()
		stack = debug.Stack()
	}()
	none := make([]int, len(stack))
	none[0]++ // this line fails
	return nil
}

// TestFrames: from the panic outwards, the program's own with the lines around.
func TestFrames(t *testing.T) {
	frames := Frames(stackOf())
	if len(frames) < 3 || !strings.HasSuffix(frames[0].Function, "debugpage.stackOf") && !strings.Contains(frames[1].Function, "debugpage.stackOf") {
		t.Fatalf("%+v", frames)
	}
	found := false
	for _, f := range frames {
		for _, line := range f.Lines {
			found = found || line.Here && strings.Contains(line.Text, "this line fails")
		}
	}
	if !found {
		t.Errorf("the line that failed is not marked: %+v", frames)
	}
	for _, odd := range []string{"", "goroutine 1 [running]:", "a\n\tb", "f(0x1)\n\t/x/y.go:nope +0x1\n", "\t\n\t\n"} {
		Frames([]byte(odd))
	}
}

// TestLines: the neighbours, also at both ends.
func TestLines(t *testing.T) {
	text := strings.Repeat("x\n", 20)
	for line, want := range map[int][2]int{1: {1, 5}, 10: {6, 14}} {
		lines := Lines(text, line)
		if lines[0].Number != want[0] || lines[len(lines)-1].Number != want[1] {
			t.Errorf("line %d: %d to %d", line, lines[0].Number, lines[len(lines)-1].Number)
		}
	}
	if lines := Lines("a", 99); len(lines) > 0 {
		t.Errorf("a line beyond the end: %+v", lines)
	}
}

// page is one with every section, and s in all places where a request, a program
// or a template can put a text.
func page(s string) *Page {
	return &Page{
		Status: "500 Internal Server Error", Method: s, Path: s, Error: s, Hint: s,
		Template: &Template{Name: s, Line: 1, Lines: []Line{{1, s, true}}},
		Frames:   []Frame{{Function: s, File: s, Line: 1, Own: true, Lines: []Line{{1, s, true}}}, {Function: s, File: s}},
		Request:  []Pair{{s, s}}, Session: &Session{State: s, Fields: []Pair{{s, s}}}, Config: []Pair{{s, s}},
		Routes: []Route{{s, s, s}},
	}
}

// FuzzPage: whatever a text is, the page has no other tags for it than for "x", and
// known secrets are neither in the page nor in its text.
func FuzzPage(f *testing.F) {
	want := tags(f, page("x").HTML(NewMasker()))
	for _, seed := range []string{"x", "<script>alert(1)</script>", "</textarea><script>", "</title>", "--><b>", `" onload="x`, "\x00\xff", "{{.}}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		const secret = "a known secret of the site"
		p := page(s + secret)
		if text := p.HTML(NewMasker(secret)); strings.Contains(text+p.AsText, secret) {
			t.Errorf("the secret is in the page")
		}
		if got := tags(t, page("x"+s).HTML(NewMasker())); got != want {
			t.Errorf("%q makes the tags\n%s\nwant\n%s", s, got, want)
		}
	})
}

// tags are the tags of a page with the names of their attributes.
func tags(t testing.TB, page string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		b.WriteString(n.Data)
		for _, a := range n.Attr {
			b.WriteString(" " + a.Key)
		}
		b.WriteString("\n")
	}
	return b.String()
}
