package login

import (
	"testing"

	"github.com/cantil-go/cantil"
)

// TestSafeNext: what leads to another site, by the letter or as browsers read
// it, is refused.
func TestSafeNext(t *testing.T) {
	for target, want := range map[string]string{
		"/settings?a=1#top":         "/settings?a=1#top",
		"/":                         "/",
		"/a//b":                     "/a//b",
		"/x?next=http://evil.test/": "/x?next=http://evil.test/",
		"/página":                   "/página",
		"/login?next=%2F%2Fevil":    "/login?next=%2F%2Fevil",
		"http://localhost/a?b":      "/a?b",
		"https://LOCALHOST/a":       "/a",
		"http://localhost":          "/",
		"http://localhost?x=1":      "/?x=1",

		"": "", "settings": "", "?x=1": "", "#top": "",
		"//evil.test":                  "",
		"///evil.test":                 "",
		"////evil.test":                "",
		`/\evil.test`:                  "",
		`\\evil.test`:                  "",
		`\/evil.test`:                  "",
		"/\t/evil.test":                "",
		"\t//evil.test":                "",
		"/\n/evil.test":                "",
		" //evil.test":                 "",
		"\x00//evil.test":              "",
		"http://evil.test/":            "",
		"https:evil.test":              "",
		"https:/evil.test":             "",
		"https:///evil.test":           "",
		"HTTP://evil.test":             "",
		"javascript:alert(1)":          "",
		"data:text/html,x":             "",
		"mailto:a@localhost":           "",
		"ftp://localhost/":             "",
		"http://localhost@evil.test/":  "",
		"http://user@localhost/":       "",
		"http://localhost:8000/":       "",
		"http://localhost.evil.test/":  "",
		"http://localhost//evil.test/": "",
		"//localhost//evil.test":       "",
		"//localhost/a":                "",
		"http://[::1]/":                "",
		"/a\r\nX-Header: 1":            "",
	} {
		app := cantil.New()
		got := ""
		app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
			got = SafeNext(c, target)
			return "ok"
		})
		app.TestClient().Get("/")
		if got != want {
			t.Errorf("%q: %q, want %q", target, got, want)
		}
	}
}

// TestSafeNextPort: a host's port is part of it.
func TestSafeNextPort(t *testing.T) {
	app := cantil.New()
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		return SafeNext(c, "http://localhost:5000/a") + " " + SafeNext(c, "http://localhost/a")
	})
	client := app.TestClient()
	client.BaseURL = "http://localhost:5000"
	wantText(t, client.Get("/"), 200, "/a ")
}

func FuzzSafeNext(f *testing.F) {
	for _, target := range []string{"/a", "//evil", `/\evil`, "http://localhost/a", "http:/\\evil"} {
		f.Add(target)
	}
	app := cantil.New()
	var target, got string
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		got = SafeNext(c, target)
		return "ok"
	})
	client := app.TestClient()
	f.Fuzz(func(t *testing.T, text string) {
		target = text
		client.Get("/")
		if got != "" && (got[0] != '/' || len(got) > 1 && (got[1] == '/' || got[1] == '\\')) {
			t.Errorf("%q: %q is no path of this site", text, got)
		}
	})
}
