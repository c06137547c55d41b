// Package recorded gives tests the files of testdata/http: what the real Flask and Werkzeug made of odd input. Nothing in
// them was written by hand but the inputs.
package recorded

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Load returns the list called name of a file, a slice for each row. The file is looked for in testdata/http beside the
// go.mod above the working directory.
func Load(t testing.TB, file, name string) [][]json.RawMessage {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the working directory")
		}
		dir = filepath.Dir(dir)
	}
	data, err := os.ReadFile(filepath.Join(dir, "testdata", "http", file+".json"))
	if err != nil {
		t.Fatal(err)
	}
	lists := map[string]json.RawMessage{}
	if err := json.Unmarshal(data, &lists); err != nil {
		t.Fatal(err)
	}
	var rows [][]json.RawMessage
	if err := json.Unmarshal(lists[name], &rows); err != nil || len(rows) == 0 {
		t.Fatalf("%s: %s: %d rows, %v", file, name, len(rows), err)
	}
	return rows
}

// Cell reads one value of a row.
func Cell[T any](t testing.TB, raw json.RawMessage) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return v
}

// Bytes reads a value that was written in hexadecimal digits.
func Bytes(t testing.TB, raw json.RawMessage) []byte {
	t.Helper()
	b, err := hex.DecodeString(Cell[string](t, raw))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
