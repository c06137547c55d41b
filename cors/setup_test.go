package cors

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

// TestMistakesPanic: at the line that makes them, not in a request.
func TestMistakesPanic(t *testing.T) {
	for what, mistake := range map[string]func(){
		"name the sites":           func() { NewCORS(cantil.New(), SupportsCredentials(true)) },
		"name the sites by":        func() { CrossOrigin(SupportsCredentials(true), Origins("https?://.*")) },
		"could act":                func() { NewCORS(cantil.New(), Resource("/a", SupportsCredentials(true))) },
		"not a regular expression": func() { Origins(`https://(?!x)`) },
		"neither text":             func() { AllowHeaders(7) },
		"Resource: \"/(\"":         func() { Resource("/(") },
		"CORS_MAX_AGE: inf":        func() { fromMapping("CORS_", map[string]any{"max_age": "inf"}) },
		"CORS_MAX_AGE": func() {
			app := cantil.New()
			app.Extra = map[string]any{"CORS_MAX_AGE": "soon"}
			NewCORS(app)
		},
		"CORS_METHODS: 7": func() { fromMapping("CORS_", map[string]any{"methods": []any{7}}) },
		"neither true":    func() { fromMapping("CORS_", map[string]any{"send_wildcard": "maybe"}) },
		"the options of":  func() { fromMapping("CORS_", map[string]any{"resources": map[string]any{"/": 1}}) },
	} {
		func() {
			defer func() {
				if v := recover(); v == nil || !strings.Contains(fmt.Sprint(v), what) || !strings.HasPrefix(fmt.Sprint(v), "cors: ") {
					t.Errorf("%q: panic %v", what, v)
				}
			}()
			mistake()
		}()
	}
}

// TestCredentials: sites may be named in the resource or in the configuration
// alone; where no option names them, no site gets credentials.
func TestCredentials(t *testing.T) {
	const site = "https://x.example"
	one := map[string]any{"CORS_ORIGINS": site}
	for name, test := range map[string]struct {
		extra map[string]any
		set   func(*cantil.App)
		given bool
	}{
		"in the resource":          {nil, func(app *cantil.App) { NewCORS(app, SupportsCredentials(true), Resource("/api", Origins(site))) }, true},
		"in the configuration":     {one, func(app *cantil.App) { NewCORS(app, SupportsCredentials(true)) }, true},
		"credentials in it":        {map[string]any{"CORS_SUPPORTS_CREDENTIALS": true}, func(app *cantil.App) { NewCORS(app, Resource("/api", Origins(site))) }, true},
		"in it, for a view":        {one, func(app *cantil.App) { app.Get("/view", CrossOrigin(SupportsCredentials(true)))(hello) }, true},
		"nowhere, for a view":      {nil, func(app *cantil.App) { app.Get("/view", CrossOrigin(SupportsCredentials(true)))(hello) }, false},
		"nowhere, for a blueprint": {nil, func(app *cantil.App) { onBlueprint(app, SupportsCredentials(true)) }, false},
		"in it, for a blueprint":   {one, func(app *cantil.App) { onBlueprint(app, SupportsCredentials(true)) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			app := cantil.New()
			app.Logger = slog.New(slog.DiscardHandler)
			app.Extra = test.extra
			app.Get("/api")(hello)
			test.set(app)
			given := false
			for _, path := range []string{"/api", "/view", "/bp/"} {
				r := app.TestClient().Get(path, cantil.RequestHeader("Origin", site))
				given = given || r.Header("Access-Control-Allow-Credentials") == "true" && r.Header(allowOrigin) == site
			}
			if given != test.given {
				t.Errorf("credentials: %v", given)
			}
		})
	}
}

func hello(*cantil.Context) any { return "x" }

func onBlueprint(app *cantil.App, options ...Option) {
	bp := cantil.NewBlueprint("bp", cantil.URLPrefix("/bp"))
	bp.Get("/")(hello)
	NewCORS(bp, options...)
	app.RegisterBlueprint(bp)
}

// TestConfigurationAfterwards: keys that are loaded after NewCORS count, those
// that are empty do not.
func TestConfigurationAfterwards(t *testing.T) {
	t.Setenv("TCORS_CORS_ORIGINS", "https://a.example, https://b.example")
	t.Setenv("TCORS_CORS_SEND_WILDCARD", "True")
	t.Setenv("TCORS_CORS_METHODS", "")
	app := cantil.New()
	NewCORS(app)
	app.LoadEnv("TCORS")
	app.Get("/", CrossOrigin(VaryHeader(false)))(func(*cantil.Context) any { return "x" })
	for path, vary := range map[string]string{"/": "", "/missing": "Origin"} {
		r := app.TestClient().Do("OPTIONS", path, cantil.RequestHeader("Origin", "https://b.example"),
			cantil.RequestHeader("Access-Control-Request-Method", "PUT"))
		if r.Header(allowOrigin) != "https://b.example" || r.Header("Vary") != vary || r.Header("Access-Control-Allow-Methods") == "" {
			t.Errorf("%s: %q", path, shown(r))
		}
	}
}

// TestDecoratedErrors: what goes wrong in a decorated view can be read by the
// page that called it, and the view's own policy is the one that counts.
func TestDecoratedErrors(t *testing.T) {
	app := cantil.New()
	app.Logger = slog.New(slog.DiscardHandler)
	NewCORS(app, Origins("https://app.example"))
	app.SecretKey = strings.Repeat("k", 16)
	app.Get("/abort", CrossOrigin(Origins("https://view.example")))(func(c *cantil.Context) any {
		c.Session().Set("n", 1)
		return cantil.Abort(404)
	})
	app.Get("/panic", CrossOrigin(Origins("https://view.example")))(func(*cantil.Context) any { panic("view") })
	for path, status := range map[string]int{"/abort": 404, "/panic": 500} {
		for origin, want := range map[string]string{"https://view.example": "https://view.example", "https://app.example": ""} {
			r := app.TestClient().Get(path, cantil.RequestHeader("Origin", origin))
			if r.Status != status || r.Header(allowOrigin) != want {
				t.Errorf("%s from %s: %d %q", path, origin, r.Status, shown(r))
			}
		}
	}
	if vary := app.TestClient().Get("/abort", cantil.RequestHeader("Origin", "https://x")).HeaderAll("Vary"); strings.Join(vary, ", ") != "Origin, Cookie" {
		t.Errorf("Vary: %q", vary)
	}
}
