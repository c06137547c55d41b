package flaskapps

import (
	"encoding/json"
	"html"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/golden"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/itsdangerous"
)

// A deviation is a kind of answer in which Cantil differs from Flask on purpose. ease makes of two answers that differ
// in this way alone two that are equal; the rest of them is compared.
type deviation struct {
	kind, reason string
	ease         func(x *exchange)
}

// An exchange is a request with Flask's answer and ours.
type exchange struct {
	*step
	app       *cantil.App
	want, got *answer
}

// deviations are all there are. The README lists them too.
var deviations = []deviation{
	{"pages", "the default error and redirect pages are in Cantil's own words, and so is what HTTPError.Text says", easePages},
	{"new", "session.new is true without a valid session, as Flask's documentation has it; Flask itself always says False", easeNew},
	{"undecodable", "a signed session that is no mapping or cannot be read is a new one, and both formats are read; Flask answers 500", easeUndecodable},
	{"keys", "the keys of a session are strings; Python can use numbers in msgpack, and fails to sort them in JSON", easeKeys},
	{"vary", "all lines of a Vary header survive when a name is added; Flask keeps the first", easeVary},
	{"controls", "a control character in a request header is a 400; WSGI servers let some through", easeControls},
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
func easePages(x *exchange) {
	want, got := x.want, x.got
	const redirect = "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n<p>"
	if strings.HasPrefix(got.page, redirect) && (strings.HasPrefix(want.body, redirect) || x.Request.Method == "HEAD") {
		want.body = got.body
		x.dropLengths()
		return
	}
	for code, theirs := range descriptions() {
		status, _ := strconv.Atoi(code)
		ours := cantil.Abort(status).(*cantil.HTTPError).Text()
		for _, write := range []func(string) string{html.EscapeString, func(text string) string { return text }} {
			if strings.Contains(want.body, write(theirs)) {
				want.body = strings.ReplaceAll(want.body, write(theirs), write(ours))
				x.dropLengths()
			}
			if x.Request.Method == "HEAD" && want.status == status && strings.Contains(got.page, write(ours)) {
				x.dropLengths()
			}
		}
	}
}

func (x *exchange) dropLengths() {
	x.want.drop("Content-Length")
	x.got.drop("Content-Length")
}

func easeNew(x *exchange) {
	body := strings.Replace(x.got.body, "new=True", "new=False", 1)
	if body != x.got.body && strings.HasPrefix(x.want.body, "new=") {
		x.got.body = body
		x.dropLengths()
	}
}

func easeUndecodable(x *exchange) {
	for _, h := range x.Request.Headers {
		_, value, ok := strings.Cut(h[1], x.app.SessionCookieName+"=")
		value, _, _ = strings.Cut(value, ";")
		if h[0] != "Cookie" || !ok {
			continue
		}
		payload, err := openSession(x.app, value)
		if err != nil {
			continue
		}
		if _, err := session.Decode(payload, x.app.SessionSerializer); err != nil {
			*x.want = *x.got
		}
	}
}

// openSession verifies a session cookie and returns what it holds.
func openSession(app *cantil.App, value string) (string, error) {
	signer := itsdangerous.NewURLSafeTimed(append(slices.Clone(app.SecretKeyFallbacks), app.SecretKey), "cookie-session")
	payload, _, err := signer.AppendLoads(nil, []byte(value), 0, app.Now())
	return string(payload), err
}

func easeKeys(x *exchange) {
	if x.Exception != nil && strings.HasPrefix(x.Exception.Message, "'<' not supported between") {
		*x.want = *x.got
	}
	if body := strings.ReplaceAll(x.want.body, "int:", "str:"); body == x.got.body {
		x.want.body = body
	}
	if x.Session == nil {
		return
	}
	if fields, ok := x.Session.Fields(golden.Msgpack); !ok && fields == nil {
		x.want.drop("Set-Cookie")
		x.got.drop("Set-Cookie")
	}
}

func easeVary(x *exchange) {
	lines := x.got.byName()["vary"]
	if len(lines) > 1 && len(x.want.byName()["vary"]) == 1 {
		x.got.drop("Vary")
		x.got.headers = append(x.got.headers, [2]string{"Vary", lines[0]})
	}
}

func easeControls(x *exchange) {
	for _, h := range x.Request.Headers {
		if x.got.status == 400 && strings.ContainsFunc(h[1], unicode.IsControl) {
			*x.want = *x.got
		}
	}
}
