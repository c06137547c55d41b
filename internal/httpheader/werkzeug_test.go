package httpheader_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/testkit/vectors"
)

func TestOptionsAsWerkzeug(t *testing.T) {
	for _, row := range vectors.Rows(t, "headers", "options") {
		header, want := vectors.Cell[string](t, row[0]), vectors.Cell[map[string]string](t, row[2])
		value, options := httpheader.ParseOptions(header)
		got := map[string]string{}
		for _, o := range options {
			got[o.Key], _ = options.Get(o.Key)
		}
		if value != vectors.Cell[string](t, row[1]) || !reflect.DeepEqual(got, want) {
			t.Errorf("ParseOptions(%q) = %q, %q, want %s, %q", header, value, got, row[1], want)
		}
	}
}

func TestDatesAsWerkzeug(t *testing.T) {
	for _, row := range vectors.Rows(t, "headers", "dates") {
		text, want := vectors.Cell[string](t, row[0]), vectors.Cell[*int64](t, row[1])
		got, ok := httpheader.ParseDate(text)
		if ok != (want != nil) || ok && got.Unix() != *want {
			t.Errorf("ParseDate(%q) = %v, %v, want %s", text, got.Unix(), ok, row[1])
		}
	}
	for _, row := range vectors.Rows(t, "headers", "formatted") {
		at := time.Unix(vectors.Cell[int64](t, row[0]), 999).In(time.FixedZone("", 3600))
		if got, want := httpheader.FormatDate(at), vectors.Cell[string](t, row[1]); got != want {
			t.Errorf("FormatDate(%s) = %q, want %q", row[0], got, want)
		}
	}
}

func TestConditionalAsWerkzeug(t *testing.T) {
	for _, row := range vectors.Rows(t, "files", "conditional") {
		headers, want := vectors.Cell[map[string]string](t, row[3]), vectors.Cell[[]any](t, row[4])
		c := httpheader.Conditions{IfMatch: headers["If-Match"], IfNoneMatch: headers["If-None-Match"],
			IfModifiedSince: headers["If-Modified-Since"], IfRange: headers["If-Range"], Range: headers["Range"]}
		_, c.HasRange = headers["Range"]
		_, c.HasIfRange = headers["If-Range"]
		modified, _ := httpheader.ParseDate(vectors.Cell[string](t, row[1]))
		v := c.Judge(vectors.Cell[string](t, row[0]), modified, vectors.Cell[int64](t, row[2]))
		if v.Status == 0 {
			v.Status = 200
		}
		if v.Status != int(want[0].(float64)) || v.ContentRange != want[1] {
			t.Errorf("%s: got %d %q", row, v.Status, v.ContentRange)
		}
	}
}
