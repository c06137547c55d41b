package cantil

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"os"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/pytext"
)

// The files in testdata/http hold what the real Flask and Werkzeug made of odd input. Nothing in them was written by
// hand but the inputs.

// recorded is a list of rows of mixed types.
type recorded [][]json.RawMessage

func loadRecorded(t *testing.T, file string) map[string]recorded {
	t.Helper()
	data, err := os.ReadFile("testdata/http/" + file + ".json")
	if err != nil {
		t.Fatal(err)
	}
	raw := map[string]json.RawMessage{}
	if err := json.Unmarshal(data, &raw); err != nil {
		t.Fatal(err)
	}
	delete(raw, "note")
	lists := map[string]recorded{}
	for name, text := range raw {
		var list recorded
		if err := json.Unmarshal(text, &list); err != nil {
			t.Fatal(err)
		}
		lists[name] = list
	}
	return lists
}

// cell reads one value of a row.
func cell[T any](t *testing.T, raw json.RawMessage) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return v
}

func hexCell(t *testing.T, raw json.RawMessage) []byte {
	t.Helper()
	b, err := hex.DecodeString(cell[string](t, raw))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// pairsOf lists what a Values holds, as [key, value] rows.
func pairsOf(v Values) [][]string {
	rows := [][]string{}
	for k, x := range v.Items() {
		rows = append(rows, []string{k, x})
	}
	return rows
}

func TestCookieHeaderAsWerkzeug(t *testing.T) {
	for _, row := range loadRecorded(t, "cookies")["parse"] {
		header, want := hexCell(t, row[0]), cell[[][]string](t, row[1])
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
	for _, row := range loadRecorded(t, "cookies")["dump"] {
		name, value, o := cell[string](t, row[0]), cell[string](t, row[1]), cell[options](t, row[2])
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
			c.Path = cell[string](t, o.Path)
		}
		want := cell[*string](t, row[3])
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

func TestQueryAsWerkzeug(t *testing.T) {
	for _, row := range loadRecorded(t, "forms")["query"] {
		raw, want := hexCell(t, row[0]), cell[[][]string](t, row[1])
		if got := pairsOf(parseQuery(raw)); !reflect.DeepEqual(got, want) {
			t.Errorf("parseQuery(%q) = %q, want %q", raw, got, want)
		}
	}
}

func TestFormAsFlask(t *testing.T) {
	type answer struct {
		Status int
		Form   [][]string
		Files  [][]any
	}
	for i, row := range loadRecorded(t, "forms")["forms"] {
		contentType, body := cell[*string](t, row[0]), hexCell(t, row[1])
		limits, want := cell[[]int](t, row[2]), cell[answer](t, row[3])
		if contentType == nil {
			contentType = new(string)
		}
		form, files, err := parseForm(*contentType, body, formLimits{limits[0], limits[1], limits[2]})
		got := answer{}
		if e, ok := errors.AsType[*HTTPError](err); ok {
			got.Status = e.Code
		} else {
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

func TestOptionsAsWerkzeug(t *testing.T) {
	for _, row := range loadRecorded(t, "headers")["options"] {
		header, want := cell[string](t, row[0]), cell[map[string]string](t, row[2])
		value, options := parseOptions(header)
		got := map[string]string{}
		for _, o := range options {
			got[o.key], _ = options.get(o.key)
		}
		if value != cell[string](t, row[1]) || !reflect.DeepEqual(got, want) {
			t.Errorf("parseOptions(%q) = %q, %q, want %s, %q", header, value, got, row[1], want)
		}
	}
}

func TestDatesAsWerkzeug(t *testing.T) {
	lists := loadRecorded(t, "headers")
	for _, row := range lists["dates"] {
		text, want := cell[string](t, row[0]), cell[*int64](t, row[1])
		got, ok := parseHTTPDate(text)
		if ok != (want != nil) || ok && got.Unix() != *want {
			t.Errorf("parseHTTPDate(%q) = %v, %v, want %s", text, got.Unix(), ok, row[1])
		}
	}
	for _, row := range lists["formatted"] {
		at := time.Unix(cell[int64](t, row[0]), 999).In(time.FixedZone("", 3600))
		if got, want := httpDate(at), cell[string](t, row[1]); got != want {
			t.Errorf("httpDate(%s) = %q, want %q", row[0], got, want)
		}
	}
}

func TestIntAsPython(t *testing.T) {
	for _, row := range loadRecorded(t, "headers")["ints"] {
		text, want := cell[string](t, row[0]), cell[*string](t, row[1])
		got, ok := pytext.ParseInt(text)
		if ok != (want != nil) || ok && strconv.FormatInt(got, 10) != *want {
			t.Errorf("pytext.ParseInt(%q) = %v, %v, want %s", text, got, ok, row[1])
		}
	}
}

func TestVaryAsWerkzeug(t *testing.T) {
	for _, row := range loadRecorded(t, "headers")["vary"] {
		h := Header{}
		h.Set("Vary", cell[string](t, row[0]))
		addVary(&h, "Cookie")
		if got, want := h.Get("Vary"), cell[string](t, row[1]); got != want {
			t.Errorf("Vary: %s and Cookie = %q, want %q", row[0], got, want)
		}
	}
}

func TestConditionalAsWerkzeug(t *testing.T) {
	for _, row := range loadRecorded(t, "files")["conditional"] {
		headers, want := cell[map[string]string](t, row[3]), cell[[]any](t, row[4])
		c := conditions{ifMatch: headers["If-Match"], ifNoneMatch: headers["If-None-Match"],
			ifModifiedSince: headers["If-Modified-Since"], ifRange: headers["If-Range"], byteRange: headers["Range"]}
		_, c.hasRange = headers["Range"]
		_, c.hasIfRange = headers["If-Range"]
		modified, _ := parseHTTPDate(cell[string](t, row[1]))
		v := c.judge(cell[string](t, row[0]), modified, cell[int64](t, row[2]))
		if v.status == 0 {
			v.status = 200
		}
		if v.status != int(want[0].(float64)) || v.contentRange != want[1] {
			t.Errorf("%s: got %d %q", row, v.status, v.contentRange)
		}
	}
}

func TestFileNamesAsPython(t *testing.T) {
	lists := loadRecorded(t, "files")
	for _, row := range lists["mimes"] {
		contentType, encoding := fileType(cell[string](t, row[0]))
		if contentType != cell[string](t, row[1]) || encoding != cell[string](t, row[2]) {
			t.Errorf("%s: got %q, %q", row, contentType, encoding)
		}
	}
	for _, row := range lists["dispositions"] {
		got := contentDisposition(cell[string](t, row[0]), cell[bool](t, row[1]))
		if want := cell[string](t, row[2]); got != want {
			t.Errorf("%s: got %q", row, got)
		}
	}
}

func TestSafeJoinAsWerkzeug(t *testing.T) {
	for _, row := range loadRecorded(t, "files")["joins"] {
		got, ok := safeJoin(cell[string](t, row[0]), cell[string](t, row[1]))
		if want := cell[*string](t, row[2]); ok != (want != nil) || ok && got != *want {
			t.Errorf("%s: got %q, %v", row, got, ok)
		}
	}
}

func TestJSONAsFlask(t *testing.T) {
	lists := loadRecorded(t, "json")
	for _, row := range lists["dumps"] {
		compact, unicode, indented := cell[string](t, row[0]), cell[string](t, row[1]), cell[string](t, row[2])
		var v any
		if err := decodeJSONBody([]byte(compact), &v); err != nil {
			t.Fatalf("%s: %v", compact, err)
		}
		for want, opts := range map[string]jsonOptions{
			compact:         {sortKeys: true, ensureASCII: true},
			unicode + "\n":  {sortKeys: true},
			indented + "\n": {sortKeys: true, ensureASCII: true, indent: 2},
		} {
			if got, err := appendJSON(nil, v, opts); err != nil || string(got)+"\n" != want {
				t.Errorf("appendJSON %+v: got %s, %v, want %s", opts, got, err, want)
			}
		}
	}
	for _, row := range lists["floats"] {
		bits, err := strconv.ParseUint(cell[string](t, row[0]), 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		f := math.Float64frombits(bits)
		if got, want := string(pytext.AppendJSONFloat(nil, f, 64)), cell[string](t, row[1]); got != want {
			t.Errorf("float %x: got %s, want %s", bits, got, want)
		}
	}
}
