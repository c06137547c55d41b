package main

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

// observe counts and times the requests of an application, and shows it all at
// /metrics. Labels are endpoints, of which there are as many as rules: a path
// would make a new series of each id that a visitor thinks of.
func observe(app *cantil.App) {
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "http_requests_total", Help: "Requests by endpoint, method and status."}, []string{"endpoint", "method", "status"})
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "http_request_duration_seconds", Help: "Time until the answer was made, by endpoint.", Buckets: prometheus.DefBuckets}, []string{"endpoint"})
	sessions := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "session_requests_total", Help: "Requests by what became of the session."}, []string{"outcome"})
	registry := prometheus.NewRegistry()
	registry.MustRegister(requests, seconds, sessions, sessionStats{app}, collectors.NewGoCollector())

	app.RequestStarted(func(c *cantil.Context) { c.G()["began"] = time.Now() })
	app.RequestFinished(func(c *cantil.Context, r *cantil.Response) {
		requests.WithLabelValues(c.Endpoint(), method(c), strconv.Itoa(r.Status())).Inc()
		if began, ok := c.G()["began"].(time.Time); ok {
			seconds.WithLabelValues(c.Endpoint()).Observe(time.Since(began).Seconds())
		}
		outcome, _ := c.SessionOutcome()
		sessions.WithLabelValues(outcome).Inc()
	})
	app.Mount("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
}

// method is a label too: any other than these is one that a client made up.
func method(c *cantil.Context) string {
	switch m := c.Method(); m {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return m
	}
	return "other"
}

// sessionStats are the numbers of session.Stats, read when Prometheus asks.
type sessionStats struct{ app *cantil.App }

var (
	refused = prometheus.NewDesc("session_cookies_refused_total", "Session cookies that were refused, by reason.", []string{"reason"}, nil)
	unknown = prometheus.NewDesc("session_unknown_ids_total", "Session ids that the store did not know.", nil, nil)
	again   = prometheus.NewDesc("session_conflicts_total", "Saves that were made again on top of another request's.", nil, nil)
	dropped = prometheus.NewDesc("session_dropped_total", "Requests whose changes were lost because the session had ended.", nil, nil)
	calls   = prometheus.NewDesc("session_store_calls_total", "Calls of the store, by what for.", []string{"call"}, nil)
	failed  = prometheus.NewDesc("session_store_failures_total", "Calls of the store that failed.", []string{"call"}, nil)
	spent   = prometheus.NewDesc("session_store_seconds_total", "Time that calls of the store took.", []string{"call"}, nil)
)

// Describe implements prometheus.Collector.
func (s sessionStats) Describe(descriptions chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{refused, unknown, again, dropped, calls, failed, spent} {
		descriptions <- d
	}
}

// Collect implements prometheus.Collector.
func (s sessionStats) Collect(metrics chan<- prometheus.Metric) {
	stats := s.app.SessionStats()
	add := func(d *prometheus.Desc, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, value, labels...)
	}
	add(refused, float64(stats.Refused.BadSignature), "bad_signature")
	add(refused, float64(stats.Refused.Expired), "expired")
	add(refused, float64(stats.Refused.Future), "future")
	add(refused, float64(stats.Refused.Malformed), "malformed")
	add(refused, float64(stats.Refused.Undecodable), "undecodable")
	add(unknown, float64(stats.UnknownIDs))
	add(again, float64(stats.Conflicts))
	add(dropped, float64(stats.Dropped))
	for name, c := range map[string]session.StoreCalls{"load": stats.Load, "save": stats.Save, "delete": stats.Delete, "list": stats.List} {
		add(calls, float64(c.Calls), name)
		add(failed, float64(c.Failed), name)
		add(spent, c.Time.Seconds(), name)
	}
}
