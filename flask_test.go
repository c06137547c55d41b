package cantil_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/flask"
	"github.com/cantil-go/cantil/session/codec"
)

// TestSharedWithFlask signs a visitor in on one side and out on the other, with
// a real Flask and one browser's cookies.
func TestSharedWithFlask(t *testing.T) {
	const key = "uma chave que os dois conhecem"
	for _, test := range []struct {
		name       string
		serializer codec.Serializer
		module     string
	}{{"json", codec.TaggedJSON, "flask"}, {"msgpack", codec.Msgpack, "msgpack"}} {
		t.Run(test.name, func(t *testing.T) {
			python := flask.Python(t, "flask", test.module)
			flask := "http://127.0.0.1:" + testkit.Start(t, python, "testdata/flask/login.py", key, test.name)
			app := loginApp(key)
			app.SessionSerializer = test.serializer
			shareBothWays(t, flask, testkit.Serve(t, app))
		})
	}
}

// loginApp is testdata/flask/login.py in Go.
func loginApp(key string) *cantil.App {
	app := cantil.New()
	app.SecretKey = key
	app.Post("/login")(func(c *cantil.Context) any {
		c.Session().Set("usuario", c.Form().Must("usuario"))
		c.Session().Set("visitas", []any{1, "dois", map[string]any{"três": 3.5}})
		return "ok"
	})
	app.Get("/perfil")(func(c *cantil.Context) any {
		s := c.Session()
		if !s.Has("usuario") {
			return "None None"
		}
		visitas := s.Must("visitas").([]any)
		if visitas[0] != 1 || visitas[1] != "dois" || visitas[2].(map[string]any)["três"] != 3.5 {
			return cantil.Abort(500, "the list came over changed")
		}
		return s.Must("usuario").(string) + " [1, 'dois', {'três': 3.5}]"
	})
	app.Get("/logout")(func(c *cantil.Context) any {
		c.Session().Clear()
		return "ok"
	})
	return app
}

// shareBothWays signs in on each side and out on each side. Cookies know hosts,
// not ports, so one jar is one browser for both.
func shareBothWays(t *testing.T, flask, cantil string) {
	const profile = " [1, 'dois', {'três': 3.5}]"
	for _, sides := range []struct{ name, in, out string }{
		{"flask to cantil", flask, cantil}, {"cantil to flask", cantil, flask},
		{"flask alone", flask, flask}, {"cantil alone", cantil, cantil},
	} {
		jar, _ := cookiejar.New(nil)
		browser := &http.Client{Jar: jar}
		fetch(t, browser, sides.in+"/login", url.Values{"usuario": {"Zé <Maria>"}})
		for _, side := range []string{flask, cantil} {
			if got := fetch(t, browser, side+"/perfil", nil); got != "Zé <Maria>"+profile {
				t.Errorf("%s: signed in, %s reads %q", sides.name, side, got)
			}
		}
		fetch(t, browser, sides.out+"/logout", nil)
		for _, side := range []string{flask, cantil} {
			if got := fetch(t, browser, side+"/perfil", nil); got != "None None" {
				t.Errorf("%s: signed out, %s reads %q", sides.name, side, got)
			}
		}
	}
}

// fetch gets a page, or posts a form to it.
func fetch(t *testing.T, browser *http.Client, where string, form url.Values) string {
	t.Helper()
	var r *http.Response
	var err error
	if form == nil {
		r, err = browser.Get(where)
	} else {
		r, err = browser.PostForm(where, form)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, _ := io.ReadAll(r.Body)
	if r.StatusCode != http.StatusOK {
		t.Fatalf("%s answered %s: %s", where, r.Status, body)
	}
	return string(body)
}
