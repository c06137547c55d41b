package cantil

import (
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

	"github.com/cantil-go/cantil/internal/cookies"
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
	q, c := parseQuery(query), Values{items: cookies.Parse(cookie)}
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

func TestReadCosts(t *testing.T) {
	allocates(t, "a query: its text and its list", 2, func() { parseQuery([]byte("a=1&b=%C3%A9+x")) })
}
