package traffic

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
)

// signatures as each digest makes them.
var signatures = map[string]string{
	"SHA-1":   "zu_Bqa5P5BJEvD6jsOd7ygNHk78",
	"SHA-256": "Xk1dQmN0b3hWZ2FyYm9sZXRvLVNlZ3JlZG8xMjM0NTY",
	"SHA-384": "Xk1dQmN0b3hWZ2FyYm9sZXRvLVNlZ3JlZG8xMjM0NTYzu_Bqa5P5BJEvD6jsOd7-",
	"SHA-512": strings.Repeat("Xk1dQmN0b3hWZ2FyYm9sZXRvLVNlZ3JlZG8xMjM0NTY", 2),
}

// compressed is a session of 64 characters, as many as a signature of SHA-384 has.
const compressed = ".eJyrVkpOLCpRsoquVspMUbIyNjA2NtdRylOyMqzVgQiZmpiiC5kZQvmxtQA7NxFE.awjFMg"

const plainID = "0123456789-abcdefghijklmnopqrstuvwxyz_ABCDE"

// text is all that a recording has of an exchange.
func (e *Exchange) text() string {
	var b strings.Builder
	b.WriteString(e.Request.Target + "\n")
	for _, h := range append(e.Request.Headers, e.Response.Headers...) {
		b.WriteString(h[0] + ": " + h[1] + "\n")
	}
	for _, body := range []Body{e.Request.Body, e.Response.Body} {
		text, _ := body.Bytes()
		b.Write(text)
	}
	return b.String()
}

// TestMaskIsNoHash: what stands for a short secret cannot be found by trying.
func TestMaskIsNoHash(t *testing.T) {
	for _, prefix := range []string{"", "cantil record\x00", "masked-"} {
		sum := sha256.Sum256([]byte(prefix + "123"))
		if strings.Contains(masked("123"), hex.EncodeToString(sum[:4])) {
			t.Errorf("the mask of 123 is a hash of it, behind %q", prefix)
		}
	}
	if first := masked("123"); first != masked("123") || first == masked("124") {
		t.Error("the mask does not tell secrets apart")
	}
}

// TestMaskEverywhere: no secret is left, wherever it stands.
func TestMaskEverywhere(t *testing.T) {
	form := []Header{{"Content-Type", "application/x-www-form-urlencoded"}}
	for name, test := range map[string]struct {
		secret string
		e      Exchange
	}{
		"a form of Latin-1":            {"hunter2", Exchange{Request: Request{Headers: form, Body: NewBody([]byte("user=jos\xe9&password=hunter2"))}}},
		"short names":                  {"hunter2", Exchange{Request: Request{Headers: form, Body: NewBody([]byte("log=x&pwd=hunter2&pass=hunter2&pin=hunter2"))}}},
		"a code":                       {"123456", Exchange{Request: Request{Headers: form, Body: NewBody([]byte("code=123456"))}}},
		"JSON of UTF-16":               {"p\x00w\x001\x00", Exchange{Request: Request{Body: NewBody([]byte("{\x00\"\x00p\x00a\x00s\x00s\x00w\x00o\x00r\x00d\x00\"\x00:\x00\"\x00p\x00w\x001\x00\"\x00\xff"))}}},
		"a csrf_token unsigned":        {"opaque-token", Exchange{Request: Request{Headers: form, Body: NewBody([]byte("csrf_token=opaque-token"))}}},
		"a Referer":                    {"4f9c0000aaaa", Exchange{Request: Request{Headers: []Header{{"Referer", "https://site/reset?token=4f9c0000aaaa"}}}}},
		"a fragment":                   {"opaque", Exchange{Response: Response{Headers: []Header{{"Location", "/cb#access_token=opaque&state=x"}}}}},
		"a Location":                   {"opaque", Exchange{Response: Response{Headers: []Header{{"Location", "/cb?access_token=opaque"}}}}},
		"an address of a proxy":        {"opaque", Exchange{Request: Request{Headers: []Header{{"X-Original-Uri", "/reset?token=opaque"}}}}},
		"a Refresh":                    {"opaque", Exchange{Response: Response{Headers: []Header{{"Refresh", "0; url=/cb?access_token=opaque"}}}}},
		"a WebSocket's protocol":       {"opaque", Exchange{Request: Request{Headers: []Header{{"Sec-Websocket-Protocol", "bearer, opaque"}}}}},
		"a token and more":             {"hunter2", Exchange{Request: Request{Headers: []Header{{"X-Api-Key", "a." + signatures["SHA-1"] + " hunter2"}}}}},
		"a short id":                   {"abc123", Exchange{Request: Request{Headers: []Header{{"Cookie", "session=abc123def456"}}}}},
		"what looks masked":            {"hunter2", Exchange{Request: Request{Headers: []Header{{"X-Api-Key", "masked-hunter2"}}}}},
		"a header of an answer":        {"opaque", Exchange{Response: Response{Headers: []Header{{"X-Auth-Token", "opaque"}}}}},
		"a short cookie":               {"abc123", Exchange{Request: Request{Headers: []Header{{"Cookie", "theme=dark; api_key=abc123"}}}}},
		"a short cookie that is set":   {"abc123", Exchange{Response: Response{Headers: []Header{{"Set-Cookie", "pwd=abc123; Path=/"}}}}},
		"an id that is signed":         {plainID, Exchange{Request: Request{Headers: []Header{{"Cookie", "session=" + plainID + "." + signatures["SHA-1"]}}}}},
		"a UUID that is signed":        {"6f9619ff", Exchange{Request: Request{Headers: []Header{{"Cookie", "session=6f9619ff-8b86-4011-b42d-00c04fc964ff." + signatures["SHA-1"]}}}}},
		"a token of JSON":              {"opaque-token-of-an-api", Exchange{Response: Response{Body: NewBody([]byte(`{"access_token": "opaque-token-of-an-api"}`))}}},
		"a token of a script":          {"opaque-token-of-an-api", Exchange{Response: Response{Body: NewBody([]byte(`<p>jos` + "\xe9" + `<script>x={"apiKey":"opaque-token-of-an-api"}`))}}},
		"a short password of JSON":     {"hunter2", Exchange{Response: Response{Body: NewBody([]byte(`{"password": "hunter2"}`))}}},
		"a name that is escaped":       {"hunter2", Exchange{Response: Response{Body: NewBody([]byte(`{"\u0442\u043e\u043a\u0435\u043d": "hunter2"}`))}}},
		"an escaped name, sent":        {"hunter2", Exchange{Request: Request{Body: NewBody([]byte(`{"\u043f\u0430\u0440\u043e\u043b\u044c": "hunter2"}`))}}},
		"an answer that is compressed": {"H4sI", Exchange{Response: Response{Headers: []Header{{"Content-Encoding", "gzip"}}, Body: NewBody([]byte("H4sI\xff"))}}},
		"a pass phrase":                {"correct horse", Exchange{Response: Response{Body: NewBody([]byte(`{"password": "correct horse battery"}`))}}},
		"a scheme":                     {"zzz-bearer-9", Exchange{Response: Response{Body: NewBody([]byte(`{"authorization":"Bearer zzz-bearer-9"}`))}}},
		"a body that is compressed":    {"H4sI", Exchange{Request: Request{Headers: []Header{{"Content-Encoding", "gzip"}}, Body: NewBody([]byte("H4sI\xff"))}}},
		"a password of a Location":     {"hunter2", Exchange{Response: Response{Headers: []Header{{"Location", "https://u:hunter2@site/x"}}}}},
		"a redirect's page": {"4797", Exchange{Response: Response{Headers: []Header{{"Location", "https://site/cb?a=1&code=4797"}},
			Body: NewBody([]byte(`<a href="https://site/cb?a=1&amp;code=4797">https://site/cb?a=1&amp;code=4797</a>`))}}},
		"a JSON Web Token": {"AnotherSignature", Exchange{Response: Response{Body: NewBody([]byte(`eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.AnotherSignature_` + strings.Repeat("Z", 300)))}}},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(test.e.text(), test.secret) {
				t.Fatal("the secret is not there to begin with")
			}
			test.e.mask()
			if text := test.e.text(); strings.Contains(text, test.secret) || !strings.Contains(text, maskedPrefix) && test.e.Response.Body.Cut == nil {
				t.Errorf("%s", text)
			}
		})
	}
}

// TestMaskSignatures: of each digest, however short what is signed.
func TestMaskSignatures(t *testing.T) {
	for digest, signature := range signatures {
		for _, token := range []string{"Nw." + signature, "eyJ1c2VyIjoiTWFyaWEifQ.Z3SFgA." + signature, `"maria".` + signature} {
			for _, around := range []string{"%s", "/unsub/%s", `<a href="/x/%s">`, "%s.", "a=%s&b=c"} {
				text := strings.Replace(around, "%s", token, 1)
				if got := MaskText(text); strings.Contains(got, signature) || !strings.Contains(got, strings.TrimSuffix(token, signature)) {
					t.Errorf("%s: %s is masked as %s", digest, text, got)
				}
			}
		}
	}
}

// TestMaskLeaves: what is no secret stays.
func TestMaskLeaves(t *testing.T) {
	for _, text := range []string{
		"/static/main.min." + strings.Repeat("0123456789abcdef", 4) + ".css", ".a-class-of-exactly-27-chars{", `{"key": "theme", "author": "a text that is long enough"}`,
		`{"key": "theme"}`, `{"password": "This field is required."}`, "app.aBcDeFgHiJkLmNoPqRsTuVwXyZ0.module.js",
		`{"error": {"code": "not_found_or_something_else"}}`, "www.this-is-a-domain-with-27-ch.com", "",
	} {
		if got := MaskText(text); got != text {
			t.Errorf("%s is masked as %s", text, got)
		}
	}
	for name, value := range map[string]string{"Access-Control-Allow-Credentials": "true", "Keep-Alive": "timeout=5", "Referer": "https://site/a?b=c#d", "Accept": "*/*"} {
		if got := MaskHeader(name, value); got != value {
			t.Errorf("%s: %s is masked as %s", name, value, got)
		}
	}
	for name, value := range map[string]string{"theme": "dark", "session": compressed, "token": "eyJhbGciOiJIUzI1NiJ9." + strings.Repeat("aB", 32)} {
		if got := MaskCookie(name, value+"."+signatures["SHA-1"]); !strings.HasPrefix(got, value+".masked-") {
			t.Errorf("%s=%s is masked as %s", name, value, got)
		}
	}
	if got := MaskCookie("sidebar_pin", "1"); got != "1" {
		t.Errorf("sidebar_pin=1 is masked as %s", got)
	}
	if got := MaskCookie("theme", "dark"); got != "dark" {
		t.Errorf("theme=dark is masked as %s", got)
	}
}

// FuzzMask: what was masked is not masked again, in any place.
func FuzzMask(f *testing.F) {
	for _, text := range []string{"session=a.b." + signatures["SHA-1"] + "; x=y", "/a?token=x&b=%zz#access_token=y", `{"password": "0123456789abcdef"}`, "7|" + strings.Repeat("a1", 64), ".", "=;=&?#",
		"a=0." + signatures["SHA-1"] + " "} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, mask := range map[string]func(string) string{
			"text": MaskText, "target": MaskTarget, "cookies": maskCookies, "set-cookie": maskSetCookie,
		} {
			once := mask(text)
			if twice := mask(once); twice != once {
				t.Errorf("%s: %q, then %q, then %q", name, text, once, twice)
			}
		}
	})
}
