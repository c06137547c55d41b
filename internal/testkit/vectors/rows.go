package vectors

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Rows returns the list called name of a file in testdata/http, a slice for each
// row.
func Rows(t testing.TB, file, name string) [][]json.RawMessage {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testdata(t, "http"), file+".json"))
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
