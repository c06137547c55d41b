package formdata

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/testkit/vectors"
)

func TestQueryAsWerkzeug(t *testing.T) {
	for _, row := range vectors.Rows(t, "forms", "query") {
		raw, want := vectors.Bytes(t, row[0]), vectors.Cell[[][]string](t, row[1])
		got := [][]string{}
		for _, p := range ParseQuery(raw) {
			got = append(got, []string{p.Key, p.Value})
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("ParseQuery(%q) = %q, want %q", raw, got, want)
		}
	}
}

func TestRawBytesInQueryStayQuoted(t *testing.T) {
	if got := ParseQuery([]byte("a=\xffb\xc3\xa9%ff"))[0].Value; got != "%FFbé%FF" {
		t.Errorf("%q", got)
	}
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"a=1&b=2&a=3", "%C3%A9=%FF&+=%&&=v", "\xff=%e2%82&%zz"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		v := ParseQuery(raw)
		seen := map[string]bool{}
		last := ""
		for _, p := range v {
			k, x := p.Key, p.Value
			if !utf8.ValidString(k) || !utf8.ValidString(x) {
				t.Fatalf("%q: %q=%q is no text", raw, k, x)
			}
			if seen[k] && k != last {
				t.Fatalf("%q: %q stands apart", raw, k)
			}
			seen[k], last = true, k
		}
	})
}

func FuzzMultipart(f *testing.F) {
	f.Add("b", []byte("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n"), 0)
	f.Add("b", []byte("--b\nContent-Disposition: form-data; name=f; filename*=UTF-8''%C3%A9\n\nx\n--b--"), 100)
	f.Add("b", []byte("--b\r\nContent-Disposition: form-data; name*0=a; name*1=\"b\"\r\n\r\r\r\n--b-- "), 1)
	f.Fuzz(func(t *testing.T, boundary string, body []byte, limit int) {
		form, files, err := Parse("multipart/form-data; boundary="+boundary, bytes.NewReader(body), Limits{Memory: limit, Parts: 5})
		if err != nil && (len(files) > 0 || len(form) > 0) {
			t.Fatal("a form and an error")
		}
		total := len(files)
		for _, p := range form {
			x := p.Value
			total++
			if limit > 0 && len(x) > 3*limit {
				t.Fatalf("a field of %d bytes over the limit %d", len(x), limit)
			}
		}
		if total > 5 {
			t.Fatalf("%d parts", total)
		}
	})
}

func BenchmarkParseQuery(b *testing.B) {
	plain, encoded := []byte("user=maria&page=2&sort=name"), []byte("user=maria+clara&q=%C3%A9%26x&page=2")
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ParseQuery(plain)
		}
	})
	b.Run("encoded", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ParseQuery(encoded)
		}
	})
}

func BenchmarkParseMultipart(b *testing.B) {
	body := []byte("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\nContent-Type: text/plain\r\n\r\n" +
		strings.Repeat("0123456789abcdef", 1<<16) + "\r\n--b--\r\n")
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, files, err := Parse("multipart/form-data; boundary=b", bytes.NewReader(body), Limits{Memory: 500_000, Parts: 1000}); err != nil || len(files) != 1 {
			b.Fatal(err)
		}
	}
}

// BenchmarkHostileQuery is a form of 500 kB, the most that is taken, in ns a
// byte.
func BenchmarkHostileQuery(b *testing.B) {
	const size = 500_000
	var distinct strings.Builder
	for i := 0; distinct.Len() < size; i++ {
		distinct.WriteString(strconv.FormatInt(int64(i), 36) + "&")
	}
	for name, body := range map[string]string{
		"a&": strings.Repeat("a&", size/2), "a=b&": strings.Repeat("a=b&", size/4), "a&b&": strings.Repeat("a&b&", size/4),
		"distinct": distinct.String(), "twice": distinct.String()[:size/2] + distinct.String()[:size/2],
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				ParseQuery([]byte(body))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(body)), "ns/byte")
		})
	}
}

// TestGroupMany compares counting with the definition of a MultiDict's order.
func TestGroupMany(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		keys := 1 + random.IntN(12)
		items := make([]Pair, random.IntN(60))
		for i := range items {
			items[i] = Pair{strconv.Itoa(random.IntN(keys)), strconv.Itoa(i)}
		}
		var want []Pair
		for i, first := range items {
			if slices.ContainsFunc(items[:i], func(p Pair) bool { return p.Key == first.Key }) {
				continue
			}
			for _, p := range items {
				if p.Key == first.Key {
					want = append(want, p)
				}
			}
		}
		if got := groupMany(slices.Clone(items), func(p *Pair) string { return p.Key }); !slices.Equal(got, want) {
			t.Fatalf("%v: %v, want %v", items, got, want)
		}
	}
}
