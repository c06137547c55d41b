package conformance

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// What came of a vector.
const (
	pass   = "PASS"   // an acceptable outcome, and the probe was answered as it should be
	fail   = "FAIL"   // another outcome
	desync = "DESYNC" // more or other answers than requests: a body was taken for a request, or an answer was left over
)

// probe is the request that follows on a connection that stays open: it has to be
// answered once, with 200 and "ok".
const probe = "GET / HTTP/1.1\r\nHost: a\r\nX-Probe: 1\r\n\r\n"

// A result is what a vector got.
type result struct {
	verdict, detail string
	seen            []*answer
	closed          bool
	how             string
}

func (r *result) String() string {
	end := "open"
	if r.closed {
		end = "closed by " + r.how
	}
	return fmt.Sprintf("%s: %v, %s; %s", r.verdict, r.seen, end, r.detail)
}

// run sends the vector to the server at addr.
func (v *vector) run(addr string) *result {
	w, err := dialWire(addr)
	if err != nil {
		return &result{verdict: fail, detail: err.Error()}
	}
	defer w.conn.Close()
	for _, piece := range v.Send {
		time.Sleep(time.Duration(piece.After * float64(time.Second)))
		w.send(piece.Bytes)
	}
	if v.Fin {
		w.fin()
	}
	seen, rest := parseAnswers(w.read(v.quiet()), v.Head, w.closed)
	r := &result{seen: seen, closed: w.closed, how: w.how}
	r.judge(v, rest)
	if !r.closed && !v.Fin && !v.NoProbe {
		r.probe(v, w)
	}
	return r
}

// judge compares the answers with the acceptable outcomes. rest is what came and
// is no answer.
func (r *result) judge(v *vector, rest []byte) {
	var finals []*answer
	for _, a := range r.seen {
		if a.status >= 200 {
			finals = append(finals, a)
		}
	}
	interim, most, fitting := len(finals) < len(r.seen), 0, false
	for _, text := range v.Acceptable {
		o, err := parseOutcome(text)
		if err != nil {
			r.verdict, r.detail = fail, err.Error()
			return
		}
		most = max(most, len(o.statuses))
		fitting = fitting || o.fits(finals, interim, r.closed)
	}
	if r.verdict = pass; !fitting || len(rest) > 0 {
		r.verdict, r.detail = fail, "want "+strings.Join(v.Acceptable, " or ")
	}
	if len(rest) > 0 {
		r.detail = fmt.Sprintf("bytes that are no answer: %.60q; %s", rest, r.detail)
	}
	if (r.closed || v.Fin || v.NoProbe) && len(finals) > most {
		r.verdict, r.detail = desync, "more answers than requests; "+r.detail
	}
	if r.verdict == fail && smuggled(v, finals) {
		r.verdict = desync
	}
}

// smuggled reports whether the page that only a smuggled request asks for was
// looked for.
func smuggled(v *vector, finals []*answer) bool {
	for i, a := range finals {
		if i > 0 && a.status == 404 && bytes.Contains(v.bytes(), []byte("/smuggled")) {
			return true
		}
	}
	return false
}

// probe sees whether the connection still is where both sides believe it to be.
func (r *result) probe(v *vector, w *wire) {
	w.send([]byte(probe))
	raw := w.read(v.quiet())
	answers, rest := parseAnswers(raw, false, w.closed)
	if len(answers) == 1 && answers[0].status == 200 && string(answers[0].body) == "ok" && len(rest) == 0 {
		return
	}
	end := ""
	if w.closed {
		end = ", then the connection closed"
	}
	r.detail = fmt.Sprintf("probe: %v%s; %s", answers, end, r.detail)
	r.verdict = desync
	if w.closed && len(raw) == 0 { // it closed in the very moment of the probe
		r.verdict = fail
	}
}
