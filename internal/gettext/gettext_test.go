package gettext

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit/flask"
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

// TestPluralsOfNothing: an expression that divides by zero has no form, wherever in
// it that stands.
func TestPluralsOfNothing(t *testing.T) {
	for _, expression := range []string{"n/0", "n/0 <= 100", "!(n%0)", "n%0 ? 1 : 2", "n/0 == n/0", "n/0 != 1", "1 && n/0", "0 || n/0", "n/0 || 1"} {
		p, err := ParsePlural(expression)
		if err != nil {
			t.Fatal(err)
		}
		if form, ok := p.Form(2); ok {
			t.Errorf("%s has the form %d", expression, form)
		}
	}
	for expression, want := range map[string]int{"0 && n/0": 0, "1 || n/0": 1, "n == 2 ? 1 : n/0": 1} { // which is not looked at
		p, err := ParsePlural(expression)
		if err != nil {
			t.Fatal(err)
		}
		if form, ok := p.Form(2); !ok || form != want {
			t.Errorf("%s has the form %d, %v", expression, form, ok)
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

// python writes a catalog of 5,000 messages and says in microseconds how long its
// gettext takes to load it.
const python = `
import gettext, io, sys, time
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
c = Catalog("ru")
for i in range(5000):
    if i % 10:
        c.add(f"Message number {i} of the catalog", f"Сообщение номер {i} каталога")
    else:
        c.add((f"%(num)s apple of {i}", f"%(num)s apples of {i}"), (f"a{i}", f"b{i}", f"c{i}"))
out = io.BytesIO()
write_mo(out, c)
open(sys.argv[1], "wb").write(out.getvalue())
times = []
for _ in range(9):
    began = time.perf_counter()
    gettext.GNUTranslations(io.BytesIO(out.getvalue()))
    times.append(time.perf_counter() - began)
print(round(sorted(times)[4] * 1e6))
`

// TestLoad5000 prints how long 5,000 messages take to load, beside Python.
func TestLoad5000(t *testing.T) {
	file := filepath.Join(t.TempDir(), "messages.mo")
	out, err := exec.CommandContext(t.Context(), flask.Python(t, "babel"), "-c", python, file).Output()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var times []time.Duration
	var c *Catalog
	for range 9 {
		began := time.Now()
		if c, err = Read(data); err != nil {
			t.Fatal(err)
		}
		times = append(times, time.Since(began))
	}
	slices.Sort(times)
	fmt.Printf("load 5,000 messages: %d µs here, %s µs in Python\n", times[4].Microseconds(), strings.TrimSpace(string(out)))
	if one, few := c.GetText("Message number 4999 of the catalog"), c.NGetText("%(num)s apple of 4990", "", 3); one != "Сообщение номер 4999 каталога" || few != "b4990" || c.Len() != 5001 { // with the header
		t.Errorf("%d messages, %q, %q", c.Len(), one, few)
	}
}
