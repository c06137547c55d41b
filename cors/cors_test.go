package cors

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

// question is a row of cors.json.
type question struct {
	Where           string
	Options, Config map[string]any
	Request         [3]any
	Why             string
	Answer          struct {
		Error   string
		Status  int
		Headers [][2]string
		Allow   []string
	}
}

// withExpressions turns {"re": text} into a compiled expression.
func withExpressions(value any) any {
	switch value := value.(type) {
	case []any:
		for i := range value {
			value[i] = withExpressions(value[i])
		}
	case map[string]any:
		if text, ok := value["re"].(string); ok && len(value) == 1 {
			return regexp.MustCompile(text)
		}
		for key := range value {
			value[key] = withExpressions(value[key])
		}
	}
	return value
}

// answer runs the program that the row describes; ok is false if it panics.
func (q *question) answer() (r *cantil.ClientResponse, ok bool) {
	defer func() { _ = recover() }()
	app := cantil.New()
	app.Testing = true
	app.Extra, _ = withExpressions(q.Config).(map[string]any)
	options := fromMapping("", withExpressions(q.Options).(map[string]any))
	view := cantil.RouteOptions()
	part := cantil.NewBlueprint("part", cantil.URLPrefix("/part"))
	switch q.Where {
	case "app":
		NewCORS(app, options...)
	case "blueprint":
		NewCORS(part, options...)
	case "view":
		view = CrossOrigin(options...)
	}
	itens := func(*cantil.Context) any { return "itens" }
	app.Route("/api/itens", cantil.Methods("GET", "POST"), cantil.Endpoint("itens"), view)(itens)
	part.Get("/itens", cantil.Endpoint("itens"), view)(itens)
	app.Get("/other", cantil.Endpoint("other"))(func(*cantil.Context) any { return "other" })
	app.Get("/own", cantil.Endpoint("own"))(func(c *cantil.Context) any {
		r := c.MakeResponse("own")
		r.Header().Set(allowOrigin, "https://own.example")
		return r
	})
	app.Get("/broken", cantil.Endpoint("broken"))(func(*cantil.Context) any { return cantil.Abort(418) })
	app.RegisterBlueprint(part)
	var headers []cantil.RequestOption
	for name, value := range q.Request[2].(map[string]any) {
		headers = append(headers, cantil.RequestHeader(name, value.(string)))
	}
	return app.TestClient().Do(q.Request[0].(string), q.Request[1].(string), headers...), true
}

// shown are the headers of an answer that a row holds.
func shown(r *cantil.ClientResponse) [][2]string {
	lines := [][2]string{}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(r.HeaderNames()))) {
		if strings.HasPrefix(name, "Access-Control-") || name == "Vary" {
			for _, value := range r.HeaderAll(name) {
				lines = append(lines, [2]string{name, value})
			}
		}
	}
	slices.SortFunc(lines, func(a, b [2]string) int { return strings.Compare(a[0]+a[1], b[0]+b[1]) })
	return lines
}

func load(t *testing.T) []question {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "cors.json"))
	var file struct{ Rows []question }
	if err == nil {
		err = json.Unmarshal(data, &file)
	}
	if err != nil || len(file.Rows) < 1000 {
		t.Fatalf("%d rows: %v", len(file.Rows), err)
	}
	return file.Rows
}

// TestAsFlaskCORS: what the real one answered, but for what differs on purpose.
func TestAsFlaskCORS(t *testing.T) {
	same, differ := 0, map[string]int{}
	for i, q := range load(t) {
		r, ok := q.answer()
		var got, want = []any{}, []any{q.Answer.Status, q.Answer.Headers, q.Answer.Allow}
		if ok {
			var allow []string
			if r.Header("Allow") != "" {
				allow = strings.Split(r.Header("Allow"), ", ")
			}
			got = []any{r.Status, shown(r), allow}
		}
		gotJSON, _ := json.Marshal(got)
		wantJSON, _ := json.Marshal(want)
		equal := q.Answer.Error == "" && string(gotJSON) == string(wantJSON) || q.Answer.Error != "" && !ok
		switch why := onPurpose(&q, r, ok); {
		case equal:
			same++
		case why != "":
			differ[why]++
		default:
			t.Errorf("row %d: %v %v %v of the %s: %s, Flask-CORS %s", i, q.Request, q.Options, q.Config, q.Where, gotJSON, wantJSON)
		}
		if q.Why != "" && equal && q.Answer.Error == "" {
			t.Errorf("row %d: as Flask-CORS, but it says: %s", i, q.Why)
		}
	}
	t.Logf("%d as Flask-CORS; on purpose: %v", same, differ)
	if len(differ) != 3 {
		t.Errorf("the ways to differ are %q", slices.Sorted(maps.Keys(differ)))
	}
}

// onPurpose says why an answer may differ, "" if it may not.
func onPurpose(q *question, r *cantil.ClientResponse, ok bool) string {
	if q.Why != "" {
		refused := ok && r.Header(allowOrigin) == ""
		if !ok || refused {
			return q.Why
		}
		return ""
	}
	// Refused, and only Vary is more than Flask-CORS said.
	if ok && len(q.Answer.Headers) == 0 && q.Answer.Status == r.Status && slices.Equal(shown(r), [][2]string{{"Vary", "Origin"}}) {
		return "a refusal varies too"
	}
	return ""
}
