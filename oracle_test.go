package cantil

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/formdata"
	"github.com/cantil-go/cantil/internal/pytext"
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

// TestCookieHeaderAsWerkzeug: the rows on which Cantil's two rules bear are
// rewritten by them before they are compared: what Werkzeug reads of bytes that
// it would trim away, or of a ";" inside quotes, is not asked.
func TestCookieHeaderAsWerkzeug(t *testing.T) {
	own := 0
	for _, row := range vectors.Rows(t, "cookies", "parse") {
		header, want := vectors.Bytes(t, row[0]), vectors.Cell[[][]string](t, row[1])
		if isOwnRule(header) {
			own++
			want = byOwnRules(header)
		}
		if got := pairsOf(parseCookies(header)); !reflect.DeepEqual(got, want) {
			t.Errorf("parseCookies(%q) = %q, want %q", header, got, want)
		}
	}
	if own == 0 || own > 130 {
		t.Errorf("%d rows are compared by the two rules", own)
	}
}

// quotedSemicolon is a quoted value that Werkzeug takes whole with a ";" in it.
var quotedSemicolon = regexp.MustCompile(`=\s*"(?:[^\\"]|\\.)*;(?:[^\\"]|\\.)*"\s*(?:;|$)`)

// isOwnRule reports whether one of the rules bears on a header: white space of
// Latin-1 other than space and tab at an end of a name or a value, or a ";"
// inside quotes.
func isOwnRule(header []byte) bool {
	for pair := range bytes.SplitSeq(header, []byte{';'}) {
		name, value, _ := bytes.Cut(pair, []byte{'='})
		for _, part := range [][]byte{name, value} {
			part = bytes.Trim(part, " \t")
			if len(part) > 0 && (pytext.IsSpaceByte(part[0]) || pytext.IsSpaceByte(part[len(part)-1])) {
				return true
			}
		}
	}
	return quotedSemicolon.Match(header)
}

// byOwnRules splits at each ";", trims space and tab, and reads each pair by
// itself, quotes off and escapes undone.
func byOwnRules(header []byte) [][]string {
	rows := [][]string{}
	for pair := range strings.SplitSeq(string(header), ";") {
		name, value, _ := strings.Cut(pair, "=")
		if name = pytext.Latin1([]byte(strings.Trim(name, " \t"))); name == "" {
			continue
		}
		at := len(rows) // those of one name stand together
		for i := range rows {
			if rows[i][0] == name {
				at = i + 1
			}
		}
		rows = slices.Insert(rows, at, []string{name, unquoted(strings.Trim(value, " \t"))})
	}
	return rows
}

// unquoted is Werkzeug's reading of one value.
func unquoted(value string) string {
	if len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
		return pytext.Latin1([]byte(value))
	}
	text := quotedEscape.ReplaceAllStringFunc(pytext.Latin1([]byte(value[1:len(value)-1])), func(escape string) string {
		if n, err := strconv.ParseUint(escape[1:], 8, 8); err == nil && len(escape) == 4 {
			return string([]byte{byte(n)})
		}
		return escape[1:]
	})
	return pytext.Decode([]byte(text))
}

var quotedEscape = regexp.MustCompile(`\\(?:[0-3][0-7]{2}|.)`)

// TestCookiesOfAnotherSite: a cookie that another host of the domain has set
// neither hides the session nor passes for one with a guarded name.
func TestCookiesOfAnotherSite(t *testing.T) {
	for header, want := range map[string]string{
		`a="x; session=S; b=y"`:       "S",
		`a="x; session=S`:             "S",
		`a="x\"; session=S; b=y"`:     "S",
		`a="x"; session=S`:            "S",
		`a=x; session=S; b="y;z"`:     "S",
		`a="x; session=S; b="y"`:      "S",
		"session \t= \tS\t ;a":        "S",
		"\xa0session=P; session=S":    "S",
		"\x85session=P; session=S":    "S",
		"session\xa0=P; session=S":    "S",
		"session\x1f=P;\x0bsession=P": "-",
		"\xa0session=P":               "-",
		"session=\xa0P":               "\u00a0P",
		`session="a\073b"`:            "a;b",
		"=session=P; session=S":       "S",
	} {
		value, found := findCookie([]byte(header), "session")
		if got := string(value); found != (want != "-") || found && got != want {
			t.Errorf("%q: the session is %q, want %q", header, got, want)
		}
		if got := parseCookies([]byte(header)).Get("session", "-"); got != want {
			t.Errorf("%q: parsed it is %q, want %q", header, got, want)
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
	for _, row := range vectors.Rows(t, "cookies", "dump") {
		name, value, o := vectors.Cell[string](t, row[0]), vectors.Cell[string](t, row[1]), vectors.Cell[options](t, row[2])
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
			c.Path = vectors.Cell[string](t, o.Path)
		}
		want := vectors.Cell[*string](t, row[3])
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
