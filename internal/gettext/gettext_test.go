package gettext

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// recorded is testdata/catalogs.json.
type recorded struct {
	Counts  []float64
	Plurals []struct {
		Expression string
		Forms      []*float64
		Error      string
	}
	Files []struct {
		ID, MO    string
		Questions [][]any
		Answers   []string
		Error     string
	}
}

func read(t testing.TB) (r recorded) {
	data, err := os.ReadFile("testdata/catalogs.json")
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestPlurals chooses the forms that Python chooses.
func TestPlurals(t *testing.T) {
	r := read(t)
	for _, c := range r.Plurals {
		p, err := ParsePlural(c.Expression)
		if (err != nil) != (c.Error != "") {
			t.Errorf("%.60s: %v, Python: %q", c.Expression, err, c.Error)
			continue
		}
		for i, n := range r.Counts {
			if err != nil {
				break
			}
			form, ok := p.Form(n)
			if want := c.Forms[i]; (want != nil && *want >= 0 && *want < 1<<31-1) != ok || ok && float64(form) != *want {
				t.Errorf("%.60s with %v: %d, %v; Python: %v", c.Expression, n, form, ok, want)
			}
		}
	}
}

// TestFiles answers as Python does, and refuses what it refuses.
func TestFiles(t *testing.T) {
	for _, f := range read(t).Files {
		data, err := base64.StdEncoding.DecodeString(f.MO)
		if err != nil {
			t.Fatal(err)
		}
		c, err := Read(data)
		if (err != nil) != (f.Error != "") {
			t.Errorf("%s: %v, Python: %s", f.ID, err, f.Error)
		}
		if err != nil {
			if !strings.HasPrefix(err.Error(), "gettext: ") {
				t.Errorf("%s: %v", f.ID, err)
			}
			continue
		}
		for i, q := range f.Questions {
			if got := ask(c, q); f.Error == "" && got != f.Answers[i] {
				t.Errorf("%s: %v: %q, Python: %q", f.ID, q, got, f.Answers[i])
			}
		}
	}
}

func ask(c *Catalog, q []any) string {
	text := func(i int) string { return q[i].(string) }
	switch q[0] {
	case "gettext":
		return c.GetText(text(1))
	case "pgettext":
		return c.PGetText(text(1), text(2))
	case "ngettext":
		return c.NGetText(text(1), text(2), q[3].(float64))
	}
	return c.NPGetText(text(1), text(2), text(3), q[4].(float64))
}

func TestMerge(t *testing.T) {
	a, _ := New(map[string][]string{"x": {"1"}, "y": {"1"}}, "")
	b, _ := New(map[string][]string{"y": {"2"}, "f": {"a", "b", "c"}}, "n")
	all := &Catalog{}
	all.Merge(a)
	all.Merge(b)
	if got := all.GetText("x") + all.GetText("y") + all.NGetText("f", "fs", 2); got != "12c" {
		t.Error(got)
	}
}

func TestLookupAllocatesNothing(t *testing.T) {
	c, _ := New(map[string][]string{"Hello": {"Olá"}, "menu\x04Open": {"Abrir"}, "f": {"a", "b"}}, "n != 1")
	if n := testing.AllocsPerRun(100, func() {
		c.GetText("Hello")
		c.PGetText("menu", "Open")
		c.NGetText("f", "fs", 3)
		c.GetText("none")
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzRead: whatever a file holds, it is read or refused, and takes no more memory
// than it has bytes for.
func FuzzRead(f *testing.F) {
	for _, file := range read(f).Files {
		data, _ := base64.StdEncoding.DecodeString(file.MO)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Read(data)
		if err != nil {
			return
		}
		if c.Len() > len(data)/16 {
			t.Errorf("%d messages of %d bytes", c.Len(), len(data))
		}
		c.GetText("a")
		c.NGetText("a", "b", 2)
	})
}

// FuzzPlural: an expression ends, and gives the same form each time.
func FuzzPlural(f *testing.F) {
	for _, p := range read(f).Plurals {
		f.Add(p.Expression, 2.0)
	}
	f.Fuzz(func(t *testing.T, expression string, n float64) {
		p, err := ParsePlural(expression)
		if err != nil {
			return
		}
		a, ok := p.Form(n)
		if b, again := p.Form(n); a != b || ok != again || a < 0 {
			t.Errorf("%q with %v: %d, %d", expression, n, a, b)
		}
	})
}

func BenchmarkRead5000(b *testing.B) {
	data, err := os.ReadFile(os.Getenv("CANTIL_MO"))
	if err != nil {
		b.Skip("CANTIL_MO names no catalog")
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(data); err != nil {
			b.Fatal(err)
		}
	}
}
