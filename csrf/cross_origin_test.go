package csrf

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/cantil-go/cantil"
)

// TestCrossOrigin: each answer is net/http's own.
func TestCrossOrigin(t *testing.T) {
	const trusted = "https://partner.example"
	protection := http.NewCrossOriginProtection()
	if err := protection.AddTrustedOrigin(trusted); err != nil {
		t.Fatal(err)
	}
	app := cantil.New()
	app.Logger = slog.New(slog.DiscardHandler)
	app.BeforeRequest(CrossOrigin(trusted))
	methods := cantil.Methods("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
	app.Route("/", methods, cantil.Endpoint("index"))(func(*cantil.Context) any { return "done" })
	app.Post("/webhook", Exempt(), cantil.Endpoint("webhook"))(func(*cantil.Context) any { return "done" })
	client := app.TestClient()
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"} {
		for _, site := range []string{"", "same-origin", "none", "same-site", "cross-site", "nonsense"} {
			for _, origin := range []string{"", "http://localhost", "http://localhost:8000", "https://localhost", "null", "https://evil.example", trusted, "://"} {
				request := httptest.NewRequest(method, "http://localhost/", nil)
				var options []cantil.RequestOption
				for name, value := range map[string]string{"Sec-Fetch-Site": site, "Origin": origin} {
					if value != "" {
						request.Header.Set(name, value)
						options = append(options, cantil.RequestHeader(name, value))
					}
				}
				want := 200
				if protection.Check(request) != nil {
					want = 403
				}
				if r := client.Do(method, "/", options...); r.Status != want {
					t.Errorf("%s, Sec-Fetch-Site %q, Origin %q: %d, want %d", method, site, origin, r.Status, want)
				}
			}
		}
	}
	if r := client.Post("/webhook", cantil.RequestHeader("Sec-Fetch-Site", "cross-site")); r.Status != 200 {
		t.Errorf("exempt: %d", r.Status)
	}
}

func TestCrossOriginSetUp(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	CrossOrigin("example.com")
}
