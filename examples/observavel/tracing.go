package main

import (
	"cmp"
	"context"
	"os"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	tracing "go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/cantil-go/cantil"
)

// newTracer sends traces to where OTEL_EXPORTER_OTLP_ENDPOINT says, or nowhere.
// stop sends the last ones.
func newTracer(ctx context.Context) (tracer tracing.Tracer, stop func(context.Context) error, err error) {
	if cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"), os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")) == "" {
		return noop.NewTracerProvider().Tracer("observavel"), func(context.Context) error { return nil }, nil
	}
	exporter, err := otlptracehttp.New(ctx) // which reads those variables
	if err != nil {
		return nil, nil, err
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter))
	return provider.Tracer("observavel"), provider.Shutdown, nil
}

// trace makes a span of each request. One that came with a traceparent header
// goes on in the trace of who asked.
func trace(app *cantil.App, tracer tracing.Tracer) {
	app.RequestStarted(func(c *cantil.Context) {
		from := propagation.TraceContext{}.Extract(context.Background(), incoming{c})
		name := c.Method()
		if endpoint := c.Endpoint(); endpoint != "" {
			name += " " + endpoint
		}
		ctx, span := tracer.Start(from, name, tracing.WithSpanKind(tracing.SpanKindServer), tracing.WithAttributes(
			attribute.String("http.request.method", c.Method()), attribute.String("url.path", c.Path()),
			attribute.String("client.address", c.RemoteAddr()), attribute.String("http.route", c.Endpoint())))
		c.G()["span"] = span
		c.G()["trace"] = ctx // of the views' own spans: tracer.Start(c.G()["trace"].(context.Context), …)
	})
	app.RequestFinished(func(c *cantil.Context, r *cantil.Response) {
		outcome, _ := c.SessionOutcome()
		spanOf(c).SetAttributes(attribute.Int("http.response.status_code", r.Status()), attribute.String("session.outcome", outcome))
	})
	app.GotRequestException(func(c *cantil.Context, err error) {
		spanOf(c).RecordError(err)
		spanOf(c).SetStatus(codes.Error, err.Error())
	})
	app.RequestTearingDown(func(c *cantil.Context, _ error) { spanOf(c).End() })
}

// spanOf is the request's span, or one that does nothing.
func spanOf(c *cantil.Context) tracing.Span {
	if span, ok := c.G()["span"].(tracing.Span); ok {
		return span
	}
	return noop.Span{}
}

// incoming are the request's headers as OpenTelemetry reads them.
type incoming struct{ c *cantil.Context }

func (h incoming) Get(name string) string { return h.c.Header(name) }
func (h incoming) Set(string, string)     {}
func (h incoming) Keys() []string         { return []string{"traceparent", "tracestate"} }
