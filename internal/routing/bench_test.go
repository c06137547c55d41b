package routing

import (
	"fmt"
	"testing"
)

// benchMap holds n rules of the kinds that programs have, and the paths that
// the benchmarks ask for.
func benchMap(tb testing.TB, n int) *Map {
	m := NewMap()
	mustAdd(tb, m, "/user/<name>/posts/<int:id>", Options{Endpoint: "post"})
	for i := 1; i < n; i++ {
		text := fmt.Sprintf([]string{"/r%d/<name>/posts/<int:id>", "/r%d/<int:id>", "/r%d/list", "/user/<name>/r%d"}[i%4], i)
		mustAdd(tb, m, text, Options{Endpoint: fmt.Sprint("e", i), Methods: []string{"GET", "POST"}})
	}
	if n > 1 {
		mustAdd(tb, m, "/static/page", Options{Endpoint: "static", Methods: []string{"GET"}})
		mustAdd(tb, m, "/branch/", Options{Endpoint: "branch"})
		mustAdd(tb, m, "/item/<int:id>", Options{Endpoint: "item"})
		mustAdd(tb, m, "/files/<path:name>", Options{Endpoint: "file"})
		mustAdd(tb, m, "/uuid/<uuid:id>", Options{Endpoint: "uuid"})
		mustAdd(tb, m, "/mixed/<a>-<b>.html", Options{Endpoint: "mixed"})
	}
	return m
}

func mustAdd(tb testing.TB, m *Map, text string, o Options) *Rule {
	tb.Helper()
	r, err := m.Add(text, o)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

var benchPaths = []struct{ name, path string }{
	{"static", "/static/page"},
	{"int", "/item/12345"},
	{"two", "/user/maria/posts/42"},
	{"path", "/files/a/b/c/style.css"},
	{"uuid", "/uuid/00000000-0000-4000-8000-0123456789ab"},
	{"mixed", "/mixed/hello-world.html"},
	{"slash", "/branch"},
	{"none", "/user/maria/nothing/here"},
}

func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000} {
		m := benchMap(b, n)
		for _, c := range benchPaths {
			if n == 1 && c.name != "two" && c.name != "none" {
				continue
			}
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				var r Result
				b.ReportAllocs()
				for b.Loop() {
					m.Match("GET", c.path, &r)
				}
			})
		}
	}
}

func BenchmarkURLFor(b *testing.B) {
	m := benchMap(b, 100)
	request := &Binding{Scheme: "http", Host: "localhost", Method: "GET"}
	for _, c := range []struct {
		name     string
		endpoint string
		values   []Pair
	}{
		{"static", "static", nil},
		{"two", "post", []Pair{{"name", "maria"}, {"id", 42}}},
		{"query", "static", []Pair{{"q", "a b"}, {"page", 2}}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := m.URLFor(request, c.endpoint, c.values...); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
