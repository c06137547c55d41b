package compare

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/cmd/cantil/internal/cookie"
	"github.com/cantil-go/cantil/cmd/cantil/internal/traffic"
)

// exchange is a GET of / that was answered with this.
func exchange(was traffic.Response) *traffic.Exchange {
	if was.Status == 0 {
		was.Status = 200
	}
	return &traffic.Exchange{Version: 1, Client: "c", Request: traffic.Request{Method: "GET", Target: "/"}, Response: was}
}

// lines are exchanges as they stand in a recording.
func lines(t *testing.T, exchanges ...*traffic.Exchange) string {
	t.Helper()
	var all strings.Builder
	for _, e := range exchanges {
		line, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(line)
		all.WriteByte('\n')
	}
	return all.String()
}

// run compares a recording with a site whose password no report may have.
func run(t *testing.T, recording string, o Options, now http.HandlerFunc) (*Result, error) {
	t.Helper()
	site := httptest.NewServer(now)
	t.Cleanup(site.Close)
	target, err := url.Parse(strings.Replace(site.URL, "http://", "http://u:hunter2@", 1))
	if err != nil {
		t.Fatal(err)
	}
	o.Target = target
	if o.BodyLimit == 0 {
		o.BodyLimit = 1 << 20
	}
	o.Sessions.Name = "session"
	return Run(t.Context(), traffic.NewReader(strings.NewReader(recording)), o)
}

// answers answers with these headers and this body.
func answers(body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		io.WriteString(w, body)
	}
}

func text(r *Result) string {
	var b strings.Builder
	for _, d := range r.Differences {
		fmt.Fprintf(&b, "%s %s: %s -> %s\n", d.Kind, d.Name, d.Was, d.Now)
	}
	return b.String()
}

const (
	maria = "eyJ1c2VyIjoiTWFyaWEifQ.Z3SFgA."
	joana = "eyJ1c2VyIjoiSm9hbmEifQ.Z3SFgA."
	mark  = "zu_Bqa5P5BJEvD6jsOd7ygNHk78"
	other = "AAAABBBBccccddddEEEEffffggg"
	jwt   = "eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjE3MTcifQ."
	// A payload of 64 characters, as long as a signature of SHA-384.
	compressed = ".eJyrVkpOLCpRsoquVspMUbIyNjA2NtdRylOyMqzVgQiZmpiiC5kZQvmxtQA7NxFE.Z3SFgA"
)

// payload is one of a session, with its time.
func payload(text string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(text)) + ".Z3SFgA."
}

// TestAnswers: which answers are alike, and which are not.
func TestAnswers(t *testing.T) {
	plain := func(body string, headers ...traffic.Header) traffic.Response {
		all := append([]traffic.Header{{"Content-Type", "text/plain"}}, headers...)
		return traffic.Response{Headers: all, Body: traffic.Body{Text: body}}
	}
	asJSON := func(body string) traffic.Response {
		return traffic.Response{Headers: []traffic.Header{{"Content-Type", "application/json"}}, Body: traffic.Body{Text: body}}
	}
	const cutHash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" // of hello
	for name, test := range map[string]struct {
		was  traffic.Response
		now  http.HandlerFunc
		want string
	}{
		"JSON twice":         {asJSON(`{"a":1}`), answers(`{"a":1}{"b":2}`, "Content-Type", "application/json"), `json $: {"a":1} -> {"a":1}{"b":2}` + "\n"},
		"JSON and a newline": {asJSON(`{"a":1}`), answers(`{"a":1}`+"\n", "Content-Type", "application/json"), ""},
		"a huge number":      {asJSON(`[1e400]`), answers(`[1e400 ]`, "Content-Type", "application/json"), ""},
		"a secret of JSON":   {asJSON(`{"access_token":"masked-12345678"}`), answers(`{"access_token":"a-live-token-of-an-API"}`, "Content-Type", "application/json"), ""},
		"a secret that is gone": {asJSON(`{"access_token":"masked-12345678"}`), answers(`{}`, "Content-Type", "application/json"),
			`json $.access_token: "(secret)" -> (none)` + "\n"},
		"a token for another": {plain("/confirm/" + maria + mark), answers("/confirm/" + joana + other),
			"body bytes: /confirm/eyJ1c2VyIjoiTWFyaWEifQ.(signed) -> /confirm/eyJ1c2VyIjoiSm9hbmEifQ.(signed)\n"},
		"a token for the same":   {plain("/confirm/" + maria + "masked-12345678"), answers("/confirm/" + strings.Replace(maria, "Z3SFgA", "aBCDeF", 1) + other), ""},
		"a token without a time": {plain("/off/Nw.masked-12345678"), answers("/off/Nw." + other), ""},
		"a CSRF token": {plain(`t = "IjAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODki.Z3SFgA.masked-12345678"`),
			answers(`t = "ImZmMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODki.aBCDeF.` + other + `"`), ""},
		"a body that was cut":  {traffic.Response{Headers: plain("").Headers, Body: traffic.Body{Cut: &traffic.Cut{Size: 5, SHA256: cutHash}}}, answers("hello"), ""},
		"a header of a secret": {plain("", traffic.Header{"X-Auth-Token", "masked-12345678"}), answers("", "X-Auth-Token", "a live token"), ""},
		"one that is new":      {plain(""), answers("", "X-Auth-Token", "a live token"), "header X-Auth-Token: (none) -> masked-\n"},
		"a Location":           {plain("", traffic.Header{"Location", "/cb?access_token=masked-12345678&x=1"}), answers("", "Location", "/cb?access_token=a-live-token&x=1"), ""},
		"another Location": {plain("", traffic.Header{"Location", "/cb?token=masked-12345678&x=1"}), answers("", "Location", "/cb?token=a-live-token&x=2"),
			"header Location: /cb?token=(secret)&x=1 -> /cb?token=(secret)&x=2\n"},
		"a long life": {plain("", traffic.Header{"Set-Cookie", "theme=dark; Max-Age=9999999999"}), answers("", "Set-Cookie", "theme=light; Max-Age=9999999999"),
			"cookie theme value: dark -> light\n"},
		"a live cookie": {plain("", traffic.Header{"Set-Cookie", "auth=dark"}), answers("", "Set-Cookie", "auth=a-live-value-of-a-cookie"), ""},
		"a cookie that is longer": {plain("", traffic.Header{"Set-Cookie", "theme=dark"}), answers("", "Set-Cookie", "theme=a-live-value-of-a-cookie"),
			"cookie theme value: dark -> masked-\n"},
		"a quoted cookie":         {plain("", traffic.Header{"Set-Cookie", `nome="\303\251"; Path=/`}), answers(""), "cookie nome: (set) -> (not set)\n"},
		"a quoted one, and other": {plain("", traffic.Header{"Set-Cookie", `nome="\303\251"; Path=/`}), answers("", "Set-Cookie", "nome=ana; Path=/"), `cookie nome value: "\303\251" -> ana` + "\n"},
		"a long quoted one":       {plain("", traffic.Header{"Set-Cookie", `prefs=masked-12345678; Path=/`}), answers("", "Set-Cookie", `prefs="\303\251, \347\343o a"; Path=/`), ""},
		"JSON in a cookie":        {plain("", traffic.Header{"Set-Cookie", `cfg={"t":1}; Path=/`}), answers(""), "cookie cfg: (set) -> (not set)\n"},
		"a cookie without a name": {plain("", traffic.Header{"Set-Cookie", `bad name=1`}), answers(""), "cookie bad name: (set) -> (not set)\n"},
		"a cookie at two paths": {plain("", traffic.Header{"Set-Cookie", "dup=; Path=/y; Max-Age=0"}, traffic.Header{"Set-Cookie", "dup=2; Path=/x"}), answers("", "Set-Cookie", "dup=2; Path=/x"),
			"cookie dup of /y: (deleted) -> (not set)\n"},
		"a cookie twice": {plain("", traffic.Header{"Set-Cookie", "dup=1; Path=/"}, traffic.Header{"Set-Cookie", "dup=2; path=/"}), answers("", "Set-Cookie", "dup=2; Path=/"), ""},
		"attributes": {plain("", traffic.Header{"Set-Cookie", "a=1; Domain=a.example; Path=/x; HttpOnly; Secure; SameSite=Lax; Partitioned; Max-Age=60; Expires=Thu, 01-Jan-2099 00:00:00 GMT"}), answers("", "Set-Cookie", "a=1"),
			"cookie a Domain: a.example -> \ncookie a Path: /x -> \ncookie a HttpOnly: true -> false\ncookie a Secure: true -> false\ncookie a SameSite: Lax -> \n" +
				"cookie a Partitioned: true -> false\ncookie a Expires: 1m0s -> (with the browser)\n"},
		"a compressed session": {plain("", traffic.Header{"Set-Cookie", "session=" + compressed + ".masked-12345678"}), answers("", "Set-Cookie", "session="+compressed+"."+mark), ""},
		"a JWT in a cookie": {plain("", traffic.Header{"Set-Cookie", "access_token_cookie=" + jwt + mark}),
			answers("", "Set-Cookie", "access_token_cookie="+strings.Replace(jwt, "MTc", "MTg", 1)+other), ""},
		"a JWT in a page": {plain("t=" + jwt + mark), answers("t=" + strings.Replace(jwt, "MTc", "MTg", 1) + other), ""},
		"a signed id of another": {plain("", traffic.Header{"Set-Cookie", "sid2=" + strings.Repeat("aB3", 14) + "x." + mark}),
			answers("", "Set-Cookie", "sid2="+strings.Repeat("Ba4", 14)+"x."+other), ""},
		"a redirect's page": {plain(`<a href="/cb?a=1&amp;code=masked-12345678">/cb?a=1&amp;code=masked-12345678</a>`, traffic.Header{"Location", "/cb?a=1&code=masked-12345678"}),
			answers(`<a href="/cb?a=1&amp;code=a-live-1">/cb?a=1&amp;code=a-live-1</a>`, "Location", "/cb?a=1&code=a-live-1"), ""},
		"a session with a token": {plain("", traffic.Header{"Set-Cookie", "session=" + payload(`{"api_token":"a-live-1","a":1}`) + mark}),
			answers("", "Set-Cookie", "session="+payload(`{"api_token":"a-live-2","a":2,"csrf_token":"a-live-3"}`)+mark),
			"session $.a: 1 -> 2\nsession $.api_token: (secret) -> (another secret)\nsession $.csrf_token: (none) -> (another secret)\n"},
		"a session that became a row": {plain("", traffic.Header{"Set-Cookie", "session=" + maria + mark}), answers("", "Set-Cookie", "session="+strings.Repeat("aB3", 14)+"x"),
			"cookie session kind: signed -> id\n"},
		"a row that became a session": {plain("", traffic.Header{"Set-Cookie", "session=masked-12345678"}), answers("", "Set-Cookie", "session="+maria+mark),
			"cookie session kind: id -> signed\n"},
		"a row, and a row": {plain("", traffic.Header{"Set-Cookie", "session=masked-12345678"}), answers("", "Set-Cookie", "session="+strings.Repeat("aB3", 14)+"x"), ""},
		"a row, and one that is signed": {plain("", traffic.Header{"Set-Cookie", "session=masked-12345678"}),
			answers("", "Set-Cookie", "session="+strings.Repeat("aB3", 14)+"x."+mark), ""},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := run(t, lines(t, exchange(test.was)), Options{}, test.now)
			if err != nil {
				t.Fatal(err)
			}
			got := maskedDigits.ReplaceAllString(text(r), "masked-")
			if got != test.want || r.Agrees() != (test.want == "") {
				t.Errorf("got  %swant %s", got, test.want)
			}
			for _, secret := range []string{"a live token", "a-live", mark, other} {
				if strings.Contains(text(r), secret) {
					t.Errorf("the report shows %s: %s", secret, text(r))
				}
			}
		})
	}
}

// TestNotSent: what cannot be compared is not sent, and said so.
func TestNotSent(t *testing.T) {
	upgraded, stream, odd, unread := exchange(traffic.Response{Status: 101}), exchange(traffic.Response{Headers: []traffic.Header{{"Content-Type", "text/event-stream; charset=utf-8"}}}),
		exchange(traffic.Response{}), exchange(traffic.Response{})
	odd.Request.Method = "A B"
	unread.Request.Body.Cut = &traffic.Cut{Size: 3}
	asked := 0
	r, err := run(t, lines(t, upgraded, stream, odd, unread, exchange(traffic.Response{})), Options{Unsafe: true}, func(http.ResponseWriter, *http.Request) { asked++ })
	if err != nil || asked != 1 || r.Same != 1 || len(r.Skipped) != 4 || r.Requests != 5 {
		t.Errorf("%v, %d asked, %+v", err, asked, r)
	}
}

// TestDamagedRecording: the lines around one that cannot be read count.
func TestDamagedRecording(t *testing.T) {
	good := lines(t, exchange(traffic.Response{Headers: []traffic.Header{{"Content-Type", "text/plain"}}, Body: traffic.Body{Text: "ok"}}))
	r, err := run(t, good+`{"v":1,"client":`+"\n"+good+"{}\n", Options{}, answers("ok"))
	if err == nil || !strings.Contains(err.Error(), "line 2 of the recording") || r == nil || r.Same != 2 || r.Damaged != 2 {
		t.Errorf("%v, %+v", err, r)
	}
	var out strings.Builder
	r.WriteText(&out, false)
	if !strings.Contains(out.String(), "2 lines of the recording could not be read") {
		t.Error(out.String())
	}
}

// TestInterrupted: what was compared is told, and that it is not all.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	site := httptest.NewServer(answers("ok"))
	t.Cleanup(site.Close)
	target, err := url.Parse(site.URL)
	if err != nil {
		t.Fatal(err)
	}
	one := lines(t, exchange(traffic.Response{Headers: []traffic.Header{{"Content-Type", "text/plain"}}, Body: traffic.Body{Text: "ok"}}))
	r, err := Run(ctx, traffic.NewReader(strings.NewReader(one+one)), Options{Target: target, BodyLimit: 100, Progress: func(int) { cancel() }})
	if !errors.Is(err, ErrInterrupted) || r.Same != 1 || r.Agrees() {
		t.Fatalf("%v, %+v", err, r)
	}
	var page strings.Builder
	if err := r.WriteHTML(&page); err != nil {
		t.Fatal(err)
	}
	r.WriteText(&page, false)
	if all := page.String(); strings.Contains(all, "All of") || strings.Contains(all, "all of") || strings.Count(all, "the rest of the recording was not compared: interrupted")+
		strings.Count(all, "The rest of the recording was not compared: interrupted") != 2 {
		t.Error(all)
	}
}

// TestReportHidesSecrets: neither the target's password nor what stands in the
// first request.
func TestReportHidesSecrets(t *testing.T) {
	e := exchange(traffic.Response{})
	e.Request.Target = "/x?api_key=abcdef&q=1"
	for _, now := range []http.HandlerFunc{answers("other"), func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			conn.Close()
		}
	}} {
		r, err := run(t, lines(t, exchange(traffic.Response{Status: 200}), e), Options{}, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/x" {
				now(w, r)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		var page strings.Builder
		if err := r.WriteHTML(&page); err != nil {
			t.Fatal(err)
		}
		r.WriteText(&page, false)
		if err := json.NewEncoder(&page).Encode(r); err != nil {
			t.Fatal(err)
		}
		if all := page.String(); strings.Contains(all, "hunter2") || strings.Contains(all, "abcdef") || !strings.Contains(all, "q=1") {
			t.Error(all)
		}
	}
	dead, _ := url.Parse("http://u:hunter2@127.0.0.1:1")
	_, err := Run(t.Context(), traffic.NewReader(strings.NewReader(lines(t, e))), Options{Target: dead, Sessions: cookie.Settings{Name: "session"}})
	if err == nil || !strings.Contains(err.Error(), "does not answer") || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "abcdef") {
		t.Error(err)
	}
}

// TestReportShowsWhatDiffers: spaces that count, the place in a long text, bytes;
// a status before what is in its page, and a key that was not given.
func TestReportShowsWhatDiffers(t *testing.T) {
	html := traffic.Header{"Content-Type", "text/html"}
	long := strings.Repeat("é ", 2000)
	for name, test := range map[string]struct {
		was  traffic.Response
		now  http.HandlerFunc
		want []string
	}{
		"spaces":      {traffic.Response{Headers: []traffic.Header{html}, Body: traffic.Body{Text: "<pre> x  y</pre>"}}, answers("<pre> x y</pre>", html[0], html[1]), []string{`- " x  y"`, `+ " x y"`}},
		"a long text": {traffic.Response{Headers: []traffic.Header{{"Content-Type", "text/plain"}}, Body: traffic.Body{Text: long + "was" + long}}, answers(long + "now" + long), []string{"- … é é", "é wasé", "é nowé", "é … (12003 bytes)"}},
		"its end":     {traffic.Response{Headers: []traffic.Header{{"Content-Type", "text/plain"}}, Body: traffic.Body{Text: long}}, answers(long + "more"), []string{"+ … é é", "é more… (6004 bytes)"}},
		"bytes":       {traffic.Response{Headers: []traffic.Header{{"Content-Type", "image/png"}}, Body: traffic.Body{Base64: base64.StdEncoding.EncodeToString([]byte("\xff\x01"))}}, answers("\xff\x02", "Content-Type", "image/png"), []string{`- "\xff\x01"`, `+ "\xff\x02"`}},
		"a status":    {traffic.Response{Status: 500, Headers: []traffic.Header{html}, Body: traffic.Body{Text: "<ul><li>a</ul>"}}, answers("<ul><li>a<li>b<li>c</ul>", html[0], html[1]), []string{"status"}},
	} {
		e := exchange(test.was)
		e.Request.Headers = []traffic.Header{{"Cookie", "session=" + maria + "masked-1"}}
		r, err := run(t, lines(t, e, e), Options{}, test.now)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		r.WriteText(&out, false)
		for _, want := range append(test.want, "2 requests sent without the session of the recording: with the other site's key") {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: no %q in\n%s", name, want, out.String())
			}
		}
		if first := r.Differences[0].Kind; name == "a status" && first != KindStatus {
			t.Errorf("%s: %s comes first", name, first)
		}
	}
}

// TestReportForTerminals: a page's text does not steer the terminal.
func TestReportForTerminals(t *testing.T) {
	e := exchange(traffic.Response{Headers: []traffic.Header{{"Content-Type", "text/plain"}}})
	e.Request.Target = "/\x1b[31m"
	r, err := run(t, lines(t, e, exchange(traffic.Response{Headers: e.Response.Headers, Body: traffic.Body{Text: "a\x1b]0;title\ab"}})), Options{}, answers("\x9b\u009b31m"))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	r.WriteText(&out, false)
	if strings.ContainsAny(out.String(), "\x1b\a\u009b") {
		t.Errorf("%q", out.String())
	}
}
