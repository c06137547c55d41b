package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

// visited is the site after some requests, with its log.
func visited(t *testing.T, watch ...func(*cantil.App)) (*cantil.Client, *bytes.Buffer) {
	t.Helper()
	app := newApp(session.NewServerSide(storetest.NewMemory()))
	log := new(bytes.Buffer)
	app.Logger = slog.New(slog.NewJSONHandler(log, nil))
	for _, f := range watch {
		f(app)
	}
	client := app.TestClient()
	for _, path := range []string{"/", "/visitas", "/visitas", "/item/1", "/item/2", "/nada", "/nada/2", "/falha"} {
		client.Get(path, cantil.RequestHeader("X-Request-ID", "r"+path))
	}
	client.Post("/visitas")
	stranger := app.TestClient()
	stranger.Get("/visitas", cantil.RequestHeader("Cookie", "session="+strings.Repeat("a", 43)))
	stranger.Get("/visitas", cantil.RequestHeader("Cookie", "session=<script>"))
	return client, log
}

// TestMetrics reads what Prometheus reads: endpoints and never paths are labels,
// and all that the dashboard asks for is there.
func TestMetrics(t *testing.T) {
	client, _ := visited(t, observe)
	page := client.Get("/metrics").Text()
	for _, want := range []string{
		`http_requests_total{endpoint="index",method="GET",status="200"} 1`,
		`http_requests_total{endpoint="visits",method="GET",status="200"} 4`,
		`http_requests_total{endpoint="item",method="GET",status="200"} 2`,
		`http_requests_total{endpoint="",method="GET",status="404"} 2`,
		`http_requests_total{endpoint="failure",method="GET",status="500"} 1`,
		`http_request_duration_seconds_count{endpoint="visits"} 4`,
		`session_requests_total{outcome="saved"} 8`, // sent again with later answers too
		`session_requests_total{outcome="refused"} 2`,
		`session_store_calls_total{call="load"}`,
		`session_cookies_refused_total{reason="malformed"} 1`,
		`session_unknown_ids_total 1`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%s is not in\n%s", want, page)
		}
	}
	for _, path := range []string{"/nada", "/item/"} {
		if strings.Contains(page, path) {
			t.Errorf("a path, %s, is a label", path)
		}
	}
	text, err := os.ReadFile("dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			for _, name := range regexp.MustCompile(`\b(http|session|go)_[a-z_]+`).FindAllString(target.Expr, -1) {
				asked++
				if !regexp.MustCompile(`(?m)^` + name + `[ {]`).MatchString(page) {
					t.Errorf("the dashboard asks for %s, which is not there", name)
				}
			}
		}
	}
	if asked < 15 {
		t.Errorf("the dashboard asks for %d metrics", asked)
	}
}

// TestAccessLog: a line for each request, which the request id ties together.
func TestAccessLog(t *testing.T) {
	_, log := visited(t)
	lines := map[string]map[string]any{}
	for line := range bytes.Lines(log.Bytes()) {
		var fields map[string]any
		if err := json.Unmarshal(line, &fields); err != nil {
			t.Fatal(err)
		}
		if fields["status"] != nil {
			lines[fields["msg"].(string)+" "+fields["session"].(string)] = fields
		}
	}
	for _, want := range []struct {
		line, endpoint string
		status         float64
	}{{"GET / none", "index", 200}, {"GET /visitas saved", "visits", 200}, {"GET /falha saved", "failure", 500}, {"GET /nada saved", "", 404}} {
		fields := lines[want.line]
		if fields == nil || fields["endpoint"] != want.endpoint || fields["status"] != want.status || fields["request_id"] == "" {
			t.Errorf("%s: %v of %d lines", want.line, fields, len(lines))
		}
	}
}

// TestTraces has a collector receive what the program sends: a span for each
// request, in the trace of who asked, with its error.
func TestTraces(t *testing.T) {
	var mu sync.Mutex
	var spans []*otlp.Span
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var request collector.ExportTraceServiceRequest
		if err := proto.Unmarshal(body, &request); err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		for _, resource := range request.ResourceSpans {
			for _, scope := range resource.ScopeSpans {
				spans = append(spans, scope.Spans...)
			}
		}
	}))
	defer server.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.URL)
	tracer, stop, err := newTracer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	client, _ := visited(t, func(app *cantil.App) { trace(app, tracer) })
	const parent = "4bf92f3577b34da6a3ce929d0e0e4736"
	client.Get("/visitas", cantil.RequestHeader("traceparent", "00-"+parent+"-00f067aa0ba902b7-01"))
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	var names []string
	inTrace, errors := 0, 0
	for _, span := range spans {
		names = append(names, span.Name)
		if hex.EncodeToString(span.TraceId) == parent {
			inTrace++
		}
		if span.GetStatus().GetCode() == otlp.Status_STATUS_CODE_ERROR && len(span.Events) == 1 {
			errors++
		}
	}
	for _, want := range []string{"GET index", "GET visits", "GET failure", "GET", "POST"} {
		if !slices.Contains(names, want) {
			t.Errorf("there is no span %q in %q", want, names)
		}
	}
	if inTrace != 1 || errors != 1 {
		t.Errorf("%d spans in the trace of who asked, %d with an error: %q", inTrace, errors, names)
	}
}
