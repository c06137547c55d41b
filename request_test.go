package cantil_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/cantil-go/cantil"
)

func TestRequestValues(t *testing.T) {
	app := quiet()
	app.Route("/", cantil.Methods("GET", "POST", "DELETE"), cantil.Endpoint("index"))(func(c *cantil.Context) any {
		v := c.Values()
		return fmt.Sprint(v.Get("a"), v.All("a"), v.Keys(), v.Len(), v.ToMap(), v.Has("c"))
	})
	client := app.TestClient()
	form := cantil.FormData("a", "3", "c", "4")
	for _, test := range []struct{ method, want string }{
		{"POST", "1[1 2 3] [a b c] 3 map[a:1 b:9 c:4] true"},
		{"DELETE", "1[1 2] [a b] 2 map[a:1 b:9] false"},
	} {
		if got := client.Do(test.method, "/?a=1&b=9&a=2", form).Text(); got != test.want {
			t.Errorf("%s: %s, want %s", test.method, got, test.want)
		}
	}
}

func TestAuthorization(t *testing.T) {
	app := quiet()
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		a := c.Authorization()
		if a == nil {
			return "ninguém"
		}
		return fmt.Sprintf("%s|%s|%s|%s", a.Type, a.Username(), a.Password(), a.Token)
	})
	client := app.TestClient()
	for header, want := range map[string]string{
		"Basic dXN1w6FyaW86c2VuaGE6MQ==":        "basic|usuário|senha:1|",
		"Bearer abc.def-_==":                    "bearer|||abc.def-_==",
		`Digest username="Mufasa", realm="a,b"`: "digest|Mufasa||",
		"Basic ////":                            "ninguém",
		"Basic a":                               "ninguém",
	} {
		if got := client.Get("/", cantil.RequestHeader("Authorization", header)).Text(); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	if got := client.Get("/").Text(); got != "ninguém" {
		t.Errorf("no header: %q", got)
	}
}

func TestAcceptMimetypes(t *testing.T) {
	app := quiet()
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		a := c.AcceptMimetypes()
		return fmt.Sprint(a.BestMatch("text/html", "application/json"), a.Quality("text/html"), a.Values())
	})
	client := app.TestClient()
	for header, want := range map[string]string{
		"text/html;q=0.5, application/json":  "application/json0.5 [application/json text/html]",
		"application/*;q=0.5, text/*;q=0.4":  "application/json0.4 [application/* text/*]",
		"image/png":                          "0 [image/png]",
		"*/*;q=0.1, text/html;level=1, x;q=": "text/html0.1 [text/html; level=1 x */*]",
	} {
		if got := client.Get("/", cantil.RequestHeader("Accept", header)).Text(); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
}

// TestAcceptLanguages: what Werkzeug's best_match(['pt_BR', 'ru', 'en']) gives for
// these headers, fallbacks between a language and its countries included.
func TestAcceptLanguages(t *testing.T) {
	app := quiet()
	app.Get("/")(func(c *cantil.Context) any { return "<" + c.AcceptLanguages().BestMatch("pt_BR", "ru", "en") + ">" })
	for header, want := range map[string]string{
		"": "", "ru": "ru", "pt-BR,pt;q=0.9,en;q=0.8": "pt_BR", "pt_BR": "pt_BR", "en-US,en;q=0.9": "en", "pt": "pt_BR", "pt-PT": "",
		"fr, ru;q=0.1": "ru", "en;q=0.3, ru;q=0.7": "ru", "*": "pt_BR", "fr": "", "ru;q=0, en;q=0.1": "en",
		"de-DE, ru-RU;q=0.5": "ru", ";;,,q=1": "", "PT-br;q=0.4, en;q=0.3": "pt_BR",
	} {
		if got := app.TestClient().Get("/", cantil.RequestHeader("Accept-Language", header)).Text(); got != "<"+want+">" {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}

func TestJSONStatus(t *testing.T) {
	app := quiet()
	app.Post("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		var v any
		if err := c.JSON(&v); err != nil {
			return err
		}
		return "ok"
	})
	app.Post("/text", cantil.Endpoint("text"))(func(c *cantil.Context) any {
		var v string
		return c.ForceJSON(&v)
	})
	app.Post("/mistake", cantil.Endpoint("mistake"))(func(c *cantil.Context) any {
		var v string
		var e *cantil.HTTPError
		if err := c.ForceJSON(v); err == nil || errors.As(err, &e) {
			t.Error("a target that is no pointer is the program's mistake", err)
		}
		return "ok"
	})
	client := app.TestClient()
	for _, test := range []struct {
		path, contentType, body string
		status                  int
	}{
		{"/", "application/json", `{}`, 200}, {"/", "Application/JSON; Charset=x", ` [1] `, 200},
		{"/", "application/ld+json", `1`, 200}, {"/", "application/json", "\ufeff{}", 200},
		{"/", "", `{}`, 415}, {"/", "text/json", `{}`, 415}, {"/", "text/plain", `{}`, 415}, {"/", "+json", `{}`, 415},
		{"/", "application/json", ``, 400}, {"/", "application/json", `{} {}`, 400}, {"/", "application/json", "\"\xff\"", 400},
		{"/text", "", "1", 400}, {"/mistake", "", "1", 200},
	} {
		r := client.Do("POST", test.path, cantil.RequestBody(test.contentType, []byte(test.body)))
		if r.Status != test.status {
			t.Errorf("%s %s %q: %d, want %d", test.path, test.contentType, test.body, r.Status, test.status)
		}
	}
}
