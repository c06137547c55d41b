package flaskapps

import (
	"encoding/json"
	"html"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/cantil-go/cantil"
)

// A deviation is a kind of answer in which Cantil differs from Flask on purpose. ease makes of two answers that differ
// in this way alone two that are equal; the rest of them is compared.
type deviation struct {
	kind, reason string
	ease         func(s *step, want, got *answer)
}

// deviations are all there are. The README lists them too.
var deviations = []deviation{
	{"pages", "the default error and redirect pages are in Cantil's own words, and so is what HTTPError.Text says", easePages},
	{"new", "session.new is true as Flask's documentation has it; Flask itself always says False", easeNew},
	{"undecodable", "a signed session that cannot be read is a new one; Flask answers 500", easeUndecodable},
	{"keys", "the keys of a session are strings; msgpack lets Python use numbers", easeKeys},
}

// descriptions are Werkzeug's words for each error.
var descriptions = sync.OnceValue(func() map[string]string {
	texts := map[string]string{}
	raw, err := os.ReadFile(filepath.Join("..", "..", "testdata", "http", "descriptions.json"))
	if err == nil {
		err = json.Unmarshal(raw, &texts)
	}
	if err != nil {
		panic(err)
	}
	return texts
})

// easePages puts Cantil's words for Werkzeug's.
func easePages(s *step, want, got *answer) {
	const redirect = "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n<p>"
	if strings.HasPrefix(got.page, redirect) && (strings.HasPrefix(want.body, redirect) || s.Request.Method == "HEAD") {
		want.body = got.body
		dropLengths(want, got)
		return
	}
	for code, theirs := range descriptions() {
		status, _ := strconv.Atoi(code)
		ours := cantil.Abort(status).(*cantil.HTTPError).Text()
		for _, write := range []func(string) string{html.EscapeString, func(text string) string { return text }} {
			if strings.Contains(want.body, write(theirs)) {
				want.body = strings.ReplaceAll(want.body, write(theirs), write(ours))
				dropLengths(want, got)
			}
			if s.Request.Method == "HEAD" && want.status == status && strings.Contains(got.page, write(ours)) {
				dropLengths(want, got)
			}
		}
	}
}

func dropLengths(want, got *answer) {
	want.drop("Content-Length")
	got.drop("Content-Length")
}

func easeNew(_ *step, want, got *answer) {
	if body := strings.Replace(got.body, "new=True", "new=False", 1); body != got.body && strings.HasPrefix(want.body, "new=") {
		got.body = body
		dropLengths(want, got)
	}
}

func easeUndecodable(s *step, want, got *answer) {}

func easeKeys(s *step, want, got *answer) {}
