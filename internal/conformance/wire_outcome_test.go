package conformance

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// outcomeForm is the grammar of an acceptable outcome.
var outcomeForm = regexp.MustCompile(`^([0-9x,]+|none)(?::([^+]*))?((?:\+\w+)*)$`)

// An outcome is what may come of a vector.
type outcome struct {
	statuses []string // three characters each, x for any digit
	body     string   // of the last answer: "", "ok", "echo=…" or "fields=…"
	flags    []string
}

func parseOutcome(text string) (o outcome, err error) {
	m := outcomeForm.FindStringSubmatch(text)
	if m == nil {
		return o, fmt.Errorf("conformance: %q is no outcome", text)
	}
	if m[1] != "none" {
		o.statuses = strings.Split(m[1], ",")
	}
	o.body, o.flags = m[2], strings.Split(m[3], "+") // the first of them empty
	return o, nil
}

// fits reports whether the final answers, with an interim one before them or
// not, and the end of the connection are this outcome.
func (o *outcome) fits(finals []*answer, interim, closed bool) bool {
	if len(finals) != len(o.statuses) {
		return false
	}
	for i, a := range finals {
		if !a.whole || !statusFits(o.statuses[i], a.status) {
			return false
		}
	}
	if o.body != "" && (len(finals) == 0 || !bodyFits(o.body, string(finals[len(finals)-1].body))) {
		return false
	}
	for flag, wrong := range map[string]bool{"close": !closed, "open": closed, "no100": interim, "with100": !interim} {
		if wrong && slices.Contains(o.flags, flag) {
			return false
		}
	}
	return true
}

func statusFits(want string, status int) bool {
	got := fmt.Sprint(status)
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if want[i] != 'x' && want[i] != got[i] {
			return false
		}
	}
	return true
}

var digits = regexp.MustCompile(`\d+`)

// bodyFits looks for the numbers that the wanted body consists of, however the
// page words them.
func bodyFits(want, body string) bool {
	body = strings.ToLower(body)
	if echo, ok := strings.CutPrefix(want, "echo="); ok {
		length, digest, _ := strings.Cut(echo, "/")
		return strings.Contains(body, digest) && slices.Contains(digits.FindAllString(strings.ReplaceAll(body, digest, " "), -1), length)
	}
	if fields, ok := strings.CutPrefix(want, "fields="); ok {
		return slices.Contains(digits.FindAllString(body, -1), fields)
	}
	return want == "ok" && body == "ok"
}

// TestOutcomes shows that the judge says no, too.
func TestOutcomes(t *testing.T) {
	const echo = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n5 a"
	const cut = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"
	const open = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 413 X\r\n\r\nbody to the end"
	const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nok\r\n0\r\nT: x\r\n\r\n"
	for _, test := range []struct {
		raw     string
		closed  bool
		outcome string
		want    bool
	}{
		{echo, false, "200", true}, {echo, false, "200:echo=5/a", true}, {echo, false, "2xx+open", true},
		{echo, false, "200:echo=6/a", false}, {echo, false, "200:echo=5/b", false}, {echo, false, "200+close", false},
		{echo + echo, true, "200+close", false}, {echo + echo, true, "200,200:fields=5", true}, {"", false, "none", true}, {echo, true, "none", false},
		{cut, true, "200+close", false}, {open, true, "4xx+close+with100", true}, {open, true, "413+no100", false},
		{open, false, "413", false}, {chunked, false, "200:ok", true}, {chunked[:len(chunked)-2], false, "200:ok", false},
	} {
		answers, rest := parseAnswers([]byte(test.raw), false, test.closed)
		r := &result{seen: answers, closed: test.closed}
		r.judge(&vector{Acceptable: []string{test.outcome}, NoProbe: true}, rest)
		if got := r.verdict == pass; got != test.want {
			t.Errorf("%q and %q: %v", test.raw, test.outcome, r)
		}
	}
}
