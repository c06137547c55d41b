package routing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/urls"
)

// awkwardMap holds rules that share beginnings, overlap and leave much room for
// trying.
func awkwardMap(tb testing.TB) *Map {
	m := NewMap()
	testConverters(m)
	for i, text := range []string{
		"/", "/<a>", "/<a>/", "/<int:a>", "/<path:a>", "/<path:a>/", "/<path:a>/edit", "/<path:a>/<path:b>/<path:c>/end",
		"/a/<b>/c/<d>/e/<f>/", "/<a>/b/<c>/d/<e>/f", "/<a>-<b>-<c>-<d>-<e>.html", "/v<int:a>.<int:b>.<int:c>",
		"/x/<string(minlength=0):a>", "/x/<string(minlength=2, maxlength=3):a>-<string(length=2):b>", "/y/<any(a,aa,aaa):a><any(a,aa):b>",
		"/<uuid:a>", "/<uuid:a>/<float(signed=True):b>x<int(signed=True):c>", "/z/<multi:a>/<slug:b>", "/z/<slug:a>-<hex:b>", "/p/<path:a>-<path:b>-<path:c>/q/",
		"/loose/<a>/", "/ação/<path:a>ç<b>",
	} {
		o := Options{Endpoint: fmt.Sprint("e", i%7)}
		if i%3 == 0 {
			o.Methods = []string{"GET", "PUT"}
		}
		if strings.HasPrefix(text, "/loose") {
			o.StrictSlashes = new(bool)
		}
		mustAdd(tb, m, text, o)
	}
	mustAdd(tb, m, "/d/", Options{Endpoint: "d", Defaults: map[string]any{"n": 1}})
	mustAdd(tb, m, "/d/<int:n>", Options{Endpoint: "d"})
	mustAdd(tb, m, "/old/<path:a>", Options{Endpoint: "old", RedirectTo: "../<a>?x"})
	mustAdd(tb, m, "/alias/<n>", Options{Endpoint: "d", Alias: true})
	return m
}

// TestHostilePaths wants an answer in a bounded time, however much there is to
// try.
func TestHostilePaths(t *testing.T) {
	m := awkwardMap(t)
	for i := range 200 {
		mustAdd(t, m, fmt.Sprintf("/<path:a>/<b>-<path:c>/%d", i), Options{Endpoint: "many"})
		mustAdd(t, m, fmt.Sprintf("/<a>/<b>-<c>-<d>x%d", i), Options{Endpoint: "many"})
	}
	const size = 16 << 10
	for _, unit := range []string{"/", "a", "/a", "a/", "-", "a-", "-/", "/-", "a-a/", "1.", "ç", "/edit", "\n", "é-", "/a/b/c/d/e/f"} {
		for _, end := range []string{"", "/", "/end", ".html", "x", "/q", "-", "/7", "x7"} {
			path := "/p/" + strings.Repeat(unit, size/len(unit)) + end
			start := time.Now()
			r := match(m, "DELETE", path)
			if r.Kind == Redirect {
				if _, err := r.Location(&Binding{Host: "h"}); err != nil {
					t.Errorf("%q…%q: %v", unit, end, err)
				}
			}
			if d := time.Since(start); d > 2*time.Second {
				t.Errorf("%d × %q and %q took %v", size/len(unit), unit, end, d)
			}
		}
	}
}

// TestDeepTree makes every segment match two ways: a search that forgets where
// it has been would never end.
func TestDeepTree(t *testing.T) {
	m := NewMap()
	const depth = 300
	mustAdd(t, m, strings.Repeat("/a", depth)+"/end", Options{})
	for i := range depth {
		var b strings.Builder
		for j := range depth {
			if j == i {
				b.WriteString("/<x>")
			} else {
				b.WriteString("/a")
			}
		}
		mustAdd(t, m, b.String()+"/end", Options{})
	}
	if r := match(m, "GET", strings.Repeat("/a", depth)+"/other"); r.Kind != NotFound {
		t.Errorf("kind %d", r.Kind)
	}
	if r := match(m, "GET", strings.Repeat("/a", depth-1)+"/b/end"); r.Kind != Matched || r.Args[0].Value() != "b" {
		t.Errorf("kind %d, args %+v", r.Kind, r.Args)
	}
}

// checkWalker compares the matcher by hand with the regular expression of the
// same part.
func checkWalker(t *testing.T, rule, text string) {
	r, err := NewMap().Add("/"+rule, Options{})
	if err != nil || len(r.parts) < 2 {
		return
	}
	p := &r.parts[1]
	if p.static || p.byRegexp || p.fallback == nil {
		return
	}
	var byHand, byRegexp search
	one, two := p.matchTokens(text, &byHand), p.matchFallback(text, &byRegexp)
	same := func(a, b Arg) bool { return a.Text == b.Text }
	if one != two || !slices.EqualFunc(byHand.args, byRegexp.args, same) {
		t.Errorf("rule %q on %q: by hand %t %+v, by expression %t %+v", rule, text, one, byHand.args, two, byRegexp.args)
	}
}

func TestWalker(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(list []string) string { return list[random.IntN(len(list))] }
	kinds := []string{"", "int:", "int(signed=True):", "float:", "float(signed=True):", "path:", "path:", "string(length=2):", "string(minlength=0):", "string(minlength=2, maxlength=3):", "any(a,ab,b):", "any(ab,a):", "uuid:"}
	pieces := []string{"a", "b", "-", "-", ".", "1", "23", "/", "é", "\n", "x.", "00000000-0000-4000-8000-0123456789ab", "٣"}
	for _, n := range []int{1000, 1500, 2001, 3501} {
		for _, args := range []string{"minlength=1500, maxlength=3500", "maxlength=2001", "length=2000"} {
			checkWalker(t, "<string("+args+"):a>-<b>", strings.Repeat("é", n)+"-x")
		}
	}
	for range 6000 {
		var rule, text strings.Builder
		for i := range 1 + random.IntN(4) {
			if random.IntN(2) == 0 {
				rule.WriteString(pick([]string{"-", ".", "a", "x", "é", "--"}))
			}
			fmt.Fprintf(&rule, "<%sv%d>", pick(kinds), i)
		}
		for range random.IntN(12) {
			text.WriteString(pick(pieces))
		}
		checkWalker(t, rule.String(), text.String())
	}
}

func FuzzMatch(f *testing.F) {
	m := awkwardMap(f)
	for _, seed := range []string{"/", "", "//a", "/a/b/c/d/e/f", "/v1.2.3", "/a-b-c-d-e.html", "/z/a/b/c-d", "/d/1", "/old/x", "/alias/2", "/p/a-b-c/q", "/x/ab-cd", "/%zz", "/\xff"} {
		f.Add(seed, "GET")
	}
	var r Result
	f.Fuzz(func(t *testing.T, path, method string) {
		start := time.Now()
		m.Match(method, DecodePath([]byte(path)), &r)
		switch r.Kind {
		case Matched:
			for i := range r.Args {
				_ = r.Args[i].String()
			}
		case Redirect:
			where, err := r.Location(&Binding{Host: "h", Query: "q"})
			if header := urls.IRIToURI(where); err == nil && strings.ContainsAny(header, "\r\n\t ") {
				t.Errorf("%q goes to %q", path, header)
			}
		case MethodNotAllowed:
			if len(r.Allowed()) == 0 {
				t.Error("nothing is allowed")
			}
		}
		if d := time.Since(start); d > time.Second {
			t.Errorf("%q took %v", path, d)
		}
	})
}

func FuzzRule(f *testing.F) {
	for _, seed := range []string{"/", "/<a>", "/<int(min=1, max=9):n>", "/<any(a,'b c'):x>-<path:p>/", "/<string(length=2):a><float(signed=True):b>", "/<", "//<a>//", "x"} {
		f.Add(seed, "/a/b")
	}
	f.Fuzz(func(t *testing.T, rule, path string) {
		m := NewMap()
		r, err := m.Add(rule, Options{Endpoint: "e"})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "cantil: rule ") {
				t.Errorf("the error %q does not say where it is from", err)
			}
			return
		}
		match(m, "GET", path)
		match(m, "GET", rule)
		var values []Pair
		for _, name := range r.arguments {
			values = append(values, Pair{name, "1.5"})
		}
		if url, err := m.URLFor(&Binding{}, "e", values...); err == nil {
			match(m, "GET", DecodePath([]byte(url)))
		}
	})
}
