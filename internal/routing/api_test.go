package routing

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/uuid"
)

func match(m *Map, method, path string) *Result {
	var r Result
	m.Match(method, path, &r)
	return &r
}

func TestBadRules(t *testing.T) {
	for _, c := range []struct{ rule, want string }{
		{"user", `rule "user" does not start with a slash: write "/user"`},
		{"", `rule "" does not start with a slash: write "/"`},
		{"/<user", `rule "/<user" is malformed at "<user": write a variable as <name> or <converter:name>`},
		{"/a/<1>", `is malformed at "<1>"`},
		{"/a/<int(5:n>", `is malformed at`},
		{"/<nope:x>", `there is no converter "nope": use one of any, broken, default, float, int, path, string, uuid, or add it`},
		{"/<x>/<int:x>", `has the variable "x" twice: give each variable a name of its own`},
		{"/<string(size=3):x>", `converter "string" of variable "x": does not know the argument "size": it takes minlength, maxlength, length`},
		{"/<string(1, 2, 3, 4):x>", `has 4 arguments: it takes at most 3`},
		{"/<string(1, minlength=2):x>", `is given "minlength" twice`},
		{"/<string(length=x):x>", `has length x: it must be a whole number`},
		{"/<string(minlength=3, maxlength=2):x>", `has maxlength 2 below minlength 3`},
		{"/<string(-1):x>", `cannot read the argument "-"`},
		{"/<int(min=a):x>", `has min a: it must be a number`},
		{"/<int(fixed_digits=a):x>", `has fixed_digits a: it must be a whole number`},
		{"/<float(min=a):x>", `has min a: it must be a number`},
		{"/<float(fixed_digits=1):x>", `does not know the argument "fixed_digits": it takes min, max, signed`},
		{"/<string(minlength=None):x>", `has minlength <nil>`},
		{"/<string(maxlength=1.5e9):x>", `has maxlength 1.5e+09`},
		{"/<path:p><string(5000):x>/", `has a length above 4096`},
		{"/<string(5000):x>-/a", `has a length above 4096`},
		{"/<any(1):x>", `has the item 1, which is not a text: write it in quotes`},
		{"/<any(a, b=c):x>", `does not know the argument "b"`},
		{"/<broken:x>", `has a regular expression that Go cannot read`},
		{"/<string(1000000):x>-<y>", `has a length above 4096 in a segment with other things`},
	} {
		m := NewMap()
		m.Converters["broken"] = func(ConverterArgs) (*Converter, error) { return &Converter{Regex: "("}, nil }
		_, err := m.Add(c.rule, Options{Endpoint: "e"})
		if err == nil || !strings.HasPrefix(err.Error(), "cantil: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("rule %q: got %v, want %q", c.rule, err, c.want)
		}
	}
	m := NewMap()
	if _, err := m.Add("/a/<x>", Options{RedirectTo: "/b/<y>"}); err == nil || !strings.Contains(err.Error(), `has no variable "y"`) {
		t.Errorf("redirect with a foreign variable: %v", err)
	}
	if _, err := m.Add("/a/<int:x>", Options{Defaults: map[string]any{"x": "y"}}); err == nil || !strings.Contains(err.Error(), `the default of "x"`) {
		t.Errorf("unfit default: %v", err)
	}
	for i := range 65 {
		_, err := m.Add("/", Options{Methods: []string{fmt.Sprint("M", i)}})
		if (err != nil) != (i == 64) {
			t.Errorf("method %d: %v", i, err)
		}
	}
}

func TestArgValues(t *testing.T) {
	m := NewMap()
	mustAdd(t, m, "/int/<int(signed=True):x>", Options{})
	mustAdd(t, m, "/float/<float:x>", Options{})
	mustAdd(t, m, "/uuid/<uuid:x>", Options{})
	mustAdd(t, m, "/text/<x>", Options{Defaults: map[string]any{"n": 7, "s": "d", "f": 1.5}})
	huge, _ := new(big.Int).SetString("-123456789012345678901234567890", 10)
	for _, c := range []struct {
		path, text string
		want       any
	}{
		{"/int/007", "7", 7},
		{"/int/-5", "-5", -5},
		{"/int/" + strconv.Itoa(math.MaxInt), strconv.Itoa(math.MaxInt), math.MaxInt},
		{"/int/-123456789012345678901234567890", "-123456789012345678901234567890", huge},
		{"/int/٣", "3", 3},
		{"/float/2.50", "2.5", 2.5},
		{"/float/" + strings.Repeat("9", 400) + ".0", "inf", math.Inf(1)},
		{"/uuid/00000000-0000-4000-8000-0123456789AB", "00000000-0000-4000-8000-0123456789ab", mustUUID("00000000-0000-4000-8000-0123456789ab")},
		{"/text/a b", "a b", "a b"},
	} {
		r := match(m, "GET", c.path)
		if r.Kind != Matched {
			t.Errorf("%s: kind %d", c.path, r.Kind)
			continue
		}
		a := &r.Args[0]
		if a.Name != "x" || a.String() != c.text || !equal(a.Value(), c.want) {
			t.Errorf("%s: got %q %v (%T), want %q %v", c.path, a.String(), a.Value(), a.Value(), c.text, c.want)
		}
		n, isInt := a.Int()
		if want, ok := c.want.(int); isInt != ok || n != want {
			t.Errorf("%s: Int gives %d %t", c.path, n, isInt)
		}
		f, isFloat := a.Float()
		if want, ok := c.want.(float64); isFloat != ok || f != want {
			t.Errorf("%s: Float gives %g %t", c.path, f, isFloat)
		}
	}
	r := match(m, "GET", "/text/a")
	if n, ok := r.Args[2].Int(); r.Args[2].Name != "n" || n != 7 || !ok {
		t.Errorf("default n: %+v", r.Args)
	}
	if f, ok := r.Args[1].Float(); f != 1.5 || !ok || r.Args[3].Text != "d" {
		t.Errorf("defaults: %+v", r.Args)
	}
	if r := match(m, "GET", "/int/"+strings.Repeat("1", 5000)); r.Kind != NotFound {
		t.Errorf("5000 digits: kind %d", r.Kind)
	}
}

// TestResultReuse matches different things with one result: nothing of a match
// may show in the next.
func TestResultReuse(t *testing.T) {
	m := NewMap()
	mustAdd(t, m, "/i/<int:a>/<float:b>", Options{Endpoint: "i", Methods: []string{"GET"}})
	mustAdd(t, m, "/s/<a>/<b>", Options{Endpoint: "s"})
	mustAdd(t, m, "/b/", Options{Endpoint: "b"})
	mustAdd(t, m, "/o", Options{Endpoint: "o", RedirectTo: "/s/x/y"})
	var r Result
	for range 2 {
		m.Match("GET", "/i/1/2.5", &r)
		kept := r.Args[0]
		if r.Kind != Matched || len(r.Args) != 2 || r.Args[1].Value() != 2.5 {
			t.Fatalf("first: %+v", r)
		}
		m.Match("GET", "/s/1/2.5", &r)
		if _, isInt := r.Args[0].Int(); isInt || r.Args[0].Value() != "1" || r.Args[1].Value() != "2.5" {
			t.Fatalf("second: %+v", r.Args)
		}
		if kept.Value() != 1 {
			t.Fatal("a copied argument changed")
		}
		m.Match("POST", "/i/1/2.5", &r)
		if r.Kind != MethodNotAllowed || r.Rule != nil || len(r.Args) != 0 || !slices.Equal(r.Allowed(), []string{"GET", "HEAD"}) {
			t.Fatalf("third: %+v", r)
		}
		m.Match("GET", "/b", &r)
		if where, err := r.Location(&Binding{Host: "h"}); r.Kind != Redirect || r.Rule != nil || where != "http://h/b/" || err != nil || r.Allowed() != nil {
			t.Fatalf("fourth: %+v %q", r, where)
		}
		m.Match("GET", "/o", &r)
		if where, _ := r.Location(&Binding{Host: "h"}); where != "http://h/s/x/y" {
			t.Fatalf("fifth: %q", where)
		}
		m.Match("GET", "/nothing", &r)
		if where, _ := r.Location(&Binding{}); r.Kind != NotFound || r.Rule != nil || len(r.Args) != 0 || where != "" {
			t.Fatalf("sixth: %+v", r)
		}
	}
}

func TestRuleFacts(t *testing.T) {
	m := NewMap()
	page := mustAdd(t, m, "/page//", Options{Endpoint: "page", Methods: []string{"get"}, Defaults: map[string]any{"page": 1}, Value: "mine"})
	other := mustAdd(t, m, "/first", Options{Endpoint: "page", Defaults: map[string]any{"page": 1}})
	full := mustAdd(t, m, "/page/<lang>/<int:page>", Options{Endpoint: "full", Defaults: map[string]any{"x": nil}})
	if page.String() != "/page//" || page.Path() != "/page/" || page.Endpoint() != "page" || page.Value() != "mine" {
		t.Errorf("facts of %s are wrong", page)
	}
	if !slices.Equal(page.Methods(), []string{"GET", "HEAD"}) || other.Methods() != nil {
		t.Errorf("methods: %q %q", page.Methods(), other.Methods())
	}
	if !slices.Equal(full.arguments, []string{"lang", "page", "x"}) {
		t.Errorf("arguments: %q", full.arguments)
	}
	if !page.Static() || other.Static() || full.Static() {
		t.Errorf("static: %t %t %t; the second asks for a redirect to the first", page.Static(), other.Static(), full.Static())
	}
	var r Result
	if r.Take(page); r.Kind != Matched || r.Rule != page || len(r.Args) != 1 || r.Args[0].Value() != 1 {
		t.Errorf("a static rule that was taken: %+v", r)
	}
	if n := len(m.Rules()); n != 3 {
		t.Errorf("%d rules, want 3", n)
	}
	if got := m.Allowed("/page/"); !slices.Equal(got, []string{"GET", "HEAD"}) {
		t.Errorf("Allowed: %q", got)
	}
	if got := m.Allowed("/none"); got != nil {
		t.Errorf("Allowed of nothing: %q", got)
	}
}

type celsius float64

type tag string

func TestQueryValues(t *testing.T) {
	m := NewMap()
	mustAdd(t, m, "/", Options{Endpoint: "index"})
	mustAdd(t, m, "/n/<int:n>", Options{Endpoint: "n"})
	mustAdd(t, m, "/f/<float:x>", Options{Endpoint: "f"})
	var none *big.Int
	for _, c := range []struct {
		endpoint string
		value    any
		want     string
	}{
		{"index", []string{"a", "b c"}, "/?n=a&n=b+c"},
		{"index", []int{1, 2}, "/?n=1&n=2"},
		{"index", []string{}, "/"},
		{"index", none, "/"},
		{"index", []byte("a b"), "/?n=a+b"},
		{"index", uuid.UUID{15: 1}, "/?n=00000000-0000-0000-0000-000000000001"},
		{"index", celsius(2), "/?n=2.0"},
		{"index", float32(0.1), "/?n=0.1"},
		{"index", tag("x"), "/?n=x"},
		{"index", errors.New("oh no"), "/?n=oh+no"},
		{"index", time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC), "/?n=2025-01-02+03:04:05%2B00:00"},
		{"index", time.Date(2025, 1, 2, 3, 4, 5, 678900000, time.UTC), "/?n=2025-01-02+03:04:05.678900%2B00:00"},
		{"n", uint8(7), "/n/7"},
		{"n", int64(-7), "/n/-7"},
		{"n", big.NewInt(1), "/n/1"},
		{"n", tag("12"), "/n/12"},
		{"n", []byte("12"), "/n/12"},
		{"n", celsius(2.9), "/n/2"},
		{"n", "x", `cantil: "x" is not an integer`},
		{"n", math.NaN(), `cantil: nan (float64) is not an integer`},
	} {
		url, err := m.URLFor(&Binding{Method: "GET"}, c.endpoint, Pair{"n", c.value})
		if err != nil {
			url = err.Error()
		}
		if url != c.want {
			t.Errorf("%s with %v: got %s, want %s", c.endpoint, c.value, url, c.want)
		}
	}
	for value, want := range map[any]string{true: "/f/1.0", 2: "/f/2.0", "1e400": "/f/inf", tag("1_0"): "/f/10.0", float32(0.5): "/f/0.5", 1e22: "/f/1e+22"} {
		if url, err := m.URLFor(&Binding{}, "f", Pair{"x", value}); url != want {
			t.Errorf("float %v: got %s %v, want %s", value, url, err, want)
		}
	}
}

func TestSpecialNames(t *testing.T) {
	m := NewMap()
	mustAdd(t, m, "/user/<name>", Options{Endpoint: "user", Methods: []string{"GET"}})
	mustAdd(t, m, "/submit", Options{Endpoint: "user", Methods: []string{"POST"}})
	here := &Binding{Scheme: "http", Host: "Example.com:8080", ScriptName: "/app", Method: "GET"}
	outside := &Binding{Scheme: "https", Host: "example.com", NoRequest: true}
	name := Pair{"name", "Ana Maria"}
	for _, c := range []struct {
		b      *Binding
		values []Pair
		want   string
	}{
		{here, []Pair{name}, "/app/user/Ana%20Maria"},
		{here, []Pair{name, {"name", "Zé"}}, "/app/user/Z%C3%A9"},
		{here, []Pair{name, {"_anchor", "topo da página"}}, "/app/user/Ana%20Maria#topo%20da%20p%C3%A1gina"},
		{here, []Pair{name, {"_external", true}}, "http://example.com:8080/app/user/Ana%20Maria"},
		{here, []Pair{name, {"_scheme", "https"}}, "https://example.com:8080/app/user/Ana%20Maria"},
		{here, []Pair{name, {"_scheme", ""}}, "//example.com:8080/app/user/Ana%20Maria"},
		{here, []Pair{name, {"_scheme", "https"}, {"_external", false}}, "cantil: URLFor was given _scheme together with _external=false: a URL without a host has no scheme"},
		{here, []Pair{{"_method", "POST"}}, "/app/submit"},
		{here, []Pair{name, {"_method", "POST"}}, "/app/submit?name=Ana+Maria"},
		{outside, []Pair{name}, "https://example.com/user/Ana%20Maria"},
		{outside, []Pair{name, {"_external", false}}, "/user/Ana%20Maria"},
	} {
		url, err := m.URLFor(c.b, "user", c.values...)
		if err != nil {
			url = err.Error()
		}
		if url != c.want {
			t.Errorf("%v: got %s, want %s", c.values, url, c.want)
		}
	}
	for _, c := range [][3]string{{".index", "admin", "admin.index"}, {".index", "", "index"}, {"index", "admin", "index"}, {"", "a", ""}} {
		if got := Resolve(c[0], c[1]); got != c[2] {
			t.Errorf("Resolve(%q, %q) = %q", c[0], c[1], got)
		}
	}
}

func TestBuildError(t *testing.T) {
	m := NewMap()
	request := &Binding{Method: "GET"}
	_, err := m.URLFor(request, "nada")
	if want := `cantil: no URL for endpoint "nada": there are no rules`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	mustAdd(t, m, "/", Options{Endpoint: "index"})
	mustAdd(t, m, "/u/<name>/<tab>", Options{Endpoint: "user", Methods: []string{"GET"}})
	mustAdd(t, m, "/p", Options{Endpoint: "page", Defaults: map[string]any{"n": 1}})
	for _, c := range []struct {
		endpoint string
		values   []Pair
		want     string
	}{
		{"indeks", nil, `cantil: no URL for endpoint "indeks": there is no such endpoint; the nearest is "index"`},
		{"user", []Pair{{"x", 1}, {"name", "a"}}, `cantil: no URL for endpoint "user" with the values ["name" "x"]: rule "/u/<name>/<tab>" also needs ["tab"]`},
		{"user", []Pair{{"_method", "POST"}}, `cantil: no URL for endpoint "user" with method POST: rule "/u/<name>/<tab>" admits only GET, HEAD`},
		{"page", []Pair{{"n", 2}}, `cantil: no URL for endpoint "page" with the values ["n"]: rule "/p" does not take these values`},
	} {
		_, err := m.URLFor(request, c.endpoint, c.values...)
		var failed *BuildError
		if !errors.As(err, &failed) || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// TestNumberBounds has what random rules rarely hit: limits that are no
// integers, and values that are no numbers.
func TestNumberBounds(t *testing.T) {
	m := NewMap()
	mustAdd(t, m, "/max/<float(max=10, signed=True):x>", Options{})
	mustAdd(t, m, "/min/<float(min=1.5, signed=True):x>", Options{})
	mustAdd(t, m, "/half/<int(min=2.5, max=7.5):x>", Options{})
	mustAdd(t, m, "/big/<int(min=99999999999999999999):x>", Options{})
	mustAdd(t, m, "/both/<int(min=5, max=99999999999999999999):x>", Options{})
	inf := strings.Repeat("9", 400) + ".0"
	for path, want := range map[string]Kind{
		"/max/" + inf: NotFound, "/max/-" + inf: Matched, "/min/" + inf: Matched, "/min/-" + inf: NotFound, "/min/1.5": Matched,
		"/half/2": NotFound, "/half/3": Matched, "/half/7": Matched, "/half/8": NotFound,
		"/big/99999999999999999998": NotFound, "/big/99999999999999999999": Matched, "/big/5": NotFound,
		"/both/4": NotFound, "/both/99999999999999999999": Matched, "/both/100000000000000000000": NotFound,
	} {
		if r := match(m, "GET", path); r.Kind != want {
			t.Errorf("%.40s: kind %d, want %d", path, r.Kind, want)
		}
	}
}

// TestLocationErrors has a converter that reads what it cannot write.
func TestLocationErrors(t *testing.T) {
	m := NewMap()
	refused := errors.New("refused")
	m.Converters["oneway"] = func(ConverterArgs) (*Converter, error) {
		return &Converter{ToURL: func(any) (string, error) { return "", refused }}, nil
	}
	mustAdd(t, m, "/old/<oneway:x>", Options{Endpoint: "old", RedirectTo: "/new/<x>"})
	mustAdd(t, m, "/page/<oneway:x>", Options{Endpoint: "page", Defaults: map[string]any{"n": 1}})
	mustAdd(t, m, "/page/<oneway:x>/<int:n>", Options{Endpoint: "page"})
	mustAdd(t, m, "/alias/<oneway:x>", Options{Endpoint: "alias", Alias: true})
	for _, path := range []string{"/old/a", "/page/a/1", "/alias/a"} {
		r := match(m, "GET", path)
		if where, err := r.Location(&Binding{}); r.Kind != Redirect || !errors.Is(err, refused) {
			t.Errorf("%s: kind %d, %q, %v", path, r.Kind, where, err)
		}
	}
}

func TestDecodePath(t *testing.T) {
	for raw, want := range map[string]string{
		"/a%2Fb": "/a/b", "/%C3%A7": "/ç", "/%zz%4": "/%zz%4", "/%E2%82x": "/\uFFFDx", "/a+b": "/a+b", "/%ff%FE": "/\uFFFD\uFFFD", "/%00": "/\x00",
	} {
		if got := DecodePath([]byte(raw)); got != want {
			t.Errorf("%s: got %q, want %q", raw, got, want)
		}
	}
}

func TestConcurrentFirstMatch(t *testing.T) {
	m := benchMap(t, 50)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for _, c := range benchPaths {
				match(m, "GET", c.path)
				if _, err := m.URLFor(&Binding{Method: "GET"}, "post", Pair{"name", "x"}, Pair{"id", 1}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
}

func TestAllocations(t *testing.T) {
	m := benchMap(t, 100)
	var r Result
	for _, c := range benchPaths {
		if c.name == "slash" { // the target of the redirect is a new text
			continue
		}
		if n := testing.AllocsPerRun(100, func() { m.Match("GET", c.path, &r) }); n != 0 {
			t.Errorf("matching %s: %v allocations", c.path, n)
		}
	}
	request := &Binding{Scheme: "http", Host: "localhost", Method: "GET"}
	values := []Pair{{"name", "maria"}, {"id", 42}}
	if n := testing.AllocsPerRun(100, func() { m.URLFor(request, "post", values...) }); n > 2 {
		t.Errorf("building: %v allocations", n)
	}
}
