package limiter_test

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/limiter"
)

// clock is the application's, moved by hand.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time          { return c.now }
func (c *clock) advance(d time.Duration) { c.now = c.now.Add(d) }

// site is an application with a clock that stands still.
func site(options ...limiter.Option) (*cantil.App, *clock) {
	clock := &clock{time.Unix(1735689600, 500e6)}
	app := cantil.New()
	app.Now = clock.Now
	app.Logger = slog.New(slog.DiscardHandler)
	limiter.NewLimiter(app, limiter.GetRemoteAddress, options...)
	return app, clock
}

func named(name string) cantil.RouteOption { return cantil.Endpoint(name) }

func page(*cantil.Context) any { return "page" }

// statuses are those of n requests.
func statuses(app *cantil.App, n int, method, path string, options ...cantil.RequestOption) string {
	var all []string
	for range n {
		all = append(all, fmt.Sprint(app.TestClient().Do(method, path, options...).Status))
	}
	return strings.Join(all, " ")
}

// TestWindows: a fixed window begins with its first request and counts refused
// ones; a moving one lets a request in as soon as the oldest is out.
func TestWindows(t *testing.T) {
	for strategy, want := range map[string]string{
		"fixed-window":  "0:200 30:200 40:429 59:429 60:200 61:200 90:429 119:429 120:200",
		"moving-window": "0:200 30:200 40:429 59:429 60:429 61:200 90:429 91:200 120:429 122:200",
	} {
		app, clock := site(limiter.Strategy(strategy))
		app.Get("/", limiter.Limit("2/minute"), named("index"))(page)
		began := clock.now
		for step := range strings.FieldsSeq(want) {
			var at, status int
			fmt.Sscanf(step, "%d:%d", &at, &status)
			clock.now = began.Add(time.Duration(at) * time.Second)
			if got := app.TestClient().Get("/").Status; got != status {
				t.Errorf("%s, after %d s: %d, want %d", strategy, at, got, status)
			}
		}
	}
}

// TestWhichLimits: a route's limits take the place of the defaults, unless they
// say otherwise; application limits always count.
func TestWhichLimits(t *testing.T) {
	app, clock := site(limiter.DefaultLimits("2/minute"), limiter.ApplicationLimits("9/minute"),
		limiter.BlueprintLimits("part", "1/minute"), limiter.ExemptBlueprint("open"),
		limiter.RequestFilter(func(c *cantil.Context) bool { return c.Args().Get("filter") != "" }))
	app.Get("/plain", named("plain"))(page)
	app.Get("/three", limiter.Limit("3/minute"), named("three"))(page)
	app.Get("/both", limiter.Limit("5/minute", limiter.OverrideDefaults(false)), named("both"))(page)
	app.Get("/stacked", limiter.Limit("4/hour"), limiter.Limit("1/second"), named("stacked"))(page)
	app.Get("/exempt", limiter.Exempt(), named("exempt"))(page)
	app.Get("/when", limiter.Limit("1/minute", limiter.ExemptWhen(func(c *cantil.Context) bool { return c.Args().Get("me") != "" })), named("when"))(page)
	app.Route("/post", cantil.Methods("GET", "POST"), limiter.Limit("1/minute", limiter.Methods("post")), named("post"))(page)
	app.Route("/each", cantil.Methods("GET", "POST"), limiter.Limit("1/minute", limiter.PerMethod()), named("each"))(page)
	app.Get("/a", limiter.SharedLimit("2/minute", "ab"), named("a"))(page)
	app.Get("/b", limiter.SharedLimit("2/minute", "ab"), named("b"))(page)
	app.Get("/cost", limiter.Limit("5/minute", limiter.Cost(func(*cantil.Context) int { return 2 })), named("cost"))(page)
	app.Get("/none", limiter.Limit("1/minute", limiter.Key(func(*cantil.Context) string { return "" })), named("none"))(page)
	app.Get("/dynamic", limiter.Limit("1/minute", limiter.Dynamic(func(c *cantil.Context) string { return c.Args().Get("limit") })), named("dynamic"))(page)
	part := cantil.NewBlueprint("part", cantil.URLPrefix("/part"))
	part.Get("/in", named("in"))(page)
	part.Get("/own", limiter.Limit("2/minute"), named("own"))(page)
	open := cantil.NewBlueprint("open", cantil.URLPrefix("/open"))
	open.Get("/", named("in"))(page)
	app.RegisterBlueprint(part)
	app.RegisterBlueprint(open)
	for _, test := range []struct{ method, path, want string }{
		{"GET", "/plain", "200 200 429"},
		{"HEAD", "/plain", "200 200 429"},
		{"GET", "/three", "200 200 200 429"},
		{"GET", "/both", "200 200 429"},
		{"GET", "/stacked", "200 429 429 429 429 429"},
		{"GET", "/exempt", "200 200 200 200 200 200 200 200 200 200 200"},
		{"GET", "/plain?filter=1", "200 200 200 200 200 200 200 200 200 200"},
		{"GET", "/when", "200 429"},
		{"GET", "/when?me=1", "200 200 200 200 200 200 200 200 200 429"}, // the application's
		{"GET", "/post", "200 200 429"},
		{"POST", "/post", "200 429"},
		{"POST", "/each", "200 429"},
		{"GET", "/a", "200 200 429"},
		{"GET", "/cost", "200 200 429"},
		{"GET", "/none", "200 200 200"},
		{"GET", "/dynamic?limit=2/hour", "200 200 429"},
		{"GET", "/dynamic?limit=soon", "500"},
		{"GET", "/dynamic?limit=", "200 200 429"},
		{"GET", "/part/in", "200 429"},
		{"GET", "/part/own", "200 200 429"},
		{"GET", "/open/", "200 200 200 200 200 200 200 200 200 200 200"},
		{"GET", "/missing", "404 404 404 404 404 404 404 404 404 404 404"},
		{"OPTIONS", "/three", "200 200 200 200"},
	} {
		clock.advance(24 * time.Hour)
		if got := statuses(app, len(strings.Fields(test.want)), test.method, test.path); got != test.want {
			t.Errorf("%s %s: %s, want %s", test.method, test.path, got, test.want)
		}
	}
	clock.advance(24 * time.Hour)
	if got := statuses(app, 1, "GET", "/a") + " " + statuses(app, 2, "GET", "/b") + " " + statuses(app, 1, "GET", "/a"); got != "200 200 429 429" {
		t.Error("shared:", got)
	}
	clock.advance(24 * time.Hour)
	if got := statuses(app, 1, "GET", "/each") + " " + statuses(app, 2, "POST", "/each"); got != "200 200 429" {
		t.Error("per method:", got)
	}
	// Of stacked limits the shorter is asked first: what it refuses does not count
	// in the other.
	clock.advance(24 * time.Hour)
	statuses(app, 5, "GET", "/stacked")
	clock.advance(2 * time.Second)
	if got := statuses(app, 1, "GET", "/stacked"); got != "200" {
		t.Error("stacked:", got)
	}
}

// TestRefused: the 429 goes through the error handlers, the view does not run, and
// the headers tell of the limit that was hit.
func TestRefused(t *testing.T) {
	app, clock := site(limiter.HeadersEnabled(true))
	ran := 0
	app.Get("/", limiter.Limit("1/minute", limiter.ErrorMessage("devagar")), limiter.Limit("10/hour"), named("index"))(func(c *cantil.Context) any {
		ran++
		r := c.MakeResponse("page")
		r.Header().Set("Retry-After", "3")
		return r
	})
	app.Get("/long", limiter.Limit("1/minute"), named("long"))(func(*cantil.Context) any { return "page" })
	app.AfterRequest(func(c *cantil.Context, r *cantil.Response) {
		if c.Path() == "/long" {
			r.Header().Set("Retry-After", "Wed, 01 Jan 2025 02:00:00 GMT")
		}
	})
	if r := app.TestClient().Get("/"); headers(r) != "1 0 1735689661 60" {
		t.Error("within:", headers(r))
	}
	clock.advance(30 * time.Second)
	r := app.TestClient().Get("/")
	if r.Status != 429 || ran != 1 || !strings.Contains(r.Text(), "devagar") || headers(r) != "1 0 1735689661 30" {
		t.Errorf("%d %q, the view ran %d times: %s", r.Status, r.Text(), ran, headers(r))
	}
	if r := app.TestClient().Get("/long"); headers(r) != "1 0 1735689691 7169" {
		t.Error("a later Retry-After of the application:", headers(r))
	}
	app, _ = site(limiter.RetryAfter("http-date"), limiter.HeadersEnabled(true))
	app.Get("/", limiter.Limit("1 per 2 hours"), named("index"))(page)
	if r := app.TestClient().Get("/"); headers(r) != "1 0 1735696801 Wed, 01 Jan 2025 02:00:01 GMT" {
		t.Error("as a date:", headers(r))
	}
}

// headers are limit, remaining, reset and Retry-After.
func headers(r *cantil.ClientResponse) string {
	return strings.Join([]string{r.Header("X-RateLimit-Limit"), r.Header("X-RateLimit-Remaining"), r.Header("X-RateLimit-Reset"), r.Header("Retry-After")}, " ")
}

// TestHandlers: a handler for the status or for the type sees what was hit.
func TestHandlers(t *testing.T) {
	app, _ := site()
	app.Get("/", limiter.Limit("0/minute"), named("index"))(page)
	cantil.ErrorHandlerFor(app, func(c *cantil.Context, err *limiter.RateLimitExceeded) any {
		return c.MakeResponse(fmt.Sprint(err.Limit.Limit, " ", err.Limit.Key, " ", err.Limit.Breached), 429)
	})
	if r := app.TestClient().Get("/"); r.Text() != "0 per 1 minute LIMITER/127.0.0.1/index/0/1/minute true" {
		t.Errorf("%d %q", r.Status, r.Text())
	}
	app, _ = site(limiter.KeyPrefix("loja"), limiter.OnBreach(func(c *cantil.Context, l limiter.RequestLimit) any {
		return c.MakeResponse(l.Key, 503)
	}))
	app.Get("/", limiter.Limit("0/minute", limiter.Scope("s")), named("index"))(page)
	app.ErrorHandler(429)(func(*cantil.Context, error) any { return "handler" })
	if r := app.TestClient().Get("/"); r.Status != 503 || r.Text() != "LIMITER/loja/127.0.0.1/index:s/0/1/minute" {
		t.Errorf("%d %q", r.Status, r.Text())
	}
}

// TestDeductWhen: only what the response makes count does.
func TestDeductWhen(t *testing.T) {
	for _, strategy := range []string{"fixed-window", "moving-window"} {
		app, _ := site(limiter.Strategy(strategy), limiter.HeadersEnabled(true))
		app.Get("/", named("index"), limiter.Limit("2/minute", limiter.DeductWhen(func(_ *cantil.Context, r *cantil.Response) bool {
			return r.Status() == 401
		})))(func(c *cantil.Context) any {
			if c.Args().Get("ok") != "" {
				return "ok"
			}
			return cantil.Abort(401)
		})
		got := statuses(app, 3, "GET", "/?ok=1") + " " + statuses(app, 1, "GET", "/")
		if r := app.TestClient().Get("/"); r.Header("X-RateLimit-Remaining") != "0" {
			t.Error("remaining:", headers(r))
		}
		if got += " " + statuses(app, 2, "GET", "/?ok=1"); got != "200 200 200 401 429 429" {
			t.Errorf("%s: %s", strategy, got)
		}
	}
}

// TestAsFlaskLimiter: what the real one answers, tried with 4.1.1.
func TestAsFlaskLimiter(t *testing.T) {
	nothing := limiter.Dynamic(func(*cantil.Context) string { return "" })
	for name, test := range map[string]struct {
		options []limiter.Option
		route   []cantil.RouteOption
		down    bool
		want    string
	}{
		"an exempt blueprint leaves a route's own limit": {[]limiter.Option{limiter.DefaultLimits("5/hour"), limiter.ExemptBlueprint("a")},
			[]cantil.RouteOption{limiter.Limit("1/hour")}, false, "200 429 429 429 429 429"},
		"and takes off all others": {[]limiter.Option{limiter.DefaultLimits("1/hour"), limiter.ApplicationLimits("1/hour"), limiter.BlueprintLimits("a", "1/hour"),
			limiter.ExemptBlueprint("a")}, nil, false, "200 200 200 200 200 200"},
		"a limit without a text overrides nothing": {[]limiter.Option{limiter.DefaultLimits("3/hour")}, []cantil.RouteOption{limiter.Limit("1/hour", nothing)}, false,
			"200 200 200 429 429 429"},
		"nor one of a blueprint": {[]limiter.Option{limiter.DefaultLimits("3/hour"), limiter.BlueprintLimits("a", "1/hour", nothing)}, nil, false,
			"200 200 200 429 429 429"},
		"the limits of an outage count once": {[]limiter.Option{limiter.ApplicationLimits("100/hour"), limiter.InMemoryFallback("4/hour")},
			[]cantil.RouteOption{limiter.Limit("50/hour")}, true, "200 200 200 200 429 429"},
		"a shared limit without a scope is the endpoint's": {nil, []cantil.RouteOption{limiter.SharedLimit("2/hour", "")}, false, "200 200 429 429 429 429"},
	} {
		storage := &broken{Memory: limiter.NewMemory(10)}
		storage.how.Store(map[bool]string{true: "fails", false: "works"}[test.down])
		app, _ := site(append(test.options, limiter.WithStorage(storage))...)
		bp := cantil.NewBlueprint("a")
		bp.Get("/", append(test.route, named("index"))...)(page)
		app.RegisterBlueprint(bp)
		if got := statuses(app, 6, "GET", "/"); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// TestDeductWhenSlowly: what counts is when the response is known, not when the
// request came.
func TestDeductWhenSlowly(t *testing.T) {
	for _, strategy := range []string{"fixed-window", "moving-window"} {
		const together = 5
		app, clock := site(limiter.Strategy(strategy))
		var arrived, answered sync.WaitGroup
		arrived.Add(together)
		late := make(chan struct{})
		app.Post("/", named("index"), limiter.Limit("2/second", limiter.DeductWhen(func(_ *cantil.Context, r *cantil.Response) bool {
			return r.Status() == 401
		})))(func(*cantil.Context) any {
			select {
			case <-late:
			default:
				arrived.Done()
				<-late
			}
			return cantil.Abort(401)
		})
		for range together {
			answered.Go(func() { app.TestClient().Post("/") })
		}
		arrived.Wait()
		clock.advance(1200 * time.Millisecond) // a hash of a password
		close(late)
		answered.Wait()
		if got := statuses(app, 1, "POST", "/"); got != "429" {
			t.Errorf("%s: %s after five that failed at once", strategy, got)
		}
	}
}

// TestConfigurationOfAllLimits: what Flask-Limiter's keys say of the default and
// the application limits, and of an outage.
func TestConfigurationOfAllLimits(t *testing.T) {
	for name, test := range map[string]struct {
		env     map[string]string
		options []limiter.Option
		want    string // of GET, GET, POST, GET
		down    bool
	}{
		"per method":             {map[string]string{"DEFAULTS_PER_METHOD": "true"}, []limiter.Option{limiter.DefaultLimits("1/hour")}, "200 429 200 429", false},
		"together":               {nil, []limiter.Option{limiter.DefaultLimits("1/hour")}, "200 429 429 429", false},
		"cost":                   {map[string]string{"DEFAULT": "3/hour", "DEFAULTS_COST": "2"}, nil, "200 429 429 429", false},
		"application per method": {map[string]string{"APPLICATION_PER_METHOD": "true"}, []limiter.Option{limiter.ApplicationLimits("1/hour")}, "200 429 200 429", false},
		"application cost":       {map[string]string{"APPLICATION": "4/hour", "APPLICATION_COST": "2"}, nil, "200 200 429 429", false},
		"outage":                 {map[string]string{"IN_MEMORY_FALLBACK": "1/hour"}, []limiter.Option{limiter.DefaultLimits("9/hour")}, "200 429 429 429", true},
		"outage, by an option":   {map[string]string{"IN_MEMORY_FALLBACK": "1/hour"}, []limiter.Option{limiter.InMemoryFallback("2/hour")}, "200 200 429 429", true},
	} {
		t.Run(name, func(t *testing.T) {
			for key, value := range test.env {
				t.Setenv("TALL_RATELIMIT_"+key, value)
			}
			storage := &broken{Memory: limiter.NewMemory(10)}
			storage.how.Store(map[bool]string{true: "fails", false: "works"}[test.down])
			options := append(test.options, limiter.WithStorage(storage))
			if name == "outage, by an option" {
				options = append(options, limiter.DefaultLimits("9/hour"))
			}
			app, _ := site(options...)
			app.LoadEnv("TALL")
			app.Route("/", cantil.Methods("GET", "POST"), named("index"))(page)
			got := statuses(app, 2, "GET", "/") + " " + statuses(app, 1, "POST", "/") + " " + statuses(app, 1, "GET", "/")
			if got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

// TestConfiguration: keys count unless an option was given.
func TestConfiguration(t *testing.T) {
	t.Setenv("TLIM_RATELIMIT_DEFAULT", "1/minute")
	t.Setenv("TLIM_RATELIMIT_HEADERS_ENABLED", "true")
	t.Setenv("TLIM_RATELIMIT_HEADER_LIMIT", "X-Limite")
	t.Setenv("TLIM_RATELIMIT_KEY_PREFIX", "env")
	t.Setenv("TLIM_RATELIMIT_STORAGE_URI", "memory://")
	app, _ := site(limiter.KeyPrefix("option"))
	app.LoadEnv("TLIM")
	var key string
	app.Get("/", named("index"))(func(c *cantil.Context) any {
		l, _ := app.Extensions["limiter"].(*limiter.Limiter).CurrentLimit(c)
		key = l.Key
		return "page"
	})
	r := app.TestClient().Get("/")
	if r.Header("X-Limite") != "1" || key != "LIMITER/option/127.0.0.1/index/1/1/minute" || app.TestClient().Get("/").Status != 429 {
		t.Errorf("%q %q", r.Header("X-Limite"), key)
	}
	t.Setenv("TOFF_RATELIMIT_ENABLED", "false")
	app, _ = site()
	app.LoadEnv("TOFF")
	app.Get("/", limiter.Limit("1/day"), named("index"))(page)
	if got := statuses(app, 3, "GET", "/"); got != "200 200 200" {
		t.Error("disabled:", got)
	}
}

func TestMistakesPanic(t *testing.T) {
	withKey := func(key, value string) func() {
		return func() {
			app := cantil.New()
			app.Extra = map[string]any{key: value}
			limiter.NewLimiter(app, limiter.GetRemoteAddress)
		}
	}
	for want, mistake := range map[string]func(){
		"not a limit: write":        func() { limiter.Limit("10") },
		"the units are":             func() { limiter.DefaultLimits("1 per fortnight") },
		"neither fixed-window":      func() { limiter.Strategy("sliding-window-counter") },
		"has a Limiter already":     func() { app, _ := site(); limiter.NewLimiter(app, limiter.GetRemoteAddress) },
		"the key function is nil":   func() { limiter.NewLimiter(cantil.New(), nil) },
		"hand it to NewLimiter":     withKey("RATELIMIT_STORAGE_URI", "redis://localhost"),
		"RATELIMIT_DEFAULT limiter": withKey("RATELIMIT_DEFAULT", "soon"),
		"RATELIMIT_STRATEGY":        withKey("RATELIMIT_STRATEGY", "gcra"),
	} {
		func() {
			defer func() {
				if v := recover(); v == nil || !strings.Contains(fmt.Sprint(v), want) {
					t.Errorf("%q: panic %v", want, v)
				}
			}()
			mistake()
		}()
	}
	app := cantil.New()
	app.Logger = slog.New(slog.DiscardHandler)
	app.Get("/", limiter.Limit("1/day"), named("index"))(page)
	if r := app.TestClient().Get("/"); r.Status != 500 {
		t.Error("a limit without a Limiter:", r.Status)
	}
}
