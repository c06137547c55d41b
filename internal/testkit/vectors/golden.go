// Package vectors gives tests what the real Flask and its kin made of input: the
// golden vectors of testdata/golden, which the README there describes, and the
// rows of testdata/http, for odd input. Nothing in them was written by hand but
// the inputs.
//
// Cases are loaded, counted and compared the same way in every package that has
// vectors to check. A package that this one imports has to use it from an
// external test.
package vectors

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Dir returns the directory of the golden vectors: that of the environment
// variable CANTIL_GOLDEN, or else testdata/golden.
func Dir(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv("CANTIL_GOLDEN"); dir != "" {
		return dir
	}
	return testdata(t, "golden")
}

// testdata returns a folder of testdata beside the go.mod above the working
// directory.
func testdata(t testing.TB, folder string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "testdata", folder)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the working directory")
		}
		dir = parent
	}
}

// Load reads a file of vectors into v, a pointer to a struct with a field for each list that the test needs.
func Load(t testing.TB, file string, v any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(Dir(t), file))
	if err == nil {
		err = json.Unmarshal(raw, v)
	}
	if err != nil {
		t.Fatalf("golden %s: %v", file, err)
	}
}

// A Secret is a key in a vector: text, or bytes in hexadecimal.
type Secret string

// UnmarshalJSON reads {"str": …} or {"hex": …}.
func (s *Secret) UnmarshalJSON(raw []byte) error {
	var form struct{ Str, Hex string }
	if err := json.Unmarshal(raw, &form); err != nil {
		return err
	}
	key, err := hex.DecodeString(form.Hex)
	*s = Secret(form.Str + string(key))
	return err
}

// Secrets returns the keys from oldest to newest, as a signer takes them.
func Secrets(fallbacks []Secret, secret Secret) []string {
	var keys []string
	for _, s := range append(slices.Clone(fallbacks), secret) {
		keys = append(keys, string(s))
	}
	return keys
}

// A Failure is what Python raised.
type Failure struct{ Type, Message string }

// A Report counts the cases of one list.
type Report struct {
	t           testing.TB
	list        string
	ran, passed int
	deviations  map[string]int
}

// NewReport returns a Report, which prints its line when the test is over: "golden LIST: 12 ran, 12 passed". A list
// without any case fails the test.
func NewReport(t testing.TB, list string) *Report {
	r := &Report{t: t, list: list, deviations: map[string]int{}}
	t.Cleanup(r.print)
	return r
}

// Case runs one vector.
func (r *Report) Case(id string, run func() error) {
	r.t.Helper()
	r.ran++
	err := run()
	if kind := deviation(""); errors.As(err, &kind) {
		r.deviations[string(kind)]++
		return
	}
	if err != nil {
		r.t.Errorf("%s %s: %v", r.list, id, err)
		return
	}
	r.passed++
}

// Deviation is the result of a case in which this project answers otherwise than Python on purpose, for a reason that
// holds for all cases of its kind. They are counted apart.
func Deviation(kind string) error { return deviation(kind) }

type deviation string

func (d deviation) Error() string { return string(d) }

func (r *Report) print() {
	fmt.Printf("golden %s: %d ran, %d passed", r.list, r.ran, r.passed)
	for _, kind := range slices.Sorted(maps.Keys(r.deviations)) {
		fmt.Printf(", %d otherwise (%s)", r.deviations[kind], kind)
	}
	fmt.Println()
	if r.ran == 0 {
		r.t.Errorf("golden %s: no cases", r.list)
	}
}
