package recipes

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/cantil-go/cantil"
)

// TestMetrics mounts Prometheus' handler: what an application counts by a signal
// is on the page that Prometheus reads.
func TestMetrics(t *testing.T) {
	registry := prometheus.NewRegistry()
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "requests_total", Help: "Requests by endpoint."}, []string{"endpoint"})
	registry.MustRegister(requests)

	app := cantil.New()
	app.RequestFinished(func(c *cantil.Context, _ *cantil.Response) { requests.WithLabelValues(c.Endpoint()).Inc() })
	app.Get("/", cantil.Endpoint("index"))(func(*cantil.Context) any { return "olá" })
	app.Mount("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))

	client := app.TestClient()
	client.Get("/")
	client.Get("/")
	r := client.Get("/metrics")
	if want := `requests_total{endpoint="index"} 2`; r.Status != 200 || !strings.Contains(r.Text(), want) {
		t.Errorf("%d %q, want %s", r.Status, r.Text(), want)
	}
}
