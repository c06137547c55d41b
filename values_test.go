package cantil

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/formdata"
)

func TestValues(t *testing.T) {
	v := parseQuery([]byte("a=1&n=+7_0&b=2&a=3&x=y"))
	if v.Get("a") != "1" || v.Get("q") != "" || v.Get("q", "d") != "d" || !v.Has("b") || v.Has("q") {
		t.Error(v)
	}
	if !slices.Equal(v.All("a"), []string{"1", "3"}) || v.All("q") != nil {
		t.Error(v.All("a"))
	}
	if v.Int("n") != 70 || v.Int("x") != 0 || v.Int("x", 5) != 5 || v.Int("q", -1) != -1 || v.Int("a", 9) != 1 {
		t.Error(v.Int("n"))
	}
	if !slices.Equal(v.Keys(), []string{"a", "n", "b", "x"}) || v.Len() != 4 {
		t.Error(v.Keys())
	}
	if want := map[string]string{"a": "1", "n": " 7_0", "b": "2", "x": "y"}; !maps.Equal(v.ToMap(), want) {
		t.Error(v.ToMap())
	}
	for range v.Items() {
		break
	}
	defer func() {
		if e, ok := recover().(*HTTPError); !ok || e.Code != 400 {
			t.Error("a missing key is not a 400")
		}
	}()
	v.Must(v.Must("b") + "?")
}

// Many keys take another way than few; both must give the same.
func TestManyValues(t *testing.T) {
	var query strings.Builder
	var want []string
	r := rand.New(rand.NewPCG(1, 2))
	byKey := map[string][]string{}
	var keys []string
	for i := range 1000 {
		key, value := fmt.Sprint("k", r.IntN(50)), fmt.Sprint(i)
		if byKey[key] == nil {
			keys = append(keys, key)
		}
		byKey[key] = append(byKey[key], value)
		fmt.Fprintf(&query, "&%s=%s", key, value)
	}
	for _, k := range keys {
		for _, value := range byKey[k] {
			want = append(want, k+"="+value)
		}
	}
	var got []string
	for k, value := range parseQuery([]byte(query.String())).Items() {
		got = append(got, k+"="+value)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

// What a view keeps must not change when fasthttp uses its buffers again.
func TestNothingAliasesTheRequest(t *testing.T) {
	query, cookie := []byte("a=xyz&b=%20"), []byte(`a=xyz; b="q\"r"`)
	body := []byte("--b\r\nContent-Disposition: form-data; name=a\r\n\r\nxyz\r\n" +
		"--b\r\nContent-Disposition: form-data; name=f; filename=n\r\n\r\nxyz\r\n--b--\r\n")
	q, c := parseQuery(query), parseCookies(cookie)
	form, files, err := parseForm("multipart/form-data; boundary=b", bytes.NewReader(body), formdata.Limits{})
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	for _, b := range [][]byte{query, cookie, body} {
		for i := range b {
			b[i] = '#'
		}
	}
	if q.Get("a") != "xyz" || q.Get("b") != " " || c.Get("a") != "xyz" || c.Get("b") != `q"r` || form.Get("a") != "xyz" ||
		string(files[0].Bytes()) != "xyz" || files[0].Filename != "n" || files[0].Header.Len() != 1 {
		t.Error(q, c, form, files[0])
	}
}

func TestFile(t *testing.T) {
	_, files, err := parseForm("multipart/form-data; boundary=b", strings.NewReader(
		"--b\r\nContent-Disposition: form-data; name=f; filename=n\r\n\r\nconteúdo\r\n--b--\r\n"), formdata.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	f := files[0]
	r := f.Open()
	got, err := io.ReadAll(r)
	if err != nil || string(got) != "conteúdo" || f.Size() != 9 || r.Close() != nil {
		t.Error(got, err)
	}
	path := filepath.Join(t.TempDir(), "x")
	if err := f.Save(path); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, f.Bytes()) {
		t.Error(got, err)
	}
	if err := f.Save(path + "/no/such"); err == nil || !strings.HasPrefix(err.Error(), "cantil: ") {
		t.Error(err)
	}
}

func TestCookieHeaderLines(t *testing.T) {
	h := fasthttp.RequestHeader{}
	if b := cookieHeader(&h); b != nil {
		t.Errorf("%q", b)
	}
	raw := "GET / HTTP/1.1\r\nHost: x\r\nCookie: a=1;  =x\r\ncookie: b=2\r\n\r\n"
	if err := h.Read(bufio.NewReader(strings.NewReader(raw))); err != nil {
		t.Fatal(err)
	}
	if got := parseCookies(cookieHeader(&h)).ToMap(); len(got) != 2 || got["b"] != "2" {
		t.Errorf("%q", got)
	}
}

// TestLookupOfEveryByte puts each byte at each place of a value: the lookup finds what the
// full parse finds.
func TestLookupOfEveryByte(t *testing.T) {
	for at := range 19 {
		for c := range 256 {
			value := []byte("abcdefghijklmnopqrs")
			value[at] = byte(c)
			for _, header := range []string{"s=" + string(value), "s=" + string(value) + "; t=1", "s=" + string(value[:at+1])} {
				got, ok := findCookie([]byte(header), "s")
				if want := parseCookies([]byte(header)); ok != want.Has("s") || string(got) != want.Get("s") {
					t.Errorf("%q: %q, %v, want %q", header, got, ok, want.Get("s"))
				}
			}
		}
	}
}

func TestReadCosts(t *testing.T) {
	header := []byte(`theme=dark; session=eyJhIjoxfQ.Z3SFgA.Hauom0ZANJmHXS1LQLs4c6O97vA; x="y z"`)
	allocates(t, "lookup of a cookie", 0, func() { findCookie(header, "session") })
	allocates(t, "lookup of a quoted cookie", 0, func() { findCookie(header, "x") })
	allocates(t, "all cookies: their text and their list", 2, func() { parseCookies(header) })
	allocates(t, "a query: its text and its list", 2, func() { parseQuery([]byte("a=1&b=%C3%A9+x")) })
	buf := make([]byte, 0, 512)
	c := Cookie{MaxAge: 60, Path: "/a b", Domain: "example.com", HTTPOnly: true, SameSite: "lax"}
	allocates(t, "a cookie", 0, func() { buf, _ = appendSetCookie(buf[:0], "c", "a;b é", &c, cookieEpoch) })
}
