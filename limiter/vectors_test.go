package limiter_test

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/limiter"
)

// recorded is testdata/limiter.json.
type recorded struct {
	Texts []struct {
		Text string
		Read [][]any
	}
	Visits []struct {
		Options  map[string]any
		Requests [][]any
		Answers  [][]any
	}
}

func load(t *testing.T) *recorded {
	t.Helper()
	text, err := os.ReadFile("testdata/limiter.json")
	var r recorded
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil || len(r.Texts) < 30 || len(r.Visits) < 120 {
		t.Fatalf("%d texts, %d visits: %v", len(r.Texts), len(r.Visits), err)
	}
	return &r
}

// TestTextsAsLimits: what the real limits reads in each text.
func TestTextsAsLimits(t *testing.T) {
	for _, row := range load(t).Texts {
		rates, err := limiter.ParseRates(row.Text)
		var got [][]any
		for _, r := range rates {
			got = append(got, []any{float64(r.Amount), float64(r.Multiples), r.Granularity})
		}
		if fmt.Sprint(got) != fmt.Sprint(row.Read) || (err != nil) != (row.Read == nil) {
			t.Errorf("%q: %v %v, limits reads %v", row.Text, got, err, row.Read)
		}
	}
}

// TestVisitsAsFlaskLimiter: request by request the status and the headers of the
// real Flask-Limiter.
func TestVisitsAsFlaskLimiter(t *testing.T) {
	requests := 0
	for i, row := range load(t).Visits {
		app, clock := recordedSite(row.Options)
		began := clock.now
		handler := app.TestClient()
		for j, q := range row.Requests {
			clock.now = began.Add(time.Duration(q[0].(float64) * float64(time.Second)))
			handler.RemoteAddr = net.ParseIP(q[3].(string))
			r := handler.Do(q[1].(string), q[2].(string))
			got := []any{r.Status, []any{r.Header("X-RateLimit-Limit"), r.Header("X-RateLimit-Remaining"), r.Header("X-RateLimit-Reset"), r.Header("Retry-After")}}
			if r.Status == 429 && q[2] == "/message" && q[1] != "HEAD" {
				_, after, _ := strings.Cut(r.Text(), "<p>")
				said, _, _ := strings.Cut(after, "</p>")
				got = append(got, said)
			}
			requests++
			if fmt.Sprint(got) != fmt.Sprint(row.Answers[j]) {
				t.Errorf("visit %d, %v, request %d, %v: %v, Flask-Limiter %v", i, row.Options, j, q, got, row.Answers[j])
				break
			}
		}
	}
	t.Logf("%d requests as Flask-Limiter", requests)
}

// recordedSite is the program of testdata/record.py.
func recordedSite(options map[string]any) (*cantil.App, *clock) {
	given := []limiter.Option{limiter.HeadersEnabled(true), limiter.Strategy(options["strategy"].(string)), limiter.BlueprintLimits("part", "1/minute")}
	texts := func(name string, option func(string, ...limiter.LimitOption) limiter.Option) {
		list, _ := options[name].([]any)
		for _, text := range list {
			given = append(given, option(text.(string)))
		}
	}
	texts("default_limits", limiter.DefaultLimits)
	texts("application_limits", limiter.ApplicationLimits)
	if form, ok := options["retry_after"].(string); ok {
		given = append(given, limiter.RetryAfter(form))
	}
	if fail, ok := options["fail_on_first_breach"].(bool); ok {
		given = append(given, limiter.FailOnFirstBreach(fail))
	}
	if on, ok := options["enabled"].(bool); ok {
		given = append(given, limiter.Enabled(on))
	}
	app, clock := site(given...)
	both := cantil.Methods("GET", "POST")
	app.Get("/plain", named("plain"))(page)
	app.Get("/three", limiter.Limit("3/minute"), named("three"))(page)
	app.Get("/both", limiter.Limit("5/minute", limiter.OverrideDefaults(false)), named("both"))(page)
	app.Get("/stacked", limiter.Limit("4/hour"), limiter.Limit("1/second"), named("stacked"))(page)
	app.Get("/exempt", limiter.Exempt(), named("exempt"))(page)
	app.Get("/when", limiter.Limit("1/minute", limiter.ExemptWhen(func(c *cantil.Context) bool { return c.Args().Has("me") })), named("when"))(page)
	app.Route("/post", both, limiter.Limit("1/minute", limiter.Methods("post")), named("post"))(page)
	app.Route("/each", both, limiter.Limit("2/minute", limiter.PerMethod()), named("each"))(page)
	app.Get("/a", limiter.SharedLimit("3/minute", "ab"), named("a"))(page)
	app.Get("/b", limiter.SharedLimit("3/minute", "ab"), named("b"))(page)
	app.Get("/cost", limiter.Limit("5/minute", limiter.Cost(func(*cantil.Context) int { return 2 })), named("cost"))(page)
	app.Get("/message", limiter.Limit("1/minute", limiter.ErrorMessage("too fast")), named("message"))(page)
	app.Get("/user", limiter.Limit("2/minute", limiter.Key(func(c *cantil.Context) string { return c.Args().Get("user", "nobody") })), named("user"))(page)
	part := cantil.NewBlueprint("part", cantil.URLPrefix("/part"))
	part.Get("/in", named("in"))(page)
	part.Get("/own", limiter.Limit("2/minute"), named("own"))(page)
	app.RegisterBlueprint(part)
	return app, clock
}
