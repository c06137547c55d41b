package cantil_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

// templateCase is a case of render/jinja/testdata in which the surroundings
// matter: here they are the real ones, an application and its request.
type templateCase struct {
	ID, Main       string
	Templates      map[string]string
	Context        map[string]any
	Expect         *string
	MustNotContain []string `json:"must_not_contain"`
	NeedsDictOrder bool     `json:"needs_dict_order"`
	Routes         map[string]string
	Session, G     map[string]any
	Config         map[string]any
	Flashes        [][2]string
	Request        *struct {
		URL, Method   string
		Form, Headers map[string]any
	}
	Uses []string
}

// plain tells whether the case needs no types of the other harness.
func (c *templateCase) plain() bool {
	text, _ := json.Marshal(c.Context)
	surroundings := c.Routes != nil || c.Session != nil || c.G != nil || c.Config != nil || c.Flashes != nil || c.Request != nil
	return surroundings && c.Uses == nil && !c.NeedsDictOrder && !strings.Contains(string(text), `"$`)
}

// TestTemplatesInTheirSurroundings renders what Flask rendered with session,
// request, g, config, url_for and flashes, in a request.
func TestTemplatesInTheirSurroundings(t *testing.T) {
	name := os.Getenv("CANTIL_JINJA_CASES")
	if name == "" {
		name = "render/jinja/testdata/cases.json"
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var cases []*templateCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	ran, passed := 0, 0
	for _, c := range cases {
		if !c.plain() {
			continue
		}
		ran++
		if err := c.check(); err != nil {
			t.Errorf("%s: %v", c.ID, err)
		} else {
			passed++
		}
	}
	fmt.Printf("golden jinja cases in a request: %d ran, %d passed\n", ran, passed)
	if ran == 0 {
		t.Error("no case has surroundings")
	}
}

func (c *templateCase) check() error {
	r := c.request(c.app())
	for _, bad := range c.MustNotContain {
		if strings.Contains(r.Text(), bad) {
			return fmt.Errorf("the page contains %q: %s", bad, r.Text())
		}
	}
	switch {
	case c.Expect == nil && r.Status == 200:
		return errors.New("rendered, and should have failed: " + r.Text())
	case c.Expect != nil && r.Text() != *c.Expect:
		return fmt.Errorf("got  %q\n          want %q", r.Text(), *c.Expect)
	}
	return nil
}

// app has the case's routes and answers every request with its template.
func (c *templateCase) app() *cantil.App {
	app := cantil.New()
	app.SecretKey = "dev"
	app.Logger = slog.New(slog.DiscardHandler)
	files := fstest.MapFS{}
	for name, source := range c.Templates {
		files[name] = &fstest.MapFile{Data: []byte(source)}
	}
	app.TemplateFS = files
	for endpoint, rule := range c.Routes {
		app.Route(rule, cantil.Endpoint(endpoint), cantil.Methods("GET", "POST"))(func(*cantil.Context) any { return "" })
	}
	app.Extra, _ = integers(c.Config).(map[string]any)
	app.BeforeRequest(func(cx *cantil.Context) any {
		for key, value := range c.G {
			cx.G()[key] = integers(value)
		}
		return cx.RenderTemplate(c.Main, integers(c.Context).(map[string]any))
	})
	return app
}

func (c *templateCase) request(app *cantil.App) *cantil.ClientResponse {
	client := app.TestClient()
	if c.Session != nil || c.Flashes != nil {
		client.SessionTransaction(func(s *session.Session) {
			s.Update(integers(c.Session).(map[string]any))
			flashes := []any{}
			for _, f := range c.Flashes {
				flashes = append(flashes, codec.Tuple{f[0], f[1]})
			}
			if len(flashes) > 0 {
				s.Set("_flashes", flashes)
			}
		})
	}
	method, target, options := "GET", "/", []cantil.RequestOption{}
	if r := c.Request; r != nil {
		method, target = or(r.Method, method), or(r.URL, target)
		form := url.Values{}
		for key, value := range r.Form {
			form[key] = texts(value)
		}
		if len(form) > 0 {
			options = append(options, cantil.RequestBody("application/x-www-form-urlencoded", []byte(form.Encode())))
		}
		for key, value := range r.Headers {
			options = append(options, cantil.RequestHeader(key, texts(value)[0]))
		}
	}
	return client.Do(method, target, options...)
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// texts is a text, or a list of them.
func texts(v any) []string {
	list, ok := v.([]any)
	if !ok {
		return []string{fmt.Sprint(v)}
	}
	var all []string
	for _, item := range list {
		all = append(all, fmt.Sprint(item))
	}
	return all
}

// integers makes whole numbers of JSON int again.
func integers(v any) any {
	switch v := v.(type) {
	case float64:
		if v == float64(int(v)) {
			return int(v)
		}
	case []any:
		for i := range v {
			v[i] = integers(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = integers(v[key])
		}
	}
	return v
}
