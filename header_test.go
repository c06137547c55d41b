package cantil

import (
	"slices"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"
)

func lines(h *Header) []string {
	var all []string
	for name, value := range h.All() {
		all = append(all, name+": "+value)
	}
	return all
}

func TestHeaderList(t *testing.T) {
	h := Header{}
	h.Add("X-A", "1")
	h.Add("X-B", "b")
	h.Add("x-a", "2")
	if h.Get("x-A") != "1" || !slices.Equal(h.GetAll("X-A"), []string{"1", "2"}) || !h.Has("x-b") || h.Len() != 3 {
		t.Fatal(lines(&h))
	}
	h.Set("x-A", "3")
	if got := lines(&h); !slices.Equal(got, []string{"x-A: 3", "X-B: b"}) {
		t.Fatal(got)
	}
	h.Del("X-a")
	h.Del("X-C")
	if h.Has("X-A") || h.Get("X-A") != "" || h.GetAll("X-A") != nil || h.Len() != 1 {
		t.Fatal(lines(&h))
	}
	h.reset("text/plain")
	if got := lines(&h); !slices.Equal(got, []string{"Content-Type: text/plain"}) {
		t.Fatal(lines(&h))
	}
}

func TestHeaderRefusesLineBreaks(t *testing.T) {
	for _, c := range [][2]string{{"X-A", "a\nb"}, {"X-A", "a\r\nX-B: 1"}, {"X-A", "\x00"}, {"X A", "v"}, {"X:", "v"},
		{"", "v"}, {"X\n", "v"}, {"é", "v"}} {
		for name, put := range map[string]func(*Header){
			"Set": func(h *Header) { h.Set(c[0], c[1]) },
			"Add": func(h *Header) { h.Add(c[0], c[1]) },
		} {
			func() {
				defer func() {
					err, ok := recover().(error)
					if !ok || !strings.HasPrefix(err.Error(), "cantil: header ") {
						t.Errorf("%s(%q, %q): %v", name, c[0], c[1], err)
					}
				}()
				put(&Header{})
			}()
		}
	}
}

func TestAddVary(t *testing.T) {
	for _, c := range []struct{ before, after []string }{
		{nil, []string{"Cookie"}},
		{[]string{"Accept-Encoding", "Accept-Language"}, []string{"Accept-Encoding, Cookie", "Accept-Language"}},
		{[]string{"Accept", "cookie"}, []string{"Accept", "cookie"}},
	} {
		h := Header{}
		for _, v := range c.before {
			h.Add("Vary", v)
		}
		addVary(&h, "Cookie")
		if got := h.GetAll("Vary"); !slices.Equal(got, c.after) {
			t.Errorf("%q: got %q", c.before, got)
		}
	}
}

func TestHeaderWriteTo(t *testing.T) {
	h := Header{}
	h.Add("Set-Cookie", "a=1; Path=/")
	h.Add("X-A", "1")
	h.Add("X-A", "é")
	h.Add("X-B", "日é")
	h.Add("Set-Cookie", "a=2; Path=/")
	h.Add("Content-Length", "3")
	h.Add("Vary", "A")
	h.Add("Vary", "B")
	dst := fasthttp.ResponseHeader{}
	h.writeTo(&dst)
	got := dst.String()
	for _, want := range []string{"Set-Cookie: a=1; Path=/\r\nSet-Cookie: a=2; Path=/\r\n", "X-A: 1\r\nX-A: \xe9\r\n",
		"X-B: 日é\r\n", "Content-Length: 3\r\n", "Vary: A\r\nVary: B\r\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	if strings.Contains(got, "Content-Type") {
		t.Errorf("%q has a Content-Type that nobody set", got)
	}
}

func TestHeaderCosts(t *testing.T) {
	h, dst := Header{}, fasthttp.ResponseHeader{}
	allocates(t, "a response's headers", 0, func() {
		h.reset("text/html; charset=utf-8")
		dst.Reset()
		h.Set("X-A", "é")
		addVary(&h, "Cookie")
		addVary(&h, "Cookie")
		h.Add("Set-Cookie", "session=x; HttpOnly; Path=/")
		h.writeTo(&dst)
	})
}

// allocates fails if f, once warm, allocates more than it may.
func allocates(t *testing.T, what string, most float64, f func()) {
	t.Helper()
	f()
	if n := testing.AllocsPerRun(100, f); n > most {
		t.Errorf("%s: %v allocations, want at most %v", what, n, most)
	}
}
