package sendfile

import (
	"testing"

	"github.com/cantil-go/cantil/internal/testkit/vectors"
)

func TestFileNamesAsPython(t *testing.T) {
	for _, row := range vectors.Rows(t, "files", "mimes") {
		contentType, encoding := Type(vectors.Cell[string](t, row[0]))
		if contentType != vectors.Cell[string](t, row[1]) || encoding != vectors.Cell[string](t, row[2]) {
			t.Errorf("%s: got %q, %q", row, contentType, encoding)
		}
	}
	for _, row := range vectors.Rows(t, "files", "dispositions") {
		got := Disposition(vectors.Cell[string](t, row[0]), vectors.Cell[bool](t, row[1]))
		if want := vectors.Cell[string](t, row[2]); got != want {
			t.Errorf("%s: got %q", row, got)
		}
	}
}

func TestSafeJoinAsWerkzeug(t *testing.T) {
	for _, row := range vectors.Rows(t, "files", "joins") {
		got, ok := SafeJoin(vectors.Cell[string](t, row[0]), vectors.Cell[string](t, row[1]))
		if want := vectors.Cell[*string](t, row[2]); ok != (want != nil) || ok && got != *want {
			t.Errorf("%s: got %q, %v", row, got, ok)
		}
	}
}

func FuzzNames(f *testing.F) {
	for _, seed := range []string{"a.tar.gz", "../a", "relatório é.txt", `a"b\c`, "x:y/..//z"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		Type(s)
		Disposition(s, true)
		if path, ok := SafeJoin("dir", s); ok && s != "" && path[:4] != "dir/" {
			t.Fatalf("%q: %q", s, path)
		}
	})
}
