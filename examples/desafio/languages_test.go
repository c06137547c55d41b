package main

import (
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/flask"
)

// visitor is a browser without a window, of one language.
type visitor struct {
	t        *testing.T
	client   *http.Client
	page     string
	language string
}

func newVisitor(t *testing.T, page, language string) *visitor {
	jar, _ := cookiejar.New(nil)
	return &visitor{t, &http.Client{Jar: jar}, page, language}
}

func (v *visitor) do(method, path string, form url.Values) string {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.page+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", v.language)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != 200 && answer.StatusCode != 401 {
		v.t.Fatalf("%s %s: %d, %v", method, path, answer.StatusCode, err)
	}
	return string(body)
}

// TestLanguages: in each language the pages of the shop are those of the real
// Flask-Babel, to the byte, in the plural of each number; a choice goes before the
// browser's language and stays after a logout.
func TestLanguages(t *testing.T) {
	t.Setenv("SENHA", senha)
	pages := map[string]string{"cantil": testkit.Serve(t, criar()), "flask": flask.Run(t, "app.py", "flask_babel")}
	for _, test := range []struct {
		language, chosen, lang, title string
		waits                         map[int]string // by how many
	}{
		{"pt-BR,pt;q=0.9,en;q=0.8", "", "pt", "A loja do cantil", map[int]string{1: "1 peça espera", 2: "2 peças esperam", 21: "21 peças esperam"}},
		{"ru-RU,ru", "", "ru", "Магазин «Фляга»", map[int]string{1: "1 вещь ждёт", 3: "3 вещи ждут", 5: "5 вещей ждут", 21: "21 вещь ждёт"}},
		{"en-GB,en;q=0.5", "", "en", "The canteen shop", map[int]string{1: "1 item waits", 2: "2 items wait"}},
		{"fr", "", "pt", "A loja do cantil", nil},
		{"", "", "pt", "A loja do cantil", nil},
		{"en", "ru", "ru", "Магазин «Фляга»", nil},
		{"en", "xx", "en", "The canteen shop", nil},
	} {
		name := test.language + " " + test.chosen
		bodies := map[string][]string{}
		for half, page := range pages {
			v := newVisitor(t, page, test.language)
			keep := func(body string) { bodies[half] = append(bodies[half], body) }
			if test.chosen != "" {
				keep(v.do("POST", "/idioma", url.Values{"idioma": {test.chosen}}))
			}
			first := v.do("GET", "/", nil)
			keep(first)
			if !strings.Contains(first, `<html lang="`+test.lang+`">`) || !strings.Contains(first, "<h1>"+test.title+"</h1>") {
				t.Errorf("%s, %s: the page is\n%s", name, half, first)
			}
			for _, n := range slices.Sorted(maps.Keys(test.waits)) {
				body := v.do("POST", "/carrinho", url.Values{"caneca": {strconv.Itoa(n)}})
				if keep(body); !strings.Contains(body, test.waits[n]) {
					t.Errorf("%s, %s: %q is not in\n%s", name, half, test.waits[n], body)
				}
			}
			keep(v.do("POST", "/adicionar/mochila", url.Values{}))
			keep(v.do("POST", "/comprar", url.Values{}))
			keep(v.do("POST", "/login", url.Values{"usuario": {"x"}, "senha": {"y"}}))
			keep(v.do("POST", "/login", url.Values{"usuario": {"<Ana>"}, "senha": {senha}}))
			keep(v.do("POST", "/comprar", url.Values{}))
			keep(v.do("POST", "/logout", url.Values{}))
			if last := v.do("GET", "/", nil); !strings.Contains(last, "<h1>"+test.title+"</h1>") {
				t.Errorf("%s, %s: after the logout the page is\n%s", name, half, last)
			}
		}
		for i, body := range bodies["cantil"] {
			if body != bodies["flask"][i] {
				t.Errorf("%s: page %d is\n%s\nin Flask\n%s", name, i, body, bodies["flask"][i])
			}
		}
	}
}
