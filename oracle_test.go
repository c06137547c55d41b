package cantil

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/formdata"
	"github.com/cantil-go/cantil/internal/recorded"
)

// pairsOf lists what a Values holds, as [key, value] rows.
func pairsOf(v Values) [][]string {
	rows := [][]string{}
	for k, x := range v.Items() {
		rows = append(rows, []string{k, x})
	}
	return rows
}

func TestCookieHeaderAsWerkzeug(t *testing.T) {
	for _, row := range recorded.Load(t, "cookies", "parse") {
		header, want := recorded.Bytes(t, row[0]), recorded.Cell[[][]string](t, row[1])
		if got := pairsOf(parseCookies(header)); !reflect.DeepEqual(got, want) {
			t.Errorf("parseCookies(%q) = %q, want %q", header, got, want)
		}
	}
}

func TestSetCookieAsWerkzeug(t *testing.T) {
	type options struct {
		MaxAge                        int `json:"max_age"`
		Expires                       *int64
		Path                          json.RawMessage
		Domain, SameSite              string
		Secure, HTTPOnly, Partitioned bool
	}
	now := time.Unix(1735689600, 0)
	for _, row := range recorded.Load(t, "cookies", "dump") {
		name, value, o := recorded.Cell[string](t, row[0]), recorded.Cell[string](t, row[1]), recorded.Cell[options](t, row[2])
		c := Cookie{MaxAge: o.MaxAge, Domain: o.Domain, SameSite: o.SameSite, Secure: o.Secure, HTTPOnly: o.HTTPOnly,
			Partitioned: o.Partitioned}
		if o.Expires != nil {
			c.Expires = time.Unix(*o.Expires, 0)
		}
		switch text := string(o.Path); text {
		case "":
		case "null":
			c.Path = NoPath
		case `""`:
			c.Path = EmptyPath
		default:
			c.Path = recorded.Cell[string](t, o.Path)
		}
		want := recorded.Cell[*string](t, row[3])
		got, err := appendSetCookie(nil, name, value, &c, now)
		if want == nil {
			if err == nil || len(got) != 0 {
				t.Errorf("%q %q %s: got %q, want an error", name, value, row[2], got)
			}
		} else if err != nil || string(got) != *want {
			t.Errorf("%q %q %s: got %q, %v, want %q", name, value, row[2], got, err, *want)
		}
	}
}

func TestFormAsFlask(t *testing.T) {
	type answer struct {
		Status int
		Form   [][]string
		Files  [][]any
	}
	for i, row := range recorded.Load(t, "forms", "forms") {
		contentType, body := recorded.Cell[*string](t, row[0]), recorded.Bytes(t, row[1])
		limits, want := recorded.Cell[[]int](t, row[2]), recorded.Cell[answer](t, row[3])
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
	for _, row := range recorded.Load(t, "headers", "vary") {
		h := Header{}
		h.Set("Vary", recorded.Cell[string](t, row[0]))
		addVary(&h, "Cookie")
		if got, want := h.Get("Vary"), recorded.Cell[string](t, row[1]); got != want {
			t.Errorf("Vary: %s and Cookie = %q, want %q", row[0], got, want)
		}
	}
}
