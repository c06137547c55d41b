package cantil_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

// requestVectors is testdata/request/request.json.
type requestVectors struct {
	Requests map[string]*struct {
		Method, URL, Body string
		Headers           map[string]string
		Session, G        map[string]any
		Flashes           [][2]string
	}
	Vectors []struct {
		Request, Template, Text string
		Status                  int
	}
}

// otherwise are the templates whose pages are not Flask's, and why.
var otherwise = map[string]string{
	"plain {{ request.values }}":                  "one class prints as the two lists of it",
	"form {{ request.values }}":                   "one class prints as the two lists of it",
	"plain {{ request.access_route }}":            "an immutable list prints as a list",
	"headers {{ request.access_route }}":          "an immutable list prints as a list",
	"plain {{ request.is_multithread }}":          "requests are always served side by side",
	"plain {{ config.EXPLAIN_TEMPLATE_LOADING }}": "no counterpart",
	"missing {{ request.routing_exception }}":     "the words of an error are Cantil's own",
}

// TestRequestInTemplates renders what the real Flask rendered: request, session,
// g, config, url_for and get_flashed_messages are Flask's there, and nothing of
// Go shows through.
func TestRequestInTemplates(t *testing.T) {
	text, err := os.ReadFile("testdata/request/request.json")
	if err != nil {
		t.Fatal(err)
	}
	var v requestVectors
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	left := maps.Clone(otherwise)
	for _, vector := range v.Vectors {
		r := v.ask(vector.Request, vector.Template)
		want := vector.Status
		if want == 0 {
			want = 200
		}
		same := r.Status == want && (want != 200 || r.Text() == vector.Text)
		why := otherwise[vector.Request+" "+vector.Template]
		delete(left, vector.Request+" "+vector.Template)
		if same != (why == "") {
			t.Errorf("%s %s\n  %d %q\n  want %d %q (%s)", vector.Request, vector.Template, r.Status, short(r), want, vector.Text, why)
		}
	}
	if len(left) > 0 {
		t.Errorf("no vector is %q", slices.Sorted(maps.Keys(left)))
	}
}

func short(r *cantil.ClientResponse) string {
	if r.Status != 200 {
		return ""
	}
	return r.Text()
}

// ask makes a request whose answer is the template.
func (v *requestVectors) ask(name, template string) *cantil.ClientResponse {
	made := v.Requests[name]
	app := quiet()
	app.SessionSerializer = codec.TaggedJSON
	answer := func(c *cantil.Context) any { return c.RenderTemplateString(template) }
	app.Route("/item/<id>", cantil.Endpoint("i"), cantil.Methods("GET", "POST"))(answer)
	bp := cantil.NewBlueprint("bp", cantil.URLPrefix("/bp"))
	bp.Get("/<nome>", cantil.Endpoint("nome"))(answer)
	app.RegisterBlueprint(bp)
	app.BeforeRequest(func(c *cantil.Context) any {
		for key, value := range made.G {
			c.G()[key] = integers(value)
		}
		if c.Rule() == "" {
			return answer(c)
		}
		return nil
	})
	client := app.TestClient()
	if strings.HasPrefix(made.URL, "https") {
		client.BaseURL = "https://loja.example:8443"
	}
	if made.Session != nil {
		client.SessionTransaction(func(s *session.Session) {
			for _, key := range slices.Sorted(maps.Keys(made.Session)) {
				s.Set(key, integers(made.Session[key]))
			}
			flashes := []any{}
			for _, f := range made.Flashes {
				flashes = append(flashes, codec.Tuple{f[0], f[1]})
			}
			if len(flashes) > 0 {
				s.Set("_flashes", flashes)
			}
		})
	}
	options := []cantil.RequestOption{}
	if made.Body != "" {
		options = append(options, cantil.RequestBody(made.Headers["Content-Type"], []byte(made.Body)))
	}
	for _, key := range slices.Sorted(maps.Keys(made.Headers)) {
		if key != "Content-Type" {
			options = append(options, cantil.RequestHeader(key, made.Headers[key]))
		}
	}
	return client.Do(made.Method, made.URL, options...)
}
