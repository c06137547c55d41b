package compare

import (
	"bytes"
	"strings"
	"testing"
)

// TestHTML: what counts as a difference of two pages, and what does not.
func TestHTML(t *testing.T) {
	for _, test := range []struct{ was, now, want string }{
		{`<p class="a" id=b>x  y</p>`, "<p id='b' class=a>\n x y\n</p>", ""},
		{`<p class="a  b">x</p>`, `<p class="a b">x</p>`, ""},
		{`<pre>a  b</pre>`, `<pre>a b</pre>`, "html > body > pre text: a  b -> a b"},
		{`<a href="/x">x</a>`, `<a href="/y">x</a>`, "html > body > a href: /x -> /y"},
		{`<p>a</p><p>b</p><p>c</p>`, `<p>a</p><p>c</p>`, "html > body > p text: b -> (none); html > body > p end: </p> -> (none); html > body > p: <p> -> (none)"},
		{`<input name="csrf_token" value="a">`, `<input value="b" name="csrf_token">`, ""},
		{`<tr><td>1</td></tr>`, `<td>1</td>`, "tr: <tr> -> (none); tr > td: <td> -> (none); tr > td text: 1 -> (none); tr > td end: </td> -> (none); tr end: </tr> -> (none); " + "td: (none) -> <td>; td text: (none) -> 1; td end: (none) -> </td>"},
		{"\n<tr class=a><td>1", `<tr class=b><td>1</td></tr>`, "tr class: a -> b"},
		{`<input name="q" value="a">`, `<input value="b" name="q">`, "html > body > input[name=q] value: a -> b"},
		{`<p>&lt;b&gt;</p>`, `<p>&#60;b></p>`, ""},
		{`<p>&lt;b&gt;</p>`, `<p><b></b></p>`, "html > body > p text: <b> -> (none); html > body > p > b: (none) -> <b>; html > body > p > b end: (none) -> </b>"},
		{`<p>x</p>`, `<div>x</div>`, "html > body > p: <p> -> (none); html > body > p text: x -> (none); html > body > p end: </p> -> (none); " +
			"html > body > div: (none) -> <div>; html > body > div text: (none) -> x; html > body > div end: (none) -> </div>"},
	} {
		var got []string
		for _, d := range compareHTML([]byte(test.was), []byte(test.now)) {
			got = append(got, d.Name+": "+d.Was+" -> "+d.Now)
		}
		if strings.Join(got, "; ") != test.want {
			t.Errorf("%s\n%s\n got %s\nwant %s", test.was, test.now, strings.Join(got, "; "), test.want)
		}
	}
}

// TestJSON: by value.
func TestJSON(t *testing.T) {
	for _, test := range []struct{ was, now, want string }{
		{`{"a": 1, "b": [1.0, "\u00e9"]}`, `{"b":[1,"é"],"a":1}`, ""},
		{`{"a": 1}`, `{"a": "1"}`, `$.a: 1 -> "1"`},
		{`{"a": [1, 2]}`, `{"a": [1]}`, `$.a[1]: 2 -> (none)`},
		{`{"a": null}`, `{}`, `$.a: null -> (none)`},
		{`[{"x": {"y": 1}}]`, `[{"x": {"y": 1, "z": 2}}]`, `$[0].x.z: (none) -> 2`},
		{`12345678901234567890`, `12345678901234567891`, `$: 12345678901234567890 -> 12345678901234567891`},
		{`{`, `{}`, `$: { -> {}`},
	} {
		var got []string
		for _, d := range compareJSON(KindJSON, []byte(test.was), []byte(test.now)) {
			got = append(got, d.Name+": "+d.Was+" -> "+d.Now)
		}
		if strings.Join(got, "; ") != test.want {
			t.Errorf("%s %s: %s, want %s", test.was, test.now, got, test.want)
		}
	}
}

func TestRoutes(t *testing.T) {
	for target, want := range map[string]string{
		"/": "/", "/user/12?x=1": "/user/<id>", "/a/b/": "/a/b/", "/item/550e8400-e29b-41d4-a716-446655440000/edit": "/item/<id>/edit",
		"/reset/eyJ1c2VyIjoiTWFyaWEifQ.Z3SFgA.zu_Bqa5P5BJEvD6jsOd7ygNHk78": "/reset/<token>", "/reset/eyJ1c2VyIjoiTWFyaWEifQ.Z3SFgA.masked-12345678/": "/reset/<token>/",
		"/cafe": "/cafe", "/2024/05": "/<id>/<id>", "/static/site.css": "/static/site.css",
	} {
		if got := routeOf(target); got != want {
			t.Errorf("%s is %s, want %s", target, got, want)
		}
	}
}

// FuzzHTML: any two pages are compared, a page is like itself, and a difference is
// one in both directions.
func FuzzHTML(f *testing.F) {
	f.Add([]byte("<p>a"), []byte("<p class=x>a<!-- b --></p>"))
	f.Add([]byte("<table><p>"), []byte("<svg><script></svg>"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if found := compareHTML(a, a); len(found) > 0 {
			t.Errorf("a page differs from itself: %+v", found)
		}
		if there, back := compareHTML(a, b), compareHTML(b, a); (len(there) == 0) != (len(back) == 0) {
			t.Errorf("%q and %q: %v there, %v back", a, b, there, back)
		}
		csrfToken(append(bytes.Clone(a), "csrf"...))
	})
}
