package cantil

import (
	"bytes"
	"encoding/hex"
	"errors"
	"net/http"
	"reflect"
	"testing"

	"github.com/cantil-go/cantil/internal/formdata"
	"github.com/cantil-go/cantil/internal/testkit/vectors"
)

// pairsOf lists what a Values holds, as [key, value] rows.
func pairsOf(v Values) [][]string {
	rows := [][]string{}
	for k, x := range v.Items() {
		rows = append(rows, []string{k, x})
	}
	return rows
}

func TestFormAsFlask(t *testing.T) {
	type answer struct {
		Status int
		Form   [][]string
		Files  [][]any
	}
	for i, row := range vectors.Rows(t, "forms", "forms") {
		contentType, body := vectors.Cell[*string](t, row[0]), vectors.Bytes(t, row[1])
		limits, want := vectors.Cell[[]int](t, row[2]), vectors.Cell[answer](t, row[3])
		if contentType == nil {
			contentType = new(string)
		}
		form, files, err := parseForm(*contentType, bytes.NewReader(body), formdata.Limits{Content: limits[0], Memory: limits[1], Parts: limits[2]})
		got := answer{}
		if errors.Is(err, formdata.ErrTooLarge) {
			got.Status = http.StatusRequestEntityTooLarge
		} else if err == nil {
			got.Form, got.Files = pairsOf(form), [][]any{}
			for _, f := range files {
				got.Files = append(got.Files, []any{f.Name, f.Filename, f.ContentType(), f.Mimetype(),
					float64(f.ContentLength()), hex.EncodeToString(f.Bytes())})
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("form %d: %s %.400q %v:\ngot  %.400v\nwant %.400v", i, *contentType, body, limits, got, want)
		}
	}
}

func TestVaryAsWerkzeug(t *testing.T) {
	for _, row := range vectors.Rows(t, "headers", "vary") {
		h := Header{}
		h.Set("Vary", vectors.Cell[string](t, row[0]))
		addVary(&h, "Cookie")
		if got, want := h.Get("Vary"), vectors.Cell[string](t, row[1]); got != want {
			t.Errorf("Vary: %s and Cookie = %q, want %q", row[0], got, want)
		}
	}
}
