package traffic

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// TestMask: what of a request and an answer is a secret, and what stays.
func TestMask(t *testing.T) {
	const signed = "eyJ1c2VyIjoiTWFyaWEifQ.Z3SFgA.zu_Bqa5P5BJEvD6jsOd7ygNHk78"
	hex := strings.Repeat("0123456789abcdef", 8)
	e := &Exchange{
		Request: Request{
			Method: "POST", Target: "/reset/" + signed + "?q=x&api_key=abc&next=/a",
			Headers: []Header{{"Authorization", "Basic bWFyaWE6c2VuaGE="}, {"Content-Type", "application/x-www-form-urlencoded"},
				{"Cookie", "session=" + signed + "; remember_token=7|" + hex + "; theme=dark; sid=" + strings.Repeat("a", 43)},
				{"X-Csrftoken", signed}, {"User-Agent", "x"}},
			Body: Body{Text: "nome=Maria&senha=abc+def&csrf_token=" + signed + "&note="},
		},
		Response: Response{Status: 200,
			Headers: []Header{{"Location", "/confirm/" + signed}, {"Set-Cookie", "session=" + signed + "; HttpOnly; Path=/"}},
			Body:    Body{Text: `<input name="csrf_token" value="` + signed + `">`}},
	}
	e.mask()
	text := e.Request.Target + e.Request.Body.Text + e.Response.Body.Text
	for _, h := range append(e.Request.Headers, e.Response.Headers...) {
		text += h[1] + "\n"
	}
	for _, secret := range []string{"zu_Bqa5P5BJEvD6jsOd7ygNHk78", "abc", "bWFyaWE", hex, strings.Repeat("a", 43)} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is left in\n%s", secret, text)
		}
	}
	for _, kept := range []string{"session=eyJ1c2VyIjoiTWFyaWEifQ.Z3SFgA.masked-", "remember_token=7|masked-", "theme=dark", "nome=Maria", "q=x", "next=/a",
		"csrf_token=eyJ1c2VyIjoiTWFyaWEifQ.Z3SFgA.masked-", "; HttpOnly; Path=/", "&note="} {
		if !strings.Contains(text, kept) {
			t.Errorf("%q is gone from\n%s", kept, text)
		}
	}
	if got := strings.Join(e.Masked, " "); got != "Authorization path api_key senha" {
		t.Errorf("masked are %s", got)
	}
}

func TestMaskBodies(t *testing.T) {
	for _, test := range []struct{ contentType, body, want string }{
		{"application/json", `{"user": "x"}`, `{"user": "x"}`},
		{"application/json", `{"password": "x"}`, "masked-body"},
		{"multipart/form-data; boundary=b", "--b\r\n", "masked-body"},
		{"text/plain", "hello", "hello"},
	} {
		e := &Exchange{Request: Request{Headers: []Header{{"Content-Type", test.contentType}}, Body: Body{Text: test.body}}}
		e.mask()
		if e.Request.Body.Text != test.want || (test.want == "masked-body") != (len(e.Masked) > 0) {
			t.Errorf("%s %q: %q, masked %v", test.contentType, test.body, e.Request.Body.Text, e.Masked)
		}
	}
}

// FuzzReader: whatever a file holds, it is read to its end or an error names the
// line.
func FuzzReader(f *testing.F) {
	f.Add(`{"v":1,"client":"c1","request":{"method":"GET","target":"/"},"response":{"status":200}}` + "\n\n{")
	f.Add(`{"v":1,"request":{"method":"GET","target":"/","body":{"base64":"*"}},"response":{"status":200}}`)
	f.Fuzz(func(t *testing.T, text string) {
		r := NewReader(strings.NewReader(text))
		for {
			e, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				if !strings.HasPrefix(err.Error(), "line ") {
					t.Errorf("%v", err)
				}
				return
			}
			e.mask()
			e.mask()
		}
	})
}
