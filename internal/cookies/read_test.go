package cookies

import (
	"bytes"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/internal/formdata"
	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/internal/testkit/vectors"
)

// rowsOf lists pairs as [key, value] rows.
func rowsOf(pairs []formdata.Pair) [][]string {
	rows := [][]string{}
	for _, p := range pairs {
		rows = append(rows, []string{p.Key, p.Value})
	}
	return rows
}

// valueOf is the first value of a key, missing if there is none.
func valueOf(pairs []formdata.Pair, key, missing string) string {
	for _, p := range pairs {
		if p.Key == key {
			return p.Value
		}
	}
	return missing
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
		if got := rowsOf(Parse(header)); !reflect.DeepEqual(got, want) {
			t.Errorf("Parse(%q) = %q, want %q", header, got, want)
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
		value, found := Find([]byte(header), "session")
		if got := string(value); found != (want != "-") || found && got != want {
			t.Errorf("%q: the session is %q, want %q", header, got, want)
		}
		if got := valueOf(Parse([]byte(header)), "session", "-"); got != want {
			t.Errorf("%q: parsed it is %q, want %q", header, got, want)
		}
	}
}

// TestLookupOfEveryByte puts each byte at each place of a value: the lookup
// finds what the full parse finds.
func TestLookupOfEveryByte(t *testing.T) {
	for at := range 19 {
		for c := range 256 {
			value := []byte("abcdefghijklmnopqrs")
			value[at] = byte(c)
			for _, header := range []string{"s=" + string(value), "s=" + string(value) + "; t=1", "s=" + string(value[:at+1])} {
				got, ok := Find([]byte(header), "s")
				if want := valueOf(Parse([]byte(header)), "s", "missing"); ok != (want != "missing") || ok && string(got) != want {
					t.Errorf("%q: %q, %v, want %q", header, got, ok, want)
				}
			}
		}
	}
}
