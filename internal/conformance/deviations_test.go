package conformance

import (
	"encoding/json"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit/vectors"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/itsdangerous"
)

// A deviation is a kind of answer in which Cantil differs from Flask on purpose. ease makes of two answers that differ
// in this way alone two that are equal; the rest of them is compared.
type deviation struct {
	kind, reason string
	ease         func(x *recordedExchange)
}

// A recordedExchange is a request with Flask's answer and ours.
type recordedExchange struct {
	*step
	app       *cantil.App
	want, got *recordedAnswer
}

// deviations are all there are. The README lists them too.
var deviations = []deviation{
	{"pages", "the default error and redirect pages are in Cantil's own words, and so is what HTTPError.Text says", easePages},
	{"new", "session.new is true without a valid session, as Flask's documentation has it; Flask itself always says False", easeNew},
	{"undecodable", "a signed session that is no mapping or cannot be read is a new one, and both formats are read; Flask answers 500", easeUndecodable},
	{"keys", "the keys of a session are strings; Python can use numbers in msgpack, and fails to sort them in JSON", easeKeys},
	{"vary", "all lines of a Vary header survive when a name is added; Flask keeps the first", easeVary},
	{"controls", "a control character in a request header is a 400, NUL in a response header a 500; some WSGI servers let them through", easeControls},
	{"json", "JSON of a request is what its standard has: NaN, Infinity and UTF-16 are a 400, half a surrogate pair is U+FFFD", easeJSON},
	{"none", "where Python tells None from an empty text Go does not: a part of a form without name, a cookie with domain='', expires='' or a max_age below 0", easeNone},
}

// errorDescriptions are Werkzeug's words for each error.
var errorDescriptions = sync.OnceValue(func() map[string]string {
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
func easePages(x *recordedExchange) {
	want, got := x.want, x.got
	const redirect = "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n<p>"
	if strings.HasPrefix(got.page, redirect) && (strings.HasPrefix(want.body, redirect) || x.Request.Method == "HEAD") {
		want.body = got.body
		x.dropLengths()
		return
	}
	if ownWords.MatchString(want.body) && strings.HasPrefix(got.page, "<!doctype html>") {
		want.body = got.body
		x.dropLengths()
		return
	}
	for code, theirs := range errorDescriptions() {
		status, _ := strconv.Atoi(code)
		ours := cantil.Abort(status).(*cantil.HTTPError).Text()
		write := html.EscapeString
		if strings.HasPrefix(got.page, "{") {
			write = jsonText
		}
		theirs, ours = write(theirs), write(ours)
		if strings.Contains(want.body, theirs) {
			want.body = strings.ReplaceAll(want.body, theirs, ours)
			x.dropLengths()
		}
		if x.Request.Method == "HEAD" && want.status == status && strings.Contains(got.page, ours) {
			x.dropLengths()
		}
	}
}

// jsonText is text as it stands inside a JSON string.
func jsonText(text string) string {
	return strings.ReplaceAll(text, `"`, `\"`)
}

// ownWords are Werkzeug's pages for particular mistakes, where ours tell of the same mistake.
var ownWords = regexp.MustCompile(`<p>(Did not attempt to load JSON|Host .* is not trusted)`)

func (x *recordedExchange) dropLengths() {
	x.want.drop("Content-Length")
	x.got.drop("Content-Length")
}

func easeNew(x *recordedExchange) {
	if strings.HasPrefix(x.got.page, "new=True") {
		x.got.body = strings.Replace(x.got.body, "new=True", "new=False", 1)
		x.dropLengths()
	}
}

// easeUndecodable takes for Flask's answer that to the same request with what
// Cantil makes of the cookie: the session in the application's own format, if it
// is one in the other format, else none.
func easeUndecodable(x *recordedExchange) {
	for i, h := range x.Request.Headers {
		_, value, ok := strings.Cut(h[1], x.app.SessionCookieName+"=")
		value, _, _ = strings.Cut(value, ";")
		if h[0] != "Cookie" || !ok {
			continue
		}
		payload, err := openSession(x.app, value)
		if err != nil {
			continue
		}
		if _, err := session.Decode(payload, x.app.SessionSerializer); err == nil {
			continue
		}
		again := x.Request
		again.Headers = slices.Delete(slices.Clone(again.Headers), i, i+1)
		if s, err := session.Decode(payload, codec.Detect(payload)); err == nil {
			again.Headers = append(again.Headers, [2]string{"Cookie", x.app.SessionCookieName + "=" + sealSession(x.app, s)})
		}
		if want, err := send(x.app, &again, nil); err == nil {
			normalise(want, nil)
			*x.want = *want
		}
	}
}

// sealSession signs a session as the application writes it.
func sealSession(app *cantil.App, s *session.Session) string {
	payload, err := s.AppendTo(nil, app.SessionSerializer)
	if err != nil {
		return ""
	}
	return string(sessionSigner(app).AppendDumps(nil, payload, app.Now()))
}

// openSession verifies a session cookie and returns what it holds.
func openSession(app *cantil.App, value string) (string, error) {
	payload, _, err := sessionSigner(app).AppendLoads(nil, []byte(value), 0, app.Now())
	return string(payload), err
}

func sessionSigner(app *cantil.App) *itsdangerous.URLSafeTimedSerializer {
	return itsdangerous.NewURLSafeTimedSerializer(app.SecretKey, itsdangerous.Salt("cookie-session"),
		itsdangerous.KeyDerivation("hmac"), itsdangerous.Keys(app.SecretKeyFallbacks...))
}

func easeKeys(x *recordedExchange) {
	if body := strings.ReplaceAll(x.want.body, "int:", "str:"); body == x.got.body {
		x.want.body = body
	}
	if x.Session == nil {
		return
	}
	if _, ok := x.Session.Fields(vectors.Msgpack); !ok {
		x.want.drop("Set-Cookie")
		x.got.drop("Set-Cookie")
	}
}

func easeVary(x *recordedExchange) {
	lines := x.got.byName()["vary"]
	if len(lines) > 1 && len(x.want.byName()["vary"]) == 1 {
		x.got.drop("Vary")
		x.got.headers = append(x.got.headers, [2]string{"Vary", lines[0]})
	}
}

func easeControls(x *recordedExchange) {
	control := func(h [2]string) bool { return strings.ContainsFunc(h[1], unicode.IsControl) }
	nul := func(h [2]string) bool { return strings.Contains(h[1], "\x00") }
	switch {
	case slices.ContainsFunc(x.Request.Headers, control) && x.got.status == 400:
		*x.want = recordedAnswer{status: 400} // refused before there is a page
	case slices.ContainsFunc(x.want.headers, nul):
		text := html.EscapeString(cantil.Abort(500).(*cantil.HTTPError).Text())
		*x.want = recordedAnswer{
			status:  500,
			headers: [][2]string{{"Content-Type", "text/html; charset=utf-8"}},
			body: "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n" +
				"<h1>Internal Server Error</h1>\n<p>" + text + "</p>\n",
		}
		x.got.drop("Content-Length")
	}
}

func easeNone(x *recordedExchange) {
	if body := strings.ReplaceAll(x.want.body, "[null,", `["",`); body == x.got.body {
		x.want.body = body
		x.dropLengths()
	}
	x.want.edit("Set-Cookie", func(v string) string { return strings.NewReplacer("; Domain=;", ";", "; Expires=;", ";").Replace(v) })
	if strings.Contains(x.want.get("Set-Cookie"), "; Max-Age=-") {
		x.want.edit("Set-Cookie", func(v string) string { return negativeAge.ReplaceAllString(v, "; Max-Age=0") })
		x.got.edit("Set-Cookie", func(v string) string { return negativeAge.ReplaceAllString(v, "; Max-Age=0") })
	}
}

var pythonNumbers = regexp.MustCompile(`:(NaN|-?Infinity)`)

var negativeAge = regexp.MustCompile(`; Expires=[^;]*; Max-Age=[-0-9]+`)

var surrogates = regexp.MustCompile(`\\ud[89ab][0-9a-f]{2}(\\ud[c-f][0-9a-f]{2})?|\\ud[c-f][0-9a-f]{2}`)

func easeJSON(x *recordedExchange) {
	if body := pythonNumbers.ReplaceAllString(x.want.body, ":null"); body == x.got.body {
		x.want.body = body
		x.dropLengths()
	}
	body := surrogates.ReplaceAllStringFunc(x.want.body, func(found string) string {
		if len(found) > 6 {
			return found
		}
		return `\ufffd`
	})
	if body == x.got.body {
		x.want.body = body
		x.dropLengths()
	}
}
